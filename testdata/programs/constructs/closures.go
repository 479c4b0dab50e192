package main

import (
	"runtime"

	"programs/truth"
)

// Closures and what they capture.
var (
	byValues     []func() int
	byReferences []func()
	structs      []func() int
	methods      []func() int
	generic      []func() *GenericHeld
)

// ValueHeld: 73, captured by value.
type ValueHeld struct{ a, b, c int }

// ReferenceHeld: 79, in a variable of the heap that a closure changes.
type ReferenceHeld struct{ a, b, c int }

// Parcel is captured whole, by value; it holds a ParcelHeld: 83.
type Parcel struct {
	n    int
	held *ParcelHeld
}

type ParcelHeld struct{ a, b, c int }

// Bound: 89, each the receiver of a method value.
type Bound struct{ a, b, c int }

func (b *Bound) run() int { return b.a }

// GenericHeld: 97, captured by a closure of a generic function.
type GenericHeld struct{ a, b, c int }

func addClosures(a *truth.Account) {
	for i := 0; i < 73; i++ {
		byValues = append(byValues, truth.Ref(a, captureValue(truth.Of(a, &ValueHeld{a: i}), i)))
	}
	for i := 0; i < 79; i++ {
		byReferences = append(byReferences, truth.Ref(a, captureReference(a, i)))
	}
	for i := 0; i < 83; i++ {
		p := Parcel{n: i, held: truth.Of(a, &ParcelHeld{a: i})}
		structs = append(structs, truth.Ref(a, captureStruct(p)))
	}
	for i := 0; i < 89; i++ {
		methods = append(methods, truth.Ref(a, bind(truth.Of(a, &Bound{a: i}))))
	}
	for i := 0; i < 97; i++ { // the closures' own name differs from runtime.FuncForPC's
		generic = append(generic, captureGeneric(truth.Of(a, &GenericHeld{a: i})))
	}
}

//go:noinline
func captureValue(held *ValueHeld, n int) func() int {
	return func() int { return held.a + n }
}

//go:noinline
func captureReference(a *truth.Account, n int) func() {
	held := truth.Of(a, &ReferenceHeld{a: n})
	truth.Of(a, &held)
	return func() { held = &ReferenceHeld{b: held.a} }
}

//go:noinline
func captureStruct(p Parcel) func() int {
	return func() int { return p.n + p.held.a }
}

//go:noinline
func bind(b *Bound) func() int { return b.run }

//go:noinline
func captureGeneric[T any](held *T) func() *T {
	return func() *T { return held }
}

// DeferHeld: 5, each held by the deferred closure of a parked goroutine alone.
type DeferHeld struct{ a, b, c int }

// GoHeld: 3, each captured by the closure that a goroutine runs.
type GoHeld struct{ a, b, c int }

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
	return 8
}

//go:noinline
func newDeferHeld(a *truth.Account) *DeferHeld { return truth.Of(a, &DeferHeld{a: 1}) }

func deferring(a *truth.Account) {
	held := newDeferHeld(a)
	defer func() { runtime.KeepAlive(held) }()
	<-quit
}
