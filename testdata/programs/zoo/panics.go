package main

import (
	"runtime"

	"programs/truth"
)

// Panics in flight: the goroutines wait in a function that was deferred.

// Panicked: 3 pointers that functions panicked with; PanickedValue: 2 structs,
// with an InPanicked each.
type Panicked struct{ a, b, c int }

type PanickedValue struct {
	n    int
	held *InPanicked
}

type InPanicked struct{ a, b, c int }

// Unwound: 5, each held by a local of a function that panicked; nothing needs
// it any more but the deferred closure that reads it.
type Unwound struct{ a, b, c int }

// addPanics says how many goroutines it left waiting.
func addPanics(a *truth.Account) int {
	for i := 0; i < 3; i++ {
		go panicPointer(a, i)
	}
	for i := 0; i < 2; i++ {
		go panicValue(a, i)
	}
	return 5
}

//go:noinline
func newUnwound(a *truth.Account) *Unwound { return truth.Of(a, &Unwound{}) }

func panicPointer(a *truth.Account, i int) {
	held := newUnwound(a)
	defer func() {
		<-quit
		runtime.KeepAlive(held)
		recover()
	}()
	panic(truth.Of(a, &Panicked{a: i}))
}

func panicValue(a *truth.Account, i int) {
	held := newUnwound(a)
	defer func() {
		<-quit
		runtime.KeepAlive(held)
		recover()
	}()
	panic(truth.Boxed(a, PanickedValue{i, truth.Of(a, &InPanicked{a: i})}))
}
