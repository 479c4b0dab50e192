package report

import (
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
)

// chain draws the shortest way from a root to the object. A long one loses its
// middle.
func (p *painter) chain() {
	way := p.way()
	goal := graph.Node(p.goal)
	left := len(way) - chainHead - chainTail
	if left <= 1 {
		p.climb(goal, way, 1)
		return
	}
	box := p.climb(goal, way[:chainTail], 1)
	gap := len(p.pic.Nodes)
	rest := way[chainTail : chainTail+left]
	p.pic.Nodes = append(p.pic.Nodes, layouts.Node{Lines: p.kinds(rest), Role: layouts.More, Depth: chainTail + 1})
	p.draw(arrow{gap, box, "…"}, false)
	above := way[chainTail+left]
	p.draw(arrow{p.add(above, chainTail+2), gap, "…"}, p.rank.weak(above))
	p.climb(above, way[chainTail+left+1:], chainTail+3)
}

// climb draws holders, each above the one before, and returns the last box.
func (p *painter) climb(below graph.Node, way []graph.Node, depth int) (box int) {
	box = p.drawn[below]
	for i, n := range way {
		at := p.add(n, depth+i)
		id := p.g.Object(below)
		p.connect(id, box, p.joins(n, id), at)
		below, box = n, at
	}
	return box
}

// joins is the link from a holder to an object that it is known to hold.
func (p *painter) joins(holder graph.Node, id mem.ObjID) neighbour {
	for _, n := range neighbours(p.links.holders(id)) {
		if n.node == holder {
			return n
		}
	}
	return neighbour{holder, []link{{holder, holder}}}
}

// way is the chain from the object's first holder up to the root, without
// parts of maps and channels.
func (p *painter) way() []graph.Node {
	c, ok := p.o.Way, true
	if len(c.Objs) == 0 || len(p.o.Filter.Ignore) > 0 {
		c, ok = p.rank.tree.Chain(p.goal)
	}
	if !ok {
		return nil
	}
	var up []graph.Node
	for i := len(c.Objs) - 2; i >= 0; i-- {
		if !p.links.part(c.Objs[i]) {
			up = append(up, graph.Node(c.Objs[i]))
		}
	}
	return append(up, p.g.NodeOfRoot(c.Root))
}
