package census

import (
	"slices"
	"testing"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
)

// TestPeak has a type that sways: against the dump before it grows by regular
// steps, against its highest number it grew once.
func TestPeak(t *testing.T) {
	counts := []int{8, 4, 12, 8, 11}
	of := typefilter.Series{Dumps: len(counts)}
	for _, c := range []struct {
		peak   bool
		deltas []int64
		shape  typefilter.Shape
	}{
		{false, []int64{-4, 8, -4, 3}, typefilter.Steps},
		{true, []int64{0, 4, 0, 0}, typefilter.Once},
	} {
		r := series{peak: c.peak, used: []bool{true, true, true, true, true}}
		got := r.deltas(counts)
		if shape := of.ShapeOf(got); !slices.Equal(got, c.deltas) || shape != c.shape {
			t.Errorf("peak %v: deltas %v, %s; want %v, %s", c.peak, got, shape, c.deltas, c.shape)
		}
	}
}

// TestPeakOfDamaged leaves dumps out that were not compared.
func TestPeakOfDamaged(t *testing.T) {
	r := series{peak: true, used: []bool{true, false, true, true}}
	if got := r.deltas([]int{5, 0, 3, 7}); !slices.Equal(got, []int64{0, 2}) {
		t.Errorf("deltas %v, want 0 and 2", got)
	}
}

func TestSkipWarmup(t *testing.T) {
	for _, c := range []struct {
		jobs  []int
		n     int
		dumps int // left out
		done  int
		fails bool
	}{
		{[]int{1, 1, 1}, 0, 0, 0, false},
		{[]int{1, 1, 1}, 2, 2, 2, false},
		{[]int{5, 10, 5}, 6, 2, 15, false}, // in the middle of an interval: all of it
		{[]int{5, 10, 5}, 5, 1, 5, false},
		{[]int{5, 10}, 6, 0, 0, true},
		{[]int{5, 0}, 5, 0, 0, true}, // only one without jobs is left
		{nil, 3, 0, 0, false},
	} {
		l := Leaks{Dumps: make([]string, len(c.jobs)+1), Jobs: c.jobs, Single: len(c.jobs) == 0}
		err := l.skipWarmup(c.n)
		if (err != nil) != c.fails || l.WarmupDumps != c.dumps || l.WarmupJobs != c.done || len(l.Dumps) != len(c.jobs)+1-c.dumps {
			t.Errorf("%d of %v: %d dumps and %d jobs left out, %v", c.n, c.jobs, l.WarmupDumps, l.WarmupJobs, err)
		}
	}
}

func TestSeen(t *testing.T) {
	f := finder{Leaks: &Leaks{WarmupJobs: 10, Jobs: []int{2, 3}, Dumps: []string{"a", "c", "d"}}}
	f.series.used = []bool{true, false, true, true}
	f.series.first = []uint16{0, 3, 1}
	for _, c := range []struct {
		of   []mem.ObjID
		job  int
		dump string
	}{{[]mem.ObjID{0}, 0, ""}, {[]mem.ObjID{0, 1}, 15, "d"}, {[]mem.ObjID{1, 2}, 12, "c"}} {
		s := f.seen(c.of)
		if s == nil && c.dump != "" || s != nil && *s != (Seen{c.job, c.dump}) {
			t.Errorf("%v: %+v, want %d %s", c.of, s, c.job, c.dump)
		}
	}
}
