package typing

import (
	"math/bits"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Large groups and buckets have headers, which name the types of key and
// element. The map that nothing else types is found by them: see maps_swiss.go
// and maps_old.go for the layouts.

// isMapHeader reports whether an object looks like what a map variable points
// at.
func (w *walker) isMapHeader(o *heap.Object) bool {
	v := view{o.Addr, o.Contents}
	if o.Size != classOf(mapHeaderBytes(w.ptr)) || uint64(len(v.b)) < mapHeaderBytes(w.ptr) {
		return false
	}
	if !w.swiss {
		return w.isHmap(o, v)
	}
	depth, used := v.b[8+3*w.ptr], w.h.Arch.Uint64(v.b)
	dirLen := w.word(v, 8+2*w.ptr)
	if !onlySlots(o.Slots, 8+w.ptr) || used > 1<<40 {
		return false
	}
	return dirLen == 0 && used <= 8 && depth == 0 || dirLen > 0 && depth < 64 && dirLen == 1<<depth
}

func (w *walker) isHmap(o *heap.Object, v view) bool {
	count, flags, b := w.word(v, 0), v.b[w.ptr], v.b[w.ptr+1]
	first := w.ptr + 8
	if !onlySlots(o.Slots, first, first+w.ptr, first+3*w.ptr) || flags >= 16 || b > 40 {
		return false
	}
	return bits.Len64(count) <= int(b)+8
}

// onlySlots reports whether an object has no pointers but at these offsets, and
// one at the first.
func onlySlots(s heap.Slots, at ...uint64) bool {
	off, rest, ok := s.Next()
	if !ok || off != at[0] {
		return false
	}
	for at = at[1:]; ; {
		if off, rest, ok = rest.Next(); !ok {
			return true
		}
		for len(at) > 0 && at[0] < off {
			at = at[1:]
		}
		if len(at) == 0 || at[0] != off {
			return false
		}
	}
}

// groupsAt is the map type of which groups, or a directory, begin at an
// address; nil if none do.
func (w *walker) groupsAt(p mem.Addr, form Form) *program.Type {
	id, ok := w.h.Find(p)
	if !ok || w.typeOf(id) == 0 {
		return nil
	}
	ty := &w.types[w.typeOf(id)]
	if o := w.h.Object(id); p != o.Addr+mem.Addr(w.head.bytes(&o)) {
		return nil
	}
	if _, raw := rawGroupOf(ty); raw && form == MapGroups {
		return w.img.MapOf(ty.Go)
	}
	if ty.Form == form {
		return ty.Go
	}
	return nil
}

func rawGroupOf(ty *Type) (string, bool) {
	if ty.Form != Array {
		return "", false
	}
	return rawGroup(ty.Go)
}

// tableOf claims a table by its groups.
func (w *walker) tableOf(o *heap.Object) (c claim) {
	v := view{o.Addr, o.Contents}
	size := 8 + 3*w.ptr
	if !w.swiss || w.ptr != 8 || o.Size != classOf(size) || uint64(len(v.b)) < size || !onlySlots(o.Slots, 8+w.ptr) {
		return c
	}
	capacity, mask := uint64(w.h.Arch.Uint16(v.b[2:])), w.h.Arch.Uint64(v.b[8+2*w.ptr:])
	t := w.groupsAt(w.addr(v, 8+w.ptr), MapGroups)
	if t == nil || t.Group == nil || mask > 1<<32 || capacity != (mask+1)*8 {
		return c
	}
	return claim{o.Addr, w.id(MapTable, t), size, Map}
}

// directoryOf claims an array of tables.
func (w *walker) directoryOf(o *heap.Object) (c claim) {
	if !w.swiss {
		return c
	}
	var of *program.Type
	head := w.head.bytes(o)
	for s := o.Slots; ; {
		off, rest, ok := s.Next()
		if !ok {
			break
		}
		s = rest
		t := w.groupsAt(w.addr(view{o.Addr, o.Contents}, off), MapTable)
		if t == nil || of != nil && t != of {
			return c
		}
		of = t
	}
	if of == nil {
		return c
	}
	return claim{o.Addr + mem.Addr(head), w.id(MapDirectory, of), w.ptr, Map}
}

// mapOf claims what a map variable points at, by its groups or directory.
func (w *walker) mapOf(o *heap.Object) (c claim) {
	if !w.isMapHeader(o) {
		return c
	}
	p := w.addr(view{o.Addr, o.Contents}, 8+w.ptr)
	form := MapGroups
	if w.swiss && w.word(view{o.Addr, o.Contents}, 8+2*w.ptr) > 0 {
		form = MapDirectory
	}
	if t := w.groupsAt(p, form); t != nil {
		return claim{o.Addr, w.id(MapHeader, t), mapHeaderBytes(w.ptr), Map}
	}
	return c
}
