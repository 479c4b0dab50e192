package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"programs/truth"
)

// What the standard library holds for a program.
var (
	synced   sync.Map
	pointers []*atomic.Pointer[AtomicHeld]
	current  atomic.Value
	ctx      context.Context
	timers   []*time.Timer
	onces    []*Once
)

// SyncHeld: 163 in a sync.Map.
type SyncHeld struct{ a, b, c int }

// AtomicHeld: 167, each behind an atomic.Pointer.
type AtomicHeld struct{ a, b, c int }

// CurrentHeld: 1 in an atomic.Value.
type CurrentHeld struct{ a, b, c int }

// ContextHeld: 173 values of a chain of contexts.
type ContextHeld struct{ a, b, c int }

type contextKey int

// TimerHeld: 3, captured by what timers call in an hour.
type TimerHeld struct{ a, b, c int }

// Once: 179, with mutexes, a WaitGroup and an embedded struct that holds a
// OnceHeld.
type Once struct {
	mu sync.RWMutex
	wg sync.WaitGroup
	Embedded
}

type Embedded struct{ held *OnceHeld }

type OnceHeld struct{ a, b, c int }

func addSyncAndLibrary(a *truth.Account) {
	for i := 0; i < 163; i++ {
		synced.Store(key(i), truth.Of(a, &SyncHeld{a: i}))
	}
	for i := 0; i < 167; i++ {
		p := truth.Of(a, new(atomic.Pointer[AtomicHeld]))
		p.Store(truth.Of(a, &AtomicHeld{a: i}))
		pointers = append(pointers, p)
	}
	current.Store(truth.Of(a, &CurrentHeld{}))
	ctx = context.Background()
	for i := 0; i < 173; i++ {
		ctx = context.WithValue(ctx, contextKey(i), truth.Of(a, &ContextHeld{a: i}))
	}
	a.Count("context.valueCtx", 173)
	for i := 0; i < 3; i++ {
		timers = append(timers, inAnHour(truth.Of(a, &TimerHeld{a: i})))
	}
	for i := 0; i < 179; i++ {
		o := truth.Of(a, new(Once))
		o.held = truth.Of(a, &OnceHeld{a: i})
		onces = append(onces, o)
	}
}

//go:noinline
func inAnHour(held *TimerHeld) *time.Timer {
	return time.AfterFunc(time.Hour, func() { held.a++ })
}
