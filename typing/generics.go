package typing

import (
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// The code of a generic function serves all types of one shape, and what its
// closures captured and its frames hold is known by that shape alone. The types
// are bound closure by closure: by the dictionary that it captured, or the only
// one that there is, or the func type that it is stored as.

// boundKey is what a closure's types are bound by.
type boundKey struct {
	entry, dict mem.Addr
	stored      *program.Type
}

// walkGeneric follows what a closure of generic code captured.
func (w *walker) walkGeneric(entry mem.Addr, t *program.Type, v view, stored *program.Type) {
	k := boundKey{entry, w.capturedDictionary(t, v), stored}
	l, ok := w.bound[k]
	if !ok {
		l = w.bindClosure(k, t)
		w.bound[k] = l
	}
	w.walkLayout(l, v, 1, Closure)
}

// capturedDictionary is the pointer to an array of words that a closure has, 0
// if it has none. Whether that is a dictionary is for Concrete to say.
func (w *walker) capturedDictionary(t *program.Type, v view) mem.Addr {
	for i := range t.Fields {
		f := &t.Fields[i]
		if e := f.Type.Elem; f.Type.Kind == program.Pointer && e != nil && e.Kind == program.Array && e.PtrBytes == 0 {
			return w.addr(v, f.Offset)
		}
	}
	return 0
}

// bindClosure is the layout of a closure with the types that its shapes stand
// for; fields of which that cannot be told keep the shape and claim nothing.
func (w *walker) bindClosure(k boundKey, t *program.Type) *layout {
	g := w.img.Generic(k.entry)
	if g == nil {
		return nil
	}
	l := &layout{size: t.Size}
	for i := range t.Fields {
		f := &t.Fields[i]
		if !f.Type.Shape {
			continue // the closure's own layout has it
		}
		if real := g.Concrete(f.Type, k.dict, k.stored); real != nil {
			w.flatten(l, real, f.Offset)
		}
	}
	return l
}

// concreteVar is the type of a frame's variable that is known by its shape, nil
// if it cannot be told. Those of inlined functions have shapes of their own.
func (w *walker) concreteVar(pc mem.Addr, v *program.Var) *program.Type {
	if v.Inlined {
		return nil
	}
	g := w.img.Generic(pc)
	if g == nil {
		return nil
	}
	return g.Concrete(v.Type, 0, nil)
}
