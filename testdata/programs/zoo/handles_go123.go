//go:build go1.23 && !go1.24

package main

import (
	"unique"

	"programs/truth"
)

var uniques []unique.Handle[Unique]

// Unique: 313, each with a name.
type Unique struct {
	a, b int
	name string
}

func addHandles(a *truth.Account) {
	for i := 0; i < 313; i++ {
		uniques = append(uniques, unique.Make(Unique{a: i, name: key(i)}))
	}
	a.Count("main.Unique", 313)
}
