package graph

import (
	"iter"

	"github.com/objgraph/objgraph/mem"
)

// Children lists what lies directly below each node of a tree: 8 bytes a node.
type Children struct {
	start []uint32 // by node, and one more
	node  []Node
}

// Children makes the lists, in m (nil: the collector's memory). They are not kept
// by the dominators.
func (d *Dominators) Children(m *mem.Scratch) *Children { return newChildren(len(d.idom), d.Idom, m) }

// Children makes the lists of what the paths go on to, in m (nil: the collector's
// memory). Roots lie below their groups, and the others and the groups below the
// top. They are not kept by the tree.
func (t *Tree) Children(m *mem.Scratch) *Children { return newChildren(t.g.NumNodes(), t.ParentOf, m) }

// ParentOf is Parent for any node: a group above its roots, the top above all.
func (t *Tree) ParentOf(v Node) Node {
	switch t.g.KindOf(v) {
	case NodeObject:
		return t.Parent(t.g.Object(v))
	case NodeRoot:
		if group := t.g.roots.Group(t.g.Root(v)); group != NoGroup {
			return t.g.NodeOfGroup(group)
		}
		return t.g.Top()
	case NodeGroup:
		return t.g.Top()
	}
	return NoNode
}

// Below says what lies directly below the nodes of a dominator tree, for who asks a
// few of them: lists that take half the time of Children. Leaves aside are not in
// them, as their referrers know them.
type Below struct {
	d     *Dominators
	first []uint32 // by node: 1 and its first child, 0 for none
	next  []uint32 // by node: 1 and its next sibling, 0 for none
}

// Below makes the lists in m: 8 bytes a node.
func (d *Dominators) Below(m *mem.Scratch) *Below {
	b := &Below{d, mem.Alloc[uint32](m, len(d.idom)), mem.Room[uint32](m, len(d.idom))[:len(d.idom)]}
	for v := len(d.idom) - 1; v >= 0; v-- {
		if up := d.idom[v]; Node(up) != NoNode && !d.g.aside.Has(mem.ObjID(v)) {
			b.next[v], b.first[up] = b.first[up], uint32(v)+1
		}
	}
	return b
}

// Of yields the nodes directly below one: the leaves aside, then the others,
// ascending.
func (b *Below) Of(v Node) iter.Seq[Node] {
	g := b.d.g
	return func(yield func(Node) bool) {
		if g.KindOf(v) == NodeObject {
			for _, t := range g.Out(g.Object(v)) {
				if g.aside.Has(t) && !yield(Node(t)) {
					return
				}
			}
		}
		for at := b.first[v]; at != 0; at = b.next[at-1] {
			if !yield(Node(at - 1)) {
				return
			}
		}
	}
}

func newChildren(nodes int, above func(Node) Node, m *mem.Scratch) *Children {
	c := &Children{start: mem.Alloc[uint32](m, nodes+1)}
	for v := range Node(nodes) {
		if up := above(v); up != NoNode {
			c.start[up]++
		}
	}
	sum := uint32(0)
	for i, k := range c.start {
		sum += k
		c.start[i] = sum
	}
	c.node = mem.Room[Node](m, int(sum))[:sum]
	for v := nodes - 1; v >= 0; v-- {
		if up := above(Node(v)); up != NoNode {
			c.start[up]--
			c.node[c.start[up]] = Node(v)
		}
	}
	return c
}

// Of are the children of a node, ascending.
func (c *Children) Of(v Node) []Node {
	lo, hi := c.start[v], c.start[v+1]
	return c.node[lo:hi:hi]
}
