package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
)

// arrow is a drawn reference: two of one name between two boxes are one.
type arrow struct {
	from, to int
	label    string
}

const (
	maxParallel   = 4 // arrows between two boxes
	arrowsPerNode = 4 // of MaxNodes, on average
	maxKinds      = 5 // lines in a box for what is left out
)

// join draws the references between all drawn objects, and boxes for the
// neighbours that are not.
func (p *painter) join() {
	for _, id := range p.objects {
		if p.ctx.Err() != nil {
			return
		}
		box := p.drawn[graph.Node(id)]
		var rest []graph.Node
		for _, n := range p.neighboursOf(id) {
			if at, ok := p.boxOf(n.node); ok {
				p.connect(id, box, n, at)
			} else {
				rest = append(rest, n.node)
			}
		}
		switch {
		case len(rest) == 0:
		case p.open[id]:
			p.leftOut(box, rest)
		default:
			p.pic.Nodes[box].Lines = append(p.pic.Nodes[box].Lines, p.beyond(len(rest)))
		}
	}
}

// beyond says that the picture ends at an object that has more neighbours.
func (p *painter) beyond(n int) string {
	if p.o.View == Forward {
		return fmt.Sprintf("… holds %s", plural(n, "more object"))
	}
	return fmt.Sprintf("… %s", plural(n, "more holder"))
}

// connect draws what joins an object with its neighbour.
func (p *painter) connect(id mem.ObjID, box int, n neighbour, at int) {
	from, to, target := at, box, id
	if p.o.View == Forward {
		from, to, target = box, at, p.g.Object(n.node)
	}
	if len(p.pic.Edges) >= arrowsPerNode*p.o.MaxNodes {
		p.crowded++
		return
	}
	var names []string
	times := map[string]int{}
	p.labelled(n, target, func(name string) {
		if times[name] == 0 && len(names) <= maxParallel {
			names = append(names, name)
		}
		times[name]++
	})
	weak := p.rank.weak(n.node)
	for i, name := range names {
		if i == maxParallel {
			name = fmt.Sprintf("… %d more", len(times)-maxParallel)
		} else if times[name] > 1 {
			name = fmt.Sprintf("%s (%s times)", name, count(times[name]))
		}
		p.draw(arrow{from, to, name}, weak)
	}
}

// labelled names every reference that joins a neighbour.
func (p *painter) labelled(n neighbour, target mem.ObjID, add func(string)) {
	for _, l := range n.vias {
		p.links.labels(l.via, target, add)
	}
}

func (p *painter) draw(a arrow, weak bool) {
	if _, ok := p.arrows[a]; ok {
		return
	}
	p.arrows[a] = len(p.pic.Edges)
	p.pic.Edges = append(p.pic.Edges, layouts.Edge{From: a.from, To: a.to, Label: a.label, Weak: weak})
}

// leftOut draws the box "38 more: 30 []string, 8 main.T".
func (p *painter) leftOut(box int, rest []graph.Node) {
	more := len(p.pic.Nodes)
	depth := p.pic.Nodes[box].Depth + 1
	p.pic.Nodes = append(p.pic.Nodes, layouts.Node{Lines: p.kinds(rest), Role: layouts.More, Depth: depth})
	a := arrow{more, box, fmt.Sprintf("%s more", count(len(rest)))}
	if p.o.View == Forward {
		a.from, a.to = box, more
	}
	p.draw(a, false)
}

// kind is an object's type; roots are all alike.
func (p *painter) kind(n graph.Node) string {
	switch {
	case p.g.KindOf(n) == graph.NodeObject:
		return p.rank.name(n)
	case p.rank.weak(n):
		return "by conservative roots"
	}
	return "by roots"
}

// kinds counts nodes by name, the most frequent first.
func (p *painter) kinds(rest []graph.Node) []string {
	times := map[string]int{}
	for _, n := range rest {
		times[p.kind(n)]++
	}
	names := make([]string, 0, len(times))
	for name := range times {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(times[b]-times[a], cmp.Compare(a, b))
	})
	lines := []string{fmt.Sprintf("%s more:", count(len(rest)))}
	for i, name := range names {
		if i == maxKinds && len(names) > maxKinds+1 {
			return append(lines, fmt.Sprintf("… and %d other types", len(names)-i))
		}
		lines = append(lines, fmt.Sprintf("%s %s", count(times[name]), name))
	}
	return lines
}
