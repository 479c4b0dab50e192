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
	inner Numbered // nodes with children
	hung  Numbered // nodes that are one
	first []uint32 // by number in inner: 1 and the first child
	next  []uint32 // by number in hung: 1 and the next sibling, 0 for none
}

// Below makes the lists in m: 4 bytes for each of the nodes in them, and for each
// that has one.
func (d *Dominators) Below(m *mem.Scratch) *Below {
	inner, hung := NewSet(len(d.idom)), NewSet(len(d.idom))
	for v, up := range d.idom {
		if Node(up) != NoNode && !d.g.aside.Has(mem.ObjID(v)) {
			hung.Add(mem.ObjID(v))
			inner.Add(mem.ObjID(up))
		}
	}
	b := &Below{d: d, inner: inner.Numbered(), hung: hung.Numbered()}
	m.Reserve(4 * (b.inner.Len() + 5*b.hung.Len())) // and some for who walks
	b.first, b.next = mem.Alloc[uint32](m, b.inner.Len()), mem.Room[uint32](m, b.hung.Len())[:b.hung.Len()]
	at := b.hung.Len()
	for v := len(d.idom) - 1; v >= 0; v-- {
		if hung.Has(mem.ObjID(v)) {
			at--
			first := &b.first[b.inner.Of(mem.ObjID(d.idom[v]))]
			b.next[at], *first = *first, uint32(v)+1
		}
	}
	return b
}

// Len is how many nodes are in the lists.
func (b *Below) Len() int { return b.hung.Len() }

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
		if !b.inner.set.Has(mem.ObjID(v)) {
			return
		}
		for at := b.first[b.inner.Of(mem.ObjID(v))]; at != 0; at = b.next[b.hung.Of(mem.ObjID(at-1))] {
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
