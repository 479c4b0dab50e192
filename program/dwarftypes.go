package program

import (
	"bytes"
	"debug/dwarf"
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// maxTypedefs bounds a chain of typedefs.
const maxTypedefs = 32

// dieShell returns the type described at an offset of .debug_info: that of its
// descriptor where it has one, else one made from DWARF, without its parts if
// it is new. nil if nothing there is a Go type. Needs mu.
func (tt *typeTable) dieShell(off uint32) *Type {
	for range maxTypedefs {
		if t, ok := tt.byDIE[off]; ok {
			return t
		}
		e, _, ok := tt.p.dwarf.entry(off)
		if !ok {
			return nil
		}
		if e.runtime != 0 {
			if t := tt.shell(tt.p.Types.Start + mem.Addr(e.runtime)); t != nil {
				tt.byDIE[off] = t
				return t
			}
		}
		if e.tag != dwarf.TagTypedef || e.kind != 0 {
			return tt.newDIEType(&e)
		}
		off = e.typ
	}
	return nil
}

// newDIEType makes a type that has no descriptor. A typedef without a kind is
// another name of what it refers to and never gets here.
func (tt *typeTable) newDIEType(e *die) *Type {
	full, kind := string(e.name), dieKind(e)
	if kind == Invalid {
		return nil
	}
	t := &Type{
		Name: tt.p.names().short(full), FullName: unescapePath(full),
		Kind: kind, Size: e.size, arch: tt.p.Arch,
	}
	if n := scalarSize(kind, uint64(tt.p.Arch.PtrSize)); n != 0 {
		t.Size = n
	}
	if t.Size > maxTypeSize {
		return nil
	}
	if t.Named = declaredName(full); t.Named {
		t.PkgPath = funcPackage(full)
	}
	tt.byDIE[e.off] = t
	kept := *e
	tt.todo = append(tt.todo, pendingType{t: t, die: &kept})
	return t
}

// dieKind is the kind that Go noted, or the one that the tag stands for.
func dieKind(e *die) Kind {
	switch k := Kind(e.kind & 31); {
	case k != Invalid && k <= UnsafePointer:
		return k
	case e.tag == dwarf.TagPointerType && string(e.name) == "unsafe.Pointer":
		return UnsafePointer
	case e.tag == dwarf.TagPointerType && e.typ != 0:
		return Pointer
	case e.tag == dwarf.TagStructType:
		return Struct
	}
	return Invalid
}

// declaredName tells a declared type's name from a composed one.
func declaredName(full string) bool {
	for _, p := range []string{"*", "[", "map[", "func(", "chan ", "<-chan ", "chan<- ", "struct {", "interface {"} {
		if strings.HasPrefix(full, p) {
			return false
		}
	}
	return full != ""
}

// fillDIE reads the parts of a type from DWARF. Needs mu.
func (tt *typeTable) fillDIE(t *Type, e *die) {
	switch t.Kind {
	case Pointer:
		t.Elem = tt.dieShell(e.typ)
	case Slice, Chan:
		t.Elem = tt.dieShell(e.elem)
	case Map:
		t.Key, t.Elem = tt.dieShell(e.key), tt.dieShell(e.elem)
		t.Group = tt.dieShell(tt.p.dwarf.mapPart(e.typ))
	case Array:
		tt.fillDIEArray(t, e)
	case Struct:
		t.Fields = tt.dieFields(e, t.Size)
	case FuncKind:
		tt.fillDIEFunc(t, e)
	case Interface:
		if to, _, ok := tt.p.dwarf.entry(e.typ); ok && bytes.Equal(to.name, []byte("runtime.iface")) {
			t.Methods = 1
		}
	}
}

func (tt *typeTable) fillDIEArray(t *Type, e *die) {
	d := tt.p.dwarf
	u := d.unitAt(uint64(e.off))
	t.Elem = tt.dieShell(e.typ)
	d.eachChild(e, u, func(c *die) bool {
		if c.tag == dwarf.TagSubrangeType {
			t.Len = c.count
		}
		return true
	})
	if t.Elem == nil || t.Elem.Size > 0 && t.Len > t.Size/t.Elem.Size {
		t.Elem, t.Len = nil, 0
	}
}

// dieFields reads the members of a struct; none if one of them is not known or
// they do not fit.
func (tt *typeTable) dieFields(e *die, size uint64) (fields []Field) {
	d := tt.p.dwarf
	ok := true
	d.eachChild(e, d.unitAt(uint64(e.off)), func(c *die) bool {
		if c.tag != dwarf.TagMember {
			return true
		}
		ft := tt.dieShell(c.typ)
		if ok = ft != nil && len(fields) < maxMembers; ok {
			fields = append(fields, Field{Name: string(c.name), Type: ft, Offset: c.memberOff, Embedded: c.embedded})
		}
		return ok
	})
	if !ok || !fieldsFit(fields, size) {
		return nil
	}
	return fields
}

func (tt *typeTable) fillDIEFunc(t *Type, e *die) {
	d := tt.p.dwarf
	d.eachChild(e, d.unitAt(uint64(e.off)), func(c *die) bool {
		switch c.tag {
		case dwarf.TagUnspecifiedParameters:
			t.Variadic = true
		case dwarf.TagFormalParameter:
			if p := tt.dieShell(c.typ); p != nil && c.result {
				t.Out = append(t.Out, p)
			} else if p != nil {
				t.In = append(t.In, p)
			}
		}
		return len(t.In)+len(t.Out) < maxMembers
	})
}

// mapPart follows a map's DWARF to its group or bucket:
// Go 1.24 on: map<K,V>.dirPtr **table<K,V>, table.groups groupReference<K,V>,
// its data *group; before: hash<K,V>.buckets *bucket<K,V>.
func (d *dwarfData) mapPart(off uint32) uint32 {
	for _, names := range [][]string{{"buckets"}, {"dirPtr", "groups", "data"}} {
		at := d.strip(off)
		for _, name := range names {
			if at = d.strip(d.member(at, name)); at == 0 {
				break
			}
		}
		if at != 0 {
			return at
		}
	}
	return 0
}

// strip follows pointers and typedefs to what they lead to.
func (d *dwarfData) strip(off uint32) uint32 {
	for range maxTypedefs {
		e, _, ok := d.entry(off)
		if !ok {
			return 0
		}
		if e.tag != dwarf.TagPointerType && e.tag != dwarf.TagTypedef {
			return off
		}
		off = e.typ
	}
	return 0
}

// member is the type of a struct's member, 0 if it has none of that name.
func (d *dwarfData) member(off uint32, name string) (typ uint32) {
	e, u, ok := d.entry(off)
	if !ok {
		return 0
	}
	d.eachChild(&e, u, func(c *die) bool {
		if c.tag == dwarf.TagMember && string(c.name) == name {
			typ = c.typ
		}
		return typ == 0
	})
	return typ
}
