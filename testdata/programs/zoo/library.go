package main

import (
	"container/ring"
	"sync"
	"sync/atomic"

	"programs/truth"
)

// What the standard library holds for a program.
var (
	synced   sync.Map
	pointers []*atomic.Pointer[AtomicHeld]
	current  atomic.Value
	boxed    atomic.Value
	onces    []*Once
	around   *ring.Ring
)

// SyncHeld: 163 in a sync.Map.
type SyncHeld struct{ a, b, c int }

// AtomicHeld: 167, each behind an atomic.Pointer.
type AtomicHeld struct{ a, b, c int }

// CurrentHeld: 1 in an atomic.Value.
type CurrentHeld struct{ a, b, c int }

// Once: 179, with mutexes, a WaitGroup and an embedded struct that holds a
// OnceHeld.
type Once struct {
	mu sync.RWMutex
	wg sync.WaitGroup
	Embedded
}

type Embedded struct{ held *OnceHeld }

type OnceHeld struct{ a, b, c int }

// RingHeld: 269 in a container/ring.
type RingHeld struct{ a, b, c int }

// CurrentValue: boxed in an atomic.Value; it holds a ValueInCurrent.
type CurrentValue struct {
	n    int
	held *ValueInCurrent
}

type ValueInCurrent struct{ a, b, c int }

func addLibrary(a *truth.Account) {
	for i := 0; i < 163; i++ {
		synced.Store(key(i), truth.Of(a, &SyncHeld{a: i}))
	}
	for i := 0; i < 167; i++ {
		p := truth.Of(a, new(atomic.Pointer[AtomicHeld]))
		p.Store(truth.Of(a, &AtomicHeld{a: i}))
		pointers = append(pointers, p)
	}
	current.Store(truth.Of(a, &CurrentHeld{}))
	boxed.Store(truth.Boxed(a, CurrentValue{1, truth.Of(a, &ValueInCurrent{})}))
	around = ring.New(269)
	for i := 0; i < 269; i++ {
		around.Value = truth.Of(a, &RingHeld{a: i})
		around = truth.Of(a, around).Next()
	}
	for i := 0; i < 179; i++ {
		o := truth.Of(a, new(Once))
		o.held = truth.Of(a, &OnceHeld{a: i})
		onces = append(onces, o)
	}
}
