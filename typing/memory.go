package typing

import (
	"sort"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
)

// memory is what the dump holds beside objects: segments and frames.
type memory struct {
	views []view
	end   mem.Addr // behind all of them
}

func newMemory(h *heap.Heap) memory {
	var m memory
	for i := range h.Segments {
		m.views = append(m.views, view{h.Segments[i].Addr, h.Segments[i].Contents})
	}
	for i := range h.Goroutines {
		for j := range h.Goroutines[i].Frames {
			f := &h.Goroutines[i].Frames[j]
			m.views = append(m.views, view{f.SP, f.Contents})
		}
	}
	sort.SliceStable(m.views, func(i, j int) bool { return m.views[i].addr < m.views[j].addr })
	for _, v := range m.views {
		m.end = max(m.end, v.addr+mem.Addr(len(v.b)))
	}
	return m
}

// has reports whether there may be memory at a: most of what lies outside of the heap
// is read-only data, below all that a dump has.
func (m *memory) has(a mem.Addr) bool { return len(m.views) > 0 && a >= m.views[0].addr && a < m.end }

// at is the memory from a on to the end of its segment or frame, nil if the
// dump has none there.
func (m *memory) at(a mem.Addr) []byte {
	i := sort.Search(len(m.views), func(i int) bool { return m.views[i].addr > a }) - 1
	if i < 0 || a-m.views[i].addr >= mem.Addr(len(m.views[i].b)) {
		return nil
	}
	return m.views[i].b[a-m.views[i].addr:]
}
