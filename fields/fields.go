// Package fields takes the value of an object apart: fields of a struct, elements of
// an array, captures of a closure, with their types and what they point to. What
// numbers and strings say is told when it is asked for alone.
//
// In go a heap and its types. It shows nothing: whether a user may see contents is
// the caller's to decide.
package fields

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/typing"
)

// Most is how many elements of an array are told apart.
const Most = 10_000

// Field is a part of an object.
type Field struct {
	Name   string    // ".Records", "[3]", "captured job"; "*" for a value without fields, "bytes" for a string's
	Type   string    // "" if not known
	Offset uint64    // in the value, bytes: behind a malloc header
	To     mem.ObjID // the first object that it points to, mem.NoObj for none

	typ *program.Type // nil for bytes, and where only the pointer is known
	at  uint64        // where it begins in the slot
}

// Of takes an object apart, by offset. Of an object whose type has no fields or
// elements it lists the pointers.
func Of(h *heap.Heap, types *typing.Result, id mem.ObjID) []Field {
	o := h.Object(id)
	r := reader{head: types.Head(&o)}
	h.Pointers(&o, func(off uint64, to mem.ObjID) { r.pointers = append(r.pointers, pointer{off, to}) })
	switch t := types.Type(id); {
	case t.Go != nil && t.Form == typing.Value:
		r.value(t.Go)
	case t.Go != nil && t.Form == typing.Array && t.Size > 0:
		for i := range min((o.Size-min(r.head, o.Size))/t.Size, Most) {
			r.add(fmt.Sprintf("[%d]", i), t.Go, i*t.Size)
		}
	case t.Form == typing.String:
		r.out = append(r.out, Field{Name: "bytes", Type: "string", To: mem.NoObj})
	default:
		for _, p := range r.pointers {
			r.out = append(r.out, Field{Name: types.Label(id, p.off), Offset: p.off - min(r.head, p.off), To: p.to, at: p.off})
		}
	}
	return r.out
}

// reader takes one object apart.
type reader struct {
	head     uint64    // bytes of the slot before the value
	pointers []pointer // by offset
	out      []Field
}

type pointer struct {
	off uint64 // in the slot
	to  mem.ObjID
}

// value adds the fields of a struct, each as a whole, or the value itself.
func (r *reader) value(t *program.Type) {
	if t.Kind != program.Struct || len(t.Fields) == 0 {
		r.add("*", t, 0)
		return
	}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Type != nil {
			r.add("."+f.Name, f.Type, f.Offset)
		}
	}
}

func (r *reader) add(name string, t *program.Type, off uint64) {
	f := Field{Name: name, Type: t.Name, Offset: off, To: mem.NoObj, typ: t, at: r.head + off}
	i, _ := slices.BinarySearchFunc(r.pointers, f.at, func(p pointer, at uint64) int { return cmp.Compare(p.off, at) })
	if i < len(r.pointers) && r.pointers[i].off-f.at < t.Size {
		f.To = r.pointers[i].to
	}
	r.out = append(r.out, f)
}
