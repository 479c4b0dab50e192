package program

import (
	"unicode/utf8"

	"github.com/objgraph/objgraph/mem"
)

// A type descriptor (internal/abi/type.go; the same from Go 1.21 to 1.27, with
// P the bytes of a pointer):
//
//	0 size  P ptrBytes  2P hash u32, tflag, align, fieldAlign, kind&31
//	2P+8 equal  3P+8 gcdata  4P+8 name i32, ptrToThis i32  4P+16 per kind:
//	    pointer, slice, chan: elem            array: elem, slice type, len
//	    map: key, elem, group or bucket, ...  func: in u16, out u16 (bit 15: variadic)
//	    interface: package, methods slice     struct: package, fields slice
//
// Then, with tflagUncommon, the package path as i32. A func's parameters follow
// all of it. Names are offsets from the start of Types to a flag byte, a varint
// length, the text, and with flag 2 a tag in the same form.
const (
	tflagUncommon  = 1 << 0
	tflagExtraStar = 1 << 1
	tflagNamed     = 1 << 2

	nameTagged   = 1 << 1
	nameEmbedded = 1 << 3

	uncommonSize = 16

	maxTypeSize = 1 << 50 // bbolt has *[281474976710655]uint8
	maxMembers  = 1 << 16 // fields, parameters
)

// header is the common part of a descriptor.
type header struct {
	size, ptrBytes uint64
	tflag, align   uint8
	kind           Kind
	name           int32
}

func (tt *typeTable) bodyOffset() uint64 { return uint64(4*tt.p.Arch.PtrSize + 16) }

// header reads and checks the descriptor at addr. Any aligned address may be
// asked for, so that every field that can be wrong is looked at.
func (tt *typeTable) header(addr mem.Addr) (h header, ok bool) {
	if !tt.p.Types.Contains(addr) {
		return h, false
	}
	b := tt.p.file.mem(addr, tt.bodyOffset())
	if b == nil {
		return h, false
	}
	return headerOf(b, tt.p.Arch)
}

// headerOf decodes and checks the common part of a descriptor, which is all of b.
func headerOf(b []byte, a mem.Arch) (h header, ok bool) {
	ptr := uint64(a.PtrSize)
	h = header{
		size: a.Word(b), ptrBytes: a.WordAt(b, ptr),
		tflag: b[2*ptr+4], align: b[2*ptr+5], kind: Kind(b[2*ptr+7] & 31),
		name: int32(a.Uint32(b[4*ptr+8:])),
	}
	return h, h.plausible(ptr)
}

func (h *header) plausible(ptr uint64) bool {
	align := uint64(h.align)
	switch {
	case h.kind == Invalid || h.kind > UnsafePointer || h.tflag >= 1<<6:
		return false
	case align == 0 || align > 16 || align&(align-1) != 0 || h.size%align != 0:
		return false
	case h.size > maxTypeSize || h.ptrBytes > h.size || h.ptrBytes%ptr != 0:
		return false
	}
	want := scalarSize(h.kind, ptr)
	return want == 0 || want == h.size
}

// scalarSize is the size of every type of a kind, 0 where it differs.
func scalarSize(k Kind, ptr uint64) uint64 {
	switch k {
	case Bool, Int8, Uint8:
		return 1
	case Int16, Uint16:
		return 2
	case Int32, Uint32, Float32:
		return 4
	case Int64, Uint64, Float64, Complex64:
		return 8
	case Complex128:
		return 16
	case Int, Uint, Uintptr, Pointer, UnsafePointer, Chan, Map, FuncKind:
		return ptr
	case String, Interface:
		return 2 * ptr
	case Slice:
		return 3 * ptr
	}
	return 0
}

// shell returns the type at a descriptor's address, newly made without its
// parts if need be; nil if there is no descriptor. Needs mu.
func (tt *typeTable) shell(addr mem.Addr) *Type {
	slot := tt.slot(addr)
	if slot == nil {
		return nil
	}
	if t := slot.Load(); t != nil && t != noType {
		return t
	}
	if t := tt.fresh[addr]; t != nil {
		return t
	}
	h, ok := tt.header(addr)
	if !ok {
		return nil
	}
	name, ok := tt.typeName(h)
	if !ok {
		return nil
	}
	t := &Type{
		Name: name, Kind: h.kind, Size: h.size, Align: uint64(h.align),
		PtrBytes: h.ptrBytes, Addr: addr, Named: h.tflag&tflagNamed != 0, arch: tt.p.Arch,
	}
	tt.fresh[addr] = t
	tt.todo = append(tt.todo, pendingType{t: t})
	return t
}

// typeName is the descriptor's own text, without the star that it may share
// with the pointer type.
func (tt *typeTable) typeName(h header) (string, bool) {
	name, ok := tt.rawTypeName(h)
	return string(name), ok
}

func (tt *typeTable) hasName(h header) bool {
	_, ok := tt.rawTypeName(h)
	return ok
}

func (tt *typeTable) rawTypeName(h header) ([]byte, bool) {
	_, name, _, ok := tt.nameAt(h.name)
	if !ok || len(name) == 0 || !utf8.Valid(name) {
		return nil, false
	}
	if h.tflag&tflagExtraStar != 0 {
		if name[0] != '*' || len(name) == 1 {
			return nil, false
		}
		name = name[1:]
	}
	return name, true
}

// nameAt reads a name by its offset in Types.
func (tt *typeTable) nameAt(off int32) (flag byte, name, tag []byte, ok bool) {
	if off <= 0 || uint64(off) >= tt.p.Types.Size() {
		return 0, nil, nil, false
	}
	return tt.nameAtAddr(tt.p.Types.Start + mem.Addr(off))
}

func (tt *typeTable) nameAtAddr(addr mem.Addr) (flag byte, name, tag []byte, ok bool) {
	if !tt.p.Types.Contains(addr) {
		return 0, nil, nil, false
	}
	return nameIn(tt.p.file.mem(addr, uint64(tt.p.Types.End-addr)))
}

// nameIn reads the name that b begins with.
func nameIn(b []byte) (flag byte, name, tag []byte, ok bool) {
	c := cursor{buf: b}
	flag = c.u8()
	name = c.take(c.uleb())
	if flag&nameTagged != 0 {
		tag = c.take(c.uleb())
	}
	return flag, name, tag, !c.bad
}

// fill reads the parts of a type from its descriptor. Needs mu.
func (tt *typeTable) fill(t *Type) {
	h, _ := tt.header(t.Addr)
	body := t.Addr + mem.Addr(tt.bodyOffset())
	ptr := uint64(t.arch.PtrSize)
	b := tt.p.file.mem(body, 3*ptr)
	word := func(i uint64) mem.Addr { return mem.Addr(t.arch.WordAt(b, i*ptr)) }
	switch t.Kind {
	case Pointer, Slice, Chan:
		t.Elem = tt.shell(word(0))
	case Array:
		t.Elem, t.Len = tt.shell(word(0)), uint64(word(2))
		if t.Elem != nil && t.Elem.Size > 0 && t.Len > t.Size/t.Elem.Size {
			t.Elem, t.Len = nil, 0
		}
	case Map:
		t.Key, t.Elem, t.Group = tt.shell(word(0)), tt.shell(word(1)), tt.shell(word(2))
	case FuncKind:
		tt.fillFunc(t, b, body+mem.Addr(ptr), h.tflag)
	case Interface:
		t.Methods = int(min(t.arch.WordAt(b, 2*ptr), maxMembers))
	case Struct:
		t.Fields = tt.structFields(t, word(1), uint64(word(2)))
	}
	if h.tflag&tflagUncommon != 0 {
		tt.fillPackage(t, body)
	}
}

func (tt *typeTable) fillFunc(t *Type, b []byte, params mem.Addr, tflag uint8) {
	in, out := t.arch.Uint16(b), t.arch.Uint16(skipBytes(b, 2))
	t.Variadic, out = out&0x8000 != 0, out&0x7fff
	if tflag&tflagUncommon != 0 {
		params += uncommonSize
	}
	ptr := t.arch.PtrSize
	list := tt.p.file.mem(params, (uint64(in)+uint64(out))*uint64(ptr))
	for i := 0; i+ptr <= len(list); i += ptr {
		p := tt.shell(mem.Addr(t.arch.Word(list[i:])))
		if p == nil {
			t.In, t.Out = nil, nil
			return
		}
		if len(t.In) < int(in) {
			t.In = append(t.In, p)
		} else {
			t.Out = append(t.Out, p)
		}
	}
}

// structFields reads fields of {name, type, offset}; none if they cannot be.
func (tt *typeTable) structFields(t *Type, addr mem.Addr, n uint64) []Field {
	ptr := uint64(t.arch.PtrSize)
	if n > maxMembers {
		return nil
	}
	b := tt.p.file.mem(addr, n*3*ptr)
	fields := make([]Field, 0, len(b)/int(3*ptr))
	for ; len(b) > 0; b = b[3*ptr:] {
		flag, name, _, ok := tt.nameAtAddr(mem.Addr(t.arch.Word(b)))
		ft := tt.shell(mem.Addr(t.arch.WordAt(b, ptr)))
		if !ok || ft == nil {
			return nil
		}
		fields = append(fields, Field{
			Name: string(name), Type: ft, Offset: t.arch.WordAt(b, 2*ptr), Embedded: flag&nameEmbedded != 0,
		})
	}
	if !fieldsFit(fields, t.Size) {
		return nil
	}
	return fields
}

// fieldsFit reports whether fields ascend without overlap inside size bytes.
// Everything that walks a type relies on it.
func fieldsFit(fields []Field, size uint64) bool {
	var end uint64
	for i := range fields {
		f := &fields[i]
		if f.Offset < end || f.Offset > size || f.Type.Size > size-f.Offset {
			return false
		}
		end = f.Offset + f.Type.Size
	}
	return true
}

// fillPackage reads the package path behind the part that depends on the kind.
func (tt *typeTable) fillPackage(t *Type, body mem.Addr) {
	b := tt.p.file.mem(body+mem.Addr(tt.uncommonOffset(t.Kind)), 4)
	if b == nil {
		return
	}
	if _, path, _, ok := tt.nameAt(int32(t.arch.Uint32(b))); ok && t.Named {
		t.PkgPath = string(path)
	}
}

// uncommonOffset is the size of what follows the common part for a kind.
func (tt *typeTable) uncommonOffset(k Kind) uint64 {
	ptr := uint64(tt.p.Arch.PtrSize)
	switch k {
	case Pointer, Slice:
		return ptr
	case FuncKind:
		return mem.Align(4, ptr)
	case Chan:
		return 2 * ptr
	case Array:
		return 3 * ptr
	case Interface, Struct:
		return 4 * ptr
	case Map:
		return tt.mapUncommonOffset(ptr)
	}
	return 0
}

// mapUncommonOffset: the part of a map grew with its layouts
// (internal/abi/map*.go): key, elem, group, hasher and then sizes.
func (tt *typeTable) mapUncommonOffset(ptr uint64) uint64 {
	switch v := tt.p.GoVersion; {
	case !v.SwissMaps():
		return 4*ptr + 8
	case v.AtLeast(27):
		return mem.Align(10*ptr+4, ptr)
	default:
		return mem.Align(7*ptr+4, ptr)
	}
}
