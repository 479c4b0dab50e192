package typing

import (
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// A stripped executable has no variables. What words in data and on stacks hold
// is taken from the code that uses them.

// seedCode types what the words point at that the code shows to be something.
func (w *walker) seedCode() {
	if w.img == nil || w.img.Program().HasDWARF {
		return
	}
	for _, c := range w.img.CodeGlobals() {
		w.seedWord(c.Known, view{c.Addr, w.mem.at(c.Addr)}, Global)
	}
	for i := range w.h.Goroutines {
		g := &w.h.Goroutines[i]
		st := w.scan.Stack(g)
		for j := range g.Frames {
			w.seedFrame(st, &g.Frames[j])
		}
	}
}

// seedFrame types what the words of a frame point at that the collector scans.
func (w *walker) seedFrame(st *Stack, f *heapdump.Frame) {
	for _, c := range w.img.CodeFrame(f.PC) {
		at := f.SP + mem.Addr(c.Offset)
		v := view{at, w.mem.at(at)}
		switch {
		case c.Holds != program.ValueOf:
			if st.Scanned(at) {
				w.seedWord(c.Known, v, Local)
			}
		case uint64(len(v.b)) >= c.Type.Size:
			v.b = v.b[:c.Type.Size]
			w.stepLive(w.layoutOf(c.Type), v, func(off uint64) bool { return st.Scanned(at + mem.Addr(off)) })
		}
	}
}

// seedWord makes the claims of a word of which the code is known.
func (w *walker) seedWord(k program.Known, v view, ev Evidence) {
	p := w.addr(v, 0)
	if p == 0 {
		return
	}
	switch k.Holds {
	case program.PointerTo:
		w.claimPointer(k, v, p, ev)
	case program.SliceOf:
		n, _ := w.sliceHeader(v, k.Type)
		w.claimKnown(claim{p, w.id(Array, k.Type), n, ev}, k.Sure)
	case program.ClosureOf:
		w.claimFunc(p, nil)
	case program.WordOf:
		w.claimRef(k.Type, p)
	case program.ValueOf:
		if uint64(len(v.b)) >= k.Type.Size && k.Type.PtrBytes > 0 {
			w.walkValue(w.id(Value, k.Type), view{v.addr, v.b[:k.Type.Size]}, ev)
		}
	}
}

// claimPointer is for a pointer. An array is mostly what a slice's literal was
// made in: it is one if a slice's header stands there, and else has no name.
func (w *walker) claimPointer(k program.Known, v view, p mem.Addr, ev Evidence) {
	c, t := claim{p, w.id(Value, k.Type), 1, ev}, k.Type
	if t.Kind != program.Array || !names(t.Elem) {
		w.claimKnown(c, k.Sure)
		return
	}
	if n, ok := w.sliceHeader(v, t.Elem); ok && n <= t.Len {
		w.claimKnown(claim{p, w.id(Array, t.Elem), n, ev}, k.Sure)
		return
	}
	w.claimPart(c)
}

// sliceHeader reads a slice's capacity, if its three words are those of one.
func (w *walker) sliceHeader(v view, elem *program.Type) (n uint64, ok bool) {
	if uint64(len(v.b)) < 3*w.ptr {
		return 0, false
	}
	id, found := w.h.Find(w.addr(v, 0))
	length, n := w.word(v, w.ptr), w.word(v, 2*w.ptr)
	if !found || n == 0 || length > n || n > w.h.Size(id)/elem.Size {
		return 0, false
	}
	return n, true
}

// claimRef is for a map, channel or func, which an object must look like.
func (w *walker) claimRef(t *program.Type, p mem.Addr) {
	id, ok := w.h.Find(p)
	o := heap.Object{}
	if ok {
		o = w.h.Object(id)
	}
	switch t.Kind {
	case program.Map:
		if !ok || w.isMapHeader(&o) {
			w.claim(claim{p, w.id(MapHeader, t), mapHeaderBytes(w.ptr), Map})
		}
	case program.Chan:
		if !ok || t.Elem != nil && w.isChan(&o, t.Elem) {
			w.claim(claim{p, w.id(Chan, t), w.chans.size, Channel})
		}
	case program.FuncKind:
		w.claimFunc(p, t)
	}
}

// claimKnown is claim for what the code shows. It must fill the object: nothing
// says that a larger one is not of another type. Where the code only expects
// the type, and another that begins with it would do as well, the object stays
// without a name, but what is in it is known.
func (w *walker) claimKnown(c claim, sure bool) {
	id, ok := w.h.Find(c.addr)
	if !ok {
		w.claim(c)
		return
	}
	t, ok := w.target(id, c.addr)
	if !ok {
		return
	}
	if _, f := w.fit(&t, c); f >= tailFit && (sure || !w.mayBeLarger(&t, c)) {
		w.claim(c)
	} else if w.types[c.to].Form == Value {
		w.claimPart(c)
	}
}

// claimPart walks a value inside an object of which nothing else is known, if the
// object has pointers where the value does.
func (w *walker) claimPart(c claim) {
	id, ok := w.h.Find(c.addr)
	if !ok {
		w.claim(c)
		return
	}
	o, ty := w.h.Object(id), &w.types[c.to]
	at := uint64(c.addr - o.Addr)
	if w.typeOf(id) != 0 || !w.pointers(ty) || at+ty.Size > uint64(len(o.Contents)) || !w.partFits(o.Slots, at, ty.Go) {
		return
	}
	w.walkValue(c.to, view{c.addr, o.Contents[at : at+ty.Size]}, Pointer)
}

// mayBeLarger reports whether the object may be of a type that begins with the
// claimed one.
func (w *walker) mayBeLarger(t *target, c claim) bool {
	if w.types[c.to].Form != Value {
		return false
	}
	for _, outer := range w.img.Beginning(w.types[c.to].Go) {
		if outer.Kind == program.Struct && t.fills(outer.Size) && w.maskFits(t, &w.types[w.id(Value, outer)], outer.Size) {
			return true
		}
	}
	return false
}
