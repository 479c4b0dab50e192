package graph

import (
	"context"

	"github.com/objgraph/objgraph/mem"
)

// Verify is Check and a proof that no node hangs too high: that the tree is the
// tree of dominators, whatever computed it. The proof is a low-high order, after
// the paper that Check follows: a preorder of the tree in which every node has
// an edge from its dominator, or edges from a node before it and from one
// behind all that is below it. A tree with the parent property that has such an
// order is right, and for every right one there is an order.
//
// What finds the order (see divergent) is not trusted by what checks it. The
// check is linear; the search takes O(m log n), about twice as long as the tree
// did, and 12 bytes a node, 52 more for each that is no leaf aside.
//
// The error is as that of Check.
func (d *Dominators) Verify(ctx context.Context) error {
	c, err := d.check(ctx)
	defer c.mem.Free()
	if err != nil {
		return err
	}
	var m mem.Scratch
	defer m.Free()
	order, err := d.lowHighOrder(ctx, &m)
	if err != nil {
		return err
	}
	return c.certify(ctx, order)
}

// certify checks that an order of all nodes but the leaves aside is a low-high
// order. Check has seen that the leaves, roots and groups have an edge from their
// dominators, and that the tree is one.
func (c *checker) certify(ctx context.Context, order []Node) error {
	if err := c.preorder(ctx, order); err != nil {
		return err
	}
	bad, err := c.firstBad(ctx, c.between)
	if err == nil && bad != mem.NoObj {
		up := c.d.Idom(Node(bad))
		return wrong("object %d hangs from %s, and no two ways were found from there to it that share no node", bad, c.g.name(up))
	}
	return err
}

// preorder checks that an order is one: the next node hangs from the last one
// or from a node above it. It notes the numbers of every node in its span.
func (c *checker) preorder(ctx context.Context, order []Node) error {
	c.proof = mem.Alloc[span](&c.mem, c.g.NumNodes())
	p := pulse{ctx: ctx}
	last := NoNode
	for i, v := range order {
		if v > c.g.Top() || c.proof[v].lo != 0 {
			return wrong("%s has two places in the order of its proof, or should have none", c.g.name(v))
		}
		if last = c.leave(last, c.d.Idom(v), i); last != c.d.Idom(v) {
			return wrong("%s is not below its dominator in the order of its proof", c.g.name(v))
		}
		c.proof[v].lo = uint32(i + 1)
		last = v
		if p.stop(1) {
			return ctx.Err()
		}
	}
	c.leave(last, NoNode, len(order))
	return c.allPlaced()
}

// leave goes up from a node to one above, and ends the spans on the way; to
// NoNode if that is not above.
func (c *checker) leave(from, to Node, last int) Node {
	for from != to && from != NoNode {
		c.proof[from].hi = uint32(last)
		from = c.d.Idom(from)
	}
	return from
}

// allPlaced checks that every node that is reached and no leaf aside has a number,
// and no other.
func (c *checker) allPlaced() error {
	for i := range c.proof {
		v := Node(i)
		in := (c.d.Idom(v) != NoNode || v == c.g.Top()) && !c.g.aside.Has(mem.ObjID(i))
		if in != (c.proof[i].lo != 0) {
			return wrong("%s is missing in the order of its proof, or should be", c.g.name(v))
		}
	}
	return nil
}

// between reports whether the edges into an object come from its dominator, or
// from before and from behind it.
func (c *checker) between(id mem.ObjID) bool {
	self := c.proof[id]
	if self.lo == 0 {
		return true
	}
	up := c.d.Idom(Node(id))
	strong := c.reach.Strong.Has(id)
	low, high := false, false
	for v := range c.referrers(id) {
		if !c.holds(v, strong) {
			continue
		}
		low = low || v == up || c.proof[v].lo < self.lo
		high = high || v == up || c.proof[v].lo > self.hi
		if low && high {
			return true
		}
	}
	return false
}
