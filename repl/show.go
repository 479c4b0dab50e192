package repl

import (
	"encoding/json"
	"fmt"
	"io"

	"go.starlark.net/starlark"

	"github.com/objgraph/objgraph/report"
)

// maxJSON is how many rows an answer in JSON or CSV has unless --limit says
// otherwise.
const maxJSON = 100_000

// show prints an answer: as text, JSON, or CSV.
func (s *Session) show(v starlark.Value, csv bool) error {
	var err error
	switch {
	case csv:
		err = s.csv(v)
	case s.env.JSON:
		err = s.json(v)
	default:
		shown := v.String()
		if err = s.failed; err == nil {
			fmt.Fprintln(s.env.Out, shown)
		}
	}
	if err != nil {
		return s.explain(err)
	}
	return nil
}

// whole is the table of a value, with as many rows as programs get.
func (s *Session) whole(v starlark.Value) (p *report.Partition, ok bool, err error) {
	switch v := v.(type) {
	case *Objects:
		if p, err = v.shown(); err != nil {
			return nil, false, err
		}
		p.From = v.first
	case *Difference:
		p = v.shown()
	default:
		return nil, false, nil
	}
	p.To = p.Len()
	if n := s.env.Rows(maxJSON, maxJSON); n > 0 {
		p.To = min(p.Len(), p.From+n)
	}
	return p, true, nil
}

func (s *Session) csv(v starlark.Value) error {
	p, ok, err := s.whole(v)
	if err == nil && !ok {
		err = fmt.Errorf("--csv is for tables, and the answer is a value of type %s", v.Type())
	}
	if err != nil {
		return err
	}
	return p.CSV(s.env.Out)
}

func (s *Session) json(v starlark.Value) error {
	p, ok, err := s.whole(v)
	switch {
	case err != nil:
		return err
	case ok:
		return p.JSON(s.env.Out)
	}
	switch v := v.(type) {
	case *Paths:
		found, err := v.find()
		if err != nil {
			return err
		}
		return found.JSON(s.env.Out)
	case *Object:
		return encode(s.env.Out, v.json())
	case starlark.Bool:
		return encode(s.env.Out, bool(v))
	case starlark.Int:
		return encode(s.env.Out, json.Number(v.String()))
	}
	if text, ok := starlark.AsString(v); ok {
		return encode(s.env.Out, text)
	}
	return encode(s.env.Out, v.String())
}

func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

type objectJSON struct {
	Type   string      `json:"type"`
	Addr   string      `json:"addr"`
	Size   uint64      `json:"size"`
	Fields []fieldJSON `json:"fields"`
}

type fieldJSON struct {
	Name   string  `json:"name"`
	Type   string  `json:"type"`
	Offset uint64  `json:"offset"`
	To     *string `json:"to"`    // address, null where it points to no object
	Value  *string `json:"value"` // null where it is hidden
}

func (o *Object) json() objectJSON {
	s := o.snap()
	out := objectJSON{Type: s.TypeName(o.id), Addr: s.Addr(o.id).String(), Size: s.Size(o.id), Fields: []fieldJSON{}}
	for _, f := range o.fields() {
		j := fieldJSON{Name: f.part.Name, Type: f.part.Type, Offset: f.part.Offset}
		if to, _ := f.target(); to != "" {
			j.To = &to
		}
		if says := f.says(); says != "" {
			j.Value = &says
		}
		out.Fields = append(out.Fields, j)
	}
	return out
}
