package typefilter

import (
	"strings"
	"testing"
)

// appended is a slice of bytes that held so many in each dump.
func appended(used ...int64) Candidate {
	c := leak("[]uint8", 1, held)
	c.Flow = Flow{New: 1, Gone: 1, Survivors: 1}
	c.Store = &Store{Kept: true, Was: used[0], Now: used[len(used)-1]}
	for i := 1; i < len(used); i++ {
		c.Deltas = append(c.Deltas, used[i]-used[i-1])
	}
	return c
}

// ofMap is the same of entries of a map.
func ofMap(used ...int64) Candidate {
	c := appended(used...)
	c.Name, c.FullName = "map[int]int", "map[int]int"
	c.Store.Kept, c.Store.Entries = false, true
	return c
}

func TestStores(t *testing.T) {
	for _, c := range []struct {
		about string
		c     Candidate
		jobs  []int
		grown int64 // 0: does not leak
		shape Shape
	}{
		{"appended to, as much a job", appended(100, 140, 200), []int{2, 3}, 100, Ramp},
		{"appended to", appended(0, 140, 150, 400), []int{1, 1, 1}, 400, Steady},
		{"two dumps tell nothing", appended(100, 140), []int{1}, 0, ""},
		{"not in the last interval", appended(100, 140, 200, 200), []int{1, 1, 1}, 0, ""},
		{"emptied and filled", appended(100, 900, 100, 900), []int{1, 1, 1}, 0, ""},
		{"a map, evenly", ofMap(10, 20, 31, 40), []int{1, 1, 1}, 30, Steady},
		{"a map, by chance", ofMap(10, 11, 40, 45), []int{1, 1, 1}, 0, ""},
		{"a map, over two intervals", ofMap(10, 20, 30), []int{1, 1}, 0, ""},
		{"in the background, too", appended(0, 90, 200, 300), []int{0, 1, 1}, 0, ""},
		{"more than in the background", appended(0, 10, 110, 210), []int{0, 1, 1}, 180, Ramp},
	} {
		s := Series{Dumps: len(c.c.Deltas) + 1, Jobs: c.jobs}
		j := s.Judge(&c.c)
		if leaks := j.Leaked > 0; leaks != (c.grown > 0) || leaks && (j.More != c.grown || j.Shape != c.shape) {
			t.Errorf("%s: %d leaked, %d more, %s; want %d more, %s", c.about, j.Leaked, j.More, j.Shape, c.grown, c.shape)
		}
	}
}

// TestStorePick has one alone, beside a type that leaks, and held by the library.
func TestStorePick(t *testing.T) {
	series := Series{Dumps: 4, Jobs: []int{1, 1, 1}}
	d := Pick([]Candidate{appended(10, 20, 30, 40), ofMap(10, 10, 10, 10)}, series, defaultRules(t))
	if d.Picked == nil || d.Picked.Name != "[]uint8" || !strings.HasPrefix(d.Why, "[]uint8 is one object that grows by exactly 10 bytes a job in every interval. ") {
		t.Errorf("picked %+v: %s", d.Picked, d.Why)
	}
	if len(d.Leaked) != 1 || len(d.Replaced)+len(d.GrewOnce) > 0 {
		t.Errorf("leaked %s, replaced %s, grew once %s: want the one that grows alone", names(d.Leaked), names(d.Replaced), names(d.GrewOnce))
	}
	d = Pick([]Candidate{appended(10, 20, 30, 40), leak("main.Job", 3, deltas(1, 1, 1))}, series, defaultRules(t))
	if d.Picked == nil || d.Picked.Name != "main.Job" || names(d.Leaked) != "main.Job,[]uint8" {
		t.Errorf("picked %+v of %s", d.Picked, names(d.Leaked))
	}
	d = Pick([]Candidate{ofMap(10, 20, 30, 40), leak("map[int]int (buckets)", 9, deltas(3, 3, 3), held)}, series, defaultRules(t))
	if d.Picked == nil || d.Picked.Name != "map[int]int" || len(d.RunnersUp) != 1 || d.RunnersUp[0].Why != "put aside: a part of the map that grows" {
		t.Errorf("picked %+v, then %+v", d.Picked, d.RunnersUp)
	}
	of := appended(10, 20, 30, 40)
	of.HeldByUser = false
	if d = Pick([]Candidate{of}, series, defaultRules(t)); d.Picked != nil {
		t.Errorf("picked %s, which the library holds", d.Picked.Name)
	}
}
