package heapdump

import (
	"math/bits"
)

// Maps and channels are known by what their words say of each other, as package
// typing knows them: see there for the layouts.

// channel keeps the words of an object that begins as a channel does.
func (r *words) channel(b []byte, k *Kept) {
	ptr, elem := uint64(r.arch.PtrSize), r.chans[0]
	if uint64(len(b)) < r.chans[1] || !r.isType(r.at(b, int(elem/ptr))) {
		return
	}
	count, size := r.word(b, 0), r.word(b, ptr)
	elemSize, closed := r.arch.Uint32(b[3*ptr:]), r.arch.Uint32(b[3*ptr+4:])
	send, recv := r.word(b, elem+ptr), r.word(b, elem+2*ptr)
	if count > size || send > size || recv > size || size > mostCount || closed > 1 || elemSize > 1<<16 {
		return
	}
	for _, off := range []uint64{0, ptr, 3 * ptr, 2*ptr + 8, elem + ptr, elem + 2*ptr} {
		k.Word(off, KeptCount)
	}
	k.Word(elem, KeptType)
	for _, off := range []uint64{2 * ptr, elem + 3*ptr, elem + 4*ptr, elem + 5*ptr, elem + 6*ptr} {
		if r.inHeap(r.at(b, int(off/ptr))) {
			k.Word(off, KeptAddress)
		}
	}
}

func (r *words) word(b []byte, off uint64) uint64 { return r.arch.WordAt(b, off) }

// maps keeps the counts of a map's header and tables.
func (r *words) maps(o *seen, k *Kept) {
	ptr := uint64(r.arch.PtrSize)
	header := uint64(48)
	if ptr == 4 {
		header = 32
	}
	_, first, rest, _ := o.fields.Next()
	_, _, _, more := rest.Next()
	switch {
	case uint64(len(o.head)) < o.size || o.size > header || first != 8+ptr:
	case r.swiss && !more && o.size == header:
		r.swissMap(o.head, k)
	case r.swiss && !more && o.size == 32:
		r.swissTable(o.head, k)
	case !r.swiss && o.size == header && more:
		r.buckets(o.head, int(8/ptr), k)
	}
}

// swissMap is for a header of Go 1.24 and later: used seed dirPtr dirLen globalDepth.
func (r *words) swissMap(b []byte, k *Kept) {
	ptr := uint64(r.arch.PtrSize)
	used, dir, depth := r.arch.Uint64(b), r.word(b, 8+2*ptr), b[8+3*ptr]
	small := dir == 0 && used <= 8 && depth == 0
	if !small && (depth >= depthLimit || dir != 1<<depth || used > mostCount) {
		return
	}
	k.Word(0, KeptCount)
	if ptr == 4 {
		k.Word(4, KeptCount)
	}
	k.Word(8+2*ptr, KeptCount)
	k.Bytes(8+3*ptr, 1, KeptCount)
}

// swissTable is for used capacity growthLeft localDepth index groups lengthMask.
func (r *words) swissTable(b []byte, k *Kept) {
	ptr := uint64(r.arch.PtrSize)
	used, capacity, left := r.arch.Uint16(b), r.arch.Uint16(b[2:]), r.arch.Uint16(b[4:])
	if bits.OnesCount16(capacity) != 1 || capacity > tableMost || used > capacity || left > capacity || b[6] >= depthLimit {
		return
	}
	if r.arch.Uint64(b[8+2*ptr:]) != uint64(capacity)/8-1 {
		return
	}
	if ptr == 8 {
		k.Bytes(0, 7, KeptCount)
	} else {
		k.Word(0, KeptCount)
		k.Bytes(4, 3, KeptCount)
	}
	k.Word(8+2*ptr, KeptCount)
}

// buckets is for count flags B noverflow hash0 before a pointer to buckets, up to
// Go 1.23: the seed hash0 goes. The word at i is the last before the pointer.
func (r *words) buckets(b []byte, i int, k *Kept) {
	ptr := r.arch.PtrSize
	at := i*ptr + ptr - 8 // where flags stand
	if at < ptr || i*ptr+ptr > len(b) {
		return
	}
	flags, shift := b[at], b[at+1]
	count := uint64(r.at(b, at/ptr-1))
	if flags >= 16 || shift > mostShift || bits.Len64(count) > int(shift)+8 {
		return
	}
	k.Word(uint64(at-ptr), KeptCount)
	k.Bytes(uint64(at), 4, KeptCount)
}
