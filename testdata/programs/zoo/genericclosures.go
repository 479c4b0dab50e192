package main

import (
	"runtime"

	"programs/truth"
)

// Closures and frames of generic functions: one code for all types of a shape,
// whose variables have the shape for a type.
var (
	returning []func() *GenericHeld
	takings   []func(*GenericTaken)
	pointing  []func() *GenericPointed
	twofold   []func() (*GenericFirst, []*GenericSecond)
	silent    []func()
	others    []func() *GenericOther
	bounds    []func() int
)

// GenericHeld: 97, GenericTaken: 13, captured by closures whose own type says
// what they are.
type GenericHeld struct{ a, b, c int }

type GenericTaken struct{ a, b, c int }

// GenericPointed: 17, captured as a T that is a pointer.
type GenericPointed struct{ a, b, c int }

// GenericFirst and GenericSecond: 3 each, of two arguments of one shape.
type GenericFirst struct{ a, b, c int }

type GenericSecond struct{ a, b, c int }

// GenericSilent: 23, captured by closures of type func().
type GenericSilent struct{ a, b, c int }

// GenericNoted and GenericListed: 31 each, captured by closures of type func()
// and of one code, which carry a dictionary since they use the type.
type GenericNoted struct{ a, b, c int }

type GenericListed struct{ a, b, c int }

// GenericMute and GenericDumb: 3 each, captured by closures of type func() and
// of one code, which carry none.
type GenericMute struct{ a, b, c int }

type GenericDumb struct{ a, b, c int }

// GenericOther: 41, captured by the code that captured GenericPointed.
type GenericOther struct{ a, b, c int }

// GenericOnce: 37, in structs that have no name, which code captured that was inlined;
// GenericTwice: 37, by the same code.
type GenericOnce struct{ a, b, c int }

type GenericTwice struct{ a, b, c int }

// GenericBound: 29 receivers of method values of a generic type, with an
// InGenericBound each.
type GenericBound[T any] struct {
	n    int
	held *T
}

type InGenericBound struct{ a, b, c int }

func (g *GenericBound[T]) run() int { return g.n }

// The closures' own names differ from runtime.FuncForPC's, so they are not
// noted.
func addGenericClosures(a *truth.Account) {
	for i := 0; i < 97; i++ {
		returning = append(returning, captureGeneric(truth.Of(a, &GenericHeld{a: i})))
	}
	for i := 0; i < 13; i++ {
		takings = append(takings, captureTaken(truth.Of(a, &GenericTaken{a: i})))
	}
	for i := 0; i < 17; i++ {
		pointing = append(pointing, captureAny(truth.Of(a, &GenericPointed{a: i})))
	}
	for i := 0; i < 3; i++ {
		second := truth.Slice(a, []*GenericSecond{truth.Of(a, &GenericSecond{a: i})})
		twofold = append(twofold, captureTwo(truth.Of(a, &GenericFirst{a: i}), second))
	}
	for i := 0; i < 23; i++ {
		silent = append(silent, captureSilently(truth.Of(a, &GenericSilent{a: i})))
	}
	addSharedCode(a)
	for i := 0; i < 29; i++ {
		g := truth.Of(a, &GenericBound[InGenericBound]{i, truth.Of(a, &InGenericBound{a: i})})
		bounds = append(bounds, bindGeneric(g))
	}
}

// addSharedCode makes closures whose code serves two types.
func addSharedCode(a *truth.Account) {
	for i := 0; i < 31; i++ {
		silent = append(silent, captureDictionary(truth.Of(a, &GenericNoted{a: i})))
		silent = append(silent, captureDictionary(truth.Of(a, &GenericListed{a: i})))
	}
	for i := 0; i < 37; i++ {
		silent = append(silent, captureInlined(truth.Of(a, &GenericOnce{a: i})))
		silent = append(silent, captureInlined(truth.Of(a, &GenericTwice{a: i})))
	}
	a.Count("struct { held *main.GenericOnce; done bool }", 37)
	a.Count("struct { held *main.GenericTwice; done bool }", 37)
	for i := 0; i < 3; i++ {
		silent = append(silent, captureMutely(truth.Hidden(a, &GenericMute{a: i})))
		silent = append(silent, captureMutely(truth.Hidden(a, &GenericDumb{a: i})))
	}
	for i := 0; i < 41; i++ {
		others = append(others, captureAny(truth.Of(a, &GenericOther{a: i})))
	}
}

//go:noinline
func captureDictionary[T any](held *T) func() {
	return func() { lastUsed = held }
}

// captureInlined is inlined, as sync.OnceValue is.
func captureInlined[T any](held T) func() {
	d := struct {
		held T
		done bool
	}{held: held}
	return func() {
		if d.done = true; d.done {
			lastUsed = d.held
		}
	}
}

//go:noinline
func captureMutely[T any](held *T) func() {
	return func() { runtime.KeepAlive(held) }
}

//go:noinline
func captureGeneric[T any](held *T) func() *T {
	return func() *T { return held }
}

//go:noinline
func captureTaken[T any](held *T) func(*T) {
	return func(v *T) { *held = *v }
}

//go:noinline
func captureAny[T any](held T) func() T {
	return func() T { return held }
}

//go:noinline
func captureTwo[T, U any](first T, second []U) func() (T, []U) {
	return func() (T, []U) { return first, second }
}

//go:noinline
func captureSilently[T any](held *T) func() {
	return func() { runtime.KeepAlive(held) }
}

//go:noinline
func bindGeneric[T any](g *GenericBound[T]) func() int { return g.run }

// GenericLocal: 3, GenericValue: 5 and GenericGo: 7, each held by a frame of a
// generic function alone.
type GenericLocal struct{ a, b, c int }

type GenericValue struct{ a, b, c int }

type GenericGo struct{ a, b, c int }

// addGenericFrames says how many goroutines it left waiting.
func addGenericFrames(a *truth.Account) int {
	for i := 0; i < 3; i++ {
		go parkGeneric(truth.Of(a, &GenericLocal{a: i}))
	}
	for i := 0; i < 5; i++ {
		go parkGenericValue(truth.Of(a, &GenericValue{a: i}))
	}
	for i := 0; i < 7; i++ {
		goGeneric(truth.Of(a, &GenericGo{a: i}))
	}
	return 3 + 5 + 7
}

//go:noinline
func parkGeneric[T any](held *T) {
	<-quit
	runtime.KeepAlive(held)
}

//go:noinline
func parkGenericValue[T any](held T) {
	<-quit
	lastUsed = held
}

//go:noinline
func goGeneric[T any](held *T) {
	go func() {
		<-quit
		lastUsed = held
	}()
}
