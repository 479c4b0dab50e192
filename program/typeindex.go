package program

import (
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// typeIndex finds types by what they are made of, as descriptors' addresses.
type typeIndex struct {
	chans map[mem.Addr]mem.Addr   // element -> channel, one without a name if there is one
	begun map[mem.Addr][]mem.Addr // type -> structs and arrays that begin with one
	maps  map[mem.Addr]mem.Addr   // group or bucket -> map, one without a name if there is one
	insts []mem.Addr              // named types with arguments, and structs without a name
}

func (p *Program) readTypeIndex() *typeIndex {
	ix := &typeIndex{chans: map[mem.Addr]mem.Addr{}, begun: map[mem.Addr][]mem.Addr{}, maps: map[mem.Addr]mem.Addr{}}
	p.types.eachDescriptor(func(addr mem.Addr, name, pkgPath string) {
		h, _ := p.types.header(addr)
		named := h.tflag&tflagNamed != 0
		if named && strings.HasSuffix(name, "]") || !named && isPlainStruct(name) {
			ix.insts = append(ix.insts, addr)
		}
		part := p.types.firstPart(addr, h.kind)
		switch h.kind {
		case Chan:
			if _, ok := ix.chans[part]; !ok || h.tflag&tflagNamed == 0 && hasChanPrefix(name) {
				ix.chans[part] = addr
			}
		case Struct, Array:
			if part != 0 {
				ix.begun[part] = append(ix.begun[part], addr)
			}
		case Map:
			if _, ok := ix.maps[part]; !ok || h.tflag&tflagNamed == 0 {
				ix.maps[part] = addr
			}
		}
	})
	return ix
}

// isPlainStruct reports whether a name is that of a struct without one that may be an
// object of its own: no closure, which code allocates by its descriptor, and no slot
// of a map's group.
func isPlainStruct(name string) bool {
	return strings.HasPrefix(name, "struct {") && !strings.HasPrefix(name, "struct { F uintptr") && !strings.HasPrefix(name, "struct { key ")
}

// hasChanPrefix reports whether a channel type goes both ways.
func hasChanPrefix(name string) bool { return chanPrefix(name) == "chan " }

// firstPart is the descriptor of the first field, the element or a map's group,
// 0 if there is none.
func (tt *typeTable) firstPart(addr mem.Addr, k Kind) mem.Addr {
	ptr := mem.Addr(tt.p.Arch.PtrSize)
	body := addr + mem.Addr(tt.bodyOffset())
	at := body
	switch k {
	case Chan, Array:
	case Map:
		at += 2 * ptr
	case Struct:
		n, _ := tt.p.file.word(body + 2*ptr)
		if n == 0 {
			return 0
		}
		fields, _ := tt.p.file.word(body + ptr)
		at = mem.Addr(fields) + ptr
	default:
		return 0
	}
	part, _ := tt.p.file.word(at)
	return mem.Addr(part)
}

// ChanOf is the type of channels of elem, nil if the program has none. Of several
// it is the one without a name.
func (m *Image) ChanOf(elem *Type) *Type {
	if addr := m.p.typeIndex().chans[elem.Addr]; addr != 0 && elem.Addr != 0 {
		return m.p.types.at(addr)
	}
	return nil
}

// MapOf is the type of maps whose groups or buckets are of a type, nil if the
// program has none. Of several it is the one without a name.
func (m *Image) MapOf(group *Type) *Type {
	if addr := m.p.typeIndex().maps[group.Addr]; addr != 0 && group.Addr != 0 {
		return m.p.types.at(addr)
	}
	return nil
}

// Beginning lists the structs and arrays that begin with a value of t, and those
// that begin with such a one; not t itself.
func (m *Image) Beginning(t *Type) []*Type {
	var list []*Type
	seen := map[mem.Addr]bool{t.Addr: true}
	for todo := []mem.Addr{t.Addr}; len(todo) > 0; todo = todo[1:] {
		for _, outer := range m.p.typeIndex().begun[todo[0]] {
			if seen[outer] {
				continue
			}
			seen[outer] = true
			if o := m.p.types.at(outer); o != nil && o.beginsWith(t) {
				list = append(list, o)
				todo = append(todo, outer)
			}
		}
	}
	return list
}

// Instances lists the types that generic code may allocate by its dictionaries: those
// with a name and arguments and, as iter.Pull's state is one, structs without a name,
// by descriptor. Allocated has them only where other code allocates them, too.
func (m *Image) Instances() (list []*Type) {
	for _, addr := range m.p.typeIndex().insts {
		if t := m.p.types.at(addr); t != nil && t.Size > 0 && !t.Shape {
			list = append(list, t)
		}
	}
	return list
}
