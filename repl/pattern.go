package repl

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"github.com/objgraph/objgraph/partition"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/session"
)

// Pattern is heapy's reference pattern of a set, found when it is shown.
type Pattern struct {
	set          *Objects
	depth, width int
	found        *partition.Pattern
}

// maxPattern bounds the nodes of a pattern.
const maxPattern = 100

func (p *Pattern) find() (*partition.Pattern, error) {
	if p.found == nil {
		found, err := p.set.dump.space.Pattern(p.set.s.now, p.set.set, partition.PatternOptions{Depth: p.depth, Width: p.width, Nodes: maxPattern})
		if err != nil {
			return nil, err
		}
		p.found = found
	}
	return p.found, nil
}

// CallInternal is a pattern of another depth or width.
func (p *Pattern) CallInternal(_ *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	n := &Pattern{set: p.set, depth: p.depth, width: p.width}
	if err := starlark.UnpackArgs("pattern", args, kwargs, "depth?", &n.depth, "width?", &n.width); err != nil {
		return nil, err
	}
	if n.depth < 1 || n.width < 1 {
		return nil, errors.New("pattern: want a depth and a width of 1 or more")
	}
	_, err := n.find()
	return n, err
}

func (p *Pattern) String() string {
	found, err := p.find()
	if err != nil {
		p.set.s.fail(err)
		return ""
	}
	var b strings.Builder
	report.PatternText(&b, found)
	return strings.TrimSuffix(b.String(), "\n")
}

func (p *Pattern) Name() string          { return "pattern" }
func (p *Pattern) Type() string          { return "pattern" }
func (p *Pattern) Freeze()               {}
func (p *Pattern) Truth() starlark.Bool  { return true }
func (p *Pattern) Hash() (uint32, error) { return 0, errors.New("patterns have no hash") }
func (p *Pattern) AttrNames() []string   { return p.set.s.words.pattern.names() }

func (p *Pattern) Attr(name string) (starlark.Value, error) {
	return p.set.s.words.pattern.attr(p, name)
}

// Len is the number of lines.
func (p *Pattern) Len() int {
	found, err := p.find()
	if err != nil {
		p.set.s.fail(err)
		return 0
	}
	return len(found.Order())
}

// Index is the set of a line.
func (p *Pattern) Index(i int) starlark.Value {
	found, err := p.find()
	if err != nil {
		p.set.s.fail(err)
		return starlark.None
	}
	return p.set.s.objects(p.set.dump, found.Nodes[found.Order()[i]].Set)
}

func patternWords() []word[*Pattern] {
	return []word[*Pattern]{
		{"graph", `("out.svg")`, "draw it", "text", func(p *Pattern) (starlark.Value, error) {
			return function("graph", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
				var name string
				if err := starlark.UnpackArgs("graph", args, kwargs, "file", &name); err != nil {
					return nil, err
				}
				return p.draw(name)
			}), nil
		}},
		{"depth", "", "how many levels it has at the most", "int", func(p *Pattern) (starlark.Value, error) { return starlark.MakeInt(p.depth), nil }},
	}
}

func (p *Pattern) draw(name string) (starlark.Value, error) {
	if err := session.CheckFormat(name); err != nil {
		return nil, err
	}
	found, err := p.find()
	if err != nil {
		return nil, err
	}
	pic := report.PatternPicture(found)
	pic.Command = p.set.s.env.Line
	if err := p.set.s.env.Draw(p.set.s.now, name, pic); err != nil {
		return nil, err
	}
	return text(fmt.Sprintf("%s: %d boxes", name, len(pic.Nodes))), nil
}
