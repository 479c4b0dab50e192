package mem

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
)

func TestMake(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 1 << 20, 3<<20 + 17} {
		s := Make[uint32](n)
		if len(s) != n || slices.ContainsFunc(s, func(v uint32) bool { return v != 0 }) {
			t.Fatalf("Make(%d): %d elements, or some not zero", n, len(s))
		}
		for i := range s {
			s[i] = uint32(i)
		}
		grown := Grow(s, 5)
		if cap(grown)-len(grown) < 5 || !slices.Equal(grown, s) {
			t.Fatalf("Grow of %d elements: %d elements, room for %d", n, len(grown), cap(grown))
		}
	}
}

func TestScratch(t *testing.T) {
	var s Scratch
	for _, n := range []int{-1, 0, 10, 5 << 20} {
		a := Alloc[uint64](&s, n)
		if len(a) != max(n, 0) || slices.ContainsFunc(a, func(v uint64) bool { return v != 0 }) {
			t.Fatalf("Alloc(%d): %d elements, or some not zero", n, len(a))
		}
		for i := range a {
			a[i] = 1
		}
	}
	s.Free()
	s.Free()
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
