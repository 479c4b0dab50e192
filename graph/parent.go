package graph

import (
	"context"
	"iter"
	"sync"

	"github.com/objgraph/objgraph/mem"
)

// edgeBlock is how many objects a worker looks at in one go.
const edgeBlock = 1 << 15

// edges checks the edges into every object. The first bad one is named.
func (c *checker) edges(ctx context.Context) error {
	bad, err := c.firstBad(ctx, c.fits)
	if err == nil && bad != mem.NoObj {
		err = c.blame(bad)
	}
	return err
}

// firstBad is the first object that is not good, NoObj if all are.
func (c *checker) firstBad(ctx context.Context, good func(mem.ObjID) bool) (mem.ObjID, error) {
	var mu sync.Mutex
	first := mem.NoObj
	blocks := (c.g.n + edgeBlock - 1) / edgeBlock
	err := mem.Parallel(ctx, c.g.workers, blocks, func(_, i int) {
		for id := i * edgeBlock; id < min((i+1)*edgeBlock, c.g.n); id++ {
			if !good(mem.ObjID(id)) {
				mu.Lock()
				first = min(first, mem.ObjID(id))
				mu.Unlock()
				return
			}
		}
	})
	return first, err
}

// fits reports whether the edges into an object suit its dominator. Below the
// top is all that is reached. A single edge is compared without a look at the
// tree.
func (c *checker) fits(id mem.ObjID) bool {
	up := c.d.Idom(Node(id))
	row := c.g.in.row(id)
	rooted := c.g.held.any.Has(id)
	if len(row) == 1 && !rooted && up != NoNode {
		return Node(row[0]) == up
	}
	if up == c.g.Top() {
		return true
	}
	within := c.spanOf(up)
	strong := c.reach.Strong.Has(id)
	last := up
	for _, from := range row {
		if v := Node(from); v != up && v != last {
			if last = v; !within.has(c.number(v)) && c.holds(v, strong) {
				return false
			}
		}
	}
	return !rooted || c.fitsRoots(id, within, strong)
}

func (c *checker) fitsRoots(id mem.ObjID, within span, strong bool) bool {
	for _, r := range c.g.RootsOf(id) {
		if v := c.g.NodeOfRoot(r); !within.has(c.number(v)) && c.holds(v, strong) {
			return false
		}
	}
	return true
}

// spanOf is what is below a dominator; nothing is below NoNode.
func (c *checker) spanOf(up Node) span {
	if up == NoNode {
		return span{1, 0}
	}
	return *c.at(up)
}

// number is the preorder number of a node, that of its dominator if nothing
// hangs from it, 0 if it is not reached. The set is small, so one look far away
// is enough.
func (c *checker) number(v Node) uint32 {
	if !c.inner.Has(mem.ObjID(v)) {
		if v = c.d.Idom(v); v == NoNode {
			return 0
		}
	}
	return c.at(v).lo
}

// holds reports whether a node is reached and an edge from it counts for an
// object that is strong or not.
func (c *checker) holds(v Node, strong bool) bool {
	if c.d.Idom(v) == NoNode {
		return false
	}
	return !strong || !c.weak(v)
}

// weak reports whether nothing certain reaches an object or root.
func (c *checker) weak(v Node) bool {
	if c.g.KindOf(v) == NodeRoot {
		return c.g.roots.weak(c.g.Root(v))
	}
	return c.reach.Weak.Has(c.g.Object(v))
}

// blame says what is wrong with the edges into an object.
func (c *checker) blame(id mem.ObjID) error {
	up := c.d.Idom(Node(id))
	strong := c.reach.Strong.Has(id)
	for v := range c.referrers(id) {
		switch {
		case v == up || !c.holds(v, strong):
		case up == NoNode:
			return wrong("object %d is not in it and has an edge from %s, which is", id, c.g.name(v))
		case !c.spanOf(up).has(c.number(v)):
			return wrong("object %d has an edge from %s, which its dominator %s does not lie above", id, c.g.name(v), c.g.name(up))
		}
	}
	return wrong("object %d hangs from %s and has but one edge, which is from elsewhere", id, c.g.name(up))
}

// referrers are the objects, one for each slot, and roots that point to an
// object.
func (c *checker) referrers(id mem.ObjID) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for _, from := range c.g.In(id) {
			if !yield(Node(from)) {
				return
			}
		}
		for _, r := range c.g.RootsOf(id) {
			if !yield(c.g.NodeOfRoot(r)) {
				return
			}
		}
	}
}
