package pprofile

import (
	"cmp"
	"slices"
)

// chosen says which stacks are kept apart. What the others have is merged below
// the longest of their beginnings that is kept.
type chosen struct {
	kept  []bool // by stackID; the empty one is
	rest  []sum  // by stackID: what is merged below it
	total sum
}

// sum is a number of objects and their bytes.
type sum struct{ objects, bytes uint64 }

func (s *sum) add(o sum) { s.objects, s.bytes = s.objects+o.objects, s.bytes+o.bytes }

func (n *node) own() sum { return sum{n.objects, n.bytes} }

// choose keeps the stacks below which most lies, so that the profile has max
// samples at the most, 1 or more.
func (t *trie) choose(max int) *chosen {
	c := &chosen{kept: make([]bool, len(t.nodes)), rest: make([]sum, len(t.nodes))}
	c.kept[0] = true
	order := t.order()
	for _, at := range order[:t.fitting(order, max)] {
		c.kept[at] = true
	}
	for i := len(t.nodes) - 1; i > 0; i-- {
		if !c.kept[i] {
			below := c.rest[i]
			below.add(t.nodes[i].own())
			c.rest[t.nodes[i].parent].add(below)
			c.rest[i] = sum{}
		}
	}
	for _, r := range c.rest {
		c.total.add(r)
	}
	return c
}

// order are the stacks with something in or below them: most bytes first, then as
// they came, so that each comes behind its beginnings.
func (t *trie) order() []stackID {
	below := make([]uint64, len(t.nodes))
	var order []stackID
	for i := len(t.nodes) - 1; i > 0; i-- {
		below[i] += t.nodes[i].bytes
		below[t.nodes[i].parent] += below[i]
		if below[i] > 0 && t.nodes[i].frame != merged {
			order = append(order, stackID(i))
		}
	}
	slices.SortFunc(order, func(a, b stackID) int {
		return cmp.Or(cmp.Compare(below[b], below[a]), cmp.Compare(a, b))
	})
	return order
}

// fitting is how many of the order can be kept. A stack makes a sample if it has
// objects of its own, and one if some of those below it are merged.
func (t *trie) fitting(order []stackID, max int) (fit int) {
	apart := make([]int, len(t.nodes)) // children that are not kept
	for _, at := range order {
		apart[t.nodes[at].parent]++
	}
	for i := range t.nodes {
		if n := &t.nodes[i]; n.frame == merged && n.objects > 0 {
			apart[n.parent]++
		}
	}
	samples := 1
	for k, at := range order {
		n := &t.nodes[at]
		if apart[n.parent]--; apart[n.parent] == 0 {
			samples--
		}
		if n.objects > 0 {
			samples++
		}
		if apart[at] > 0 {
			samples++
		}
		if samples <= max {
			fit = k + 1
		}
	}
	return fit
}
