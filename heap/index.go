package heap

import (
	"math/bits"

	"github.com/objgraph/objgraph/mem"
)

// index turns addresses into ids and ids into places.
type index struct {
	runs   []run // ascending, not overlapping
	words  mem.Chunks[word]
	deltas mem.Chunks[uint32]
	blocks []uint32 // run of the first object of each block of 64 ids
	pages  pageTable
}

const blockShift = 6

// numbered numbers the objects and builds the tables.
func (s *objects) numbered(fileBytes int) index {
	x := index{runs: s.runs, words: s.words, deltas: s.deltas}
	id := mem.ObjID(0)
	for i := range x.runs {
		r := &x.runs[i]
		r.first, r.dense = id, r.last+1 == r.count
		for w := r.word; w <= r.word+r.last/64; w++ {
			word := x.words.At(w)
			word.rank = uint32(id)
			id += mem.ObjID(bits.OnesCount64(word.bits))
		}
		for b := len(x.blocks) << blockShift; b < int(id); b += 1 << blockShift {
			x.blocks = append(x.blocks, uint32(i))
		}
	}
	x.pages = newPageTable(x.runs, fileBytes)
	return x
}

// count is the number of objects and the sum of their slots' bytes.
func (x *index) count() (n int, bytes uint64) {
	for i := range x.runs {
		n += int(x.runs[i].count)
		bytes += uint64(x.runs[i].count) * x.runs[i].size
	}
	return n, bytes
}

// Find returns the object whose slot holds the address. An address one past
// an object's end belongs to whatever lies there.
func (x *index) Find(a mem.Addr) (mem.ObjID, bool) {
	p := x.find(a)
	return p.ID, p.ID != mem.NoObj
}

// find is the same with the object's place; NoObj if there is none.
func (x *index) find(a mem.Addr) Place {
	i := x.pages.at(a)
	if i < 0 {
		if i == noPage {
			return Place{ID: mem.NoObj}
		}
		i = x.pages.search(x.runs, a)
	}
	for ; i < len(x.runs); i++ {
		r := &x.runs[i]
		d := uint64(a - r.base) // wraps below the run
		if d < r.room {
			slot := r.slot(d)
			return Place{x.inSlot(r, slot), slot, uint32(i), r}
		}
		if a < r.base {
			break
		}
	}
	return Place{ID: mem.NoObj}
}

// idAt is find without the place.
func (x *index) idAt(a mem.Addr) mem.ObjID {
	if i := x.pages.at(a); i >= 0 {
		if r := &x.runs[i]; uint64(a-r.base) < r.room {
			return x.inSlot(r, r.slot(uint64(a-r.base)))
		}
	} else if i == noPage {
		return mem.NoObj
	}
	return x.find(a).ID
}

// inSlot is the object in a slot of a run.
func (x *index) inSlot(r *run, slot uint32) mem.ObjID {
	if r.dense {
		return r.first + mem.ObjID(slot)
	}
	w, bit := x.words.At(r.word+slot/64), slot%64
	if w.bits>>bit&1 == 0 {
		return mem.NoObj
	}
	return mem.ObjID(w.rank + uint32(bits.OnesCount64(w.bits&(1<<bit-1))))
}

// runOf is the run of an object.
func (x *index) runOf(id mem.ObjID) *run {
	i := x.blocks[id>>blockShift]
	for int(i)+1 < len(x.runs) && x.runs[i+1].first <= id {
		i++
	}
	return &x.runs[i]
}

// Addr is the address of the object's slot.
func (x *index) Addr(id mem.ObjID) mem.Addr {
	r := x.runOf(id)
	return r.base + mem.Addr(uint64(x.slotOf(r, uint32(id-r.first)))*r.size)
}

// slotOf is the slot of the k-th object of r.
func (x *index) slotOf(r *run, k uint32) uint32 {
	if r.dense {
		return k
	}
	for w := r.word; ; w++ {
		word := x.words.At(w).bits
		if n := uint32(bits.OnesCount64(word)); k >= n {
			k -= n
			continue
		}
		return (w-r.word)*64 + nth(word, k)
	}
}

// nth is the place of the k-th bit that is set, of more than k.
func nth(word uint64, k uint32) (at uint32) {
	for half := uint32(32); half >= 8; half /= 2 {
		if n := uint32(bits.OnesCount64(word & (1<<half - 1))); k >= n {
			k -= n
			word >>= half
			at += half
		}
	}
	for ; k > 0; k-- {
		word &= word - 1
	}
	return at + uint32(bits.TrailingZeros64(word))
}

// Size is the object's slot size in bytes.
func (x *index) Size(id mem.ObjID) uint64 { return x.runOf(id).size }
