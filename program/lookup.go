package program

import (
	"github.com/objgraph/objgraph/mem"
)

// typeRef says where a type stands, so that it is built only when asked for.
type typeRef struct {
	addr mem.Addr // descriptor, or
	die  uint32   // entry of .debug_info
}

// readTypeNames maps every name, short and full, to a type: descriptors first,
// found by trying every aligned address (there is no list of all of them in
// any version), then the DWARF types that have none. The first of two types
// with one name wins; a full name is never taken by a short one.
func (p *Program) readTypeNames() map[string]typeRef {
	full, short := map[string]typeRef{}, map[string]typeRef{}
	note := func(m map[string]typeRef, name string, r typeRef) {
		if _, taken := m[name]; !taken && name != "" {
			m[name] = r
		}
	}
	p.types.eachDescriptor(func(addr mem.Addr, name, pkgPath string) {
		r := typeRef{addr: addr}
		note(short, name, r)
		if pkgPath != "" {
			note(full, namedFullName(&Type{Name: name, PkgPath: pkgPath}), r)
		}
	})
	p.eachDIEName(func(off uint32, name string) {
		r := typeRef{die: off}
		note(full, unescapePath(name), r)
		note(short, p.names().short(name), r)
	})
	for name, r := range short {
		note(full, name, r)
	}
	return full
}

// eachDIEName calls f for the types of DWARF, in file order.
func (p *Program) eachDIEName(f func(off uint32, name string)) {
	if p.dwarf == nil {
		return
	}
	for _, off := range p.dwarf.types {
		if e, _, ok := p.dwarf.entry(off); ok && len(e.name) > 0 {
			f(off, string(e.name))
		}
	}
}

// eachDescriptor calls f for whatever looks like a descriptor, by address.
// Names lie among the descriptors, so some addresses that are none may pass;
// they have no sensible name and are never asked for.
func (tt *typeTable) eachDescriptor(f func(addr mem.Addr, name, pkgPath string)) {
	ptr := mem.Addr(tt.p.Arch.PtrSize)
	for addr := tt.p.Types.Start; addr < tt.p.Types.End; addr += ptr {
		h, ok := tt.header(addr)
		if !ok {
			continue
		}
		name, ok := tt.typeName(h)
		if !ok {
			continue
		}
		t := Type{Name: name, Kind: h.kind, Named: h.tflag&tflagNamed != 0, arch: tt.p.Arch}
		if h.tflag&tflagUncommon != 0 {
			tt.fillPackage(&t, addr+mem.Addr(tt.bodyOffset()))
		}
		f(addr, name, t.PkgPath)
	}
}

// lookupType finds a type by full or short name, nil if there is none.
func (p *Program) lookupType(name string) *Type {
	r, ok := p.typeNames()[name]
	switch {
	case !ok:
		return nil
	case r.addr != 0:
		return p.types.at(r.addr)
	}
	return p.types.fromDIE(r.die)
}
