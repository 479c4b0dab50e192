package graph

import (
	"iter"
	"math/bits"
	"sync/atomic"

	"github.com/objgraph/objgraph/mem"
)

// Set is a set of objects: one bit each. The zero value is empty and has no
// room; NewSet makes room.
type Set struct {
	words []uint64 // object i is bit i%64 of word i/64
}

// NewSet is an empty set with room for the objects 0 to n-1.
func NewSet(n int) Set { return Set{make([]uint64, (max(n, 0)+63)/64)} }

// Has reports whether id is in the set. An id beyond its room is not.
func (s Set) Has(id mem.ObjID) bool {
	w := uint(id / 64)
	return w < uint(len(s.words)) && s.words[w]>>(id%64)&1 != 0
}

// Add puts id into the set; an id beyond its room is left out.
func (s Set) Add(id mem.ObjID) {
	if w := uint(id / 64); w < uint(len(s.words)) {
		s.words[w] |= 1 << (id % 64)
	}
}

// Count is the number of objects in the set.
func (s Set) Count() int {
	n := 0
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

// All yields the objects of the set, ascending.
func (s Set) All() iter.Seq[mem.ObjID] {
	return func(yield func(mem.ObjID) bool) {
		for i, w := range s.words {
			for ; w != 0; w &= w - 1 {
				if !yield(mem.ObjID(i*64 + bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

// put adds id and reports whether it was new.
func (s Set) put(id mem.ObjID) bool {
	w, bit := &s.words[id/64], uint64(1)<<(id%64)
	if *w&bit != 0 {
		return false
	}
	*w |= bit
	return true
}

// putShared is put while others do the same.
func (s Set) putShared(id mem.ObjID) bool {
	w, bit := &s.words[id/64], uint64(1)<<(id%64)
	return atomic.LoadUint64(w)&bit == 0 && atomic.OrUint64(w, bit)&bit == 0
}

func (s Set) clone() Set { return Set{append([]uint64(nil), s.words...)} }

// minus removes the objects of t from s, which must have the same room.
func (s Set) minus(t Set) {
	for i, w := range t.words {
		s.words[i] &^= w
	}
}
