package web

import "testing"

func TestSeveral(t *testing.T) {
	for _, c := range []struct {
		n    int
		name string
		want string
	}{{1, "main.Job", "main.Job"}, {1200, "main.Job", "1,200 × main.Job"}, {45, otherRoots, "45 roots"}, {1, otherRoots, "1 root"}} {
		if got := several(c.n, c.name); got != c.want {
			t.Errorf("%d of %s: %q, want %q", c.n, c.name, got, c.want)
		}
	}
}
