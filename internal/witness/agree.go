package witness

import (
	"go/types"
	"strings"

	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/typing"
)

// anything reports whether a want says nothing: a type parameter alone.
func (w Want) anything() bool { return w.Type != nil && typeName(w.Type) == wild }

func (w Want) equal(v Want) bool {
	same := w.Type == v.Type || w.Type != nil && v.Type != nil && types.Identical(w.Type, v.Type)
	w.Type, v.Type = nil, nil
	return same && w == v
}

// agrees reports whether a type is the one that is wanted.
func agrees(w Want, t *typing.Type) bool {
	switch w.Form {
	case typing.FuncValue:
		return t.Form == typing.FuncValue && isFunc(w, t.Func)
	case typing.MapHeader:
		if w.How == MapBoxed {
			m, ok := under(w.Type).(*types.Map)
			return ok && t.Form == typing.Value && (isNamed(m.Key(), t.Go) || isNamed(m.Elem(), t.Go))
		}
		return t.Form == mapForms[w.How] && t.Go != nil && isMap(w.Type, t.Go)
	case typing.Chan:
		return (t.Form == typing.Chan || t.Form == typing.ChanBuf) && t.Go.Elem != nil && isNamed(w.Type, t.Go.Elem)
	case typing.String, typing.Tiny:
		return t.Form == w.Form
	}
	if t.Go == nil {
		return false
	}
	return w.Form == t.Form && isNamed(w.Type, t.Go) || alike(w, t)
}

// isNamed compares types by their names.
func isNamed(want types.Type, got *program.Type) bool {
	return nameMatches(typeName(want), got.FullName)
}

var mapForms = map[How]typing.Form{
	MapHead: typing.MapHeader, MapDir: typing.MapDirectory, MapTab: typing.MapTable, MapGroup: typing.MapGroups,
}

// isMap compares keys and elements, since maps change their names freely.
func isMap(want types.Type, got *program.Type) bool {
	m, ok := under(want).(*types.Map)
	return ok && got.Kind == program.Map && got.Key != nil && got.Elem != nil && isNamed(m.Key(), got.Key) && isNamed(m.Elem(), got.Elem)
}

// alike reports whether two types are the same memory under two names: an
// array and a slice of all of it, a value and a slice of one.
func alike(w Want, t *typing.Type) bool {
	switch {
	case w.Form == typing.Array && t.Form == typing.Value:
		if t.Go.Kind == program.Array && t.Go.Elem != nil {
			return isNamed(w.Type, t.Go.Elem)
		}
		return isNamed(w.Type, t.Go)
	case w.Form == typing.Value && t.Form == typing.Array:
		if a, ok := under(w.Type).(*types.Array); ok {
			return isNamed(a.Elem(), t.Go)
		}
		return isNamed(w.Type, t.Go)
	}
	return false
}

// converted reports whether (*T)(p) can make the one type of the other: their
// underlying types are the same, or the code does so by unsafe.Pointers.
func converted(w Want, t *typing.Type) bool {
	if w.Type != nil && madeUnsafely(typeName(w.Type), t) {
		return true
	}
	if t.Form == typing.String {
		return w.Form == typing.Array && types.Identical(w.Type, types.Typ[types.Uint8])
	}
	if w.Type == nil || t.Go == nil || w.Form != t.Form {
		return false
	}
	switch u := under(w.Type).(type) {
	case *types.Basic:
		return t.Go.Kind <= program.Complex128 && basicName(u) == t.Go.Kind.String() || u.Kind() == types.String && t.Go.Kind == program.String
	case *types.Struct:
		return t.Go.Kind == program.Struct && sameFields(u, t.Go)
	case *types.Slice:
		return t.Go.Kind == program.Slice && t.Go.Elem != nil && isNamed(u.Elem(), t.Go.Elem)
	}
	return false
}

// madeUnsafely tells the types that packages reflect and protobuf make values of
// other types with.
func madeUnsafely(want string, t *typing.Type) bool {
	switch want {
	case "reflect.makeFuncImpl", "reflect.methodValue":
		return t.Form == typing.FuncValue
	case "internal/unsafeheader.Slice":
		return t.Form == typing.Value && t.Go.Kind == program.Slice
	case "internal/unsafeheader.String":
		return t.Form == typing.Value && t.Go.Kind == program.String
	case "unsafe.Pointer": // the code of a method, as reflect.Type.Method has it
		return t.Form == typing.FuncValue
	case "google.golang.org/protobuf/internal/impl.pointer":
		return t.Form == typing.Array && t.Go.Kind == program.Pointer
	}
	return false
}

func sameFields(s *types.Struct, t *program.Type) bool {
	if s.NumFields() != len(t.Fields) {
		return false
	}
	for i := range t.Fields {
		if f := s.Field(i); f.Name() != t.Fields[i].Name || !isNamed(f.Type(), t.Fields[i].Type) {
			return false
		}
	}
	return true
}

func isFunc(w Want, f *program.Func) bool {
	switch {
	case f == nil:
		return false
	case w.Line != 0:
		return f.Line == w.Line
	case strings.HasSuffix(w.Func, "-fm"):
		// In generic code the compiler makes a function literal of a method value.
		return strings.HasSuffix(f.FullName, w.Func) || strings.Contains(f.FullName, "[") && f.Line == w.At
	}
	return strings.Contains(f.FullName, w.Func)
}
