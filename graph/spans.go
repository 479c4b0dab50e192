package graph

import "github.com/objgraph/objgraph/mem"

// span is the preorder numbers of a node and all that is below it, from 1. While
// the tree is walked the two words hold the links of the walk.
type span struct {
	lo uint32 // the node's own number; until it is entered, its first child and 1, 0 for none
	hi uint32 // the last number below it; until it is left, its next sibling and 1, 0 for none
}

// has reports whether the node with a number is in the span.
func (s span) has(number uint32) bool { return s.lo <= number && number <= s.hi }

// spans numbers the nodes that have children in preorder. A node without one is
// asked for by the number of what it hangs from.
func (c *checker) spans(p *pulse) error {
	c.numbers = c.inner.Numbered()
	c.span = mem.Alloc[span](&c.mem, c.numbers.Len())
	inner := 0
	for i := len(c.inner.words) - 1; i >= 0; i-- {
		inner += c.link(i)
		if p.stop(64) {
			return p.ctx.Err()
		}
	}
	entered, done := c.walk(p)
	if !done {
		return p.ctx.Err()
	}
	if entered != inner {
		return c.cycle()
	}
	return nil
}

// at is the span of a node in inner.
func (c *checker) at(v Node) *span { return &c.span[c.numbers.Of(mem.ObjID(v))] }

// link enters the nodes of one word of inner, and counts them.
func (c *checker) link(word int) (count int) {
	one := Set{c.inner.words[word : word+1]}
	for i := range one.All() {
		v := Node(word*64) + Node(i)
		count++
		if up := c.d.Idom(v); up != NoNode {
			above := c.at(up)
			c.at(v).hi = above.lo
			above.lo = uint32(v) + 1
		}
	}
	return count
}

// walk visits the nodes from the top and counts them; false if the context
// ended it.
func (c *checker) walk(p *pulse) (entered int, done bool) {
	number := uint32(0)
	for v := c.g.Top(); ; {
		number++
		s := c.at(v)
		child := s.lo
		s.lo = number
		for child == 0 {
			s = c.at(v)
			child, s.hi = s.hi, number
			if v == c.g.Top() {
				return int(number), true
			}
			if child == 0 {
				v = c.d.Idom(v)
			}
		}
		v = Node(child - 1)
		if p.stop(1) {
			return 0, false
		}
	}
}

// cycle names a node of a cycle. As many steps up as there are nodes end in one
// if there is one.
func (c *checker) cycle() error {
	seen := NewSet(c.g.NumNodes())
	for i := range c.inner.All() {
		v := Node(i)
		for v != c.g.Top() && seen.put(mem.ObjID(v)) {
			v = c.d.Idom(v)
		}
		if v != c.g.Top() && c.loops(v) {
			return wrong("%s hangs from itself, by way of %s", c.g.name(v), c.g.name(c.d.Idom(v)))
		}
	}
	return wrong("it is not one tree")
}

// loops reports whether the way up from a node leads to it again.
func (c *checker) loops(v Node) bool {
	up := c.d.Idom(v)
	for range c.g.NumNodes() {
		if up == v || up == c.g.Top() {
			break
		}
		up = c.d.Idom(up)
	}
	return up == v
}
