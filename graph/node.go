package graph

import "github.com/objgraph/objgraph/mem"

// Node numbers what can hold an object: the objects first, under their own
// numbers, then the roots, then the groups, last the one above all roots.
type Node uint32

// NoNode is no node: the dominator of the top and of what is not reached.
const NoNode = Node(1<<32 - 1)

// NodeKind says what a node is.
type NodeKind uint8

// The kinds of node.
const (
	NodeObject NodeKind = iota
	NodeRoot
	NodeGroup
	NodeTop
	NodeNone
)

// NodeOfRoot is the node of a root.
func (g *Graph) NodeOfRoot(r RootID) Node { return Node(g.n) + Node(r) }

// NodeOfGroup is the node of a group below Roots.NumGroups.
func (g *Graph) NodeOfGroup(id GroupID) Node { return Node(g.n+g.roots.Len()) + Node(id) }

// Top is the node above all roots.
func (g *Graph) Top() Node { return Node(g.NumNodes() - 1) }

// NumNodes is the number of nodes.
func (g *Graph) NumNodes() int { return g.n + g.roots.Len() + g.roots.groups + 1 }

// KindOf says what a node is, NodeNone for NoNode.
func (g *Graph) KindOf(v Node) NodeKind {
	switch i := uint64(v); {
	case i < uint64(g.n):
		return NodeObject
	case i < uint64(g.n+g.roots.Len()):
		return NodeRoot
	case v < g.Top():
		return NodeGroup
	case v == g.Top():
		return NodeTop
	}
	return NodeNone
}

// Object is the object of a NodeObject.
func (g *Graph) Object(v Node) mem.ObjID { return mem.ObjID(v) }

// Root is the root of a NodeRoot.
func (g *Graph) Root(v Node) RootID { return RootID(v - Node(g.n)) }

// Group is the group of a NodeGroup.
func (g *Graph) Group(v Node) GroupID { return GroupID(v - Node(g.n+g.roots.Len())) }
