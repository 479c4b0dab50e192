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

// Classes is the number of sets that RetainedOfSets takes at once: a bit each, and
// one that says that an object is reached.
const Classes = 63

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
	m := newMarker(ctx, g, set.clone()) // members are not entered
	if !m.fromRoots(false) {
		return Set{}, ctx.Err()
	}
	kept := m.seen.clone() // what weak holders reach of the strong is freed all the same
	if !m.fromRoots(true) {
		return Set{}, ctx.Err()
	}
	g.keepAside(set, kept, m.seen)
	for i := range set.words {
		strong, weak := reach.Strong.words[i], reach.Weak.words[i]
		freed := strong&^kept.words[i] | weak&^m.seen.words[i]
		set.words[i] = set.words[i]&(strong|weak) | freed
	}
	return set, nil
}

// keepAside adds the leaves aside to the sets of what is kept, if their
// referrers are in it and no members.
func (g *Graph) keepAside(members Set, kept ...Set) {
	for leaf := range g.aside.All() {
		from := g.referrer(leaf)
		for _, s := range kept {
			if s.Has(from) && !members.Has(from) {
				s.Add(leaf)
			}
		}
	}
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

// RetainedOfSets is the same for up to Classes sets at once: class gives the set of
// an object, -1 for none. Every object carries one bit per class: on
// some path to it lies no object of that class, itself included. Bits are only
// ever added, so an object is looked at as many times at most, and mostly once.
// The error is the context's.
func (g *Graph) RetainedOfSets(ctx context.Context, class func(mem.ObjID) int, size func(mem.ObjID) uint64) ([Classes]Retained, error) {
	reach, err := g.Reach(ctx)
	if err != nil {
		return [Classes]Retained{}, err
	}
	f := newFlow(g, class)
	defer f.mem.Free()
	f.pulse.ctx = ctx
	if !f.run(false) { // what strong roots lead to is strong
		return [Classes]Retained{}, ctx.Err()
	}
	f.into = &reach.Weak
	if !f.run(true) {
		return [Classes]Retained{}, ctx.Err()
	}
	return f.sums(size), nil
}

// noClass is the class of an object that is in no set.
const noClass = 255

// flow is one data flow over the graph.
type flow struct {
	g     *Graph
	class []uint8              // by object
	lost  []uint64             // by object: bit c, on some path found so far no object of class c comes before this one; 0: not reached
	wait  Set                  // in next
	next  mem.Queue[mem.ObjID] // lost changed, targets not told
	into  *Set                 // if not nil, objects outside are not entered
	pulse pulse
	mem   mem.Scratch // of class, lost and next
}

func newFlow(g *Graph, class func(mem.ObjID) int) *flow {
	f := &flow{g: g, wait: NewSet(g.n)}
	f.next.Mem, f.next.Chunk = &f.mem, min(g.n, 1<<18)
	f.mem.Reserve(g.n * (1 + 8 + 2)) // and some for next
	f.class, f.lost = mem.Room[uint8](&f.mem, g.n)[:g.n], mem.Alloc[uint64](&f.mem, g.n)
	for i := range f.class {
		f.class[i] = noClass
		if c := class(mem.ObjID(i)); c >= 0 && c < Classes {
			f.class[i] = uint8(c)
		}
	}
	return f
}

// run lets what is lost flow from the conservative roots, or from the others,
// until nothing changes; false if the context ended it.
func (f *flow) run(weak bool) bool {
	for r := range RootID(f.g.roots.Len()) {
		if f.g.roots.weak(r) == weak {
			f.tell(f.g.roots.Targets(r), 1<<64-1)
		}
	}
	for {
		id, ok := f.next.Pop()
		if !ok {
			return true
		}
		f.wait.words[id/64] &^= 1 << (id % 64)
		row := f.g.out.row(id)
		f.tell(row, f.through(id))
		if f.pulse.stop(1 + len(row)) {
			return false
		}
	}
}

// through is what is lost behind an object: what was lost before, but for its
// class. A shift by noClass is a shift out: no bit.
func (f *flow) through(id mem.ObjID) uint64 { return f.lost[id] &^ (1 << f.class[id]) }

// tell tells the targets of an object what is lost on the way to it.
func (f *flow) tell(targets []mem.ObjID, lost uint64) {
	for _, t := range targets {
		if f.g.aside.Has(t) || f.into != nil && !f.into.Has(t) {
			continue
		}
		before := f.lost[t]
		if before|lost == before {
			continue
		}
		f.lost[t] = before | lost
		if !f.g.leaf.Has(t) && f.wait.put(t) {
			f.next.Push(t)
		}
	}
}

// sums adds up what is held by each class: the objects to which every path
// meets it.
func (f *flow) sums(size func(mem.ObjID) uint64) (sums [Classes]Retained) {
	for leaf := range f.g.aside.All() {
		if from := f.g.referrer(leaf); f.lost[from] != 0 {
			f.lost[leaf] = f.through(from)
		}
	}
	for i, lost := range f.lost {
		if lost == 0 {
			continue
		}
		id := mem.ObjID(i)
		held := ^f.through(id)
		if held == 0 {
			continue
		}
		bytes := size(id)
		for ; held != 0; held &= held - 1 {
			s := &sums[bits.TrailingZeros64(held)]
			s.Objects++
			s.Bytes += bytes
		}
	}
	return sums
}
