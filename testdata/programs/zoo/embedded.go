package main

import (
	"unsafe"

	"programs/truth"
)

// Structs inside structs, and pointers whose type another place knows.
var (
	houses   []*House
	towns    [3]Town
	known    []*Known
	unknown  []unsafe.Pointer
	addedOns []*AddedOn
	filleds  []*Filled
	fillings []*Filling
	digests  []*Digest
	sums     [][]byte
)

// Base is embedded by value, Ground by pointer: 239 Houses, each with a Ground
// and a Floor.
type Base struct {
	id    int
	floor *Floor
}

type Ground struct{ a, b, c int }

type Floor struct{ a, b, c int }

type House struct {
	Base
	*Ground
	rooms [2]struct {
		size int
		door *Door
	}
}

// Door: 241 of 478, since the last rooms have none.
type Door struct{ a, b, c int }

// Town: 3 in a global array, with arrays of arrays in it; 12 TownHeld.
type Town struct {
	name   string
	blocks [2][2]struct{ held *TownHeld }
}

type TownHeld struct{ a, b, c int }

// Known: 257, held by typed and by untyped pointers.
type Known struct {
	next *Known
	n, m int
}

// AddedOn: 263, each held by its embedded part as well.
type AddedOn struct {
	Known
	extra *Extra
}

type Extra struct{ a, b, c int }

// Filled: 269, each also held by its only field, which is as large.
type Filled struct{ Filling }

type Filling struct{ a, b, c int }

// Digest: 271, each also held by a slice of its array, for which the slot would be as
// large.
type Digest struct {
	sum  [41]byte
	done bool
}

func addEmbedded(a *truth.Account) {
	doors := 0
	for i := 0; i < 239; i++ {
		h := truth.Of(a, &House{Base: Base{i, truth.Of(a, &Floor{a: i})}, Ground: truth.Of(a, &Ground{a: i})})
		for j := range h.rooms {
			if doors++; doors <= 241 {
				h.rooms[j].door = truth.Of(a, &Door{a: i})
			}
		}
		houses = append(houses, h)
	}
	for i := range towns {
		for j := 0; j < 4; j++ {
			towns[i].blocks[j/2][j%2].held = truth.Of(a, &TownHeld{a: i})
		}
	}
	for i := 0; i < 257; i++ {
		k := truth.Of(a, &Known{n: i})
		known, unknown = append(known, k), append(unknown, unsafe.Pointer(k))
	}
	for i := 0; i < 263; i++ {
		o := truth.Of(a, &AddedOn{extra: truth.Of(a, &Extra{a: i})})
		addedOns, known = append(addedOns, o), append(known, &o.Known)
	}
	for i := 0; i < 269; i++ {
		w := truth.Of(a, &Filled{Filling{a: i}})
		filleds, fillings = append(filleds, w), append(fillings, &w.Filling)
	}
	for i := 0; i < 271; i++ {
		d := truth.Of(a, &Digest{done: true})
		digests, sums = append(digests, d), append(sums, d.sum[:])
	}
}
