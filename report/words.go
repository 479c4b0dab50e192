package report

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/typefilter"
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
	p.filtered(&p.o.Filter, p.links)
	if p.cut {
		p.note("the picture is full (--max-nodes %d)", p.o.MaxNodes)
	}
	if p.crowded > 0 {
		p.note("%s between drawn objects left out", plural(p.crowded, "reference"))
	}
}

// filtered says what was asked to be left out.
func (p *painter) filtered(f *Filter, l *linker) {
	say := func(what string, patterns []*typefilter.Pattern) {
		var names []string
		for _, x := range patterns {
			names = append(names, x.String())
		}
		if len(names) > 0 {
			p.note("%s %s", what, strings.Join(names, ", "))
		}
	}
	say("not looked beyond", f.StopAt)
	say("others are passed through: shown are only", f.Only)
	var names []string
	for _, i := range f.Ignore {
		names = append(names, i.Root+i.Type+i.Field)
	}
	if len(names) > 0 {
		p.note("as if these held nothing: %s", strings.Join(names, ", "))
	}
	if l.far > 0 {
		p.note("%s given up after %s passed through", plural(l.far, "search", "searches"), plural(maxPassed, "object"))
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
