package declare

import (
	"strings"

	"github.com/objgraph/objgraph/program"
)

// Type is where a named type is declared. ok is false for a type without a name
// and where the source lacks it.
func (s *Source) Type(t *program.Type) (Place, bool) {
	if t == nil || t.PkgPath == "" {
		return Place{}, false
	}
	n := s.of(t.PkgPath)
	if n == nil || n.types[local(t)] == nil {
		return Place{}, false
	}
	return s.place(n, n.types[local(t)].Pos())
}

// Field follows a label from a value of type t, ".user.opts[3].val", and says
// where the last field on the way that a named struct has is declared, with
// that struct's name.
func (s *Source) Field(t *program.Type, label string) (at Place, field string, ok bool) {
	for _, part := range parts(label) {
		if t == nil {
			break
		}
		if t.Kind == program.Pointer { // what a variable points at is shown as if it were the variable
			t = t.Elem
		}
		if t == nil {
			break
		}
		if part[0] == '[' {
			t = t.Elem
			continue
		}
		f := t.Field(part[1:])
		if f == nil {
			break
		}
		if n := s.of(t.PkgPath); n != nil && t.PkgPath != "" {
			if p, found := s.place(n, n.field(local(t), f.Name)); found {
				at, field, ok = p, t.Name+part, true
			}
		}
		t = f.Type
	}
	return at, field, ok
}

// Global is where a variable is declared.
func (s *Source) Global(g *program.Global) (Place, bool) {
	n := s.of(g.PkgPath)
	if n == nil {
		return Place{}, false
	}
	return s.place(n, n.vars[g.Name[strings.LastIndexByte(g.Name, '.')+1:]])
}

// Func is where a function is declared; of a closure the function that it
// stands in.
func (s *Source) Func(f *program.Func) (Place, bool) {
	slash := strings.LastIndexByte(f.FullName, '/') + 1
	dot := strings.IndexByte(f.FullName[slash:], '.')
	if dot < 0 {
		return Place{}, false
	}
	n := s.of(strings.ReplaceAll(f.FullName[:slash+dot], "%2e", "."))
	if n == nil {
		return Place{}, false
	}
	name := strings.ReplaceAll(f.FullName[slash+dot+1:], "[...]", "")
	for name != "" { // "build.func1.2", "build.func1", "build"
		if pos, ok := n.funcs[name]; ok {
			return s.place(n, pos)
		}
		name = name[:max(0, strings.LastIndexByte(name, '.'))]
	}
	return Place{}, false
}

// local is a type's name within its package, without type arguments.
func local(t *program.Type) string {
	name, _, _ := strings.Cut(t.Name, "[")
	return name[strings.LastIndexByte(name, '.')+1:]
}

// parts cuts a label before each dot and bracket; what does not begin with one
// is no label of a field.
func parts(label string) (out []string) {
	for label != "" {
		if label[0] != '.' && label[0] != '[' {
			return nil
		}
		end := len(label)
		if i := strings.IndexAny(label[1:], ".["); i >= 0 {
			end = i + 1
		}
		out, label = append(out, label[:end]), label[end:]
	}
	return out
}
