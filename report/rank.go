package report

import (
	"cmp"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/snapshot"
)

// ranker orders neighbours by how much they are worth a place in a picture.
type ranker struct {
	s    *snapshot.Snapshot
	g    *graph.Graph
	tree *graph.Tree
	doms *graph.Dominators
}

// standing is what a neighbour is judged by.
type standing struct {
	neighbour
	weak  bool
	dist  int    // from a root
	bytes uint64 // retained
	name  string
}

// holders orders what holds an object: certain before conservative, then what
// is nearer to a root, then by name and address.
func (r *ranker) holders(found []neighbour) []neighbour {
	return r.order(found, func(a, b *standing) int {
		return cmp.Or(unsure(a.weak)-unsure(b.weak), a.dist-b.dist,
			cmp.Compare(a.name, b.name), cmp.Compare(a.node, b.node))
	})
}

// held orders what an object holds: the largest first, then by name and
// address.
func (r *ranker) held(found []neighbour) []neighbour {
	return r.order(found, func(a, b *standing) int {
		return cmp.Or(cmp.Compare(b.bytes, a.bytes), cmp.Compare(a.name, b.name), cmp.Compare(a.node, b.node))
	})
}

func unsure(weak bool) int {
	if weak {
		return 1
	}
	return 0
}

func (r *ranker) order(found []neighbour, less func(a, b *standing) int) []neighbour {
	list := make([]standing, len(found))
	for i, n := range found {
		list[i] = r.standing(n)
	}
	slices.SortFunc(list, func(a, b standing) int { return less(&a, &b) })
	for i := range list {
		found[i] = list[i].neighbour
	}
	return found
}

func (r *ranker) standing(n neighbour) standing {
	st := standing{neighbour: n, weak: r.weak(n.node), name: r.name(n.node), dist: r.dist(n.node)}
	if r.g.KindOf(n.node) == graph.NodeObject {
		st.bytes = r.doms.Retained(r.g.Object(n.node))
	}
	return st
}

// dist is how far a node is from a root.
func (r *ranker) dist(n graph.Node) int {
	if r.g.KindOf(n) == graph.NodeObject {
		return r.tree.Dist(r.g.Object(n))
	}
	return 0
}

// weak reports whether a node is known from conservative scanning only.
func (r *ranker) weak(n graph.Node) bool {
	if r.g.KindOf(n) == graph.NodeRoot {
		return r.g.Roots().Kind(r.g.Root(n)) == graph.Conservative
	}
	return r.s.Reach.Weak.Has(r.g.Object(n))
}

// name is a root's name, or an object's type.
func (r *ranker) name(n graph.Node) string {
	if r.g.KindOf(n) == graph.NodeRoot {
		return r.s.RootName(r.g.Root(n))
	}
	return r.s.TypeName(r.g.Object(n))
}
