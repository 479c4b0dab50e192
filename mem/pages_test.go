package mem

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
)

func TestScratch(t *testing.T) {
	var s Scratch
	for range 3 { // what was used before is used again
		for _, n := range []int{-1, 0, 10, 5 << 20, 1 << 20, 3<<20 + 17} {
			a := Alloc[uint64](&s, n)
			if len(a) != max(n, 0) || slices.ContainsFunc(a, func(v uint64) bool { return v != 0 }) {
				t.Fatalf("Alloc(%d): %d elements, or some not zero", n, len(a))
			}
			for i := range a {
				a[i] = 1
			}
		}
		s.Free()
	}
	s.Free()
	Trim()
}

func TestGrow(t *testing.T) {
	for _, m := range []*Scratch{nil, {}} {
		var s []uint32
		for i := range uint32(3 << 20) {
			s = append(Grow(m, s, 1), i)
		}
		if i := slices.IndexFunc(s, func(v uint32) bool { return v > uint32(len(s)) }); len(s) != 3<<20 || i >= 0 || s[1<<20] != 1<<20 {
			t.Errorf("%d elements, element %d is wrong", len(s), i)
		}
		if cap(Room[uint32](m, 1000)) < 1000 {
			t.Error("no room")
		}
		if m != nil {
			m.Free()
		}
	}
}

func TestChunks(t *testing.T) {
	var m Scratch
	defer m.Free()
	a, b := Chunks[uint32]{Mem: &m}, Chunks[uint32]{}
	a.Chunk(100)
	const n = 5<<20 + 3
	for i := range uint32(n) {
		a.Push(i)
		*b.Push(0) = n + i
	}
	base := a.Join(&b)
	for i := range uint32(n) {
		if *a.At(i) != i || *a.At(base + i) != n+i {
			t.Fatalf("element %d is %d, %d behind the join", i, *a.At(i), *a.At(base + i))
		}
	}
}

// Every index comes once, from as many workers as were asked for at most, and
// none after the context ended.
func TestParallel(t *testing.T) {
	for _, workers := range []int{0, 1, 2, 9} {
		var seen [100]atomic.Int32
		err := Parallel(context.Background(), workers, len(seen), func(w, i int) {
			if w < 0 || w >= Workers(workers) {
				t.Errorf("worker %d of %d", w, Workers(workers))
			}
			seen[i].Add(1)
		})
		for i := range seen {
			if seen[i].Load() != 1 {
				t.Errorf("%d workers: index %d came %d times", workers, i, seen[i].Load())
			}
		}
		if err != nil {
			t.Error(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Parallel(ctx, 3, 10, func(_, i int) { t.Errorf("index %d after the end", i) }); err == nil {
		t.Error("no error after the end")
	}
}

func TestSteps(t *testing.T) {
	var last int64
	s := Steps{Stage: "read", Total: 100, Progress: func(stage string, done, total int64) {
		if stage != "read" || total != 100 || done <= last {
			t.Errorf("%s: %d of %d, after %d", stage, done, total, last)
		}
		last = done
	}}
	Parallel(context.Background(), 4, 10, func(_, _ int) { s.Add(10) })
	if last != 100 {
		t.Errorf("%d of 100 at the end", last)
	}
	new(Steps).Add(1)
}

// A queue gives what was pushed in order, in the memory of what is in it at once.
func TestQueue(t *testing.T) {
	q := Queue[int]{Chunk: 5}
	in, out := 0, 0
	for round := range 200 {
		for range round % 17 {
			q.Push(in)
			in++
		}
		for range round % 13 {
			if v, ok := q.Pop(); ok != (out < in) || ok && v != out {
				t.Fatalf("%d, %v popped; %d of %d are out", v, ok, out, in)
			} else if ok {
				out++
			}
		}
	}
	for ; out < in; out++ {
		if v, ok := q.Pop(); !ok || v != out {
			t.Fatalf("%d, %v popped, want %d", v, ok, out)
		}
	}
	if _, ok := q.Pop(); ok {
		t.Error("more than was pushed")
	}
	chunks := len(q.spare) + len(q.full)
	for i := range 10_000 {
		q.Push(i)
		q.Pop()
	}
	if got := len(q.spare) + len(q.full); got > chunks+1 {
		t.Errorf("%d chunks for one element, %d before", got, chunks)
	}
}

func TestStack(t *testing.T) {
	s := Stack[int]{Chunk: 5}
	var want []int
	for round := range 300 {
		for i := range round % 19 {
			s.Push(round*100 + i)
			want = append(want, round*100+i)
		}
		for range round % 17 {
			v, ok := s.Pop()
			if ok != (len(want) > 0) || ok && v != want[len(want)-1] {
				t.Fatalf("%d, %v popped of %d", v, ok, len(want))
			}
			want = want[:max(0, len(want)-1)]
		}
	}
	for len(want) > 0 {
		if v, ok := s.Pop(); !ok || v != want[len(want)-1] {
			t.Fatalf("%d, %v popped, want %d", v, ok, want[len(want)-1])
		}
		want = want[:len(want)-1]
	}
	if _, ok := s.Pop(); ok {
		t.Error("more than was pushed")
	}
}
