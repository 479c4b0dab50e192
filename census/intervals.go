package census

import (
	"slices"

	"github.com/objgraph/objgraph/typefilter"
)

// interval is the number of the interval that ends with a dump, among those
// between dumps that were compared.
func (r *series) interval(dump uint16) (n int) {
	for _, used := range r.used[:dump] {
		if used {
			n++
		}
	}
	return n - 1
}

// intervals are numbers by dump as those of the intervals that end with them.
func (r *series) intervals(byDump []int) (out []int) {
	begun := false
	for i, used := range r.used {
		if used && begun {
			out = append(out, byDump[i])
		}
		begun = begun || used
	}
	return out
}

// times are how long the intervals were, in seconds: between the last
// collections before the dumps, of which a worker that is traced makes one for
// each. nil if there was none in an interval.
func (r *series) times() (out []float64) {
	before := -1
	for i, used := range r.used {
		if !used {
			continue
		}
		if before >= 0 {
			x, y := r.stats[before], r.stats[i]
			if x == nil || y == nil || x.NumGC >= y.NumGC || x.LastGC >= y.LastGC {
				return nil
			}
			out = append(out, float64(y.LastGC-x.LastGC)/1e9)
		}
		before = i
	}
	return out
}

// byHolder reports whether the series is long enough for holders to be looked
// at apart, or tells what comes without jobs.
func (r *series) byHolder() bool {
	return len(r.paths) > typefilter.HolderIntervals || slices.Contains(r.jobs, 0)
}

// idleBetween reports whether no job ran between two dumps.
func (r *series) idleBetween(from, to int) bool { return total(r.jobs[from:to]) == 0 }
