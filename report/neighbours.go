package report

import (
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
)

// neighboursOf are an object's neighbours on the side that the picture shows,
// the worthiest first.
func (p *painter) neighboursOf(id mem.ObjID) []neighbour {
	if p.o.View == Forward {
		return p.rank.held(neighbours(p.links.held(id)))
	}
	return p.rank.holders(neighbours(p.links.holders(id)))
}

// spread chooses the objects of the picture, breadth-first from its object: up
// to FanOut neighbours of each, Depth levels of them, MaxNodes boxes in all.
func (p *painter) spread() {
	level := []mem.ObjID{p.goal}
	for depth := 1; depth <= p.o.Depth && len(level) > 0; depth++ {
		var next []mem.ObjID
		for _, id := range level {
			if p.cut = p.full(1); p.cut || p.ctx.Err() != nil {
				return
			}
			if p.links.only.stops(id) && id != p.goal {
				continue
			}
			p.open[id] = true
			next = append(next, p.choose(id, depth)...)
		}
		level = next
	}
	for _, id := range level {
		p.chooseRoots(id, p.o.Depth+1)
	}
}

// choose draws the neighbours of one object and returns the objects among
// those that were not drawn before, or only as part of the chain.
func (p *painter) choose(id mem.ObjID, depth int) (next []mem.ObjID) {
	all := p.neighboursOf(id)
	if len(all) > p.o.FanOut {
		p.promised++
	}
	left := p.o.FanOut
	for _, n := range all {
		if _, ok := p.boxOf(n.node); ok {
			left--
		}
	}
	for _, n := range all {
		_, ok := p.boxOf(n.node)
		if !ok && left > 0 && p.full(0) {
			p.cut = true
		}
		if !ok && (left <= 0 || p.full(0)) {
			continue
		}
		if !ok {
			left--
			p.add(n.node, depth)
		}
		if p.g.KindOf(n.node) == graph.NodeObject && !p.open[p.g.Object(n.node)] {
			next = append(next, p.g.Object(n.node))
		}
	}
	return next
}

// chooseRoots draws the roots of an object at the border: they end the
// question of who holds it, and take no further boxes.
func (p *painter) chooseRoots(id mem.ObjID, depth int) {
	if p.o.View == Forward {
		return
	}
	left := p.o.FanOut
	for _, n := range p.neighboursOf(id) {
		if p.g.KindOf(n.node) != graph.NodeRoot || left == 0 || p.full(0) {
			return // certain roots come first
		}
		p.add(n.node, depth)
		left--
	}
}

// full reports whether there is no room for more boxes.
func (p *painter) full(more int) bool {
	return len(p.pic.Nodes)+p.promised+more >= p.o.MaxNodes
}
