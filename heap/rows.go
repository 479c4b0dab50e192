package heap

import (
	"encoding/binary"

	"github.com/objgraph/objgraph/mem"
)

// Targets appends to dst what each of the objects from lo up to hi refers to,
// one entry for each pointer slot that leads to an object, in order of slots.
// ends[i] becomes how many entries there are up to those of object lo+i.
func (h *Heap) Targets(lo, hi mem.ObjID, dst []mem.ObjID, ends []uint64) []mem.ObjID {
	before := len(dst)
	for id := lo; id < hi; {
		r := h.runOf(id)
		end := min(hi, r.first+mem.ObjID(r.count))
		if !r.ptrs {
			for ; id < end; id++ {
				ends[id-lo] = uint64(len(dst) - before)
			}
			continue
		}
		slot := h.slotOf(r, uint32(id-r.first))
		for ; id < end; id++ {
			o := h.objectAt(r, uint32(id-r.first), r.base+mem.Addr(uint64(slot)*r.size))
			dst = h.targets(&o, dst)
			ends[id-lo] = uint64(len(dst) - before)
			slot = h.nextSlot(r, slot)
		}
	}
	return dst
}

// nextSlot is the next slot of a run that is an object.
func (x *index) nextSlot(r *run, slot uint32) uint32 {
	slot++
	if r.dense {
		return slot
	}
	for slot < r.last && x.words.At(r.word+slot/64).bits>>(slot%64)&1 == 0 {
		slot++
	}
	return slot
}

// targets is Pointers without a call for each, for the usual word.
func (h *Heap) targets(o *Object, dst []mem.ObjID) []mem.ObjID {
	if h.Arch != mem.LE64 {
		h.Pointers(o, func(_ uint64, to mem.ObjID) { dst = append(dst, to) })
		return dst
	}
	b := o.Contents
	for list := o.Slots; ; {
		off, rest, ok := list.Next()
		if !ok {
			return dst
		}
		list = rest
		if off+8 > uint64(len(b)) || off+8 < off {
			continue
		}
		if a := binary.LittleEndian.Uint64(b[off:]); a != 0 {
			if p := h.find(mem.Addr(a)); p.ID != mem.NoObj {
				dst = append(dst, p.ID)
			}
		}
	}
}

// Sizes tells sizes of objects, fastest for one after the other. Used by one
// goroutine.
func (h *Heap) Sizes() func(mem.ObjID) uint64 {
	r := new(run)
	return func(id mem.ObjID) uint64 {
		if uint32(id-r.first) >= r.count {
			r = h.runOf(id)
		}
		return r.size
	}
}
