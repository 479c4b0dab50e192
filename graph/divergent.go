package graph

import (
	"context"

	"github.com/objgraph/objgraph/mem"
)

// divergent looks for a low-high order of a dominator tree. It keeps two edges
// into every node: the one from its parent in the depth-first tree, and the one
// that gave it its semi-dominator. These two alone give every node the same
// semi-dominator, and so the same dominator. They are coloured blue and red, so
// that the blue way and the red way to a node share its dominators only:
// Georgiadis and Tarjan, as above, the section on divergent spanning trees. The
// order is then made in sibling.go.
//
// All slices are by number in depth-first preorder, as in semiNCA.
type divergent struct {
	*semiNCA
	m      *mem.Scratch
	parent []uint32 // in the depth-first tree
	arc    []uint32 // where the edge that gives the semi-dominator comes from
	bucket []uint32 // first of the nodes with this semi-dominator, 0 for none
	rel    []uint32 // next one in the bucket; then the relative dominator: the node of least semi-dominator on the way down from one's own, this excluded
}

// lowHighOrder is a low-high order of the tree without the leaves aside, if the
// tree is right. Its memory is m's. The error is the context's.
func (d *Dominators) lowHighOrder(ctx context.Context, m *mem.Scratch) ([]Node, error) {
	reach, err := d.g.Reach(ctx)
	if err != nil {
		return nil, err
	}
	s := newSemiNCA(d.g, reach, pulse{ctx: ctx}, mem.Alloc[uint32](m, d.g.NumNodes()), nil)
	defer s.mem.Free()
	if !s.number() {
		return nil, ctx.Err()
	}
	v := &divergent{semiNCA: s, m: m}
	f := &families{semiNCA: s, order: mem.Room[Node](m, int(s.count))}
	for _, step := range []func() bool{v.arcs, func() bool { return v.dominators(d) }, func() bool { return v.colour(f) }, f.reduce, f.insert, f.preorder} {
		if !step() {
			return nil, ctx.Err()
		}
	}
	return f.order, nil
}

func (v *divergent) slice() []uint32 { return mem.Alloc[uint32](v.m, int(v.count)+1) }

// arcs finds the semi-dominators, as semidominators does, with the edge that
// gives each, and the relative dominators: T. Lengauer and R. E. Tarjan, "A Fast
// Algorithm for Finding Dominators in a Flowgraph", 1979.
func (v *divergent) arcs() bool {
	v.parent, v.arc, v.bucket, v.rel = v.slice(), v.slice(), v.slice(), v.slice()
	copy(v.parent, v.dom)
	for w := v.count; w > topNum; w-- {
		v.semi[w], v.arc[w] = v.parent[w], v.parent[w]
		if at := v.vertex[w]; uint64(at) < uint64(v.g.n) {
			v.arcOf(mem.ObjID(at), w)
		}
		v.link[w].label = w
		v.empty(w)
		v.rel[w] = v.bucket[v.semi[w]]
		v.bucket[v.semi[w]] = w
		if v.pulse.stop(1) {
			return false
		}
	}
	return true
}

// empty finds the relative dominators of the nodes with one semi-dominator.
func (v *divergent) empty(semi uint32) {
	for w := v.bucket[semi]; w != 0; {
		next := v.rel[w]
		v.rel[w] = v.evalNode(w, semi)
		w = next
	}
}

// arcOf looks at the edges into an object for the least semi-dominator.
func (v *divergent) arcOf(id mem.ObjID, w uint32) {
	strong := !v.reach.Weak.Has(id)
	row := v.g.in.row(id)
	for _, p := range row {
		if from := v.num[p]; from != 0 && !(strong && v.reach.Weak.Has(p)) {
			v.offer(from, w)
		}
	}
	for _, r := range v.g.RootsOf(id) {
		if !(strong && v.g.roots.weak(r)) {
			v.offer(v.num[v.g.NodeOfRoot(r)], w)
		}
	}
	v.pulse.left -= len(row)
}

func (v *divergent) offer(from, w uint32) {
	least := from
	if from > w {
		least = v.semi[v.evalNode(from, w)]
	}
	if least < v.semi[w] {
		v.semi[w], v.arc[w] = least, from
	}
}

// evalNode is eval, for x after w, but the node of the least semi-dominator
// instead of that.
func (v *divergent) evalNode(x, w uint32) uint32 {
	below := uint32(0)
	for v.link[x].ancestor > w {
		up := v.link[x].ancestor
		v.link[x].ancestor = below
		below, x = x, up
	}
	end, label := v.link[x].ancestor, v.link[x].label
	for below != 0 {
		l := &v.link[below]
		below, l.ancestor = l.ancestor, end
		if v.semi[label] < v.semi[l.label] {
			l.label = label
		}
		label = l.label
	}
	return label
}

// dominators takes the tree's dominators and makes links to jump up it. Those of
// a tree with the parent property do dominate, so their numbers are lower; any
// other tree gets the top, and no proof.
func (v *divergent) dominators(d *Dominators) bool {
	v.link[topNum] = link{ancestor: topNum}
	for w := uint32(topNum + 1); w <= v.count; w++ {
		up := v.num[d.Idom(v.vertex[w])]
		if up == 0 || up >= w {
			up = topNum
		}
		v.dom[w] = up
		v.link[w] = v.below(up)
		if v.pulse.stop(1) {
			return false
		}
	}
	return true
}

// colour gives the edges their colours and hands them over as edges between
// siblings.
func (v *divergent) colour(f *families) bool {
	swapped := NewSet(int(v.count) + 1)
	f.blue, f.red = v.parent, v.arc
	for w := uint32(topNum + 1); w <= v.count; w++ {
		blue, red := v.sibling(v.parent[w], w), v.sibling(v.arc[w], w)
		if v.semi[w] != v.dom[w] && !swapped.Has(mem.ObjID(v.rel[w])) {
			swapped.Add(mem.ObjID(w))
			blue, red = red, blue
		}
		f.blue[w], f.red[w] = blue, red
		if v.pulse.stop(1) {
			return false
		}
	}
	f.out, f.heads = v.bucket, v.rel
	return true
}

// sibling is the sibling of w at or above a node, or the dominator of both if
// that is the node.
func (v *divergent) sibling(from, w uint32) uint32 {
	up := v.dom[w]
	for from > up && v.dom[from] != up {
		if far := v.link[from].ancestor; far > up {
			from = far
		} else {
			from = v.dom[from]
		}
	}
	return from
}
