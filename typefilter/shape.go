package typefilter

// Shape says how the number of a type's objects went over a series of dumps.
type Shape string

// The shapes. The first four are those of a leak.
const (
	ShapeUnknown Shape = ""         // fewer than three dumps
	Ramp         Shape = "ramp"     // grew by exactly as many a job in every interval
	Steady       Shape = "steady"   // grew in every interval, from its first growth on
	Steps        Shape = "steps"    // grew at equal distances, to the end
	Sawtooth     Shape = "sawtooth" // was cleared, and has been growing since, see cleared
	Once         Shape = "once"     // a step: grew in one interval, then no more
	Flattened    Shape = "flat"     // a plateau: grew several times, then no more
	Uneven       Shape = "noise"    // grew now and then, or went up and down
	Shrunk       Shape = "shrunk"   // is no more than it was
)

// Growing reports whether the shape lets a type count as leaked.
func (s Shape) Growing() bool {
	switch s {
	case ShapeUnknown, Ramp, Steady, Steps, Sawtooth:
		return true
	}
	return false
}

// InEvery reports whether the type grew in every interval that tells.
func (s Shape) InEvery() bool { return s == Ramp || s == Steady }

// Series is what is known of the dumps that candidates come from.
type Series struct {
	Dumps  int       // number of dumps
	Jobs   []int     // jobs that ran in each interval; nil: one each
	Times  []float64 // how long each interval was, in any unit; nil: as long as each other
	Warmup int       // leading intervals that tell nothing
	// Assumed says that nobody knows how many jobs ran: words tell growth by dump.
	Assumed bool
}

// jobs is the number of jobs in all intervals, at least 1.
func (s *Series) jobs() int { return s.jobsFrom(0) }

// jobsFrom is the number of jobs from an interval on, at least 1.
func (s *Series) jobsFrom(interval int) (jobs int) {
	for i := interval; i < s.Dumps-1; i++ {
		jobs += s.jobsIn(i)
	}
	return max(1, jobs)
}

func (s *Series) jobsIn(interval int) int {
	if len(s.Jobs) == 0 {
		return 1
	}
	if interval >= len(s.Jobs) {
		return 0
	}
	return max(0, s.Jobs[interval])
}

// ShapeOf tells the shape of the net growth per interval. Intervals of the
// warm-up, and those without a job, are left out; so is what came before the
// first growth, if at least two intervals are left.
func (s *Series) ShapeOf(deltas []int64) Shape {
	if s.Dumps < 3 {
		return ShapeUnknown
	}
	if s.isRamp(deltas) {
		return Ramp
	}
	return shapeOf(s.telling(deltas))
}

func shapeOf(deltas []int64) Shape {
	grown := steps(deltas)
	switch {
	case len(grown) == 0 || sum(deltas) <= 0:
		return Shrunk
	case len(grown) == len(deltas)-grown[0] && (len(grown) > 1 || len(deltas) == 1):
		return Steady
	case len(grown) == 1:
		return Once
	case regular(deltas, grown):
		return Steps
	case deltas[len(deltas)-1] == 0 && !falls(deltas):
		return Flattened
	}
	return Uneven
}

// isRamp reports whether the growth is the same for each job, in two intervals
// or more.
func (s *Series) isRamp(deltas []int64) bool {
	at := s.tellingAt(len(deltas))
	if len(at) < 2 || deltas[at[0]] <= 0 {
		return false
	}
	d, jobs := deltas[at[0]], int64(s.jobsIn(at[0]))
	for _, i := range at {
		if deltas[i]*jobs != d*int64(s.jobsIn(i)) {
			return false
		}
	}
	return true
}

// telling are the deltas of the intervals that say something.
func (s *Series) telling(deltas []int64) []int64 {
	var kept []int64
	for _, i := range s.tellingAt(len(deltas)) {
		kept = append(kept, deltas[i])
	}
	return kept
}

// tellingAt are the numbers of those of n intervals in which jobs ran, after
// the warm-up.
func (s *Series) tellingAt(n int) (at []int) {
	for i := s.Warmup; i < n; i++ {
		if !s.idle(i) {
			at = append(at, i)
		}
	}
	return at
}

// idle reports whether no job ran in an interval.
func (s *Series) idle(interval int) bool {
	return interval < len(s.Jobs) && s.Jobs[interval] <= 0
}

// steps are the intervals that grew.
func steps(deltas []int64) []int {
	var at []int
	for i, d := range deltas {
		if d > 0 {
			at = append(at, i)
		}
	}
	return at
}

func falls(deltas []int64) bool {
	for _, d := range deltas {
		if d < 0 {
			return true
		}
	}
	return false
}

// regular reports whether the steps are equally far apart, each gaining more
// than is lost before the next one, and whether the next is not overdue. Two
// steps make a rule only at two intervals' distance.
func regular(deltas []int64, grown []int) bool {
	gap := grown[1] - grown[0]
	last := grown[len(grown)-1]
	if gap < 2 || len(deltas)-last > gap || gap > 2 && len(grown) < 3 {
		return false
	}
	for i, at := range grown[:len(grown)-1] {
		if grown[i+1]-at != gap || sum(deltas[at:at+gap]) <= 0 {
			return false
		}
	}
	return sum(deltas[last:]) > 0
}

func sum(deltas []int64) int64 {
	total := int64(0)
	for _, d := range deltas {
		total += d
	}
	return total
}
