package typefilter

import "testing"

// went is a candidate whose count went so, of which all that are there came
// as late as they can have.
func went(counts ...int) *Candidate {
	c := &Candidate{Name: "main.T", FullName: "main.T", Count: counts[len(counts)-1]}
	for i := 1; i < len(counts); i++ {
		d := counts[i] - counts[i-1]
		c.Deltas, c.Came = append(c.Deltas, int64(d)), append(c.Came, max(0, d))
	}
	low := counts[0] // of the first ones so many were never gone
	for _, n := range counts {
		low = min(low, n)
	}
	c.New, c.Gone = c.Count-low, counts[0]-low
	c.Survivors = c.New
	return c
}

// TestCleared has types that were cleared, and batches.
func TestCleared(t *testing.T) {
	churned := went(0, 3, 6, 9, 0, 3, 6, 9)
	churned.Came = []int{0, 0, 0, 0, 0, 0, 9} // others each time
	for _, c := range []struct {
		about  string
		c      *Candidate
		leaked int // 0: not called leaking
		since  int
	}{
		{"cleared, and again to the same height", went(0, 3, 6, 9, 0, 3, 6, 9), 9, 4},
		{"again, and beyond", went(0, 3, 6, 0, 3, 6, 9), 9, 3},
		{"cleared in part", went(0, 3, 6, 9, 4, 7, 10, 13), 9, 4},
		{"no more than at the start", went(9, 12, 0, 4, 8, 12), 12, 2},
		{"cleared in two intervals", went(0, 3, 6, 9, 4, 0, 3, 6, 9), 9, 5},
		{"twice, and then higher and longer than ever", went(0, 3, 6, 0, 3, 6, 0, 3, 6, 9), 9, 6},
		{"a plateau after the clearing", went(0, 3, 6, 0, 0, 0, 2, 4, 7), 7, 3},
		{"a dip in a ramp", went(0, 3, 6, 9, 8, 11, 14, 17), 9, 4},

		{"flushed every third job", went(0, 4, 8, 0, 4, 8, 0, 4, 8), 0, 0},
		{"flushed every third job, on the way up", went(4, 8, 0, 4, 8, 0, 4), 0, 0},
		{"flushed every fifth job, twice", went(0, 4, 8, 12, 16, 0, 4, 8, 12, 16, 0, 4, 8, 12, 16), 0, 0},
		{"flushed every fifth job, on the way up", went(8, 12, 16, 0, 4, 8, 12), 0, 0},
		{"two intervals after the clearing", went(0, 3, 6, 0, 6, 12), 0, 0},
		{"not as high as before", went(0, 5, 10, 0, 3, 6, 9), 0, 0},
		{"higher than ever by chance, after three flushes", went(0, 4, 8, 12, 0, 4, 8, 12, 0, 5, 9, 13), 0, 0},
		{"others come and go all the time", churned, 0, 0},
		{"a plateau at the end", went(0, 3, 6, 0, 3, 6, 9, 9), 0, 0},
	} {
		s := Series{Dumps: len(c.c.Deltas) + 1}
		j := s.Judge(c.c)
		leaks := j.Leaked > 0 && j.Shape.Growing()
		if leaks != (c.leaked > 0) || leaks && (j.Leaked != c.leaked || j.Since != c.since || j.Shape != Sawtooth) {
			t.Errorf("%s: %d leaked, %s, since interval %d; want %d since %d", c.about, j.Leaked, j.Shape, j.Since, c.leaked, c.since)
		}
	}
}

// TestClearedPerJob counts the jobs since the clearing, and those alone.
func TestClearedPerJob(t *testing.T) {
	series := Series{Dumps: 8, Jobs: []int{5, 5, 5, 7, 1, 1, 1}}
	d := Pick([]Candidate{*went(0, 3, 6, 9, 0, 3, 6, 9)}, series, defaultRules(t))
	if d.Picked == nil || d.Picked.PerJob != 3 {
		t.Fatalf("picked %+v, want 3 a job", d.Picked)
	}
}
