package heap

import (
	"math/bits"

	"github.com/objgraph/objgraph/mem"
)

// index turns addresses into ids and ids into places.
type index struct {
	runs   []run // ascending, not overlapping
	bits   []uint64
	rank   []uint32 // id of the first object of each word of bits
	deltas []uint32
	blocks []uint32 // run of the first object of each block of 64 ids
	pages  pageTable
}

const blockShift = 6

// numbered numbers the objects and builds the tables.
func (s *objects) numbered(fileBytes int) index {
	x := index{runs: s.runs, bits: s.bits, deltas: s.deltas, rank: mem.Make[uint32](len(s.bits))}
	id := mem.ObjID(0)
	for i := range x.runs {
		r := &x.runs[i]
		r.first, r.dense = id, r.last+1 == r.count
		for w := r.word; w <= r.word+r.last/64; w++ {
			x.rank[w] = uint32(id)
			id += mem.ObjID(bits.OnesCount64(x.bits[w]))
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
	i := x.pages.start(x.runs, a)
	if i < 0 {
		return mem.NoObj, false
	}
	for ; i < len(x.runs); i++ {
		r := &x.runs[i]
		d := uint64(a - r.base) // wraps below the run
		if d < r.room {
			return x.at(r, r.slot(d))
		}
		if a < r.base {
			break
		}
	}
	return mem.NoObj, false
}

// at is the object in a slot of a run.
func (x *index) at(r *run, slot uint32) (mem.ObjID, bool) {
	if r.dense {
		return r.first + mem.ObjID(slot), true
	}
	w, bit := r.word+slot/64, slot%64
	if x.bits[w]>>bit&1 == 0 {
		return mem.NoObj, false
	}
	return mem.ObjID(x.rank[w] + uint32(bits.OnesCount64(x.bits[w]&(1<<bit-1)))), true
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
		word := x.bits[w]
		if n := uint32(bits.OnesCount64(word)); k >= n {
			k -= n
			continue
		}
		for ; k > 0; k-- {
			word &= word - 1
		}
		return (w-r.word)*64 + uint32(bits.TrailingZeros64(word))
	}
}

// Size is the object's slot size in bytes.
func (x *index) Size(id mem.ObjID) uint64 { return x.runOf(id).size }
