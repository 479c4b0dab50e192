package main

import (
	"runtime"
	"time"

	"programs/truth"
)

// Finalizers: set, and queued behind one that waits.
var conns []*Conn

// Conn: 5, with finalizers that are closures; each closure holds a FinalNote.
type Conn struct {
	id   int
	name string
}

type FinalNote struct{ a, b, c int }

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

// Finalized: 7, dead but for their finalizers, which wait for another to end; each
// holds an InFinalized.
type Finalized struct {
	n    int
	held *InFinalized
}

type InFinalized struct{ a, b, c int }

// blocker's finalizer waits, and with it all that come later.
type blocker struct{ waits chan signal }

// queueFinalizers leaves finalizers that wait for their turn.
func queueFinalizers(a *truth.Account) {
	waits := truth.Ref(a, make(chan signal))
	blockWith(waits)
	for started := false; !started; {
		runtime.GC()
		select {
		case <-waits:
			started = true
		case <-time.After(time.Millisecond):
		}
	}
	for i := 0; i < 7; i++ {
		dieWith(a, i)
	}
	scrub(100)
	runtime.GC()
}

//go:noinline
func blockWith(waits chan signal) {
	runtime.SetFinalizer(&blocker{waits: waits}, func(*blocker) {
		waits <- signal{}
		<-quit
	})
}

//go:noinline
func dieWith(a *truth.Account, i int) {
	f := truth.Of(a, &Finalized{i, truth.Of(a, &InFinalized{a: i})})
	runtime.SetFinalizer(f, func(f *Finalized) { f.n++ })
}

// scrub overwrites what is below on the stack.
//
//go:noinline
func scrub(depth int) int {
	var pad [64]int
	if depth > 0 {
		pad[depth%64] = scrub(depth - 1)
	}
	return pad[depth*7%64]
}
