package typefilter

import "slices"

// climbIntervals is how many intervals a climb takes to tell of more than a
// batch that waits to be flushed.
const climbIntervals = 3

// cleared finds out whether a type that was cleared, once or more, leaks since.
// A batch that is flushed now and then goes up and down, too, but between
// bounds. So the climb since the last loss must
//
//   - have grown in three intervals or more, in every one or by regular steps;
//   - consist of objects that stayed: those that came in each of its intervals
//     make up for its growth;
//   - have reached the highest level before, if there was one loss only, as
//     nothing shows then that another will come: 0 3 6 9 0 3 6 9;
//   - after several losses be higher than ever and longer than any climb before,
//     more than the sawtooth has shown to be its way: 0 3 6 0 3 6 0 3 6 9.
//
// from is the interval in which the climb begins.
func (s *Series) cleared(c *Candidate) (from int, ok bool) {
	at := s.tellingAt(len(c.Deltas))
	deltas := s.telling(c.Deltas)
	begins, losses := climbs(deltas)
	if losses == 0 || len(c.Came) != len(c.Deltas) {
		return 0, false
	}
	last := begins[len(begins)-1]
	tail := deltas[last:]
	if n := len(steps(tail)); n < climbIntervals || !shapeOf(tail).Growing() || !stayed(c, at[last:]) {
		return 0, false
	}
	now, peak := sum(deltas), highest(deltas[:last])
	if losses == 1 {
		return at[last], now >= peak
	}
	return at[last], now > peak && len(tail) > longest(begins)
}

// climbs are where the deltas begin to rise: at the start and after each loss.
// Losses in a row are one.
func climbs(deltas []int64) (begins []int, losses int) {
	begins = []int{0}
	for i, d := range deltas {
		if d >= 0 {
			continue
		}
		if i == 0 || deltas[i-1] >= 0 {
			losses++
			begins = append(begins, 0)
		}
		begins[len(begins)-1] = i + 1
	}
	return begins, losses
}

// longest is the number of intervals of the longest climb but the last, losses
// included.
func longest(begins []int) (n int) {
	for i := range begins[:len(begins)-1] {
		n = max(n, begins[i+1]-begins[i]-1)
	}
	return n
}

// highest is the highest level that deltas led to.
func highest(deltas []int64) (peak int64) {
	for i := range deltas {
		peak = max(peak, sum(deltas[:i+1]))
	}
	return peak
}

// stayed reports whether those that came in each of the intervals and are still
// there make up for its growth.
func stayed(c *Candidate, intervals []int) bool {
	return !slices.ContainsFunc(intervals, func(i int) bool { return int64(c.Came[i]) < c.Deltas[i] })
}
