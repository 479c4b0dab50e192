package graph

import (
	"context"
	"math/bits"
	"sync/atomic"

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
	var scratch mem.Scratch
	defer scratch.Free()
	m := newMarker(ctx, g, set, &scratch) // members are not entered
	if !m.fromRoots(false) {
		return Set{}, ctx.Err()
	}
	kept := m.marked() // what weak holders reach of the strong is freed all the same
	if !m.fromRoots(true) {
		return Set{}, ctx.Err()
	}
	all := m.marked()
	g.keepAside(set, kept, all)
	for i := range set.words {
		strong, weak := reach.Strong.words[i], reach.Weak.words[i]
		freed := strong&^kept.words[i] | weak&^all.words[i]
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
// an object, -1 for none, to any worker; sizes gives each of them a function of its
// own that tells sizes. Every object carries one bit per class: on
// some path to it lies no object of that class, itself included. Bits are only
// ever added, so an object is looked at as many times at most, and mostly once.
// The error is the context's.
func (g *Graph) RetainedOfSets(ctx context.Context, class func(mem.ObjID) int, sizes func() func(mem.ObjID) uint64) ([Classes]Retained, error) {
	reach, err := g.Reach(ctx)
	if err != nil {
		return [Classes]Retained{}, err
	}
	f, err := newFlow(ctx, g, class)
	if err != nil {
		return [Classes]Retained{}, err
	}
	defer f.mem.Free()
	if !f.run(false) { // what strong roots lead to is strong
		return [Classes]Retained{}, ctx.Err()
	}
	f.into = &reach.Weak
	if !f.run(true) {
		return [Classes]Retained{}, ctx.Err()
	}
	return f.sums(ctx, sizes)
}

// noClass is the class of an object that is in no set.
const noClass = 255

// flow is one data flow over the graph. It has one end, whatever the order in
// which workers come to it.
type flow struct {
	g     *Graph
	class []uint8   // by object
	lost  []uint64  // by object: bit c, on some path found so far no object of class c comes before this one; 0: not reached
	wait  Set       // in front
	front *frontier // lost changed, targets not told
	into  *Set      // if not nil, objects outside are not entered
	mem   mem.Scratch
}

// flowBlock is how many objects a worker takes at once.
const flowBlock = 1 << 15

// newFlow is a flow that has not begun. class is asked by all workers.
func newFlow(ctx context.Context, g *Graph, class func(mem.ObjID) int) (*flow, error) {
	f := &flow{g: g, wait: NewSet(g.n)}
	f.front = newFrontier(ctx, g.workers, g.n, &f.mem)
	f.mem.Reserve(g.n * (1 + 8 + 2)) // and some for front
	f.class, f.lost = mem.Room[uint8](&f.mem, g.n)[:g.n], mem.Alloc[uint64](&f.mem, g.n)
	err := g.blocks(ctx, func(_ int, from, to mem.ObjID) {
		for id := from; id < to; id++ {
			f.class[id] = noClass
			if c := class(id); c >= 0 && c < Classes {
				f.class[id] = uint8(c)
			}
		}
	})
	return f, err
}

// blocks calls f with pieces of all objects, by all workers.
func (g *Graph) blocks(ctx context.Context, f func(worker int, from, to mem.ObjID)) error {
	return mem.Parallel(ctx, g.workers, (g.n+flowBlock-1)/flowBlock, func(worker, i int) {
		f(worker, mem.ObjID(i*flowBlock), mem.ObjID(min((i+1)*flowBlock, g.n)))
	})
}

// run lets what is lost flow from the conservative roots, or from the others,
// until nothing changes; false if the context ended it.
func (f *flow) run(weak bool) bool {
	for r := range RootID(f.g.roots.Len()) {
		if f.g.roots.weak(r) == weak {
			f.tell(f.front.first(), f.g.roots.Targets(r), 1<<64-1)
		}
	}
	return f.front.run(f.visit)
}

func (f *flow) visit(v *visitor, ids []mem.ObjID) {
	rows := v.gather(&f.g.out, ids)
	for _, row := range rows {
		for _, t := range row {
			v.read ^= mem.ObjID(atomic.LoadUint64(&f.lost[t])) // likewise
		}
	}
	for i, id := range ids {
		atomic.AndUint64(&f.wait.words[id/64], ^(1 << (id % 64))) // before lost is read: what comes after is told again
		f.tell(v, rows[i], atomic.LoadUint64(&f.lost[id])&^(1<<f.class[id]))
	}
}

// through is what is lost behind an object: what was lost before, but for its
// class. A shift by noClass is a shift out: no bit.
func (f *flow) through(id mem.ObjID) uint64 { return f.lost[id] &^ (1 << f.class[id]) }

// tell tells the targets of an object what is lost on the way to it.
func (f *flow) tell(v *visitor, targets []mem.ObjID, lost uint64) {
	for _, t := range targets {
		if f.g.aside.Has(t) || f.into != nil && !f.into.Has(t) {
			continue
		}
		at := &f.lost[t]
		if before := atomic.LoadUint64(at); before|lost == before || atomic.OrUint64(at, lost)&lost == lost {
			continue
		}
		if !f.g.leaf.Has(t) && f.wait.putShared(t) {
			v.push(t)
		}
	}
	v.pulse.left -= len(targets)
}

// sums adds up what is held by each class: the objects to which every path
// meets it.
func (f *flow) sums(ctx context.Context, sizes func() func(mem.ObjID) uint64) (all [Classes]Retained, err error) {
	parts := make([][Classes]Retained, mem.Workers(f.g.workers))
	size := make([]func(mem.ObjID) uint64, len(parts))
	for i := range size {
		size[i] = sizes()
	}
	err = f.g.blocks(ctx, func(worker int, from, to mem.ObjID) {
		for id := from; id < to; id++ {
			if held := f.held(id); held != 0 {
				addHeld(&parts[worker], held, size[worker](id))
			}
		}
	})
	for _, part := range parts {
		for c, r := range part {
			all[c].Objects += r.Objects
			all[c].Bytes += r.Bytes
		}
	}
	return all, err
}

// held has the bits of the classes that hold an object; a leaf aside is held as its
// referrer is.
func (f *flow) held(id mem.ObjID) uint64 {
	lost := f.lost[id]
	if f.g.aside.Has(id) {
		if from := f.g.referrer(id); f.lost[from] != 0 {
			lost = f.through(from)
		}
	}
	if lost == 0 {
		return 0
	}
	return ^(lost &^ (1 << f.class[id]))
}

func addHeld(sums *[Classes]Retained, held, bytes uint64) {
	for held &= 1<<Classes - 1; held != 0; held &= held - 1 {
		s := &sums[bits.TrailingZeros64(held)]
		s.Objects++
		s.Bytes += bytes
	}
}
