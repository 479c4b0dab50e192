package typing

import (
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
)

// claim says that a value, or n of them in a row, begins at an address.
type claim struct {
	addr mem.Addr
	to   TypeID
	n    uint64 // elements of an Array (0: not known), bytes of a String; 1 for a Value
	ev   Evidence
}

// fit is how well a claim agrees with the slot it lies in. Higher wins.
//
// The rules, each with a test of its name:
//
//	1 beyond   a claim that reaches beyond the slot is refused
//	2 mask     so is one whose pointer words are not those that the dump lists
//	3 header   a malloc header's type stands against all but parts of maps and channels
//	4 exact    a claim that fills its size class stands against one that does not
//	5 tail     a slice that begins inside names the whole array if that fills the class
//	6 larger   of two that fit alike a struct stands against what it begins with, then
//	           the one that covers more bytes
//	7 evidence then the one with the stronger evidence
//	8 owner    then a slice against a single value or a string, then the first
type fit uint8

const (
	noFit    fit = iota
	tinyFit      // one of several values in a tiny block
	startFit     // begins where the object does and is shorter
	tailFit      // rule 5
	exactFit     // fills the size class
	partFit      // a map's or channel's part, whose layout the map knows better than any header
)

// target is the object that a claim lands in.
type target struct {
	heap.Object
	head uint64 // bytes of malloc header
	off  uint64 // of the claim in the value
	leaf bool   // the object certainly has no pointers
	ref  heap.Ref
}

// claim records that c is true, and queues the object if its type changed.
func (w *walker) claim(c claim) {
	if c.addr == 0 || c.to == 0 {
		return
	}
	p, ok := w.h.Locate(c.addr)
	if !ok {
		w.claimOutside(c)
		return
	}
	id := p.ID
	if w.guess != nil && !w.mayGuess(id, &c) {
		return
	}
	if known := w.is[id]; !w.usual(p, &c, known) {
		w.closely(p, c, known)
	}
}

// closely makes a claim by all the rules.
func (w *walker) closely(p heap.Place, c claim, known state) {
	if known.mark().fit() >= exactFit && c.addr > p.Start()+headerBytes {
		return // points inside; nothing to learn
	}
	t, ok := w.targetAt(p, c.addr)
	if !ok {
		return
	}
	to, f := w.fit(&t, c)
	if f == noFit || f == partFit && known.to() == to {
		return
	}
	w.settle(&t, claim{c.addr, to, c.n, w.weigh(to, f, c.ev)}, f)
}

// weigh takes a claim that names an object larger than itself for what it is,
// a guess: by size and pointer words, or by size alone, which an array inside a
// struct without pointers has too. The bytes of a string are bytes.
func (w *walker) weigh(to TypeID, f fit, ev Evidence) Evidence {
	ty := &w.types[to]
	if ty.Form != String && (f == startFit || f == tailFit && !w.pointers(ty)) {
		return Layout
	}
	return ev
}

func (w *walker) target(id mem.ObjID, a mem.Addr) (target, bool) {
	p, _ := w.h.Locate(w.h.Addr(id))
	return w.targetAt(p, a)
}

func (w *walker) targetAt(p heap.Place, a mem.Addr) (target, bool) {
	t := target{leaf: p.Leaf(), ref: p.Ref()}
	if t.leaf { // its bytes say nothing
		t.ID, t.Addr, t.Size = p.ID, p.Start(), p.Size()
	} else if t.Object = w.h.At(p); t.Size > w.head.above {
		t.head = w.head.bytes(&t.Object)
	}
	if a < t.Addr+mem.Addr(t.head) {
		return t, false
	}
	t.off = uint64(a-t.Addr) - t.head
	return t, true
}

// room is the number of bytes of the slot that values may take.
func (t *target) room() uint64 { return t.Size - t.head }

// fills reports whether n bytes from the start of the value make up the
// object: the runtime would have given them a slot of this size.
func (t *target) fills(n uint64) bool { return classOf(n+t.head) == t.Size }

// settle decides between a claim that fits and what the object has, if
// anything.
func (w *walker) settle(t *target, c claim, f fit) {
	id := t.ID
	old := w.is[id]
	if old.to() == c.to {
		if m := old.mark(); f >= m.fit() {
			w.is[id] = newState(c.to, newMark(max(m.ev(), c.ev), f))
		}
		return
	}
	if old.to() != 0 {
		wins := w.wins(t, c, f)
		if f >= startFit && old.mark().fit() >= startFit {
			w.conflicts.Types++
		}
		if !wins {
			return
		}
	}
	w.is[id] = newState(c.to, newMark(c.ev, f))
	if !t.leaf || !w.endsIn(c.to) {
		w.push(t.ref)
	}
}

// endsIn reports whether objects of a type lead nowhere unless the collector
// sees pointers in them; a channel does, to the goroutines that wait for it.
func (w *walker) endsIn(id TypeID) bool {
	switch w.types[id].Form {
	case Value, Array, String, Tiny:
		return true
	}
	return false
}

// wins applies rules 3 to 8 to a claim against the type that the object has.
func (w *walker) wins(t *target, c claim, f fit) bool {
	has := w.is[t.ID].to()
	ev, fit := w.is[t.ID].mark().ev(), w.is[t.ID].mark().fit()
	if f == partFit || fit == partFit {
		return f > fit
	}
	if h := ev == Header; h != (c.ev == Header) {
		if h {
			return f == exactFit && w.refines(has, c.to)
		}
		return fit != exactFit || !w.refines(c.to, has)
	}
	if f != fit {
		return f > fit
	}
	if a, b := w.beginsWith(c.to, has), w.beginsWith(has, c.to); a != b {
		return a
	}
	if a, b := w.covers(t, c.to), w.covers(t, has); a != b {
		return a > b
	}
	if c.ev != ev {
		return c.ev > ev
	}
	return w.owns(c.to) > w.owns(has)
}

// refines reports whether a type only says more than a header: a slice of one
// element where the header names the element.
func (w *walker) refines(header, says TypeID) bool {
	h, s := &w.types[header], &w.types[says]
	return h.Form == Value && s.Form == Array && h.Go == s.Go
}

// covers is the number of bytes of the object that a type accounts for.
func (w *walker) covers(t *target, id TypeID) uint64 {
	switch ty := &w.types[id]; ty.Form {
	case Value:
		return ty.Size
	case Tiny:
		return 0
	default:
		return t.room()
	}
}

// owns orders forms that cover the same bytes: what allocated them first.
func (w *walker) owns(id TypeID) int {
	switch w.types[id].Form {
	case Array:
		return 2
	case Value:
		return 1
	}
	return 0
}

// fit is how the claim agrees with the object, and the type that it gives the
// whole of it.
func (w *walker) fit(t *target, c claim) (TypeID, fit) {
	ty := &w.types[c.to]
	switch ty.Form {
	case MapHeader, MapDirectory, MapTable, MapGroups, Chan, ChanBuf:
		return w.fitPart(t, c, ty)
	case FuncValue:
		if t.off != 0 {
			return 0, noFit
		}
		return c.to, exactFit
	case Named:
		return c.to, exactFit
	}
	if c.n == 0 && ty.Form == Array && ty.Size > 0 {
		c.n = 1 // of unknown length
	}
	need, ok := extent(c, ty)
	if !ok || t.off+need > t.room() {
		w.conflicts.Beyond++
		return 0, noFit
	}
	if t.Slots.Empty() && t.Size == tinyBytes && need < tinyBytes && !w.pointers(ty) {
		return w.tiny, tinyFit
	}
	return w.fitValues(t, c, ty, need)
}

// tinyBytes is the slot of the tiny allocator, which packs pointer-free values
// of less than that into one (runtime/malloc.go).
const tinyBytes = 16

// extent is the number of bytes that a claim speaks of; ok is false where the
// length is absurd.
func extent(c claim, ty *Type) (need uint64, ok bool) {
	size := ty.Size
	if ty.Form == String {
		size = 1
	}
	if size == 0 || c.n == 0 || c.n > 1<<47/size {
		return 0, false
	}
	return c.n * size, true
}

func (w *walker) pointers(ty *Type) bool { return ty.layout != nil && ty.layout.ptrs }

// fitValues is fit for single values, arrays and strings.
func (w *walker) fitValues(t *target, c claim, ty *Type, need uint64) (TypeID, fit) {
	if t.off == 0 && t.fills(need) {
		if w.maskFits(t, ty, need) {
			return c.to, exactFit
		}
		w.conflicts.Mask++
	}
	if ty.Form == Value {
		return w.fitElement(t, c, ty)
	}
	size := need / c.n
	if t.off%size != 0 {
		return 0, noFit
	}
	if end := t.off + need; t.fills(end) && w.maskFits(t, ty, end) {
		return c.to, tailFit
	}
	if _, ok := w.tiles(t, ty); ok {
		return c.to, startFit
	}
	return 0, noFit
}

// fitElement is fit for a pointer to a value that does not fill its object:
// an element of an array if the pointer words repeat through the whole slot,
// else the part of something larger, of which this says nothing.
func (w *walker) fitElement(t *target, c claim, ty *Type) (TypeID, fit) {
	if !w.pointers(ty) || t.off%ty.Size != 0 {
		return 0, noFit
	}
	if n, ok := w.tiles(t, ty); !ok || n < 2 {
		return 0, noFit
	}
	return w.id(Array, ty.Go), startFit
}

// tiles reports whether values of a type, one after the other, make up the
// object, and how many: their pointer words are just those that the dump
// lists, and so many of them fill the size class. Values without pointers
// leave no trace, and are taken to.
func (w *walker) tiles(t *target, ty *Type) (n uint64, ok bool) {
	if !w.pointers(ty) {
		return 0, t.Slots.Empty()
	}
	last, ok := lastSlot(t.Slots)
	if !ok {
		return 0, false
	}
	return w.tilesTo(t, ty, last)
}

// tilesTo is tiles for a type with pointers, where the last one's offset is known.
func (w *walker) tilesTo(t *target, ty *Type, last uint64) (n uint64, ok bool) {
	if last < t.head {
		return 0, false
	}
	n = min((last-t.head)/ty.layout.size+1, t.room()/ty.layout.size)
	all := *ty
	all.Form = Array
	return n, n > 0 && t.fills(n*ty.layout.size) && w.maskFits(t, &all, n*ty.layout.size)
}

// fitPart is fit for parts of maps and channels, whose place and size the map
// or channel says itself.
func (w *walker) fitPart(t *target, c claim, ty *Type) (TypeID, fit) {
	if t.off != 0 || c.n > t.room() {
		w.conflicts.Beyond++
		return 0, noFit
	}
	return c.to, partFit
}
