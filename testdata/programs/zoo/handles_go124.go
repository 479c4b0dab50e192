//go:build go1.24

package main

import (
	"runtime"
	"unique"
	"weak"

	"programs/truth"
)

// Handles, and what cleanups keep.
var (
	uniques   []unique.Handle[Unique]
	texts124  []unique.Handle[string]
	weaks     []weak.Pointer[Weak]
	weaklings []*Weak
	cleaned   []*Cleaned
)

// Unique: 313, each with a name; Weak: 317, held by pointers beside the weak
// ones.
type Unique struct {
	a, b int
	name string
}

type Weak struct {
	next *Weak
	n, m int
}

// Cleaned: 331 with a cleanup each; CleanupHeld: 331 that these cleanups alone
// keep.
type Cleaned struct{ a, b, c int }

type CleanupHeld struct{ a, b, c int }

func addHandles(a *truth.Account) {
	for i := 0; i < 313; i++ {
		h := unique.Make(Unique{a: i, name: key(i)})
		uniques = append(uniques, h)
		texts124 = append(texts124, unique.Make(key(i)))
	}
	a.Count("main.Unique", 313)
	for i := 0; i < 317; i++ {
		w := truth.Of(a, &Weak{n: i})
		weaklings, weaks = append(weaklings, w), append(weaks, weak.Make(w))
	}
	for i := 0; i < 331; i++ {
		cleanup(a, i)
	}
}

//go:noinline
func cleanup(a *truth.Account, i int) {
	c := truth.Of(a, &Cleaned{a: i})
	cleaned = append(cleaned, c)
	runtime.AddCleanup(c, func(h *CleanupHeld) { h.a++ }, truth.Unreached(a, &CleanupHeld{a: i}))
}
