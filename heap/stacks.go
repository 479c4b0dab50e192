package heap

import (
	"sort"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
)

// Goroutine is one goroutine with its stack.
type Goroutine struct {
	heapdump.Goroutine
	Frames []heapdump.Frame // innermost first
	Defers []heapdump.Defer
	Panics []heapdump.Panic
}

// joinStacks gives each goroutine its frames: the innermost begins at the
// goroutine's sp, and every caller names its callee's sp. Stacks do not
// overlap, so this holds in whatever order the records come.
func joinStacks(gs []heapdump.Goroutine, frames []heapdump.Frame, defers []heapdump.Defer, panics []heapdump.Panic) []Goroutine {
	sort.SliceStable(frames, func(i, j int) bool { return frames[i].SP < frames[j].SP })
	byAddr := make(map[mem.Addr]int, len(gs))
	out := make([]Goroutine, len(gs))
	for i, g := range gs {
		out[i] = Goroutine{Goroutine: g, Frames: stackFrom(frames, g.SP)}
		byAddr[g.Addr] = i
	}
	for _, d := range defers {
		if i, ok := byAddr[d.Goroutine]; ok {
			out[i].Defers = append(out[i].Defers, d)
		}
	}
	for _, p := range panics {
		if i, ok := byAddr[p.Goroutine]; ok {
			out[i].Panics = append(out[i].Panics, p)
		}
	}
	return out
}

// stackFrom is the run of frames that begins at sp; callers lie above.
func stackFrom(frames []heapdump.Frame, sp mem.Addr) []heapdump.Frame {
	i := sort.Search(len(frames), func(i int) bool { return frames[i].SP >= sp })
	if i == len(frames) || frames[i].SP != sp || frames[i].Depth != 0 {
		return nil
	}
	j := i + 1
	for j < len(frames) && frames[j].ChildSP == frames[j-1].SP && frames[j].Depth == uint64(j-i) {
		j++
	}
	return frames[i:j:j]
}
