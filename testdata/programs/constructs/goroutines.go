package main

import (
	"runtime"

	"programs/truth"
)

// ArgumentHeld: 7, each held by an argument of a parked goroutine alone.
type ArgumentHeld struct{ a, b, c int }

// LocalHeld: 11, each held by a local of a parked goroutine alone.
type LocalHeld struct{ a, b, c int }

// DeepHeld: 13, each held by a frame further up the same stack.
type DeepHeld struct{ a, b, c int }

// SliceHeld: 5, each in an array that a local slice alone holds.
type SliceHeld struct{ a, b, c int }

// AnyHeld: 3, each held by a local of type any.
type AnyHeld struct{ a, b, c int }

// StackHeld: 2, each held by a struct that lies on the stack and is used by its
// address alone: frames do not list the pointers of such a struct.
type StackHeld struct{ a, b, c int }

type onStack struct {
	n    int
	held *StackHeld
}

// addParked says how many goroutines it left waiting.
func addParked(a *truth.Account) int {
	for i := 0; i < 7; i++ {
		go parkArgument(i, truth.Of(a, &ArgumentHeld{a: i}))
	}
	for i := 0; i < 11; i++ {
		go parkLocal(a)
	}
	go parkDeep(a, 13)
	for i := 0; i < 5; i++ {
		go parkSlice(a)
	}
	for i := 0; i < 3; i++ {
		go parkAny(a)
	}
	for i := 0; i < 2; i++ {
		go parkStack(a)
	}
	return 7 + 11 + 1 + 5 + 3 + 2
}

//go:noinline
func parkArgument(n int, held *ArgumentHeld) {
	<-quit
	runtime.KeepAlive(held)
}

//go:noinline
func newLocalHeld(a *truth.Account) *LocalHeld { return truth.Of(a, &LocalHeld{a: 1}) }

func parkLocal(a *truth.Account) {
	held := newLocalHeld(a)
	<-quit
	runtime.KeepAlive(held)
}

//go:noinline
func newDeepHeld(a *truth.Account, n int) *DeepHeld { return truth.Of(a, &DeepHeld{a: n}) }

func parkDeep(a *truth.Account, depth int) {
	held := newDeepHeld(a, depth)
	if depth > 1 {
		parkDeep(a, depth-1)
	} else {
		<-quit
	}
	runtime.KeepAlive(held)
}

//go:noinline
func newSliceHeld(a *truth.Account) []*SliceHeld {
	return truth.Slice(a, []*SliceHeld{truth.Of(a, &SliceHeld{a: 1}), nil, nil})
}

func parkSlice(a *truth.Account) {
	held := newSliceHeld(a)
	<-quit
	runtime.KeepAlive(held[0])
}

//go:noinline
func newAnyHeld(a *truth.Account) any { return truth.Of(a, &AnyHeld{a: 1}) }

func parkAny(a *truth.Account) {
	held := newAnyHeld(a)
	<-quit
	runtime.KeepAlive(held)
}

//go:noinline
func newStackHeld(a *truth.Account) *StackHeld { return truth.Of(a, &StackHeld{a: 1}) }

func parkStack(a *truth.Account) {
	s := onStack{n: 1, held: newStackHeld(a)}
	wait(&s)
}

//go:noinline
func wait(s *onStack) {
	<-quit
	s.held.a++
}
