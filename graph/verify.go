package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/objgraph/objgraph/mem"
)

// ErrTree marks the errors of a dominator tree that is wrong.
var ErrTree = errors.New("the dominator tree is wrong")

// Check looks for mistakes in the finished tree, in linear time, by what holds
// of every tree of dominators and by nothing that its making left behind:
//
//   - what is reached is in the tree, what is not is not; it has no cycle;
//   - the parent property: an edge into a node comes from the node's dominator
//     or from below it;
//   - roots, groups, and objects that one slot points to, hang from where that
//     edge comes from;
//   - a node retains its own bytes and what its children retain. The sums are
//     compared by fingerprint, and one by one if that differs.
//
// So no node hangs too low: whatever is above a node in the tree does dominate
// it. That none hangs too high takes Verify. L. Georgiadis and R. E. Tarjan,
// "Dominator Tree Certification and Divergent Spanning Trees", ACM Transactions
// on Algorithms 12(1), 2015.
//
// The error names the nodes and is an ErrTree, or it is the context's. No two
// Checks of one tree may run at once: the function that gave the sizes is asked
// again. 8 bytes for each node with children are taken while it runs.
func (d *Dominators) Check(ctx context.Context) error {
	c, err := d.check(ctx)
	c.mem.Free()
	return err
}

// check leaves the checker to the caller, for its spans.
func (d *Dominators) check(ctx context.Context) (*checker, error) {
	c := &checker{d: d, g: d.g}
	var err error
	if c.reach, err = d.g.Reach(ctx); err != nil {
		return c, err
	}
	var sums, tree error
	mem.Both(d.g.workers,
		func() { tree = c.tree(ctx) },
		func() { sums = c.sums(ctx) })
	if tree != nil {
		return c, tree
	}
	if sums != nil {
		return c, sums
	}
	return c, c.edges(ctx)
}

// checker is one check of a tree.
type checker struct {
	d       *Dominators
	g       *Graph
	reach   *Reach
	inner   Set         // nodes with children other than leaves aside, and the top
	numbers Numbered    // of inner
	span    []span      // of the nodes in inner, once spans has run
	proof   []span      // by node: its numbers in the order of a proof
	mem     mem.Scratch // of both
}

// wrong is an error of the tree.
func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrTree, fmt.Sprintf(format, args...))
}

// name is a node for people.
func (g *Graph) name(v Node) string {
	switch g.KindOf(v) {
	case NodeObject:
		return fmt.Sprintf("object %d", g.Object(v))
	case NodeRoot:
		return fmt.Sprintf("root %d", g.Root(v))
	case NodeGroup:
		return fmt.Sprintf("group %d", g.Group(v))
	case NodeTop:
		return "the top"
	}
	return fmt.Sprintf("node %d, which there is not,", uint32(v))
}

// tree checks that the dominators make a tree of what is reached, and numbers it.
func (c *checker) tree(ctx context.Context) error {
	p := pulse{ctx: ctx}
	c.inner = NewSet(c.g.NumNodes())
	c.inner.Add(mem.ObjID(c.g.Top()))
	if err := c.roots(); err != nil {
		return err
	}
	for i := range c.g.n {
		if err := c.place(mem.ObjID(i)); err != nil {
			return err
		}
		if p.stop(1) {
			return ctx.Err()
		}
	}
	if err := c.holders(); err != nil {
		return err
	}
	return c.spans(&p)
}

// roots checks everything above the objects: it has one place to hang from.
func (c *checker) roots() error {
	g := c.g
	used := NewSet(g.roots.groups)
	for r := range RootID(g.roots.Len()) {
		up := g.Top()
		if id := g.roots.Group(r); id != NoGroup {
			up = g.NodeOfGroup(id)
			used.Add(mem.ObjID(id))
		}
		if err := c.hangs(g.NodeOfRoot(r), up); err != nil {
			return err
		}
	}
	for id := range GroupID(g.roots.groups) {
		up := NoNode
		if used.Has(mem.ObjID(id)) {
			up = g.Top()
		}
		if err := c.hangs(g.NodeOfGroup(id), up); err != nil {
			return err
		}
	}
	return c.hangs(g.Top(), NoNode)
}

func (c *checker) hangs(v, up Node) error {
	switch got := c.d.Idom(v); {
	case got == up:
		if up != NoNode {
			c.inner.Add(mem.ObjID(up))
		}
		return nil
	case up == NoNode:
		return wrong("%s hangs from %s and should hang from nothing", c.g.name(v), c.g.name(got))
	case got == NoNode:
		return wrong("%s hangs from nothing and should hang from %s", c.g.name(v), c.g.name(up))
	default:
		return wrong("%s hangs from %s and should hang from %s", c.g.name(v), c.g.name(got), c.g.name(up))
	}
}

// place checks that an object is in the tree if it is reached, below a node
// that there is.
func (c *checker) place(id mem.ObjID) error {
	up := c.d.Idom(Node(id))
	switch reached := c.reach.Has(id); {
	case !reached && up == NoNode:
		return nil
	case !reached:
		return wrong("object %d hangs from %s and is not reached", id, c.g.name(up))
	case up > c.g.Top():
		return wrong("object %d is reached and hangs from nothing", id)
	}
	if !c.g.aside.Has(id) {
		c.inner.Add(mem.ObjID(up))
	}
	return nil
}

// holders checks that what others hang from is in the tree itself, and no leaf
// aside.
func (c *checker) holders() error {
	for v := range c.inner.All() {
		if c.d.Idom(Node(v)) == NoNode && Node(v) != c.g.Top() {
			return wrong("objects hang from %s, which is not reached", c.g.name(Node(v)))
		}
		if c.g.aside.Has(v) {
			return wrong("objects hang from object %d, which points nowhere", v)
		}
	}
	return nil
}
