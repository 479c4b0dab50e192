package typefilter

import "fmt"

// Store is what is known of one object that things are written into: the array
// of a slice that is appended to, the bytes of a string that grows, a map of
// numbers. It may have been replaced by larger ones; the variable or field that
// holds it is the same. Deltas of its candidate are in its unit.
type Store struct {
	Entries  bool // counted in entries of a map, else in bytes
	Was, Now int64
	// Kept says that what was in it in each dump still stands at its beginning:
	// it was appended to, and not filled anew.
	Kept bool
}

// Amount is so much of what the store is counted in, in words.
func (s *Store) Amount(n float64) string {
	unit := "byte"
	if s.Entries {
		unit = "entry"
	}
	text := fmt.Sprintf("%.4g", n)
	switch {
	case text == "1":
		return text + " " + unit
	case s.Entries:
		return text + " entries"
	}
	return text + " bytes"
}

// evenness is how much less or more than the mean a map's growth may be in an
// interval, as nothing shows whether the entries are the same.
const evenness = 2

// judgeStore wants growth in every interval, two at the least. That of a map
// must also be even, for its size may go up a few times by chance.
func (s *Series) judgeStore(c *Candidate) (j Judgement) {
	rest, b := s.beyondBackground(c.Deltas)
	j = Judgement{Shape: s.ShapeOf(rest), Background: b}
	grown := len(steps(s.telling(rest)))
	if grown < 2 || !j.Shape.InEvery() || !c.Store.Kept && !s.even(rest) {
		return j
	}
	j.Leaked, j.More = 1, sum(rest)
	return j
}

// even reports whether the growth a job is about the same in all of three
// intervals or more.
func (s *Series) even(deltas []int64) bool {
	at := s.tellingAt(len(deltas))
	mean := float64(sum(deltas)) / float64(s.jobs())
	for _, i := range at {
		a := float64(deltas[i]) / float64(max(1, s.jobsIn(i)))
		if a > evenness*mean || a*evenness < mean {
			return false
		}
	}
	return len(at) >= HolderIntervals
}
