package typing

import "github.com/objgraph/objgraph/program"

// beginsWith reports whether a struct begins with what another type says of the
// same object: a pointer to its first field, and a slice of an array there, lead
// to where one to the struct does.
func (w *walker) beginsWith(outer, inner TypeID) bool {
	o, i := &w.types[outer], &w.types[inner]
	if o.Form != Value || o.Go.Kind != program.Struct {
		return false
	}
	found := false
	o.Go.Walk(0, func(in *program.Type, f *program.Field, _ uint64) {
		next := in.Elem
		if f != nil {
			next = f.Type
		}
		found = found || next != nil && i.isPart(next)
	})
	return found
}

// isPart reports whether a field of type t looks like a whole object of the row:
// a value as it is, an array as a slice of it or as text.
func (ty *Type) isPart(t *program.Type) bool {
	switch ty.Form {
	case Value:
		return t == ty.Go
	case Array:
		return t.Kind == program.Array && t.Elem == ty.Go
	case String:
		return t.Kind == program.Array && t.Elem != nil && t.Elem.Kind == program.Uint8
	}
	return false
}
