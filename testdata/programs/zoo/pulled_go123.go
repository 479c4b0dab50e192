//go:build go1.23

package main

import (
	"iter"
	"slices"

	"programs/truth"
)

// Iterators that are pulled from and not stopped: each has a coroutine of the
// runtime's, which package iter knows as an empty struct.
var pulled []func() (*Pulled, bool)

// Pulled: 17, in the slices of 17 iterators.
type Pulled struct{ a, b, c int }

func addPulled(a *truth.Account) {
	for i := 0; i < 17; i++ {
		next, _ := iter.Pull(slices.Values([]*Pulled{truth.Of(a, &Pulled{a: i})}))
		if i%2 == 0 {
			next() // it has begun
		}
		pulled = append(pulled, next)
	}
	a.Count("runtime.coro", 17)
}
