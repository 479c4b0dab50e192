package typing

import (
	"unsafe"

	"github.com/objgraph/objgraph/mem"
)

// state is what is known of an object, in one word, as nearly every reference that
// is followed looks at it: the type above, the mark in the lowest byte.
type state uint32

const (
	markBits = 8
	maxTypes = 1 << (32 - markBits)
)

func newState(to TypeID, m mark) state { return state(to)<<markBits | state(m) }

func (s state) to() TypeID { return TypeID(s >> markBits) }

func (s state) mark() mark { return mark(s & (1<<markBits - 1)) }

// typeOf is the type of an object, 0 if nothing is known of it.
func (w *walker) typeOf(id mem.ObjID) TypeID { return w.is[id].to() }

// results takes the states apart, the types in their own memory.
func (w *walker) results(m *mem.Scratch) ([]TypeID, []Evidence) {
	of := unsafe.Slice((*TypeID)(unsafe.Pointer(unsafe.SliceData(w.is))), len(w.is))
	ev := mem.Alloc[Evidence](m, len(w.is))
	for i, s := range w.is {
		of[i], ev[i] = s.to(), s.mark().ev()
	}
	return of, ev
}

// mark is the evidence for an object's type, and how well it fits.
type mark uint8

func newMark(ev Evidence, f fit) mark { return mark(ev)<<4 | mark(f) }

func (m mark) ev() Evidence { return Evidence(m >> 4) }
func (m mark) fit() fit     { return fit(m & 15) }
