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

// AnyUsed: 5, each held by a local of type any that is used as one later.
type AnyUsed struct{ a, b, c int }

// InlinedHeld: 7, each held by a local of an inlined function.
type InlinedHeld struct{ a, b, c int }

// MapLocal, ChanLocal, FuncLocal: 3 each, held by locals of these
// kinds.
type MapLocal struct{ a, b, c int }

type ChanLocal struct{ a, b, c int }

type FuncLocal struct{ a, b, c int }

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
	for i := 0; i < 5; i++ {
		go parkAnyUsed(a)
	}
	for i := 0; i < 7; i++ {
		go parkInlined(a)
	}
	for i := 0; i < 3; i++ {
		go parkKinds(a)
	}
	return 7 + 11 + 1 + 5 + 3 + 5 + 7 + 3
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
func newAnyUsed(a *truth.Account) any { return truth.Of(a, &AnyUsed{a: 1}) }

func parkAnyUsed(a *truth.Account) {
	held := newAnyUsed(a)
	<-quit
	use(held)
}

//go:noinline
func use(v any) { lastUsed = v }

var lastUsed any

//go:noinline
func newInlinedHeld(a *truth.Account) *InlinedHeld { return truth.Of(a, &InlinedHeld{a: 1}) }

func parkInlined(a *truth.Account) {
	inlined(a)
}

func inlined(a *truth.Account) {
	within := newInlinedHeld(a)
	<-quit
	runtime.KeepAlive(within)
}

//go:noinline
func newKinds(a *truth.Account) (map[int]*MapLocal, chan *ChanLocal, func() *FuncLocal, string) {
	c := buffered[*ChanLocal](a, 1)
	c <- truth.Of(a, &ChanLocal{})
	f := &FuncLocal{}
	return truth.SmallMap(a, map[int]*MapLocal{1: truth.Of(a, &MapLocal{})}), c,
		truth.Ref(a, funcLocal(truth.Of(a, f))), truth.Text(a, key(1))
}

//go:noinline
func funcLocal(f *FuncLocal) func() *FuncLocal { return func() *FuncLocal { return f } }

func parkKinds(a *truth.Account) {
	m, c, f, s := newKinds(a)
	<-quit
	useKinds(m, c, f, s)
}

//go:noinline
func useKinds(m map[int]*MapLocal, c chan *ChanLocal, f func() *FuncLocal, s string) {
	lastUsed = [4]any{m, c, f, s}
}
