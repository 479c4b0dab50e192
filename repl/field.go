package repl

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"github.com/objgraph/objgraph/fields"
	"github.com/objgraph/objgraph/mem"
)

// Field is a word or more of an object: a field, an element, a pointer.
type Field struct {
	of   *Object
	part fields.Field
}

func (f *Field) String() string        { return strings.TrimPrefix(fieldTable([]*Field{f}), "\n  ") }
func (f *Field) Type() string          { return "field" }
func (f *Field) Freeze()               {}
func (f *Field) Truth() starlark.Bool  { return true }
func (f *Field) Hash() (uint32, error) { return 0, errors.New("fields have no hash") }
func (f *Field) AttrNames() []string   { return f.of.s.words.field.names() }

func (f *Field) Attr(name string) (starlark.Value, error) { return f.of.s.words.field.attr(f, name) }

// fieldList are the fields of an object, shown as a table.
type fieldList struct{ starlark.Tuple }

func (l fieldList) Type() string { return "fields" }

func (l fieldList) String() string {
	var all []*Field
	for _, v := range l.Tuple {
		if f, ok := v.(*Field); ok {
			all = append(all, f)
		}
	}
	return strings.TrimPrefix(fieldTable(all), "\n")
}

func fieldWords() []word[*Field] {
	return []word[*Field]{
		{"name", "", "its name", "string", func(f *Field) (starlark.Value, error) { return starlark.String(f.part.Name), nil }},
		{"type", "", "its type", "string", func(f *Field) (starlark.Value, error) { return starlark.String(f.part.Type), nil }},
		{"offset", "", "where it is in the object, in bytes", "int", func(f *Field) (starlark.Value, error) { return starlark.MakeUint64(f.part.Offset), nil }},
		{"to", "", "the object that it points to, or None", "object", func(f *Field) (starlark.Value, error) {
			if f.part.To == mem.NoObj {
				return starlark.None, nil
			}
			return &Object{f.of.s, f.of.dump, f.part.To, nil}, nil
		}},
		{"value", "", "what it says: with --show-values alone", "string", func(f *Field) (starlark.Value, error) {
			if !f.of.s.values {
				return nil, errors.New("values are hidden, as dumps hold secrets; objgraph heap --show-values shows them")
			}
			return starlark.String(f.says()), nil
		}},
	}
}

// target is the address and the type of what it points to, "" if that is no object.
func (f *Field) target() (addr, typ string) {
	if f.part.To == mem.NoObj {
		return "", ""
	}
	s := f.of.snap()
	return s.Addr(f.part.To).String(), s.TypeName(f.part.To)
}

// fieldTable is a line for each field: name, type, what it points to, its value.
func fieldTable(all []*Field) string {
	wide, typ := 0, 0
	for _, f := range all {
		wide, typ = max(wide, len(f.part.Name)), max(typ, len(f.part.Type))
	}
	var b strings.Builder
	for _, f := range all {
		line := fmt.Sprintf("  %-*s  %-*s", min(wide, 40), f.part.Name, min(typ, 40), f.part.Type)
		if addr, to := f.target(); addr != "" {
			line += fmt.Sprintf("  -> %s %s", addr, to)
		}
		if says := f.says(); says != "" {
			line += "  = " + says
		}
		b.WriteString("\n" + strings.TrimRight(line, " "))
	}
	return b.String()
}

// fields are those of the object's value: of a struct its fields, of an array its
// elements, of anything else the pointers in it.
func (o *Object) fields() []*Field {
	s := o.snap()
	parts := fields.Of(s.Heap, s.Typing, o.id)
	out := make([]*Field, len(parts))
	for i, p := range parts {
		out[i] = &Field{o, p}
	}
	return out
}

// maxText is how many bytes of a string are shown.
const maxText = 60

// says is what the field says, "" if that is hidden or not known.
func (f *Field) says() string {
	if !f.of.s.values {
		return ""
	}
	return f.part.Says(f.of.snap().Heap, f.of.id, maxText)
}
