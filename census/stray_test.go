package census

import "testing"

func TestGrowsAlways(t *testing.T) {
	for i, c := range []struct {
		counts []int64
		jobs   []int
		want   bool
	}{
		{[]int64{0, 1, 2}, []int{1, 1}, true},
		{[]int64{0, 8}, []int{1}, false}, // one interval says nothing
		{[]int64{0, 8, 8}, []int{1, 1}, false},
		{[]int64{0, 8, 7, 9}, []int{1, 1, 1}, false},
		{[]int64{0, 8, 8, 9}, []int{1, 0, 1}, true}, // no job, no growth
		{[]int64{0, 8, 7, 9}, []int{1, 0, 1}, false},
		{[]int64{3, 3, 3}, []int{0, 0}, false},
		{nil, nil, false},
	} {
		if got := growsAlways(c.counts, c.jobs); got != c.want {
			t.Errorf("%d: %v in %v jobs: %v, want %v", i, c.counts, c.jobs, got, c.want)
		}
	}
}
