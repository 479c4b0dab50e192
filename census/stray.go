package census

import (
	"cmp"
	"slices"
)

// leastStray is how many intervals must each add objects that no root reaches to
// tell a leak by them from garbage.
const leastStray = 2

// strays counts one more object that no root reaches.
func (r *seriesRow) strays(dump int) {
	if r.stray == nil {
		r.stray = make([]int, len(r.counts))
	}
	r.stray[dump]++
}

// strayGrowth lists the user's own types of which more and more objects are
// reached from no root, in every interval in which jobs ran: most first, then by
// name. Bytes are not counted.
func (r *series) strayGrowth() (out []Growth) {
	for i := range r.rows {
		if r.rows[i].stray == nil {
			continue
		}
		counts := r.usedOf(r.rows[i].stray)
		if growsAlways(counts, r.jobs) {
			last := len(counts) - 1
			out = append(out, Growth{Type: r.names.list[i].shown, Total: int(counts[last]), Delta: int(counts[last] - counts[0])})
		}
	}
	slices.SortFunc(out, func(a, b Growth) int { return cmp.Or(cmp.Compare(b.Delta, a.Delta), cmp.Compare(a.Type, b.Type)) })
	return out
}

// growsAlways reports whether each interval adds something, but for those without
// jobs, and there are enough of them.
func growsAlways(counts []int64, jobs []int) bool {
	grew := 0
	for i := 1; i < len(counts); i++ {
		switch {
		case counts[i] > counts[i-1]:
			grew++
		case counts[i] < counts[i-1], len(jobs) != len(counts)-1, jobs[i-1] > 0:
			return false
		}
	}
	return grew >= leastStray
}
