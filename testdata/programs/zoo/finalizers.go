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
	addHeldFinalizers(a)
}

//go:noinline
func finalizeWith(c *Conn, note *FinalNote) {
	runtime.SetFinalizer(c, func(c *Conn) { note.a += c.id })
}

// Shutter: 11, held, with finalizers that hold nothing while something else holds
// the shutter; each holds an InShutter.
type Shutter struct {
	n    int
	held *InShutter
}

type InShutter struct{ a, b, c int }

var shutters []*Shutter

// Ring: 13, held by nobody but the spoke that it holds, so that no finalizer runs.
type Ring struct {
	n     int
	spoke *Spoke
}

type Spoke struct {
	ring *Ring
	a, b int
}

// Knot: 17, held by a slice as well as by the tie that it holds.
type Knot struct {
	n   int
	tie *Tie
}

type Tie struct {
	knot *Knot
	a, b int
}

var knots []*Knot

// Member: 19, held by the club that each of them knows; each holds an InMember.
type Member struct {
	club *club
	held *InMember
}

type InMember struct{ a, b, c int }

type club struct{ members []*Member }

var members = &club{}

func addHeldFinalizers(a *truth.Account) {
	for i := 0; i < 11; i++ {
		d := truth.Of(a, &Shutter{i, truth.Of(a, &InShutter{a: i})})
		shutters = append(shutters, d)
		runtime.SetFinalizer(d, func(d *Shutter) { d.n++ })
	}
	for i := 0; i < 13; i++ {
		closeRing(a, i)
	}
	for i := 0; i < 17; i++ {
		k := truth.Of(a, &Knot{i, truth.Of(a, &Tie{a: i})})
		k.tie.knot = k
		knots = append(knots, k)
		runtime.SetFinalizer(k, func(k *Knot) { k.n++ })
	}
	for i := 0; i < 19; i++ {
		m := truth.Of(a, &Member{members, truth.Of(a, &InMember{a: i})})
		members.members = append(members.members, m)
		runtime.SetFinalizer(m, func(m *Member) { m.held = nil })
	}
}

//go:noinline
func closeRing(a *truth.Account, i int) {
	r := truth.Of(a, &Ring{i, truth.Of(a, &Spoke{a: i})})
	r.spoke.ring = r
	runtime.SetFinalizer(r, func(r *Ring) { r.n++ })
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
