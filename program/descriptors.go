package program

import (
	"context"

	"github.com/objgraph/objgraph/mem"
)

// descriptorPiece is how much of Types is looked through at a time, in bytes.
const descriptorPiece = 256 << 10

// readDescriptors lists whatever looks like a descriptor, by address, found by
// trying every aligned address (there is no list of all of them in any version).
// Names lie among the descriptors, so some addresses that are none may pass; they
// have no sensible name and are never asked for.
func (p *Program) readDescriptors() []mem.Addr {
	n := int((p.Types.Size() + descriptorPiece - 1) / descriptorPiece)
	parts := make([][]mem.Addr, n)
	mem.Parallel(context.Background(), p.workers, n, func(_, i int) {
		from := p.Types.Start + mem.Addr(i)*descriptorPiece
		to := min(from+descriptorPiece, p.Types.End)
		for addr := from; addr < to; addr += mem.Addr(p.Arch.PtrSize) {
			if h, ok := p.types.header(addr); ok && p.types.hasName(h) {
				parts[i] = append(parts[i], addr)
			}
		}
	})
	return concat(parts)
}

// concat joins lists, in order.
func concat[T any](parts [][]T) []T {
	n := 0
	for _, part := range parts {
		n += len(part)
	}
	all := make([]T, 0, n)
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// eachDescriptor calls f for the descriptors, by address.
func (tt *typeTable) eachDescriptor(f func(addr mem.Addr, name, pkgPath string)) {
	for _, addr := range tt.p.descriptors() {
		name, pkgPath := tt.named(addr)
		f(addr, name, pkgPath)
	}
}

// named is a descriptor's own text and its package's path.
func (tt *typeTable) named(addr mem.Addr) (name, pkgPath string) {
	h, _ := tt.header(addr)
	name, _ = tt.typeName(h)
	t := Type{Kind: h.kind, Named: h.tflag&tflagNamed != 0, arch: tt.p.Arch}
	if h.tflag&tflagUncommon != 0 {
		tt.fillPackage(&t, addr+mem.Addr(tt.bodyOffset()))
	}
	return name, t.PkgPath
}
