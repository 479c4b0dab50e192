package heap

import (
	"bytes"
	"sort"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
)

// Object is one object's place and bytes.
type Object struct {
	ID       mem.ObjID
	Addr     mem.Addr
	Size     uint64 // bytes of the slot
	Contents []byte // Size bytes; fewer for a cut object
	Slots    Slots  // where the collector sees pointers
}

// Slots is an object's, frame's or segment's list of pointer slots, ascending
// as the runtime writes it.
type Slots struct {
	list heapdump.Fields
	word uint64
}

// Next splits off the first slot and returns its offset.
func (s Slots) Next() (off uint64, rest Slots, ok bool) {
	kind, off, list, ok := s.list.Next()
	if !ok || kind == 0 {
		return 0, Slots{}, false
	}
	if kind != heapdump.FieldPtr {
		off += s.word // the data word of an interface
	}
	return off, Slots{list, s.word}, true
}

// Empty reports whether there is no slot: the object holds no pointers.
func (s Slots) Empty() bool { return len(s.list) == 0 || s.list[0] == 0 }

// After splits off slots that are encoded as the dump has them; ok is false if
// the list begins otherwise.
func (s Slots) After(encoded []byte) (rest Slots, ok bool) {
	if !bytes.HasPrefix(s.list, encoded) {
		return Slots{}, false
	}
	return Slots{s.list[len(encoded):], s.word}, true
}

// Encoded is the list as the dump has it, going on beyond its end mark (kind
// 0) where it came from an object.
func (s Slots) Encoded() heapdump.Fields { return s.list }

// SlotsOf is the list of a frame or segment.
func (h *Heap) SlotsOf(f heapdump.Fields) Slots { return Slots{f, uint64(h.Arch.PtrSize)} }

// Object gives the object's bytes and pointer slots.
func (h *Heap) Object(id mem.ObjID) Object {
	r := h.runOf(id)
	return h.objectIn(r, uint32(id-r.first))
}

// Locate gives the object whose slot holds the address.
func (h *Heap) Locate(a mem.Addr) (Place, bool) {
	p := h.find(a)
	return p, p.ID != mem.NoObj
}

// Place is where an object is, a step nearer to its bytes than its number.
type Place struct {
	ID   mem.ObjID
	slot uint32
	at   uint32 // number of the run
	run  *run
}

// Ref is a Place in eight bytes without pointers.
type Ref struct {
	slot uint32
	at   uint32
}

// Ref is short for the place.
func (p Place) Ref() Ref { return Ref{p.slot, p.at} }

// Of gives the object's bytes and pointer slots.
func (h *Heap) Of(ref Ref) Object {
	r := &h.runs[ref.at]
	return h.objectAt(r, uint32(h.inSlot(r, ref.slot)-r.first), r.base+mem.Addr(uint64(ref.slot)*r.size))
}

// Quick is At without what it rarely needs: the object's bytes, and behind them what
// the dump lists of pointer slots; of a heap with cut objects nothing.
func (h *Heap) Quick(p Place) (contents []byte, rest heapdump.Fields) {
	if len(h.Cut) > 0 {
		return nil, nil
	}
	return heapdump.ObjectAt(h.data, p.run.off+h.delta(p.run, uint32(p.ID-p.run.first)), p.Start(), p.run.size, -1)
}

// At gives the object's bytes and pointer slots.
func (h *Heap) At(p Place) Object { return h.objectAt(p.run, uint32(p.ID-p.run.first), p.Start()) }

// Start is the address of the object's slot.
func (p Place) Start() mem.Addr { return p.run.base + mem.Addr(uint64(p.slot)*p.run.size) }

// Size is the size of the object's slot in bytes.
func (p Place) Size() uint64 { return p.run.size }

// Leaf reports whether the object certainly has no pointer slots.
func (p Place) Leaf() bool { return !p.run.ptrs }

// Each calls f for every object, in order of ids, until f returns false.
func (h *Heap) Each(f func(o *Object) bool) {
	for i := range h.runs {
		r := &h.runs[i]
		for k := range r.count {
			o := h.objectIn(r, k)
			if !f(&o) {
				return
			}
		}
	}
}

// EachFrom is Each for the objects of more than so many bytes that may have
// pointers.
func (h *Heap) EachFrom(above uint64, f func(o *Object)) {
	for i := range h.runs {
		r := &h.runs[i]
		if r.size <= above || !r.ptrs {
			continue
		}
		for k := range r.count {
			o := h.objectIn(r, k)
			f(&o)
		}
	}
}

func (h *Heap) objectIn(r *run, k uint32) Object {
	return h.objectAt(r, k, r.base+mem.Addr(uint64(h.slotOf(r, k))*r.size))
}

// delta is how far behind a run's first record its k-th is.
func (x *index) delta(r *run, k uint32) int64 {
	if k == 0 || r.stride != 0 {
		return int64(k) * int64(r.stride)
	}
	return int64(*x.deltas.At(r.delta + k))
}

// objectAt is the k-th object of a run, which is at a.
func (h *Heap) objectAt(r *run, k uint32, a mem.Addr) Object {
	present := int64(-1)
	if len(h.Cut) > 0 {
		present = h.present(r)
	}
	contents, rest := heapdump.ObjectAt(h.data, r.off+h.delta(r, k), a, r.size, present)
	if !r.ptrs {
		rest = nil // without a look at the file
	}
	return Object{ID: r.first + mem.ObjID(k), Addr: a, Size: r.size, Contents: contents, Slots: h.SlotsOf(rest)}
}

// present is the number of bytes that the dump holds of a cut object, and -1
// for a whole one. Cut objects are large, so each is a run alone.
func (h *Heap) present(r *run) int64 {
	for _, c := range h.Cut {
		if c.Addr == r.base && c.Size == r.size {
			return c.Present
		}
	}
	return -1
}

// Pointers calls f with the offset and target of each pointer slot of o that
// leads to an object, in order of slots.
func (h *Heap) Pointers(o *Object, f func(off uint64, to mem.ObjID)) {
	h.pointers(o.Contents, o.Slots, f)
}

func (h *Heap) pointers(b []byte, s Slots, f func(off uint64, to mem.ObjID)) {
	for {
		off, rest, ok := s.Next()
		if !ok {
			return
		}
		s = rest
		if id, ok := h.Find(mem.Addr(h.Arch.WordAt(b, off))); ok {
			f(off, id)
		}
	}
}

// Slot is the offset of the k-th pointer slot of the object that leads to an
// object: the inverse of Targets.
func (h *Heap) Slot(id mem.ObjID, k int) (off uint64, ok bool) {
	o := h.Object(id)
	n := 0
	h.Pointers(&o, func(at uint64, _ mem.ObjID) {
		if n == k {
			off, ok = at, true
		}
		n++
	})
	return off, ok
}

// Sample is the allocation bucket that the dump names for an object. The
// sample of an object with a malloc header gives the address behind it.
func (h *Heap) Sample(id mem.ObjID) (bucket uint64, ok bool) {
	if len(h.Samples) == 0 {
		return 0, false
	}
	a, size := h.Addr(id), h.Size(id)
	i := sort.Search(len(h.Samples), func(i int) bool { return h.Samples[i].Object >= a })
	if i == len(h.Samples) || h.Samples[i].Object-a >= mem.Addr(size) {
		return 0, false
	}
	return uint64(h.Samples[i].Bucket), true
}
