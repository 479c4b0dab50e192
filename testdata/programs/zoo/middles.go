package main

import (
	"unsafe"

	"programs/truth"
)

// Pointers into the middle of objects, and pointers without a type.
var (
	outers     []*Outer
	middles    []*Middle
	counters   []*int
	largeInner []*int
	smallInner []*int
	untyped    []unsafe.Pointer
)

// Outer: 149, each held whole, by its middle and by a number of it; each holds
// a Tail.
type Outer struct {
	head [3]int
	mid  Middle
	tail *Tail
}

type Middle struct{ n, m int }

type Tail struct{ a, b, c int }

// HeaderOnly: 151 of 616 bytes, held by pointers to a number of them alone.
type HeaderOnly struct {
	tail *HeaderTail
	pad  [75]int
	n    int
}

// HeaderTail: 151, held by those.
type HeaderTail struct{ a, b, c int }

// NumberOnly: held by pointers to a number of them alone, and too small for a
// header: nothing says what they are.
type NumberOnly struct {
	head *Tail
	n, m int
}

// Untyped: held by unsafe.Pointers alone.
type Untyped struct {
	self *Untyped
	n, m int
}

// Alike: slices of them that generic code makes, held by unsafe.Pointers alone. Nothing
// tells them from those of a Lookalike, which are made here.
type Alike[T any] struct {
	n    [3]int
	held *T
	m    int
}

type Lookalike struct {
	n    [3]int
	held *Tail
	m    int
}

var lookalikes []Lookalike

//go:noinline
func makeAlike[T any](list []Alike[T], held *T) []Alike[T] { return append(list, Alike[T]{held: held}) }

func addMiddles(a *truth.Account) {
	for i := 0; i < 149; i++ {
		o := truth.Of(a, &Outer{tail: truth.Of(a, &Tail{a: i})})
		outers = append(outers, o)
		middles = append(middles, &o.mid)
		counters = append(counters, &o.head[2])
	}
	for i := 0; i < 151; i++ {
		h := truth.ByHeader(a, &HeaderOnly{tail: truth.ByHeader(a, &HeaderTail{a: i})})
		largeInner = append(largeInner, &h.n)
	}
	for i := 0; i < 3; i++ {
		smallInner = append(smallInner, &truth.Hidden(a, &NumberOnly{n: i}).m)
		u := truth.Hidden(a, &Untyped{n: i})
		u.self = u
		untyped = append(untyped, unsafe.Pointer(u))
		list := makeAlike(nil, truth.Hidden(a, &Tail{a: i}))
		for len(list) < 6 {
			list = makeAlike(list, list[0].held)
		}
		untyped = append(untyped, unsafe.Pointer(&list[0]))
		truth.HiddenSlice(a, list)
		lookalikes = append(lookalikes, Lookalike{})
	}
}
