package graph

import (
	"math/rand/v2"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

func TestNumbered(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{0, 1, 63, 64, 65, 1000} {
		for _, share := range []int{1, 2, 50} {
			set := NewSet(n)
			for i := range n {
				if rnd.IntN(share) == 0 {
					set.Add(mem.ObjID(i))
				}
			}
			numbered, want := set.Numbered(), 0
			for id := range set.All() {
				if got := numbered.Of(id); got != want {
					t.Fatalf("%d of %d has number %d, want %d", id, n, got, want)
				}
				want++
			}
			if numbered.Len() != want {
				t.Errorf("%d members, want %d", numbered.Len(), want)
			}
		}
	}
}
