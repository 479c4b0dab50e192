package watch

// Point is a dump in the series of a process.
type Point struct {
	Key  string // see Dump.Key
	Jobs int    // that the process had done
}

// MostPoints is how many dumps a series keeps, besides the one that is judged.
const MostPoints = 8

// Series are the dumps of a process that later ones are compared with: the first
// after the warm-up, and others at about equal distances in jobs, so that what
// grew in one interval says as much as in another. When there are too many, the
// distance doubles.
type Series struct {
	Points []Point
	stride int
}

// Add takes a dump in if it is far enough from the one before. It is newer than
// all.
func (s *Series) Add(p Point) {
	s.stride = max(1, s.stride)
	s.put(p)
	for len(s.Points) > MostPoints {
		s.stride *= 2
		all := s.Points
		s.Points = nil
		for _, p := range all {
			s.put(p)
		}
	}
}

// Again is Add for a dump that another watcher left: the distance is told from
// those that it kept.
func (s *Series) Again(p Point) {
	s.Add(p)
	for i := 1; i < len(s.Points); i++ {
		gap := s.Points[i].Jobs - s.Points[i-1].Jobs
		if i == 1 || gap < s.stride {
			s.stride = gap
		}
	}
}

func (s *Series) put(p Point) {
	if n := len(s.Points); n == 0 || p.Jobs-s.Points[n-1].Jobs >= s.stride {
		s.Points = append(s.Points, p)
	}
}

// Upto are the dumps to compare to judge the last, oldest first, with that at
// the end. The last interval is at least half as long as the others, so the
// point before may be left out.
func (s *Series) Upto(last Point) []Point {
	points := s.Points
	for n := len(points); n > 0; n-- {
		gap := last.Jobs - points[n-1].Jobs
		if gap > 0 && (2*gap >= s.stride || n == 1) {
			break
		}
		points = points[:n-1]
	}
	return append(points[:len(points):len(points)], last)
}
