package graph

import (
	"context"

	"github.com/objgraph/objgraph/mem"
)

// Referrers are the objects that refer to some object of a set. The error is the
// context's.
func (g *Graph) Referrers(ctx context.Context, set Set) (Set, error) {
	return g.neighbours(ctx, set, g.In)
}

// Referents are the objects that some object of a set refers to. The error is
// the context's.
func (g *Graph) Referents(ctx context.Context, set Set) (Set, error) {
	return g.neighbours(ctx, set, g.Out)
}

// neighbours are the entries of the rows of a set. Each worker collects a set of
// its own.
func (g *Graph) neighbours(ctx context.Context, set Set, row func(mem.ObjID) []mem.ObjID) (Set, error) {
	found := make([]Set, min(mem.Workers(g.workers), max(set.Blocks(), 1)))
	for i := range found {
		found[i] = NewSet(g.n)
	}
	err := mem.Parallel(ctx, len(found), set.Blocks(), func(worker, block int) {
		for id := range set.InBlock(block) {
			for _, t := range row(id) {
				found[worker].Add(t)
			}
		}
	})
	for _, f := range found[1:] {
		for i, w := range f.words {
			found[0].words[i] |= w
		}
	}
	return found[0], err
}

// Counts reports whether a reference says anything of who holds what: a word that
// looks like a pointer, and what only such words reach, hold nothing that is
// reached strongly, and what is not reached holds nothing that is.
func (r *Reach) Counts(from, to mem.ObjID) bool {
	switch {
	case r.Strong.Has(to):
		return r.Strong.Has(from)
	case r.Weak.Has(to):
		return r.Weak.Has(from)
	}
	return true
}

// InAt numbers the referrers of an object among those of all: those of In(id) are lo
// up to hi, of NumInAt in all, of which some stand for none.
func (g *Graph) InAt(id mem.ObjID) (lo, hi uint64) { return g.in.places(id) }

// NumInAt is one more than the highest number of a referrer.
func (g *Graph) NumInAt() int { return g.n + len(g.in.list) }
