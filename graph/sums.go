package graph

import (
	"context"
	"math/bits"

	"github.com/objgraph/objgraph/mem"
)

// sums checks that every node retains its own bytes and what its children
// retain, which is an equation for each node. Their sum, each times a number
// that looks random, is one equation that needs no memory and no order: R.
// Freivalds, "Fast Probabilistic Algorithms", 1979. A single wrong size or
// dominator never passes, as no two factors are the same and 128 bits hold the
// products; several mistakes do by a chance of about one in 2^64.
func (c *checker) sums(ctx context.Context) error {
	p := pulse{ctx: ctx}
	var node, children fingerprint
	total := uint64(0)
	for v, up := range c.d.idom {
		retained, own := c.d.retained[v], c.own(Node(v))
		if retained < own {
			return c.badSum()
		}
		total += own
		node.add(uint32(v), retained-own)
		if Node(up) != NoNode {
			children.add(up, retained)
		}
		if p.stop(1) {
			return ctx.Err()
		}
	}
	if top := c.d.RetainedNode(c.g.Top()); top != total {
		return wrong("the top retains %d bytes, %d are reached", top, total)
	}
	if node != children {
		return c.badSum()
	}
	return nil
}

// fingerprint is a sum of bytes of nodes, each times its factor.
type fingerprint struct{ hi, lo uint64 }

func (f *fingerprint) add(v uint32, bytes uint64) {
	hi, lo := bits.Mul64(factor(v), bytes)
	var carry uint64
	f.lo, carry = bits.Add64(f.lo, lo, 0)
	f.hi += hi + carry
}

// own is the bytes of a node without what is below it.
func (c *checker) own(v Node) uint64 {
	if id := mem.ObjID(v); uint64(v) < uint64(c.g.n) && c.reach.Has(id) {
		return c.d.size(id)
	}
	return 0
}

// factor is a number that looks random, another for each node: the mixer of D.
// Stafford, "Better Bit Mixing", variant 13.
func factor(v uint32) uint64 {
	x := uint64(v) + 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// badSum names the first node whose equation does not hold.
func (c *checker) badSum() error {
	sum := make([]uint64, len(c.d.idom))
	for v := range sum {
		sum[v] += c.own(Node(v))
		if up := c.d.idom[v]; int(up) < len(sum) {
			sum[up] += c.d.retained[v]
		}
	}
	for v, want := range sum {
		if got := c.d.retained[v]; got != want {
			return wrong("%s retains %d bytes, it and what hangs from it %d", c.g.name(Node(v)), got, want)
		}
	}
	return wrong("retained sizes do not add up")
}
