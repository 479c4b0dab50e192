package typing

import (
	"encoding/binary"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Types that package reflect makes while a program runs have descriptors and names
// in the heap. A descriptor is pointed at as an abi.Type, which it only begins
// with, a name by its first byte (reflect/type.go, internal/abi/type.go, Go 1.21 and
// later), and the runtime keeps both from the collector by a map of
// unsafe.Pointers (runtime/type.go, reflectOffs).

// madeAs is what reflect allocates for a descriptor, by kind; those of functions
// are told by descriptorOfFunc.
var madeAs = map[program.Kind][]string{
	program.Pointer: {"reflect.ptrType"},
	program.Slice:   {"reflect.sliceType"},
	program.Array:   {"internal/abi.ArrayType"},
	program.Chan:    {"internal/abi.ChanType"},
	program.Map:     {"reflect.mapType", "internal/abi.SwissMapType", "internal/abi.MapType"},
	program.Struct:  {"reflect.structTypeUncommon"},
}

func isDescriptor(t *program.Type) bool {
	return t.FullName == "internal/abi.Type" || t.FullName == "reflect.rtype"
}

// descriptorAt is the type of the descriptor that is all of an object.
func (w *walker) descriptorAt(o *heap.Object) *program.Type {
	t := w.made.TypeAt(o.Addr)
	if t == nil {
		return nil
	}
	if t.Kind == program.FuncKind {
		return w.descriptorOfFunc(uint64(len(t.In) + len(t.Out)))
	}
	for _, name := range madeAs[t.Kind] {
		if as := w.lookupGo(name); as != nil && classOf(as.Size) == o.Size {
			return as
		}
	}
	return nil
}

// descriptorOfFunc is what that of a function with n parameters and results lies in: a
// struct made by reflect, too, which it keeps by n.
func (w *walker) descriptorOfFunc(n uint64) *program.Type {
	g := w.global("reflect.funcTypes")
	if g == nil {
		return nil
	}
	v := view{g.Addr, w.mem.at(g.Addr)}
	if n >= w.word(v, w.ptr) || n > 1<<10 {
		return nil
	}
	list := view{b: w.bytesAt(w.addr(v, 0))}
	return w.made.TypeAt(w.addr(list, (2*n+1)*w.ptr))
}

// global is the variable of a name, nil if there is none.
func (w *walker) global(name string) *program.Global {
	list := w.img.Globals()
	for i := range list {
		if list[i].FullName == name {
			return &list[i]
		}
	}
	return nil
}

// claimName is for the first byte of a name: flags, the length and the text, and
// the same of a field's tag.
func (w *walker) claimName(p mem.Addr, ev Evidence) {
	id, ok := w.h.Find(p)
	if !ok || w.typeOf(id) != 0 {
		return
	}
	bytes := w.lookupGo("uint8")
	if n, ok := nameBytes(w.bytesAt(p)); ok && bytes != nil {
		w.claim(claim{p, w.id(Array, bytes), n, ev})
	}
}

const (
	nameHasTag = 1 << 1
	nameFlags  = 1<<4 - 1
)

// nameBytes is how many bytes a name at the start of b has.
func nameBytes(b []byte) (n uint64, ok bool) {
	if len(b) == 0 || b[0]&^nameFlags != 0 {
		return 0, false
	}
	n = 1
	for parts := 1 + b[0]&nameHasTag/nameHasTag; parts > 0; parts-- {
		text, k := binary.Uvarint(b[n:])
		if k <= 0 || text > uint64(len(b))-n-uint64(k) {
			return 0, false
		}
		n += uint64(k) + text
	}
	return n, true
}

// seedNames claims the names among what the runtime keeps. Nothing else there is
// without pointers.
func (w *walker) seedNames() {
	if w.img == nil {
		return
	}
	g := w.global("runtime.reflectOffs")
	if g == nil || g.Type == nil {
		return
	}
	m := g.Type.Field("m")
	if m == nil || m.Type.Kind != program.Map {
		return
	}
	b := w.mem.at(g.Addr)
	w.eachInMap(m.Type, w.addr(view{b: b}, m.Offset), func(p mem.Addr) {
		if id, _ := w.h.Find(p); w.h.Object(id).Slots.Empty() { // a descriptor has pointers
			w.claimName(p, Global)
		}
	})
}

// eachInMap calls f for the objects that the groups or buckets of a map of type t lead
// to, whose header is at p.
func (w *walker) eachInMap(t *program.Type, p mem.Addr, f func(mem.Addr)) {
	seen := map[mem.ObjID]bool{}
	for queue := []mem.Addr{p}; len(queue) > 0; queue = queue[1:] {
		id, ok := w.h.Find(queue[0])
		switch {
		case !ok || seen[id]:
			continue
		case !isMapPart(w.types[w.typeOf(id)].Form) || w.types[w.typeOf(id)].Go != t:
			f(queue[0])
			continue
		}
		seen[id] = true
		o := w.h.Object(id)
		for s := o.Slots; ; {
			off, rest, more := s.Next()
			if !more {
				break
			}
			queue, s = append(queue, w.addr(view{b: o.Contents}, off)), rest
		}
	}
}

func isMapPart(f Form) bool {
	switch f {
	case MapHeader, MapDirectory, MapTable, MapGroups:
		return true
	}
	return false
}
