package main

import (
	"sync"

	"programs/truth"
)

// Pools: what is put last is private to a processor, the rest is shared, and
// what the last collection found is with the victims.
var pool, victims sync.Pool

// Pooled: 307; Victim: 311.
type Pooled struct{ a, b, c int }

type Victim struct{ a, b, c int }

func newPooled(a *truth.Account, i int) (any, int) { return truth.Of(a, &Pooled{a: i}), 307 }

func newVictim(a *truth.Account, i int) (any, int) { return truth.Of(a, &Victim{a: i}), 311 }

func fillPool(a *truth.Account, p *sync.Pool, make func(*truth.Account, int) (any, int)) {
	var all []any
	for i := 0; ; i++ {
		v, n := make(a, i)
		if all = append(all, v); len(all) == n {
			break
		}
	}
	for _, v := range all {
		p.Put(v)
	}
}
