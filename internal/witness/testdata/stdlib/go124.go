//go:build go1.24

package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"unique"
	"weak"
)

func init() { later = append(later, iterators, handles) }

func iterators() {
	m := map[string][]int{"a": {1}, "b": {2, 3}}
	next, stop := iter.Pull(maps.Keys(m))
	s, ok := next()
	keep(next, stop, s, ok, slices.Sorted(maps.Keys(m)), slices.Collect(maps.Values(m)), slices.Chunk([]string{s}, 1), slices.Repeat([]*int{new(int)}, 9))
	for i := range 5 {
		keep(func() int { return i })
	}
}

func handles() {
	p := &person{Name: "weak"}
	keep(bind(&box[*person]{p}), bind(&box[string]{p.Name}))
	keep(unique.Make("handle"+fmt.Sprint(3)), weak.Make(p), p, unique.Make(struct{ a, b string }{"x", "y"}))
}

type box[T any] struct{ in T }

func (b *box[T]) get() T { return b.in }

//go:noinline
func bind[T any](b *box[T]) func() T { return b.get }
