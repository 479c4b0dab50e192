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
	return g.search(ctx, nil)
}

// search is Reach, and notes how far from the roots objects are, if that is wanted.
func (g *Graph) search(ctx context.Context, far *distances) (*Reach, error) {
	var scratch mem.Scratch
	defer scratch.Free()
	m := newMarker(ctx, g, Set{}, &scratch)
	m.note(far)
	if !m.fromRoots(false) {
		return nil, ctx.Err()
	}
	strong := m.marked()
	if !m.fromRoots(true) {
		return nil, ctx.Err()
	}
	weak := m.marked()
	weak.minus(strong)
	g.markAside(strong, weak)
	g.reach.CompareAndSwap(nil, &Reach{Strong: strong, Weak: weak})
	return g.reach.Load(), nil
}

// marker marks what is reached, with all workers.
type marker struct {
	g     *Graph
	seen  Set // with the leaves aside, which are not entered
	front *frontier
	skip  func(RootID) bool // nil for none
	far   *distances        // nil for nobody who asks
}

// newMarker is a marker that does not enter the objects in stop.
func newMarker(ctx context.Context, g *Graph, stop Set, m *mem.Scratch) marker {
	return marker{g: g, seen: g.aside.Or(stop), front: newFrontier(ctx, g.workers, g.n, m)}
}

// marked is what was marked so far or not to be entered, without the leaves aside.
func (m *marker) marked() Set { return m.seen.AndNot(m.g.aside) }

// note has the marker note distances.
func (m *marker) note(far *distances) {
	if m.far = far; far != nil {
		m.front.next = far.next
	}
}

// fromRoots marks what the conservative roots reach, or what the others do.
// It returns false if the context ended it.
func (m *marker) fromRoots(weak bool) bool {
	roots := m.g.roots
	if m.far != nil {
		m.far.level = 1
	}
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
	alone := m.front.alone()
	for _, t := range targets {
		if alone && !m.seen.put(t) || !alone && !m.seen.putShared(t) {
			continue
		}
		if m.far != nil {
			m.far.set(t)
		}
		if !m.g.end.Has(t) {
			v.push(t, 0)
		}
	}
	v.pulse.left -= len(targets)
}
