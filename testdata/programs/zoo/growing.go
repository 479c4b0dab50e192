package main

import (
	"unsafe"

	"programs/truth"
)

// Maps caught while they grow. Up to Go 1.23 a map that doubles keeps its old
// buckets until the entries have moved, a few with every write; since then a
// table that fills is split in two, so that tables of different depths stand
// in one directory.
var (
	doubling   map[int]*Doubling
	sameSize   map[int]*SameSize
	unevenMaps []map[int]*Uneven
	numberMap  map[int64]int64
)

// Doubling: 1,665, one more than 256 buckets take.
type Doubling struct{ a, b, c int }

// SameSize: 13, put into a map of nils that has just begun to tidy itself up,
// full of overflow buckets as it is.
type SameSize struct{ a, b, c int }

// Uneven: 3 maps of 1,000 + i*400 whose tables split at different times.
type Uneven struct{ a, b, c int }

func addGrowing(a *truth.Account) {
	doubling = truth.Ref(a, map[int]*Doubling{})
	for i := 0; i < 1665; i++ {
		doubling[i] = truth.Of(a, &Doubling{a: i})
	}
	sameSize = truth.Ref(a, map[int]*SameSize{})
	for i := 0; i < 20_000 && !growing(sameSize); i++ {
		sameSize[i] = nil
		delete(sameSize, i-700)
	}
	for i := 0; i < 13; i++ {
		sameSize[-i] = truth.Of(a, &SameSize{a: i})
	}
	for i := 0; i < 3; i++ {
		m := truth.Ref(a, map[int]*Uneven{})
		for j := 0; j < 1000+i*400; j++ {
			m[j] = truth.Of(a, &Uneven{a: i, b: j})
		}
		unevenMaps = append(unevenMaps, m)
	}
	numberMap = truth.Ref(a, map[int64]int64{})
	for i := int64(0); i < 1665; i++ {
		numberMap[i] = i
	}
}

// growing reports whether a map of the old layout has old buckets.
func growing(m map[int]*SameSize) bool {
	const oldBuckets = 3 // words
	return truth.OldMaps() && (*(**[8]uintptr)(unsafe.Pointer(&m)))[oldBuckets] != 0
}
