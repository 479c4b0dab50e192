package typing

import (
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
)

// nameUnknown gives objects without a type the row of their likes: the size of
// the slot, and whether it holds pointers; without an executable, where they
// are.
func (w *walker) nameUnknown() {
	rows := map[string]TypeID{}
	w.eachUntyped(func(o *heap.Object) {
		name := w.unknownName(o)
		id, ok := rows[name]
		if !ok {
			id = TypeID(len(w.types))
			w.types = append(w.types, Type{Name: name, FullName: name})
			rows[name] = id
		}
		w.is[o.ID] = newState(id, 0)
	})
}

// eachUntyped calls f for the objects without a type, in order, and reads no
// others. Those that have one keep it, so they are not looked at again.
func (w *walker) eachUntyped(f func(o *heap.Object)) {
	if w.untyped == nil {
		w.untyped = w.findUntyped()
	}
	left := w.untyped[:0]
	for _, id := range w.untyped {
		if w.typeOf(id) == 0 {
			o := w.h.Object(id)
			f(&o)
			left = append(left, id)
		}
	}
	w.untyped = left
}

func (w *walker) findUntyped() []mem.ObjID {
	out := []mem.ObjID{}
	for id, s := range w.is {
		if s.to() == 0 {
			out = append(mem.Grow(&w.scratch, out, 1), mem.ObjID(id))
		}
	}
	return out
}

func (w *walker) unknownName(o *heap.Object) string {
	switch {
	case o.Slots.Empty():
		return fmt.Sprintf("?%d (no pointers)", o.Size)
	case w.img != nil:
		return fmt.Sprintf("?%d", o.Size)
	}
	return fmt.Sprintf("?%d[%s]", o.Size, w.words(o))
}

// maxWords is how many words an unknown object's name spells out.
const maxWords = 8

// words spells the slot out: "ptr,ptr,-", from the ninth word on "…".
func (w *walker) words(o *heap.Object) string {
	n := o.Size / w.ptr
	out := make([]string, min(n, maxWords))
	for i := range out {
		out[i] = "-"
	}
	for s := o.Slots; ; {
		off, rest, ok := s.Next()
		if !ok {
			break
		}
		if i := off / w.ptr; i < uint64(len(out)) {
			out[i] = "ptr"
		}
		s = rest
	}
	if n > maxWords {
		out = append(out, "…")
	}
	return strings.Join(out, ",")
}
