package graph

import (
	"context"
	"math/bits"
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/objgraph/objgraph/mem"
)

// Classes is the number of sets that RetainedOfSets takes at once: a bit each, and
// one that says that an object is to be visited.
const Classes = 63

// fewClasses are as many as fit into half of that.
const fewClasses = 31

// noClass is the class of an object that is in no set.
const noClass = 255

// RetainedOfSets is RetainedOfSet for up to Classes sets at once: class gives the set
// of an object, -1 for none, to any worker; sizes gives each of them a function of its
// own that tells sizes. Every object carries one bit per class: on
// some path to it lies no object of that class, itself included. Bits are only
// ever added, so an object is looked at as many times at most, and mostly once.
// The error is the context's.
func (g *Graph) RetainedOfSets(ctx context.Context, class func(mem.ObjID) int, sizes func() func(mem.ObjID) uint64) (sets [Classes]Retained, err error) {
	if _, err := g.Reach(ctx); err != nil {
		return sets, err
	}
	var m mem.Scratch
	defer m.Free()
	m.Reserve(g.n * (1 + 4 + 2)) // and some for the search
	of := mem.Room[uint8](&m, g.n)[:g.n]
	classes, err := g.classify(ctx, class, of)
	switch {
	case err != nil:
		return sets, err
	case classes <= fewClasses:
		return retainedOf[uint32](ctx, g, of, sizes, &m)
	}
	return retainedOf[uint64](ctx, g, of, sizes, &m)
}

// classify asks for the classes of all objects, by all workers, and gives one more
// than the highest.
func (g *Graph) classify(ctx context.Context, class func(mem.ObjID) int, of []uint8) (classes int, err error) {
	most := make([]int, mem.Workers(g.workers))
	err = g.blocks(ctx, func(worker int, from, to mem.ObjID) {
		highest := -1
		for id := from; id < to; id++ {
			of[id] = noClass
			if c := class(id); c >= 0 && c < Classes {
				of[id] = uint8(c)
				highest = max(highest, c)
			}
		}
		most[worker] = max(most[worker], highest+1)
	})
	return slices.Max(most), err
}

func retainedOf[W lostBits](ctx context.Context, g *Graph, class []uint8, sizes func() func(mem.ObjID) uint64, m *mem.Scratch) (sets [Classes]Retained, err error) {
	f := &flow[W]{g: g, class: class, reach: g.reach.Load(), all: ^waiting[W]()}
	f.lost = mem.Alloc[W](m, g.n)
	f.front = newFrontier(ctx, g.workers, g.n, m)
	if !f.run(false) { // what strong roots lead to is strong
		return sets, ctx.Err()
	}
	f.into = &f.reach.Weak
	if !f.run(true) {
		return sets, ctx.Err()
	}
	return f.sums(ctx, sizes)
}

// lostBits has a bit for each class, and the highest one.
type lostBits interface{ uint32 | uint64 }

// waiting is the highest bit.
func waiting[W lostBits]() W { return ^(^W(0) >> 1) }

// flow is one data flow over the graph. It has one end, whatever the order in
// which workers come to it.
type flow[W lostBits] struct {
	g     *Graph
	reach *Reach
	all   W         // bits of all classes
	class []uint8   // by object
	lost  []W       // by object: bit c, on some path found so far no object of class c comes before this one; waiting: in front
	front *frontier // lost changed, targets not told
	into  *Set      // if not nil, objects outside are not entered
}

// flowBlock is how many objects a worker takes at once.
const flowBlock = 1 << 15

// blocks calls f with pieces of all objects, by all workers.
func (g *Graph) blocks(ctx context.Context, f func(worker int, from, to mem.ObjID)) error {
	return mem.Parallel(ctx, g.workers, (g.n+flowBlock-1)/flowBlock, func(worker, i int) {
		f(worker, mem.ObjID(i*flowBlock), mem.ObjID(min((i+1)*flowBlock, g.n)))
	})
}

// run lets what is lost flow from the conservative roots, or from the others,
// until nothing changes; false if the context ended it.
func (f *flow[W]) run(weak bool) bool {
	for r := range RootID(f.g.roots.Len()) {
		if f.g.roots.weak(r) == weak {
			f.tell(f.front.first(), f.g.roots.Targets(r), f.all)
		}
	}
	return f.front.run(f.visit)
}

func (f *flow[W]) visit(v *visitor, ids []mem.ObjID) {
	rows := v.gather(&f.g.out, ids)
	for _, row := range rows {
		for _, t := range row {
			if !f.g.aside.Has(t) {
				v.read ^= mem.ObjID(f.load(t)) // likewise
			}
		}
	}
	for i, id := range ids {
		f.tell(v, rows[i], f.take(id)&^(1<<f.class[id]))
	}
}

// take is what is lost before an object, which no longer waits: what comes after is
// told again.
func (f *flow[W]) take(id mem.ObjID) W {
	at := &f.lost[id]
	if f.front.alone() {
		*at &^= waiting[W]()
		return *at
	}
	return and(at, ^waiting[W]()) &^ waiting[W]()
}

// through is what is lost behind an object: what was lost before, but for its
// class. A shift by noClass is a shift out: no bit.
func (f *flow[W]) through(id mem.ObjID) W { return f.lost[id] &^ (1 << f.class[id]) }

// tell tells the targets of an object what is lost on the way to it.
func (f *flow[W]) tell(v *visitor, targets []mem.ObjID, lost W) {
	for _, t := range targets {
		if f.g.aside.Has(t) || f.into != nil && !f.into.Has(t) {
			continue
		}
		before := f.load(t)
		if before|lost == before {
			continue
		}
		add := lost
		if !f.g.end.Has(t) {
			add |= waiting[W]()
		}
		if f.front.alone() {
			f.lost[t] |= add
		} else {
			before = or(&f.lost[t], add)
		}
		if add&^before&waiting[W]() != 0 {
			v.push(t, f.rank(before|lost))
		}
	}
	v.pulse.left -= len(targets)
}

// rank puts objects off the way to which leads through many classes: there may be
// others, and what comes after is told once.
func (f *flow[W]) rank(lost W) int { return min(bits.OnesCount64(uint64(f.all&^lost)), ranks-1) }

func (f *flow[W]) load(id mem.ObjID) W {
	if at := unsafe.Pointer(&f.lost[id]); unsafe.Sizeof(W(0)) == 8 {
		return W(atomic.LoadUint64((*uint64)(at)))
	} else {
		return W(atomic.LoadUint32((*uint32)(at)))
	}
}

// or sets bits of a word that others change, too, and gives what it was.
func or[W lostBits](p *W, set W) W {
	if at := unsafe.Pointer(p); unsafe.Sizeof(set) == 8 {
		return W(atomic.OrUint64((*uint64)(at), uint64(set)))
	} else {
		return W(atomic.OrUint32((*uint32)(at), uint32(set)))
	}
}

// and clears bits likewise.
func and[W lostBits](p *W, keep W) W {
	if at := unsafe.Pointer(p); unsafe.Sizeof(keep) == 8 {
		return W(atomic.AndUint64((*uint64)(at), uint64(keep)))
	} else {
		return W(atomic.AndUint32((*uint32)(at), uint32(keep)))
	}
}

// sums adds up what is held by each class: the objects to which every path
// meets it.
func (f *flow[W]) sums(ctx context.Context, sizes func() func(mem.ObjID) uint64) (all [Classes]Retained, err error) {
	parts := make([][Classes]Retained, mem.Workers(f.g.workers))
	size := make([]func(mem.ObjID) uint64, len(parts))
	for i := range size {
		size[i] = sizes()
	}
	err = f.g.blocks(ctx, func(worker int, from, to mem.ObjID) {
		for id := from; id < to; id++ {
			if held := f.held(id); held != 0 && f.reach.Has(id) {
				addHeld(&parts[worker], uint64(held), size[worker](id))
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

// held has the bits of the classes that hold an object, if it is reached; a leaf
// aside is held as its referrer is.
func (f *flow[W]) held(id mem.ObjID) W {
	lost := f.lost[id]
	if f.g.aside.Has(id) {
		lost = f.through(f.g.referrer(id))
	}
	return f.all &^ (lost &^ (1 << f.class[id]))
}

func addHeld(sums *[Classes]Retained, held, bytes uint64) {
	for ; held != 0; held &= held - 1 {
		s := &sums[bits.TrailingZeros64(held)]
		s.Objects++
		s.Bytes += bytes
	}
}
