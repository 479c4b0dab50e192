package graph

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/objgraph/objgraph/mem"
)

// maxObjects is the most objects that a graph can have: half of the numbers, the
// others say where several referrers of an object stand. Roots and groups count, too,
// as they share the numbers of nodes.
const maxObjects = 1<<31 - 1

// Graph is the object graph of one heap.
type Graph struct {
	n       int
	out     rows // by object: what it points to, in slot order
	in      referrers
	roots   *Roots
	held    holders
	leaf    Set                   // objects that point nowhere
	aside   Set                   // some of them, see setLeaves
	end     Set                   // objects that point at leaves aside at most
	workers int                   // see mem.Workers
	reach   atomic.Pointer[Reach] // computed once asked for, then kept
}

// Build makes the graph of the objects 0 to n-1. row appends the targets of
// an object to dst, which is empty, and returns it: one entry per pointer
// slot, in slot order, duplicates kept; it is called once per object,
// ascending. edgesHint is the expected number of edges: too high costs address
// space, too low a copy. Targets that are no object are dropped. roots may be
// nil.
func Build(n, edgesHint int, row func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID, roots *Roots) *Graph {
	if roots == nil {
		roots = new(RootsBuilder).Roots()
	}
	n = max(0, min(n, maxObjects-roots.Len()-roots.groups-1))
	e, _ := Link(context.Background(), n, edgesHint, eachRow(row), LinkOptions{Workers: 1})
	return newGraph(e, roots)
}

// New makes the graph of objects that are linked already. The error says that
// there are more objects and roots than can be numbered.
func New(e *Edges, roots *Roots) (*Graph, error) {
	if nodes := e.NumObjects() + roots.Len() + roots.groups + 1; nodes > maxObjects {
		return nil, fmt.Errorf("%d objects and roots are more than the %d that can be numbered", nodes, maxObjects)
	}
	return newGraph(e, roots), nil
}

func newGraph(e *Edges, roots *Roots) *Graph {
	g := &Graph{n: e.NumObjects(), out: e.out, in: e.in, workers: e.workers}
	g.roots = roots.within(g.n)
	g.held = newHolders(g.roots, g.n)
	g.setLeaves()
	return g
}

// setLeaves finds the objects that point nowhere. Of those with one referrer and
// no root that points at them, all that is to be known is known of the referrer;
// often they are half of a heap, so they stay aside and searches do not enter
// them, nor go on from what points at nothing else.
func (g *Graph) setLeaves() {
	g.leaf, g.aside, g.end = NewSet(g.n), NewSet(g.n), NewSet(g.n)
	_ = g.blocks(context.Background(), func(_ int, from, to mem.ObjID) { // of whole words of the sets
		for id := from; id < to; id++ {
			if !g.out.empty(id) {
				continue
			}
			g.leaf.Add(id)
			if g.in.one(id) && !g.held.any.Has(id) {
				g.aside.Add(id)
			}
		}
	})
	_ = g.blocks(context.Background(), func(_ int, from, to mem.ObjID) {
		for id := from; id < to; id++ {
			if g.leaf.Has(id) || g.pointsAside(id) {
				g.end.Add(id)
			}
		}
	})
}

// pointsAside reports whether all that an object points at are leaves aside.
func (g *Graph) pointsAside(id mem.ObjID) bool {
	for _, t := range g.out.row(id) {
		if !g.aside.Has(t) {
			return false
		}
	}
	return true
}

// referrer is the only referrer of a leaf aside.
func (g *Graph) referrer(leaf mem.ObjID) mem.ObjID { return g.in.word[leaf] }

// NumObjects is the number of objects.
func (g *Graph) NumObjects() int { return g.n }

// NumEdges is the number of pointer slots of objects that point to an object.
func (g *Graph) NumEdges() int { return len(g.out.edge) }

// Roots are the roots that the graph was built with.
func (g *Graph) Roots() *Roots { return g.roots }

// Out are the targets of an object, one per pointer slot, in slot order. The
// slice belongs to the graph.
func (g *Graph) Out(id mem.ObjID) []mem.ObjID { return g.out.row(id) }

// In are the referrers of an object, one per pointer slot, ascending. The
// slice belongs to the graph.
func (g *Graph) In(id mem.ObjID) []mem.ObjID { return g.in.row(id) }

// IsLeaf reports whether an object points nowhere.
func (g *Graph) IsLeaf(id mem.ObjID) bool { return g.leaf.Has(id) }

// RootsOf are the roots that point to an object, each once, ascending. The
// slice belongs to the graph.
func (g *Graph) RootsOf(id mem.ObjID) []RootID { return g.held.of(id) }

// pulse asks a context now and then whether to go on.
type pulse struct {
	ctx  context.Context
	left int
}

// pulseSteps is how many steps pass between two questions, around 1 ms.
const pulseSteps = 1 << 17

// stop reports whether the context is done, after so many more steps.
func (p *pulse) stop(steps int) bool {
	p.left -= steps
	if p.left > 0 {
		return false
	}
	p.left = pulseSteps
	return p.ctx.Err() != nil
}
