package typefilter

import (
	"slices"
	"testing"
)

// TestHolders looks at types that do not grow as a whole.
func TestHolders(t *testing.T) {
	steady := Holder{ID: 1, Flow: Flow{New: 3, Survivors: 3}, Deltas: []int64{1, 1, 1}}
	queue := Holder{ID: 2, Flow: Flow{New: 9, Gone: 9, Survivors: 9}, Deltas: []int64{6, -9, 3}}
	emptied := Holder{ID: 3, Flow: Flow{Gone: 60}, Deltas: []int64{-20, -20, -20}}
	lost := steady
	lost.Gone = 1
	warmed := steady
	warmed.Deltas = []int64{2, 1, 0}
	short := steady
	short.Deltas = []int64{1, 2}
	for _, c := range []struct {
		about   string
		whole   Flow
		deltas  []int64
		holders []Holder
		leaked  int
		shape   Shape
		grown   []int
	}{
		{"one grows beside a queue", Flow{12, 9, 12}, []int64{7, -8, 4}, []Holder{queue, steady}, 3, Ramp, []int{1}},
		{"one grows beside a store that empties", Flow{3, 60, 3}, []int64{-19, -19, -19}, []Holder{steady, emptied}, 3, Ramp, []int{0}},
		{"the type grows as a whole", Flow{12, 9, 12}, []int64{1, 1, 1}, []Holder{queue, steady}, 3, Ramp, nil},
		{"none grows", Flow{9, 9, 9}, []int64{6, -9, 3}, []Holder{queue}, 0, Shrunk, nil},
		{"the one that grows lost some", Flow{12, 10, 12}, []int64{7, -8, 4}, []Holder{queue, lost}, 2, Uneven, nil},
		{"it warmed up", Flow{12, 9, 12}, []int64{8, -8, 3}, []Holder{queue, warmed}, 3, Uneven, nil},
		{"no more of them than before", Flow{3, 2, 3}, []int64{0}, nil, 0, ShapeUnknown, nil},
		{"too few dumps to tell", Flow{12, 9, 12}, []int64{7, -4}, []Holder{queue, short}, 3, Once, nil},
	} {
		t.Run(c.about, func(t *testing.T) {
			s := Series{Dumps: len(c.deltas) + 1}
			j := s.Judge(&Candidate{Flow: c.whole, Deltas: c.deltas, Holders: c.holders})
			if j.Leaked != c.leaked || j.Shape != c.shape || !slices.Equal(j.Grown, c.grown) {
				t.Errorf("%d leaked, %s, by %v; want %d, %s, by %v", j.Leaked, j.Shape, j.Grown, c.leaked, c.shape, c.grown)
			}
		})
	}
}
