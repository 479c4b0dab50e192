package watch

import (
	"fmt"
	"slices"
	"testing"
)

func jobsIn(points []Point) (jobs []int) {
	for _, p := range points {
		jobs = append(jobs, p.Jobs)
	}
	return jobs
}

func TestSeries(t *testing.T) {
	every := func(from, to, step int) (jobs []int) {
		for n := from; n <= to; n += step {
			jobs = append(jobs, n)
		}
		return jobs
	}
	for _, c := range []struct {
		about string
		jobs  []int
		want  []int
	}{
		{"few", []int{1, 2, 3}, []int{1, 2, 3}},
		{"as many as are kept", every(1, 9, 1), every(1, 9, 1)},
		{"the last interval is half as long", every(1, 14, 1), []int{1, 3, 5, 7, 9, 11, 13, 14}},
		{"the last interval is not shorter", every(1, 20, 1), []int{1, 5, 9, 13, 17, 20}},
		{"nor than that", every(1, 18, 1), []int{1, 5, 9, 13, 18}},
		{"a long run", every(1, 311, 1), []int{1, 65, 129, 193, 257, 311}},
		{"every tenth job", every(10, 310, 10), []int{10, 50, 90, 130, 170, 210, 250, 290, 310}},
		{"no job between", []int{4, 4, 4}, []int{4}},
		{"no job at the end", []int{1, 2, 3, 3}, []int{1, 2, 3}},
	} {
		var s Series
		var got []int
		for i, n := range c.jobs {
			p := Point{fmt.Sprint(i), n}
			upto := s.Upto(p)
			got = jobsIn(upto)
			s.Add(p)
			if len(upto) > MostPoints+1 || upto[len(upto)-1] != p {
				t.Errorf("%s: to judge job %d: %v", c.about, n, got)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.about, got, c.want)
		}
	}
}

// TestSeriesIsEven wants intervals that are alike however long the process runs,
// and the first dump among them.
func TestSeriesIsEven(t *testing.T) {
	var s Series
	for n := 1; n < 3000; n++ {
		jobs := jobsIn(s.Upto(Point{fmt.Sprint(n), n}))
		s.Add(Point{fmt.Sprint(n), n})
		if jobs[0] != 1 {
			t.Fatalf("job %d is compared with %v", n, jobs)
		}
		least, most := n, 0
		for i := 1; i < len(jobs); i++ {
			least, most = min(least, jobs[i]-jobs[i-1]), max(most, jobs[i]-jobs[i-1])
		}
		if n > 20 && (most > 3*least || len(jobs) < 5) {
			t.Fatalf("job %d is compared with %v", n, jobs)
		}
	}
}

// TestSeriesAgain wants a watcher that was started again, and sees only what was
// kept, to go on alike.
func TestSeriesAgain(t *testing.T) {
	var s Series
	for n := 1; n <= 100; n++ {
		s.Add(Point{fmt.Sprint(n), n})
	}
	var again Series
	for _, p := range append(slices.Clone(s.Points), Point{"99", 99}, Point{"100", 100}) {
		again.Again(p)
	}
	next := Point{"101", 101}
	if a, b := s.Upto(next), again.Upto(next); !slices.Equal(a, b) {
		t.Errorf("%v, and again %v", a, b)
	}
}
