package program

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"github.com/objgraph/objgraph/mem"
)

// typeRef says where a type stands, so that it is built only when asked for:
// twice the address of its descriptor, or twice the offset of its DIE and one.
type typeRef uint64

func refToAddr(a mem.Addr) typeRef { return typeRef(a << 1) }
func refToDIE(off uint32) typeRef  { return typeRef(off)<<1 | 1 }

// typeNames finds types by name: hashes ascend, refs[i] is the type of hashes[i].
// The names themselves are not kept.
type typeNames struct {
	hashes []uint64
	refs   []typeRef
}

func (n *typeNames) find(name string) (typeRef, bool) {
	h := nameHash(name)
	i := sort.Search(len(n.hashes), func(i int) bool { return n.hashes[i] >= h })
	if i == len(n.hashes) || n.hashes[i] != h {
		return 0, false
	}
	return n.refs[i], true
}

// nameHash is FNV-1a, which is the same in every process.
func nameHash(name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return h
}

// namedRef is a name before it is sorted in: of two alike the first in rank and
// order wins.
type namedRef struct {
	hash  uint64
	ref   typeRef
	order uint32 // of the type, by where it stands
	rank  uint8
}

// The ranks of names: a full name is never taken by a short one.
const (
	fullOfDescriptor uint8 = iota
	fullOfDIE
	shortOfDescriptor
	shortOfDIE
)

// namesAtATime is how many types a worker takes.
const namesAtATime = 4096

// readTypeNames maps every name, short and full, to a type: descriptors first,
// then the DWARF types that have none.
func (p *Program) readTypeNames() *typeNames {
	descs := p.descriptors()
	var dies []uint32
	if p.dwarf != nil {
		dies = p.dwarf.types
	}
	p.names() // before the workers all want it
	first := (len(descs) + namesAtATime - 1) / namesAtATime
	parts := make([][]namedRef, first+(len(dies)+namesAtATime-1)/namesAtATime)
	mem.Parallel(context.Background(), p.workers, len(parts), func(_, i int) {
		if i < first {
			from := i * namesAtATime
			parts[i] = p.descriptorNames(descs[from:min(from+namesAtATime, len(descs))], from)
			return
		}
		from := (i - first) * namesAtATime
		parts[i] = p.dieNames(dies[from:min(from+namesAtATime, len(dies))], from)
	})
	return p.sortNames(parts)
}

func (p *Program) descriptorNames(descs []mem.Addr, order int) []namedRef {
	list := make([]namedRef, 0, 2*len(descs))
	for i, addr := range descs {
		name, pkgPath := p.types.named(addr)
		r := namedRef{nameHash(name), refToAddr(addr), uint32(order + i), shortOfDescriptor}
		list = append(list, r)
		if pkgPath != "" {
			r.hash, r.rank = nameHash(namedFullName(&Type{Name: name, PkgPath: pkgPath})), fullOfDescriptor
			list = append(list, r)
		}
	}
	return list
}

func (p *Program) dieNames(dies []uint32, order int) []namedRef {
	list := make([]namedRef, 0, 2*len(dies))
	for i, off := range dies {
		e, _, ok := p.dwarf.entry(off)
		if !ok || len(e.name) == 0 {
			continue
		}
		name := string(e.name)
		r := namedRef{nameHash(unescapePath(name)), refToDIE(off), uint32(order + i), fullOfDIE}
		list = append(list, r)
		if short := p.names().short(name); short != "" {
			r.hash, r.rank = nameHash(short), shortOfDIE
			list = append(list, r)
		}
	}
	return list
}

// nameBuckets is how many ranges of hashes are sorted apart.
const (
	nameBuckets = 1 << 6
	nameShift   = 64 - 6
)

// sortNames keeps the first type of every name.
func (p *Program) sortNames(parts [][]namedRef) *typeNames {
	buckets := distribute(parts)
	mem.Parallel(context.Background(), p.workers, nameBuckets, func(_, b int) {
		list := buckets[b]
		slices.SortFunc(list, func(x, y namedRef) int {
			return cmp.Or(cmp.Compare(x.hash, y.hash), cmp.Compare(x.rank, y.rank), cmp.Compare(x.order, y.order))
		})
		buckets[b] = slices.CompactFunc(list, func(x, y namedRef) bool { return x.hash == y.hash })
	})
	total := 0
	for _, list := range buckets {
		total += len(list)
	}
	n := &typeNames{make([]uint64, 0, total), make([]typeRef, 0, total)}
	for _, list := range buckets {
		for _, r := range list {
			n.hashes, n.refs = append(n.hashes, r.hash), append(n.refs, r.ref)
		}
	}
	return n
}

// distribute puts names into buckets by the highest bits of their hashes.
func distribute(parts [][]namedRef) (buckets [nameBuckets][]namedRef) {
	var counts [nameBuckets]int
	total := 0
	for _, part := range parts {
		total += len(part)
		for i := range part {
			counts[part[i].hash>>nameShift]++
		}
	}
	all := make([]namedRef, total)
	for b, n := range counts {
		buckets[b], all = all[:0:n], all[n:]
	}
	for _, part := range parts {
		for i := range part {
			b := &buckets[part[i].hash>>nameShift]
			*b = append(*b, part[i])
		}
	}
	return buckets
}

// lookupType finds a type by full or short name, nil if there is none.
func (p *Program) lookupType(name string) *Type {
	r, ok := p.typeNames().find(name)
	if !ok || name == "" {
		return nil
	}
	return p.typeOf(r)
}

func (p *Program) typeOf(r typeRef) *Type {
	switch {
	case r&1 == 0:
		return p.types.at(mem.Addr(r >> 1))
	case p.dwarf != nil:
		return p.types.fromDIE(uint32(r >> 1))
	}
	return nil
}
