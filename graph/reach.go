package graph

import (
	"context"

	"github.com/objgraph/objgraph/mem"
)

// Reach says which objects the roots reach. An object is in one set at most.
type Reach struct {
	Strong Set // reached from a root that is known to be one
	Weak   Set // reached from conservative roots only
}

// Has reports whether any root reaches the object.
func (r *Reach) Has(id mem.ObjID) bool { return r.Strong.Has(id) || r.Weak.Has(id) }

// Count is the number of objects reached, strongly and weakly.
func (r *Reach) Count() (strong, weak int) { return r.Strong.Count(), r.Weak.Count() }

// Reach finds what the roots reach. The first answer is kept by the graph.
// The error is the context's.
func (g *Graph) Reach(ctx context.Context) (*Reach, error) {
	if r := g.reach.Load(); r != nil {
		return r, nil
	}
	var scratch mem.Scratch
	defer scratch.Free()
	seen := NewSet(g.n)
	m := newMarker(ctx, g, seen, &scratch)
	if !m.fromRoots(false) {
		return nil, ctx.Err()
	}
	strong := seen.clone()
	if !m.fromRoots(true) {
		return nil, ctx.Err()
	}
	seen.minus(strong)
	g.markAside(strong, seen)
	r := &Reach{Strong: strong, Weak: seen}
	g.reach.Store(r)
	return r, nil
}

// marker marks what is reached, with all workers.
type marker struct {
	g     *Graph
	seen  Set
	front *frontier
	skip  func(RootID) bool // nil for none
}

func newMarker(ctx context.Context, g *Graph, seen Set, m *mem.Scratch) marker {
	return marker{g: g, seen: seen, front: newFrontier(ctx, g.workers, g.n, m)}
}

// fromRoots marks what the conservative roots reach, or what the others do.
// It returns false if the context ended it.
func (m *marker) fromRoots(weak bool) bool {
	roots := m.g.roots
	for r := range RootID(roots.Len()) {
		if roots.weak(r) != weak || m.skip != nil && m.skip(r) {
			continue
		}
		m.mark(m.front.first(), roots.Targets(r))
	}
	return m.front.run(func(v *visitor, ids []mem.ObjID) {
		for _, row := range v.gather(&m.g.out, ids) {
			m.mark(v, row)
		}
	})
}

// markAside adds the leaves aside whose referrers are in a set to it.
func (g *Graph) markAside(sets ...Set) {
	for leaf := range g.aside.All() {
		from := g.referrer(leaf)
		for _, s := range sets {
			if s.Has(from) {
				s.Add(leaf)
			}
		}
	}
}

func (m *marker) mark(v *visitor, targets []mem.ObjID) {
	for _, t := range targets {
		if !m.g.aside.Has(t) && m.seen.putShared(t) && !m.g.leaf.Has(t) {
			v.push(t)
		}
	}
	v.pulse.left -= len(targets)
}
