package typing

import (
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Label names the pointer at offset off of an object's slot: ".Field", "[3]",
// "[3].Field", "captured job", "buf[2]", "[key]", "+16" where nothing is known
// but the offset. Never empty.
func (r *Result) Label(id mem.ObjID, off uint64) string {
	o := r.h.Object(id)
	head := r.head.bytes(&o)
	if off < head {
		return "header"
	}
	if s := r.label(r.Type(id), off-head); s != "" {
		return s
	}
	return fmt.Sprintf("+%d", off)
}

func (r *Result) label(t *Type, off uint64) string {
	switch t.Form {
	case Value:
		return valueLabel(t, off)
	case Array:
		return elementLabel("", t, off)
	case FuncValue:
		return capturedLabel(t, off)
	case MapHeader, MapDirectory, MapTable:
		return r.partLabel(t.Form, off)
	case MapGroups:
		return r.slotLabel(t, off)
	case Chan:
		if off == 2*r.ptr {
			return "buf"
		}
		return "waiting"
	case ChanBuf:
		return elementLabel("buf", t, off)
	}
	return ""
}

func valueLabel(t *Type, off uint64) string {
	if s := t.Go.FieldPath(off); s != "" {
		return s
	}
	return "*" // a pointer to a pointer, a boxed slice
}

func elementLabel(pre string, t *Type, off uint64) string {
	if t.Size == 0 {
		return ""
	}
	elem := t.Go
	if t.Form == ChanBuf {
		elem = elem.Elem
	}
	return fmt.Sprintf("%s[%d]%s", pre, off/t.Size, elem.FieldPath(off%t.Size))
}

func capturedLabel(t *Type, off uint64) string {
	if t.Go == nil {
		return ""
	}
	return CaptureLabel(t.Go, off)
}

// CaptureLabel names what stands at an offset of a closure, whose struct t is:
// "captured job.id"; "" for the code.
func CaptureLabel(t *program.Type, off uint64) string {
	name, rest, _ := strings.Cut(strings.TrimLeft(t.FieldPath(off), "."), ".") // some are .this
	if name == "" {
		return ""
	}
	if rest != "" {
		rest = "." + rest
	}
	return "captured " + strings.TrimPrefix(name, "&") + rest
}

// partLabel names what a part of a map points at; after the buckets of a map
// of the old layout come those that it grows from, and those that overflow.
func (r *Result) partLabel(f Form, off uint64) string {
	switch {
	case f == MapDirectory:
		return "table"
	case f == MapTable:
		return "groups"
	case off == 8+2*r.ptr && !r.swiss:
		return "oldbuckets"
	case off > 8+2*r.ptr:
		return "extra"
	}
	return "buckets"
}

// slotLabel names a pointer in a map's group or bucket: "[key]" with the path
// in the element, "key" for a pointer in the key itself, "overflow".
func (r *Result) slotLabel(t *Type, off uint64) string {
	g := t.Go.Group
	if g == nil || g.Size == 0 {
		return ""
	}
	path := g.FieldPath(off % g.Size)
	for _, c := range []struct{ part, label string }{{"elem", "[key]"}, {"key", "key"}} {
		if i := strings.Index(path, "."+c.part); i >= 0 {
			return c.label + afterIndex(path[i+1+len(c.part):])
		}
	}
	return "overflow"
}

// afterIndex drops the "s[3]" of an array of keys or elements (old buckets:
// "elems[3].Field", "keys[3]"; "values[3]" in DWARF).
func afterIndex(path string) string {
	if !strings.HasPrefix(path, "s[") {
		return path
	}
	if i := strings.IndexByte(path, ']'); i >= 0 {
		return path[i+1:]
	}
	return ""
}

// ValueAddr is where the object's value begins, as the program sees it: behind
// the malloc header, if the slot has one.
func (r *Result) ValueAddr(id mem.ObjID) mem.Addr {
	o := r.h.Object(id)
	return o.Addr + mem.Addr(r.head.bytes(&o))
}

// Head is the size of the malloc header before the object's value, in bytes.
func (r *Result) Head(o *heap.Object) uint64 { return r.head.bytes(o) }

// Period is how many bytes of a value it takes until its pointers have the same
// labels again, but for indexes: the size of an element; 0 if they never do.
func (t *Type) Period() uint64 {
	switch {
	case t.Form == Array || t.Form == ChanBuf:
		return t.Size
	case t.Form == MapGroups && t.Go != nil && t.Go.Group != nil:
		return t.Go.Group.Size
	}
	return 0
}
