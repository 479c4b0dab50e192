package main

import "programs/truth"

// Objects of more than 32 KiB, which have spans of their own, and of just that.
var (
	bigs      *Big
	bigTable  []BigCell
	bigBytes  []byte
	edges     []*Edge
	edgeTop   []*EdgeTop
	overs     []*Over
	bigNils   []*BigNil
	edgePlain [](*[4096]int)
)

// Big: 3 of 40,008 bytes in a list.
type Big struct {
	data [5000]uint64
	next *Big
}

// BigCell: 2,003 in one array of 48,072 bytes; the last 157 hold a BigCellHeld.
type BigCell struct {
	a, b int
	held *BigCellHeld
}

type BigCellHeld struct{ a, b, c int }

func addBig(a *truth.Account) {
	for i := 0; i < 3; i++ {
		bigs = truth.Of(a, &Big{next: bigs})
	}
	bigTable = truth.Slice(a, make([]BigCell, 2003))
	for i := len(bigTable) - 157; i < len(bigTable); i++ {
		bigTable[i].held = truth.Of(a, &BigCellHeld{a: i})
	}
	bigBytes = make([]byte, 1<<20)
	addEdge(a)
}

// Edge is 32,760 bytes, which with a header make the largest class; Over is 8
// more, a span of its own of 32,768 bytes; EdgeTop and BigNil are the same with
// a number first, where the others have a pointer. 2 of each, and each holds an
// InEdge.
type Edge struct {
	held *InEdge
	pad  [4094]int
}

type EdgeTop struct {
	n    int
	held *InEdge
	pad  [4093]int
}

type Over struct {
	held *InEdge
	pad  [4095]int
}

type BigNil struct {
	n    int
	held *InEdge
	pad  [4094]int
}

type InEdge struct{ a, b, c int }

func addEdge(a *truth.Account) {
	for i := 0; i < 2; i++ {
		edges = append(edges, truth.Of(a, &Edge{held: truth.Of(a, &InEdge{a: i})}))
		edgeTop = append(edgeTop, truth.Of(a, &EdgeTop{n: -i, held: truth.Of(a, &InEdge{a: i})}))
		overs = append(overs, truth.Of(a, &Over{held: truth.Of(a, &InEdge{a: i})}))
		bigNils = append(bigNils, truth.Of(a, &BigNil{n: -i, held: truth.Of(a, &InEdge{a: i})}))
		edgePlain = append(edgePlain, truth.Of(a, new([4096]int)))
	}
}
