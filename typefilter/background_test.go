package typefilter

import (
	"slices"
	"testing"
)

// TestBackground has types that grow while no job runs.
func TestBackground(t *testing.T) {
	for _, c := range []struct {
		about  string
		deltas []int64
		jobs   []int
		times  []float64
		rest   []int64
		took   int64
	}{
		{"no interval without jobs", []int64{5, 5}, []int{1, 1}, nil, []int64{5, 5}, 0},
		{"nothing in the background", []int64{0, 10}, []int{0, 10}, nil, []int64{0, 10}, 0},
		{"as much without jobs as with", []int64{6, 6}, []int{0, 10}, nil, []int64{0, 0}, 6},
		{"more with jobs, by chance", []int64{6, 11}, []int{0, 10}, nil, []int64{0, 0}, 6},
		{"a leak on top of it", []int64{6, 46}, []int{0, 10}, nil, []int64{0, 40}, 6},
		{"a leak, and no more than the background", []int64{60, 115}, []int{0, 10}, nil, []int64{0, 0}, 60},
		{"the mean of two", []int64{4, 30, 6, 30}, []int{0, 9, 0, 9}, nil, []int64{0, 25, 0, 25}, 10},
		{"longer intervals", []int64{6, 61, 24}, []int{0, 9, 9}, []float64{1, 10, 4}, []int64{0, 0, 0}, 84},
		{"a longer interval, and more than twice as much", []int64{6, 200}, []int{0, 9}, []float64{1, 10}, []int64{0, 140}, 60},
		{"a longer interval, and not twice as much", []int64{6, 110}, []int{0, 9}, []float64{1, 10}, []int64{0, 0}, 60},
		{"a shorter interval", []int64{6, 46}, []int{0, 9}, []float64{9, 1}, []int64{0, 40}, 6},
		{"a loss gives nothing", []int64{-6, 6}, []int{0, 10}, nil, []int64{0, 6}, 0},
	} {
		s := Series{Dumps: len(c.deltas) + 1, Jobs: c.jobs, Times: c.times}
		rest, b := s.beyondBackground(c.deltas)
		if !slices.Equal(rest, c.rest) || b.Subtracted != c.took {
			t.Errorf("%s: %v left, %d subtracted; want %v and %d", c.about, rest, b.Subtracted, c.rest, c.took)
		}
	}
}

// TestBackgroundPick has a type of the background beside a leak, and one that
// both makes, in holders of their own.
func TestBackgroundPick(t *testing.T) {
	series := Series{Dumps: 3, Jobs: []int{0, 10}}
	both := leak("main.Both", 22, deltas(6, 16))
	both.Holders = []Holder{
		{ID: 1, Flow: Flow{New: 12, Survivors: 12}, Deltas: []int64{6, 6}},
		{ID: 2, Flow: Flow{New: 10, Survivors: 10}, Deltas: []int64{0, 10}},
	}
	d := Pick([]Candidate{leak("main.Tick", 12, deltas(6, 6)), leak("main.Job", 10, deltas(0, 10)), both}, series, defaultRules(t))
	if names(d.Leaked) != "main.Job,main.Both" || names(d.Background) != "main.Tick" {
		t.Fatalf("leaked %s, background %s", names(d.Leaked), names(d.Background))
	}
	l := &d.Leaked[1]
	if l.Leaked != 10 || l.PerJob != 1 || !slices.Equal(l.Grown, []int{1}) {
		t.Errorf("%d leaked, %v a job, by %v; want the 10 of the second holder", l.Leaked, l.PerJob, l.Grown)
	}
}
