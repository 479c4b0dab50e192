package main

import "programs/truth"

// Generic types, of basic types, of pointers and of one another.
var (
	boxesOfInt   []*Box[int]
	boxesOfItem  []*Box[*Item]
	pairs        []*Pair[string, Box[float64]]
	listOfThings *Node[Thing]
)

// Box: 127 Box[int], and 131 Box[*Item] with an Item each.
type Box[T any] struct {
	value T
	pad   [2]int
}

type Item struct{ a, b, c int }

// Pair: 137 Pair[string, Box[float64]].
type Pair[K comparable, V any] struct {
	key   K
	value V
}

// Node: 139 Node[Thing].
type Node[T any] struct {
	next *Node[T]
	item T
}

type Thing struct{ a, b int }

func addGenerics(a *truth.Account) {
	for i := 0; i < 127; i++ {
		boxesOfInt = append(boxesOfInt, truth.Of(a, box(i)))
	}
	for i := 0; i < 131; i++ {
		boxesOfItem = append(boxesOfItem, truth.Of(a, box(truth.Of(a, &Item{a: i}))))
	}
	for i := 0; i < 137; i++ {
		pairs = append(pairs, truth.Of(a, &Pair[string, Box[float64]]{key: "constant"}))
	}
	for i := 0; i < 139; i++ {
		listOfThings = truth.Of(a, listOfThings.push(Thing{a: i}))
	}
}

//go:noinline
func box[T any](v T) *Box[T] { return &Box[T]{value: v} }

//go:noinline
func (n *Node[T]) push(v T) *Node[T] { return &Node[T]{next: n, item: v} }
