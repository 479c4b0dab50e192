package main

import (
	"runtime"

	"programs/truth"
)

// DeferHeld: 5, each held by the deferred closure of a parked goroutine alone.
type DeferHeld struct{ a, b, c int }

// GoHeld: 3, each captured by the closure that a goroutine runs.
type GoHeld struct{ a, b, c int }

// GoMethod: 7, each the receiver of a method that a goroutine runs; GoArgument:
// 2, each an argument of a function that one runs.
type GoMethod struct{ a, b, c int }

//go:noinline
func (m *GoMethod) run() {
	<-quit
	m.a++
}

type GoArgument struct{ a, b, c int }

//go:noinline
func runArgument(n int, held *GoArgument) {
	<-quit
	held.a += n
}

// addDeferred says how many goroutines it left waiting.
func addDeferred(a *truth.Account) int {
	for i := 0; i < 5; i++ {
		go deferring(a)
	}
	for i := 0; i < 3; i++ {
		held := truth.Of(a, &GoHeld{a: i})
		go func() {
			<-quit
			runtime.KeepAlive(held)
		}()
	}
	for i := 0; i < 7; i++ {
		go truth.Of(a, &GoMethod{a: i}).run()
	}
	for i := 0; i < 2; i++ {
		go runArgument(i, truth.Of(a, &GoArgument{a: i}))
	}
	go deferInLoop(a)
	go deferMaybe(a, 1)
	return 8 + 7 + 2 + 2
}

//go:noinline
func newDeferHeld(a *truth.Account) *DeferHeld { return truth.Of(a, &DeferHeld{a: 1}) }

func deferring(a *truth.Account) {
	held := newDeferHeld(a)
	defer func() { runtime.KeepAlive(held) }()
	<-quit
}

// LoopDeferHeld: 337, each held by a deferred closure; a loop's deferred calls
// are records in the heap.
type LoopDeferHeld struct{ a, b, c int }

func deferInLoop(a *truth.Account) {
	for i := 0; i < 337; i++ {
		held := newLoopDeferHeld(a, i)
		defer func() { held.a++ }()
	}
	if truth.Since(22) { // before, panics made more
		a.Count("runtime._defer", 337)
	}
	<-quit
}

//go:noinline
func newLoopDeferHeld(a *truth.Account, i int) *LoopDeferHeld {
	return truth.Of(a, &LoopDeferHeld{a: i})
}

// MaybeDeferHeld: 1, held by a deferred closure whose record is on the stack.
type MaybeDeferHeld struct{ a, b, c int }

//go:noinline
func newMaybeDeferHeld(a *truth.Account) *MaybeDeferHeld { return truth.Of(a, &MaybeDeferHeld{}) }

func deferMaybe(a *truth.Account, n int) {
	held := newMaybeDeferHeld(a)
	if n > 0 {
		defer func() { n += held.a }()
	}
	<-quit
}
