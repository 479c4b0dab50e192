package layouts

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// What a picture may be at the most: the layout of some takes minutes, and
// nobody looks at more. A picture that is more loses what is farthest from the
// target, and says so.

// maxBytes bounds an SVG. Its tooltips are shortened until it keeps to that.
const maxBytes = 10_000_000

// attempt is one try at a layout: so many boxes, in a share of the time.
type attempt struct {
	nodes int // 0: all
	share float64
}

// attempts are made in this order until one is in time.
var attempts = [...]attempt{{0, 0.5}, {100, 0.3}, {30, 0.2}}

// maxEdgesOfPart is how many arrows a picture that was cut has for each box.
const maxEdgesOfPart = 3

// part is p with at most n boxes: the target's and those that are nearest to it,
// in their order. It is nil if p has no more than that anyway.
func (p *Picture) part(n int, limit time.Duration) *Picture {
	if len(p.Nodes) <= n && len(p.Edges) <= n*maxEdgesOfPart {
		return nil
	}
	small := *p
	place := p.keep(n)
	small.Nodes, small.Edges = nil, nil
	for i := range p.Nodes {
		if place[i] >= 0 {
			small.Nodes = append(small.Nodes, p.Nodes[i])
		}
	}
	for _, e := range p.Edges {
		if place[e.From] >= 0 && place[e.To] >= 0 && len(small.Edges) < n*maxEdgesOfPart {
			e.From, e.To = place[e.From], place[e.To]
			small.Edges = append(small.Edges, e)
		}
	}
	small.Notes = append(slices.Clone(p.Notes), fmt.Sprintf("CUT: %d of %d boxes and %d of %d arrows, those nearest to the object; the layout of all took over %v",
		len(small.Nodes), len(p.Nodes), len(small.Edges), len(p.Edges), limit.Round(100*time.Millisecond)))
	return &small
}

// keep gives each node that is among the n nearest its place among them, and -1
// to the others.
func (p *Picture) keep(n int) []int {
	near := make([]int, len(p.Nodes))
	for i := range near {
		near[i] = i
	}
	slices.SortStableFunc(near, func(a, b int) int {
		x, y := &p.Nodes[a], &p.Nodes[b]
		return cmp.Or(cmp.Compare(later(x), later(y)), cmp.Compare(x.Depth, y.Depth))
	})
	kept := slices.Sorted(slices.Values(near[:min(n, len(near))]))
	place := make([]int, len(p.Nodes))
	for i := range place {
		place[i] = -1
	}
	for at, i := range kept {
		place[i] = at
	}
	return place
}

// later is 0 for targets, which stay.
func later(n *Node) int {
	if n.Role == Target {
		return 0
	}
	return 1
}
