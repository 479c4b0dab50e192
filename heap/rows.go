package heap

import (
	"encoding/binary"

	"github.com/objgraph/objgraph/heapdump"
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
		dst, id = h.runTargets(r, id, end, dst, ends[id-lo:], before), end
	}
	return dst
}

// runTargets is Targets within one run.
func (h *Heap) runTargets(r *run, id, end mem.ObjID, dst []mem.ObjID, ends []uint64, before int) []mem.ObjID {
	slot := h.slotOf(r, uint32(id-r.first))
	quick := h.Arch == mem.LE64 && len(h.Cut) == 0
	for k := uint32(id - r.first); k < uint32(end-r.first); k++ {
		a := r.base + mem.Addr(uint64(slot)*r.size)
		if quick {
			b, list := heapdump.ObjectAt(h.data, r.off+h.delta(r, k), a, r.size, -1)
			dst = h.targets(b, list, dst)
		} else {
			o := h.objectAt(r, k, a)
			h.Pointers(&o, func(_ uint64, to mem.ObjID) { dst = append(dst, to) })
		}
		ends[k-uint32(id-r.first)] = uint64(len(dst) - before)
		slot = h.nextSlot(r, slot)
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
func (h *Heap) targets(b []byte, list heapdump.Fields, dst []mem.ObjID) []mem.ObjID {
	for len(list) > 1 && list[0] != 0 {
		kind, off, rest, ok := heapdump.FieldKind(list[0]), uint64(list[1]), list[2:], true
		if off >= 0x80 {
			kind, off, rest, ok = list.Next()
		}
		if list = rest; !ok {
			break
		}
		if kind != heapdump.FieldPtr {
			off += 8 // the data word of an interface
		}
		if off+8 > uint64(len(b)) || off+8 < off {
			continue
		}
		if a := binary.LittleEndian.Uint64(b[off:]); a != 0 {
			if id := h.idAt(mem.Addr(a)); id != mem.NoObj {
				dst = append(dst, id)
			}
		}
	}
	return dst
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
