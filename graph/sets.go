package graph

import (
	"context"
	"math/bits"

	"github.com/objgraph/objgraph/mem"
)

// Retained is what would go free.
type Retained struct {
	Objects int
	Bytes   uint64
}

// Classes is the number of sets that RetainedOfSets takes at once.
const Classes = 64

// Freed is the set of objects that would go free with all reached objects of
// a set, these included. The error is the context's.
func (g *Graph) Freed(ctx context.Context, in func(mem.ObjID) bool) (Set, error) {
	reach, err := g.Reach(ctx)
	if err != nil {
		return Set{}, err
	}
	set := NewSet(g.n)
	for i := range g.n {
		if in(mem.ObjID(i)) {
			set.Add(mem.ObjID(i))
		}
	}
	m := marker{g: g, seen: set.clone(), pulse: pulse{ctx: ctx}} // members are not entered
	if !m.fromRoots(false) {
		return Set{}, ctx.Err()
	}
	kept := m.seen.clone() // what weak holders reach of the strong is freed all the same
	if !m.fromRoots(true) {
		return Set{}, ctx.Err()
	}
	for i := range set.words {
		strong, weak := reach.Strong.words[i], reach.Weak.words[i]
		freed := strong&^kept.words[i] | weak&^m.seen.words[i]
		set.words[i] = set.words[i]&(strong|weak) | freed
	}
	return set, nil
}

// RetainedOfSet is what would go free with all reached objects of one set.
// The error is the context's.
func (g *Graph) RetainedOfSet(ctx context.Context, in func(mem.ObjID) bool, size func(mem.ObjID) uint64) (Retained, error) {
	freed, err := g.Freed(ctx, in)
	var sum Retained
	for id := range freed.All() {
		sum.Objects++
		sum.Bytes += size(id)
	}
	return sum, err
}

// RetainedOfSets is the same for up to 64 sets at once: class gives the set of
// an object, -1 for none. Every object carries one bit per class: on every
// path to it lies an object of that class, perhaps itself. Bits are only ever
// taken away, so an object is looked at 64 times at most, and mostly once.
// The error is the context's.
func (g *Graph) RetainedOfSets(ctx context.Context, class func(mem.ObjID) int, size func(mem.ObjID) uint64) ([Classes]Retained, error) {
	reach, err := g.Reach(ctx)
	if err != nil {
		return [Classes]Retained{}, err
	}
	f := newFlow(g, class)
	defer f.mem.Free()
	f.pulse.ctx = ctx
	for _, weak := range []bool{false, true} {
		f.into = &reach.Strong
		if weak {
			f.into = &reach.Weak
		}
		if !f.run(weak) {
			return [Classes]Retained{}, ctx.Err()
		}
	}
	return f.sums(size), nil
}

// noClass is the class of an object that is in no set.
const noClass = 255

// flow is one data flow over the graph.
type flow struct {
	g     *Graph
	class []uint8     // by object
	mask  []uint64    // by object: bit c, every path found so far meets class c
	seen  Set         // reached; without this a mask says nothing
	wait  Set         // in next
	next  []mem.ObjID // mask changed, targets not told
	into  *Set        // objects outside are not entered
	pulse pulse
	mem   mem.Scratch // of class and mask
}

func newFlow(g *Graph, class func(mem.ObjID) int) *flow {
	f := &flow{g: g, seen: NewSet(g.n), wait: NewSet(g.n)}
	f.class, f.mask = mem.Alloc[uint8](&f.mem, g.n), mem.Alloc[uint64](&f.mem, g.n)
	for i := range f.class {
		f.class[i] = noClass
		if c := class(mem.ObjID(i)); c >= 0 && c < Classes {
			f.class[i] = uint8(c)
		}
		f.mask[i] = 1<<64 - 1
	}
	return f
}

// run lets the masks flow from the conservative roots, or from the others,
// until nothing changes; false if the context ended it.
func (f *flow) run(weak bool) bool {
	for r := range RootID(f.g.roots.Len()) {
		if f.g.roots.weak(r) == weak {
			f.tell(f.g.roots.Targets(r), 0)
		}
	}
	var now []mem.ObjID
	for len(f.next) > 0 {
		now, f.next = f.next, now[:0]
		for _, id := range now {
			f.wait.words[id/64] &^= 1 << (id % 64)
			row := f.g.out.row(id)
			f.tell(row, f.mask[id])
			if f.pulse.stop(1 + len(row)) {
				return false
			}
		}
	}
	return true
}

// tell narrows the masks of the targets of an object with this mask.
func (f *flow) tell(targets []mem.ObjID, mask uint64) {
	for _, t := range targets {
		if !f.into.Has(t) {
			continue
		}
		// A shift by noClass is a shift out: no bit.
		narrowed := f.mask[t] & (mask | 1<<f.class[t])
		if narrowed == f.mask[t] && f.seen.Has(t) {
			continue
		}
		f.mask[t] = narrowed
		f.seen.Add(t)
		if !f.g.out.empty(t) && f.wait.put(t) {
			f.next = mem.Push(f.next, t)
		}
	}
}

func (f *flow) sums(size func(mem.ObjID) uint64) (sums [Classes]Retained) {
	for id := range f.seen.All() {
		if f.mask[id] == 0 {
			continue
		}
		bytes := size(id)
		for m := f.mask[id]; m != 0; m &= m - 1 {
			s := &sums[bits.TrailingZeros64(m)]
			s.Objects++
			s.Bytes += bytes
		}
	}
	return sums
}
