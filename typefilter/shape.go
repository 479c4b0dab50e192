package typefilter

// Shape says how the number of a type's objects went over a series of dumps.
type Shape string

// The shapes. The first two are those of a leak.
const (
	ShapeUnknown Shape = ""       // fewer than three dumps
	Steady       Shape = "steady" // grew in every interval, from its first growth on
	Steps        Shape = "steps"  // grew at equal distances, to the end
	Once         Shape = "once"   // grew in one interval, then no more
	Flattened    Shape = "flat"   // grew several times, then no more, or without a rule
	Shrunk       Shape = "shrunk" // is no more than it was
)

// Growing reports whether the shape lets a type count as leaked.
func (s Shape) Growing() bool { return s == Steady || s == Steps || s == ShapeUnknown }

// Series is what is known of the dumps that candidates come from.
type Series struct {
	Dumps  int   // number of dumps
	Jobs   []int // jobs that ran in each interval; nil: one each
	Warmup int   // leading intervals that tell nothing
}

// jobs is the number of jobs in all intervals, at least 1.
func (s *Series) jobs() int {
	if len(s.Jobs) == 0 {
		return max(1, s.Dumps-1)
	}
	jobs := 0
	for _, n := range s.Jobs {
		jobs += max(0, n)
	}
	return max(1, jobs)
}

// ShapeOf tells the shape of the net growth per interval. Intervals of the
// warm-up, and those without a job, are left out; so is what came before the
// first growth, if at least two intervals are left.
func (s *Series) ShapeOf(deltas []int64) Shape {
	if s.Dumps < 3 {
		return ShapeUnknown
	}
	deltas = s.telling(deltas)
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
	}
	return Flattened
}

// telling are the deltas of the intervals that say something.
func (s *Series) telling(deltas []int64) []int64 {
	var kept []int64
	for i, d := range deltas {
		idle := i < len(s.Jobs) && s.Jobs[i] <= 0
		if i >= s.Warmup && !idle {
			kept = append(kept, d)
		}
	}
	return kept
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
