package graph

import "github.com/objgraph/objgraph/mem"

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
