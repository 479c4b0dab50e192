package session

import (
	"context"
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/declare"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// addPlaces finds the declarations of what an answer names. A source that does
// not load takes nothing from the answer but the places.
func addPlaces(ctx context.Context, e *Env, dir string, a *report.Leaks) error {
	var o declare.Options
	if p := a.Last.Program; p != nil {
		o.MainPath = p.MainPath
	}
	e.Progress.Tell(mem.StageSource, 0, 0)
	src, err := declare.Load(ctx, dir, o)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		a.Warnings = append(a.Warnings, fmt.Sprintf("no declarations, the source did not load (--src): %v", err))
		return nil
	}
	if n := len(src.Warnings); n > 0 {
		a.Warnings = append(a.Warnings, fmt.Sprintf("the source did not load whole (--src): %s%s", firstLine(src.Warnings[0]), andMore(n-1)))
	}
	l := locator{src, a.Last}
	a.Places.File = src.Relative
	if id, ok := a.Target(); ok {
		a.Places.Type = l.ofType(a.Last.Typing.Type(id))
	}
	for i := range a.Chains {
		a.Places.Chains = append(a.Places.Chains, l.chain(&a.Chains[i]))
	}
	return nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d more)", n)
}

// locator looks the parts of chains up in a source.
type locator struct {
	src *declare.Source
	s   *snapshot.Snapshot
}

func (l *locator) chain(c *census.Chain) report.ChainPlaces {
	out := report.ChainPlaces{Steps: make([]report.StepPlaces, len(c.Steps))}
	holder := typing.Type{}
	if g := l.s.RootGlobal(c.Root); g != nil {
		if at, ok := l.src.Global(g); ok {
			out.Root = at.String()
		}
		holder.Go = g.Type
	}
	for i := range c.Steps {
		t := l.s.Typing.Type(c.Steps[i].ID)
		out.Steps[i].Type = l.ofType(t)
		if at, name, ok := l.src.Field(holder.Go, elementLabel(&holder, c.Steps[i].Edge)); ok {
			out.Steps[i].Field, out.Steps[i].FieldName = at.String(), name
		}
		holder = *t
	}
	return out
}

// elementLabel is a label without the index of a backing array, whose type is
// that of its elements.
func elementLabel(holder *typing.Type, label string) string {
	if holder.Form == typing.Array {
		if end := strings.IndexByte(label, ']'); strings.HasPrefix(label, "[") && end > 0 {
			return label[end+1:]
		}
	}
	return label
}

// ofType is where the type of an object is declared; of a closure its function.
func (l *locator) ofType(t *typing.Type) string {
	if t.Func != nil {
		if at, ok := l.src.Func(t.Func); ok {
			return at.String()
		}
		return ""
	}
	if t.Form != typing.Value && t.Form != typing.Array || t.Go == nil {
		return ""
	}
	if at, ok := l.src.Type(t.Go); ok {
		return at.String()
	}
	return ""
}
