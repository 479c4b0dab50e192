package main

import (
	"fmt"

	"programs/truth"
)

// What interfaces hold: pointers, and boxed values of every kind.
var (
	anyPointers  []any
	shapes       []shape
	boxedStructs []any
	boxedLabels  []any
	boxedPhases  []any
	boxedNames   []any
	boxedScalars []any
	wrapped      []error
)

type shape interface{ area() int }

// AnyPointer: 11, each in an any.
type AnyPointer struct {
	id   int
	next any
}

// Shaped: 13, each in an interface with a method.
type Shaped struct{ w, h, depth int }

func (s *Shaped) area() int { return s.w * s.h }

// BoxedStruct: 17 values boxed in an any; the first 7 hold an InBox each.
type BoxedStruct struct {
	in *InBox
	n  int
}

type InBox struct{ n, m, k int }

// Label: 19 strings boxed in an any.
type Label string

// Phase: 23 scalars of 16 bytes, the smallest that the tiny allocator leaves
// alone, boxed in an any.
type Phase complex128

// Names: 3 slices boxed in an any.
type Names []string

// Failure: 5 errors, each wrapped by fmt.
type Failure struct {
	op   string
	code int
}

func (f *Failure) Error() string { return f.op }

func addInterfaces(a *truth.Account) {
	for i := 0; i < 11; i++ {
		anyPointers = append(anyPointers, truth.Of(a, &AnyPointer{id: i}))
	}
	for i := 0; i < 13; i++ {
		shapes = append(shapes, truth.Of(a, &Shaped{w: i, h: i}))
	}
	addBoxed(a)
	for i := 0; i < 5; i++ {
		f := truth.Of(a, &Failure{op: "open", code: i})
		wrapped = append(wrapped, fmt.Errorf("job %d: %w", i, f))
	}
	a.Count("fmt.wrapError", 5)
}

func addBoxed(a *truth.Account) {
	for i := 0; i < 17; i++ {
		b := BoxedStruct{n: i}
		if i < 7 {
			b.in = truth.Of(a, &InBox{n: i})
		}
		boxedStructs = append(boxedStructs, truth.Boxed(a, b))
	}
	for i := 0; i < 19; i++ {
		boxedLabels = append(boxedLabels, truth.Boxed(a, Label(fmt.Sprintf("label number %03d", i))))
	}
	for i := 0; i < 23; i++ {
		boxedPhases = append(boxedPhases, truth.Boxed(a, Phase(complex(float64(i), 1))))
	}
	for i := 0; i < 3; i++ {
		boxedNames = append(boxedNames, truth.Boxed(a, Names{"only one"}))
	}
	for i := 0; i < 29; i++ { // in tiny blocks, which are not counted
		boxedScalars = append(boxedScalars, int64(i)<<20, float32(i)+0.5, uint16(i)<<9)
	}
}
