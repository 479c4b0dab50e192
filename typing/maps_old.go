package typing

import "github.com/objgraph/objgraph/mem"

// Maps up to Go 1.23, and later with GOEXPERIMENT=noswissmap
// (runtime/map.go, since 1.24 map_noswiss.go):
//
//	hmap      count(p) flags(1) B(1) noverflow(2) hash0(4) buckets(p) oldbuckets(p) nevacuate(p) extra(p)
//	mapextra  overflow(*[]*bmap) oldoverflow(*[]*bmap) nextOverflow(*bmap)
//	bucket    tophash[8] keys[8] elems[8] overflow(p)
//
// There are 2^B buckets, followed by spare overflow buckets from B of 4 on;
// while the map grows, oldbuckets has half as many (or as many, if flags has
// sameSizeGrow). A bucket's last word points at its overflow bucket; where
// neither keys nor elements hold pointers that word is not one, and extra
// keeps the overflow buckets alive.

const sameSizeGrow = 8

func (w *walker) walkHmap(ty *Type, v view) {
	if uint64(len(v.b)) < mapHeaderBytes(w.ptr) || ty.Go.Group == nil {
		return
	}
	flags, b := v.b[w.ptr], v.b[w.ptr+1]
	if b >= 40 {
		return
	}
	groups, size := w.id(MapGroups, ty.Go), ty.Go.Group.Size
	at := 8 + w.ptr
	w.claim(claim{w.addr(v, at), groups, size << b, Map})
	if b > 0 && flags&sameSizeGrow == 0 {
		b--
	}
	w.claim(claim{w.addr(v, at+w.ptr), groups, size << b, Map})
	w.walkExtra(w.addr(v, at+3*w.ptr), groups, size)
}

// walkBuckets follows keys, elements and overflow pointers.
func (w *walker) walkBuckets(ty *Type, v view) {
	size := ty.Size
	if size < 8+w.ptr {
		return
	}
	self := w.id(MapGroups, ty.Go)
	w.walkLayout(ty.layout, v, uint64(len(v.b))/size, Map)
	for at := size; at <= uint64(len(v.b)); at += size {
		if p := w.addr(v, at-w.ptr); p != 0 {
			w.claim(claim{p, self, size, Map})
		}
	}
}

// walkExtra types the mapextra object and the overflow buckets that it lists.
func (w *walker) walkExtra(extra mem.Addr, groups TypeID, size uint64) {
	id, ok := w.h.Find(extra)
	if !ok {
		return
	}
	w.claim(claim{extra, w.mapextra, 1, Map})
	o := w.h.Object(id)
	x := view{o.Addr, o.Contents}
	for i := range uint64(2) {
		w.walkOverflow(w.addr(x, i*w.ptr), groups, size)
	}
}

// walkOverflow follows a *[]*bmap.
func (w *walker) walkOverflow(list mem.Addr, groups TypeID, size uint64) {
	id, ok := w.h.Find(list)
	if !ok {
		return
	}
	head := w.h.Object(id)
	arr, ok := w.h.Find(w.addr(view{b: head.Contents}, 0))
	if !ok {
		return
	}
	o := w.h.Object(arr)
	skip := w.head.bytes(&o)
	for off := skip; off+w.ptr <= uint64(len(o.Contents)); off += w.ptr {
		if p := w.addr(view{b: o.Contents}, off); p != 0 {
			w.claim(claim{p, groups, size, Map})
		}
	}
}
