package main

import (
	"runtime"

	"programs/truth"
)

// Objects of more than 32 KiB, which have spans of their own, and finalizers.
var (
	bigs     *Big
	bigTable []BigCell
	bigBytes []byte
	conns    []*Conn
)

// Big: 3 of 40,008 bytes in a list.
type Big struct {
	data [5000]uint64
	next *Big
}

// BigCell: 2,003 in one array of 48,072 bytes; the last 157 hold a BigCellHeld.
type BigCell struct {
	a, b int
	held *BigCellHeld
}

type BigCellHeld struct{ a, b, c int }

// Conn: 5, with finalizers that are closures; each closure holds a FinalNote.
type Conn struct {
	id   int
	name string
}

type FinalNote struct{ a, b, c int }

func addBig(a *truth.Account) {
	for i := 0; i < 3; i++ {
		bigs = truth.Of(a, &Big{next: bigs})
	}
	bigTable = truth.Slice(a, make([]BigCell, 2003))
	for i := len(bigTable) - 157; i < len(bigTable); i++ {
		bigTable[i].held = truth.Of(a, &BigCellHeld{a: i})
	}
	bigBytes = make([]byte, 1<<20)
}

func addFinalizers(a *truth.Account) {
	for i := 0; i < 5; i++ {
		c := truth.Of(a, &Conn{id: i})
		conns = append(conns, c)
		finalizeWith(c, truth.Of(a, &FinalNote{a: i}))
	}
}

//go:noinline
func finalizeWith(c *Conn, note *FinalNote) {
	runtime.SetFinalizer(c, func(c *Conn) { note.a += c.id })
}
