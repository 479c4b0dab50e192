package main

import (
	"container/heap"
	"container/list"
	"container/ring"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"sort"
)

type ints []int

func (p ints) Len() int           { return len(p) }
func (p ints) Less(i, j int) bool { return p[i] < p[j] }
func (p ints) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *ints) Push(x any)        { *p = append(*p, x.(int)) }
func (p *ints) Pop() any          { o := *p; x := o[len(o)-1]; *p = o[:len(o)-1]; return x }

type Tree[K comparable, V any] struct {
	l, r *Tree[K, V]
	k    K
	v    V
	m    map[K][]V
	f    func(K) V
	ch   chan V
}

func grow[K comparable, V any](n int, key func(int) K, val func(int) V) *Tree[K, V] {
	if n == 0 {
		return nil
	}
	t := &Tree[K, V]{k: key(n), v: val(n), m: map[K][]V{key(n): {val(1), val(2)}}, ch: make(chan V, 3)}
	t.f = func(K) V { return t.v }
	t.ch <- val(3)
	t.l, t.r = grow(n/2, key, val), grow(n/3, key, val)
	return t
}

func containers() {
	h := &ints{5, 2, 8}
	heap.Init(h)
	for i := 0; i < 50; i++ {
		heap.Push(h, i)
	}
	l := list.New()
	for i := 0; i < 20; i++ {
		l.PushBack(i + 1000)
		l.PushFront(fmt.Sprint("s", i))
	}
	r := ring.New(5)
	for i := 0; i < 5; i++ {
		r.Value = [2]int{i, i}
		r = r.Next()
	}
	keep(h, l, r)
	keep(grow(20, func(i int) int { return i }, func(i int) string { return fmt.Sprint(i) }))
	keep(grow(20, func(i int) string { return fmt.Sprint(i) }, func(i int) *person { return &person{Age: i} }))
	keep(grow(20, func(i int) [2]int64 { return [2]int64{int64(i)} }, func(i int) any { return float64(i) + 0.5 }))
	keep(grow(20, func(i int) netip.Addr { return netip.AddrFrom4([4]byte{byte(i)}) }, func(i int) struct{ a, b *int } { return struct{ a, b *int }{new(int), &i} }))
	m := map[string][]int{}
	for i := 0; i < 3000; i++ {
		m[fmt.Sprint(i%700)] = append(m[fmt.Sprint(i%700)], i)
	}
	keep(m, maps.Clone(m))
	big := map[[40]int32]*person{}
	wide := map[int][30]*int{}
	for i := 0; i < 300; i++ {
		big[[40]int32{int32(i)}] = &person{Age: i}
		wide[i] = [30]*int{new(int), &i}
	}
	keep(big, wide)
	sl := slices.Clone([]string{"a", "b"})
	keep(slices.Insert(sl, 1, "c", "d"), slices.Grow([]*int{new(int)}, 9))
	byLen := sort.StringSlice(slices.Clone(sl))
	keep(sort.Reverse(byLen), byLen)
	var arr [5][]map[string]chan func() error
	arr[2] = append(arr[2], map[string]chan func() error{"x": make(chan func() error, 2)})
	arr[2][0]["x"] <- func() error { return fmt.Errorf("w: %w", io.EOF) }
	keep(&arr, &struct {
		arr *[5][]map[string]chan func() error
		n   int
	}{&arr, 2})
}
