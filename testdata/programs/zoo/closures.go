package main

import "programs/truth"

// Closures and what they capture.
var (
	byValues     []func() int
	byReferences []func()
	structs      []func() int
	methods      []func() int
	nestings     []func() func() int
	composite    []func() int
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

// Nested is captured by 347 closures that others captured.
type Nested struct{ a, b, c int }

// ByValueReceiver: the receivers of 349 method values, copied into them; each
// holds an InReceiver.
type ByValueReceiver struct {
	n    int
	held *InReceiver
}

type InReceiver struct{ a, b, c int }

func (r ByValueReceiver) run() int { return r.n + r.held.a }

// InterfaceReceiver: 353 behind method values of an interface.
type InterfaceReceiver struct{ w, h, n int }

func (r *InterfaceReceiver) area() int { return r.n }

// InSliceOf, InMapOf, InAnyOf: 7 each, captured inside a slice, map, any.
type InSliceOf struct{ a, b, c int }

type InMapOf struct{ a, b, c int }

type InAnyOf struct{ a, b, c int }

func addClosures(a *truth.Account) {
	addMethodValues(a)
	for i := 0; i < 347; i++ {
		nestings = append(nestings, truth.Ref(a, outer(truth.Ref(a, inner(truth.Of(a, &Nested{a: i}))))))
	}
	for i := 0; i < 7; i++ {
		s := truth.Slice(a, []*InSliceOf{truth.Of(a, &InSliceOf{a: i})})
		m := truth.SmallMap(a, map[int]*InMapOf{i: truth.Of(a, &InMapOf{a: i})})
		composite = append(composite, truth.Ref(a, captureMany(s, m, truth.Of(a, &InAnyOf{a: i}))))
	}
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

func addMethodValues(a *truth.Account) {
	for i := 0; i < 349; i++ {
		r := ByValueReceiver{i, truth.Of(a, &InReceiver{a: i})}
		methods = append(methods, truth.Ref(a, bindValue(r)))
	}
	for i := 0; i < 353; i++ {
		methods = append(methods, truth.Ref(a, bindInterface(truth.Of(a, &InterfaceReceiver{n: i}))))
	}
}

//go:noinline
func bindValue(r ByValueReceiver) func() int { return r.run }

//go:noinline
func bindInterface(s shape) func() int { return s.area }

//go:noinline
func inner(n *Nested) func() int { return func() int { return n.a } }

//go:noinline
func outer(f func() int) func() func() int { return func() func() int { return f } }

//go:noinline
func captureMany(s []*InSliceOf, m map[int]*InMapOf, v any) func() int {
	return func() int { return s[0].a + m[0].a + v.(*InAnyOf).a }
}
