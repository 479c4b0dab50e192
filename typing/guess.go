package typing

import (
	"encoding/binary"
	"strings"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// What nothing else types may be guessed: the program allocates types of the
// object's size class and pointer words, and of these just one agrees with what
// the object holds. What is typed by way of a guess is one, too.

// candidate is a type that the program allocates.
type candidate struct {
	t   *program.Type
	row TypeID // of one value
	to  TypeID // 0 for one that names no object
}

// likely is a candidate whose pointer words are those of an object, and how many
// values the object then holds.
type likely struct {
	candidate
	n uint64
}

// nameless reports whether the type of an object is not the one that it was
// allocated as: maps and channels are known by key and element, closures by
// their function, what generic code makes by its arguments; and what goes for an
// unsafe.Pointer goes for any pointer.
func nameless(t *program.Type) bool {
	if t.Shape || t.Kind == program.UnsafePointer {
		return true
	}
	switch t.Name {
	case "maps.Map", "maps.table", "runtime.hmap", "runtime.hchan", "unsafeheader.Slice", "unsafeheader.String":
		return true
	}
	_, group := rawGroup(t)
	return group || strings.HasPrefix(t.Name, "struct { F uintptr")
}

// guesser finds types by what objects look like.
type guesser struct {
	*walker
	bySlot map[uint64][]candidate // single values, by size class
	arrays [][]candidate          // elements, together by size and pointer words
	groups map[string]int         // shape of an element -> index in arrays
	alike  map[string][]likely    // by size and pointer words of objects, see look
	key    []byte
}

func newGuesser(w *walker) *guesser {
	g := &guesser{walker: w, bySlot: map[uint64][]candidate{}, groups: map[string]int{}, alike: map[string][]likely{}}
	listed := map[program.Made]bool{}
	for _, m := range w.img.Allocated() {
		listed[m] = true
		g.add(m)
	}
	for _, t := range w.img.Instances() {
		for _, m := range []program.Made{{Type: t}, {Type: t, Array: true}} {
			if !listed[m] {
				g.add(m)
			}
		}
	}
	return g
}

// add enters a type that the program may allocate.
func (g *guesser) add(m program.Made) {
	t := m.Type
	if t.PtrBytes == 0 || t.Size > maxGuess {
		return
	}
	row := g.id(Value, t)
	c := candidate{t, row, row}
	switch {
	case nameless(t):
		c.to = 0
	case m.Array:
		c.to = g.id(Array, t)
	case t.Kind == program.Array && names(t.Elem):
		c.to = g.id(Array, t.Elem) // mostly a slice of a literal
	}
	if !m.Array {
		g.bySlot[classOf(t.Size)] = append(g.bySlot[classOf(t.Size)], c)
		return
	}
	key := g.layoutOf(t).shape()
	i, ok := g.groups[key]
	if !ok {
		i = len(g.arrays)
		g.groups[key] = i
		g.arrays = append(g.arrays, nil)
	}
	g.arrays[i] = append(g.arrays[i], c)
}

// maxGuess bounds the types that are guessed; larger ones have headers.
const maxGuess = 4096

// seedGuesses guesses the types of objects with pointers. What follows from a
// guess may lead to the next, so it is run more than once.
func (w *walker) seedGuesses() {
	if w.img == nil {
		return
	}
	if w.guess == nil {
		if !w.unknownPointers() {
			return
		}
		w.guess = newGuesser(w)
	}
	w.guess.round()
}

// mayGuess reports whether a claim that follows from a guess may stand: it never
// does against anything. Only an interface's word is no guess.
func (w *walker) mayGuess(id mem.ObjID, c *claim) bool {
	if c.ev != Interface {
		c.ev = Layout
	}
	return w.typeOf(id) == 0
}

// unknownPointers reports whether there is anything to guess.
func (w *walker) unknownPointers() (some bool) {
	w.eachUntyped(func(o *heap.Object) { some = some || !o.Slots.Empty() })
	return some
}

// round claims all objects of which there is one guess, none of them knowing of
// the others.
func (g *guesser) round() {
	var claims []claim
	g.eachUntyped(func(o *heap.Object) {
		if to := g.find(o); to != 0 {
			claims = append(claims, claim{o.Addr, to, g.elements(o, to), Layout})
		}
	})
	for _, c := range claims {
		g.claim(c)
	}
}

func (g *guesser) elements(o *heap.Object, to TypeID) uint64 {
	if ty := &g.types[to]; ty.Form == Array && ty.Size > 0 {
		t := target{Object: *o}
		n, _ := g.tiles(&t, ty)
		return n
	}
	return 1
}

// find is the only type that an object can be of, 0 if there is none or more.
func (g *guesser) find(o *heap.Object) TypeID {
	if o.Slots.Empty() || g.head.bytes(o) > 0 || uint64(len(o.Contents)) < o.Size {
		return 0
	}
	var only choice
	for _, c := range g.likely(o) {
		if only.open(c.candidate) && g.agrees(c.t, view{o.Addr, o.Contents}, c.n) {
			only.add(c)
		}
	}
	return only.to
}

// maxLook bounds the keys of alike, in bytes.
const maxLook = 1 << 10

// likely lists the candidates for an object by its size and pointer words alone,
// once for all objects that look alike: a large program allocates thousands of
// types of one size.
func (g *guesser) likely(o *heap.Object) []likely {
	g.key = look(g.key[:0], o)
	list, ok := g.alike[string(g.key)]
	if !ok {
		list = g.match(o)
		if len(g.key) < maxLook {
			g.alike[string(g.key)] = list
		}
	}
	return list
}

// look appends an object's size and the offsets of its pointers, as far as they
// go into a key.
func look(key []byte, o *heap.Object) []byte {
	key = binary.AppendUvarint(key, o.Size)
	for s := o.Slots; len(key) < maxLook; {
		off, rest, ok := s.Next()
		if !ok {
			break
		}
		key, s = binary.AppendUvarint(key, off), rest
	}
	return key
}

func (g *guesser) match(o *heap.Object) (list []likely) {
	t := target{Object: *o}
	for _, c := range g.bySlot[o.Size] {
		if g.maskFits(&t, &g.types[c.row], c.t.Size) {
			list = append(list, likely{c, 1})
		}
	}
	last, _ := lastSlot(o.Slots)
	for _, alike := range g.arrays {
		n, ok := g.tilesTo(&t, &g.types[alike[0].row], last)
		for _, c := range alike {
			if ok {
				list = append(list, likely{c, n})
			}
		}
	}
	return list
}

// choice is what is left of several candidates.
type choice struct {
	candidate
	some bool // the candidate's to stands for one, or for more if it is 0
}

// open reports whether a candidate would change the choice.
func (ch *choice) open(c candidate) bool { return !ch.some || ch.to != 0 && ch.to != c.to }

// add takes one more. A value and an array of it alone are the same memory, and that
// is called a value.
func (ch *choice) add(c likely) {
	switch {
	case !ch.some:
	case ch.row == c.row && c.n == 1 && c.to != 0 && ch.to != 0:
		c.to = c.row
	default:
		c.to = 0
	}
	ch.candidate, ch.some = c.candidate, true
}

// agrees reports whether v may hold n values of type t, judged by every word
// that is a pointer and those beside it.
func (g *guesser) agrees(t *program.Type, v view, n uint64) bool {
	for i := range n {
		if !g.fits1(t, view{v.addr + mem.Addr(i*t.Size), v.b[i*t.Size:]}, 0) {
			return false
		}
	}
	return true
}

// maxNesting bounds how deep structs and arrays are looked into.
const maxNesting = 100

func (g *guesser) fits1(t *program.Type, v view, depth int) bool {
	if uint64(len(v.b)) < t.Size || depth > maxNesting || t.Kind == program.Array && t.Elem == nil {
		return false
	}
	switch t.Kind {
	case program.Struct:
		for i := range t.Fields {
			f := &t.Fields[i]
			if !g.fits1(f.Type, view{v.addr + mem.Addr(f.Offset), v.b[f.Offset:]}, depth+1) {
				return false
			}
		}
	case program.Array:
		for i := range min(t.Len, maxGuess) {
			if !g.fits1(t.Elem, view{v.addr + mem.Addr(i*t.Elem.Size), v.b[i*t.Elem.Size:]}, depth+1) {
				return false
			}
		}
	case program.Bool:
		return v.b[0] <= 1
	default:
		return t.PtrBytes == 0 || g.fitsPointer(t, v)
	}
	return true
}

// fitsPointer judges one word that is a pointer.
func (g *guesser) fitsPointer(t *program.Type, v view) bool {
	p := g.addr(v, 0)
	switch t.Kind {
	case program.Pointer:
		return p == 0 || g.mayBe(p, t.Elem, 1, false)
	case program.Slice:
		n, c := g.word(v, g.ptr), g.word(v, 2*g.ptr)
		return n <= c && (p != 0 || c == 0) && (c == 0 || g.mayBe(p, t.Elem, c, true))
	case program.String:
		n := g.word(v, g.ptr)
		return (p != 0 || n == 0) && (n == 0 || g.mayBeBytes(p, n))
	case program.Interface:
		return g.mayBeInterface(t, p, g.addr(v, g.ptr))
	case program.Map:
		o, ok := g.object(p)
		return p == 0 || !ok && g.mem.at(p) != nil || ok && o.Addr == p && g.isMapHeader(&o) && g.formOr(o.ID, MapHeader, t)
	case program.Chan:
		o, ok := g.object(p)
		return p == 0 || ok && o.Addr == p && t.Elem != nil && g.isChan(&o, t.Elem)
	case program.FuncKind:
		return p == 0 || g.isFuncValue(p)
	}
	return true
}

func (g *guesser) object(p mem.Addr) (o heap.Object, ok bool) {
	id, ok := g.h.Find(p)
	if ok {
		o = g.h.Object(id)
	}
	return o, ok
}

// formOr reports whether an object is of a form of t, or not known.
func (g *guesser) formOr(id mem.ObjID, f Form, t *program.Type) bool {
	ty := &g.types[g.typeOf(id)]
	return g.typeOf(id) == 0 || ty.Form == f && ty.Go == t
}

func (g *guesser) isFuncValue(p mem.Addr) bool {
	if o, ok := g.object(p); ok {
		return o.Addr == p && uint64(len(o.Contents)) >= g.ptr && g.img.IsEntry(mem.Addr(g.h.Arch.Word(o.Contents)))
	}
	return true // in read-only data, which dumps do not have
}

// mayBeInterface judges an interface by its first word; the method tables of
// one with methods are no descriptors.
func (g *guesser) mayBeInterface(t *program.Type, tab, data mem.Addr) bool {
	switch {
	case tab == 0:
		return data == 0
	case uint64(tab)%g.ptr != 0:
		return false
	case t.Methods == 0:
		return g.made.TypeAt(tab) != nil
	}
	_, listed := g.itabs[tab]
	return listed || g.img.ItabType(tab) != nil
}

// mayBeBytes judges the bytes of a string.
func (g *guesser) mayBeBytes(p mem.Addr, n uint64) bool {
	o, ok := g.object(p)
	if !ok {
		return true
	}
	return o.Slots.Empty() && uint64(p-o.Addr)+n <= o.Size
}
