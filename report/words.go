package report

import (
	"fmt"
	"path/filepath"

	"github.com/objgraph/objgraph/graph"
)

// words writes what stands around the drawing.
func (p *painter) words() {
	if p.pic.Title == "" {
		p.pic.Title = p.title()
	}
	about := p.o.About
	if about == nil {
		a := AboutOf(p.s)
		about = &a
	}
	p.note("%s, %s; %s", filepath.Base(p.s.Path), p.s.Heap.GoVersion, about.typed())
	for _, n := range p.o.Notes {
		p.note("%s", n)
	}
	if !about.Complete {
		p.note("damaged dump: what follows the damage is missing here")
	}
	if about.Exe == "" {
		p.note("no executable was given: few types are known, and no names of variables")
	}
	if p.links.stray {
		p.note("no root that the dump lists leads to this object: it may be garbage")
	}
	if n := p.links.left(); n > 0 {
		p.note("%s from objects that no root reaches left out", plural(n, "reference"))
	}
	if p.cut {
		p.note("the picture is full (--max-nodes %d)", p.o.MaxNodes)
	}
	if p.crowded > 0 {
		p.note("%s between drawn objects left out", plural(p.crowded, "reference"))
	}
}

func (p *painter) note(format string, args ...any) {
	p.pic.Notes = append(p.pic.Notes, fmt.Sprintf(format, args...))
}

func (p *painter) title() string {
	name := p.rank.name(graph.Node(p.goal))
	switch p.o.View {
	case Forward:
		return "What one " + name + " holds"
	case Chain:
		return "The shortest way from a root to one " + name
	}
	return "Who holds one " + name
}
