package typing

import (
	"github.com/objgraph/objgraph/mem"
)

// Swiss maps, Go 1.24 and later (internal/runtime/maps/map.go, table.go):
//
//	Map    used(8) seed(p) dirPtr(p) dirLen(p) …
//	table  used(2) capacity(2) growthLeft(2) localDepth(1) index(p) groups{data(p) lengthMask(8)}
//
// A map of up to 8 entries has no tables: dirLen is 0 and dirPtr is its only
// group. Else dirPtr is an array of dirLen pointers to tables, in which a
// table can stand more than once. Free slots are zero, so control words need
// not be read.

func mapHeaderBytes(ptr uint64) uint64 {
	if ptr == 8 {
		return 48
	}
	return 28
}

// walkMap follows the parts of a map in the layout of the dump's Go.
func (w *walker) walkMap(ty *Type, v view) {
	switch {
	case ty.Form == MapGroups && w.swiss:
		w.walkLayout(ty.layout, v, uint64(len(v.b))/max(ty.Size, 1), Map)
	case ty.Form == MapGroups:
		w.walkBuckets(ty, v)
	case !w.swiss:
		w.walkHmap(ty, v)
	case ty.Form == MapHeader:
		w.walkSwiss(ty, v)
	case ty.Form == MapDirectory:
		w.walkDirectory(ty, v)
	case ty.Form == MapTable:
		w.walkTable(ty, v)
	}
}

func (w *walker) walkSwiss(ty *Type, v view) {
	dir, n := w.addr(v, 8+w.ptr), w.word(v, 8+2*w.ptr)
	if dir == 0 || ty.Go.Group == nil {
		return
	}
	if n == 0 {
		w.claim(claim{dir, w.id(MapGroups, ty.Go), ty.Go.Group.Size, Map})
		return
	}
	if n < 1<<32 {
		w.claim(claim{dir, w.id(MapDirectory, ty.Go), n * w.ptr, Map})
	}
}

func (w *walker) walkDirectory(ty *Type, v view) {
	size := 8 + 3*w.ptr
	if w.ptr == 4 {
		size = 8 + 2*w.ptr + 8
	}
	table := w.id(MapTable, ty.Go)
	var last mem.Addr
	for off := uint64(0); off+w.ptr <= uint64(len(v.b)); off += w.ptr {
		if p := w.addr(v, off); p != 0 && p != last {
			w.claim(claim{p, table, size, Map})
			last = p
		}
	}
}

func (w *walker) walkTable(ty *Type, v view) {
	data, mask := w.addr(v, 8+w.ptr), w.h.Arch.Uint64(v.b[min(8+2*w.ptr, uint64(len(v.b))):])
	if mask < 1<<32 && ty.Go.Group != nil {
		w.claim(claim{data, w.id(MapGroups, ty.Go), (mask + 1) * ty.Go.Group.Size, Map})
	}
}
