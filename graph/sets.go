package graph

import (
	"context"

	"github.com/objgraph/objgraph/mem"
)

// Retained is what would go free.
type Retained struct {
	Objects int
	Bytes   uint64
}

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
