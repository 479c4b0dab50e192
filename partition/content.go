package partition

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"sync/atomic"

	"github.com/objgraph/objgraph/fields"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typing"
)

// maxShown is how many bytes of a string are shown.
const maxShown = 60

// Strings divides the strings of a set by what they say. Those that lie in tiny
// blocks have no object of their own and are not counted. Without show a row says
// how long the string is and where one of them lies, and nothing of its contents.
// The error is the context's.
func (sp *Space) Strings(ctx context.Context, set graph.Set, show bool) (*Table, error) {
	set, err := set.Filter(ctx, sp.Workers, func() func(mem.ObjID) bool {
		return func(id mem.ObjID) bool { return sp.Typing.Type(id).Form == typing.String }
	})
	if err != nil {
		return nil, err
	}
	var scratch mem.Scratch
	defer scratch.Free()
	t := &texts{sp: sp, end: mem.Alloc[uint32](&scratch, sp.Heap.NumObjects())}
	if err := t.measure(ctx, set); err != nil {
		return nil, err
	}
	hashes := make([]uint64, set.Count())
	seed := maphash.MakeSeed()
	err = sp.each(ctx, set, func() func(mem.ObjID, int) {
		return func(id mem.ObjID, rank int) { hashes[rank] = maphash.Bytes(seed, t.of(id)) }
	})
	if err != nil {
		return nil, err
	}
	c := &classes{inOrder: true}
	var distinct []uint64
	c.of, distinct = number(hashes)
	c.n = len(distinct)
	c.name = t.names(set, c, show)
	return newTable(sp, set, "String", c), nil
}

// texts reads strings: a slot is longer than what is in it, by up to an eighth,
// and only those that refer to it know its length.
type texts struct {
	sp  *Space
	end []uint32 // by object: where the longest string in it ends; 0 if nothing says
}

func (t *texts) measure(ctx context.Context, set graph.Set) error {
	from, err := t.sp.Graph.Referrers(ctx, set)
	if err != nil {
		return err
	}
	h := t.sp.Heap
	word := uint64(h.Arch.PtrSize)
	return t.sp.each(ctx, from, func() func(mem.ObjID, int) {
		return func(id mem.ObjID, _ int) {
			o := h.Object(id)
			h.Pointers(&o, func(off uint64, target mem.ObjID) {
				if set.Has(target) {
					begin := mem.Addr(h.Arch.WordAt(o.Contents, off)) - h.Addr(target)
					t.lengthen(target, uint64(begin), h.Arch.WordAt(o.Contents, off+word))
				}
			})
		}
	})
}

// lengthen notes that n bytes from begin on are in use, if they fit.
func (t *texts) lengthen(id mem.ObjID, begin, n uint64) {
	size := t.sp.Size(id)
	if size > 1<<31 || n > size || begin+n > size {
		return
	}
	for {
		was := atomic.LoadUint32(&t.end[id])
		if uint32(begin+n) <= was || atomic.CompareAndSwapUint32(&t.end[id], was, uint32(begin+n)) {
			return
		}
	}
}

func (t *texts) of(id mem.ObjID) []byte {
	b := t.sp.Heap.Object(id).Contents
	if end := int(t.end[id]); end > 0 && end <= len(b) {
		return b[:end]
	}
	return bytes.TrimRight(b, "\x00")
}

// names are made at once, as the lengths are given back.
func (t *texts) names(set graph.Set, c *classes, show bool) func(uint32) string {
	names := make([]string, c.n)
	rank := 0
	for id := range set.All() {
		if name := &names[c.of[rank]]; *name == "" {
			*name = t.name(id, show)
		}
		rank++
	}
	return func(class uint32) string { return names[class] }
}

func (t *texts) name(id mem.ObjID, show bool) string {
	if b := t.of(id); !show {
		return fmt.Sprintf("%d bytes, as at %v", len(b), t.sp.Addr(id))
	}
	return fields.Quote(t.of(id), maxShown)
}
