package typefilter

import "math"

// Background is what a type grows by while no job runs.
type Background struct {
	Seen       int64 // in the intervals without a job
	Subtracted int64 // from the growth of the others
}

// beyondBackground takes from the growth in the intervals with jobs what the
// background does in one without, an A/A pair: in each as much as came there on
// an average, and in one that took longer more, in proportion. The intervals
// without jobs have no growth afterwards. Where the background loses objects,
// nothing is added: what comes then may be what it will lose.
//
// What is then left has to be more than was taken, as the pace of the background
// is known from little: the times are rough, since the program stands still while
// a dump is written, and of events that are counted, n may have been n ± 2√n.
func (s *Series) beyondBackground(deltas []int64) (rest []int64, b Background) {
	pairs, length := 0, 0.0
	for i, d := range deltas {
		if s.idle(i) {
			b.Seen += d
			pairs++
			length += s.time(i)
		}
	}
	if pairs == 0 {
		return deltas, Background{}
	}
	rest = make([]int64, len(deltas))
	at := s.tellingAt(len(deltas))
	for _, i := range at {
		rest[i] = deltas[i]
	}
	if b.Seen <= 0 {
		return rest, Background{}
	}
	expected := 0.0
	for _, i := range at {
		e := float64(b.Seen) / float64(pairs) * max(1, s.time(i)*float64(pairs)/length)
		rest[i] -= int64(math.Round(e))
		expected += e
	}
	left := sum(rest)
	b.Subtracted = sum(s.telling(deltas)) - left
	chance := 2 * math.Sqrt(expected+expected*expected/float64(b.Seen))
	if float64(left) <= max(expected, chance) {
		clear(rest)
	}
	return rest, b
}

// time is how long an interval was.
func (s *Series) time(interval int) float64 {
	if interval < len(s.Times) {
		return s.Times[interval]
	}
	return 1
}
