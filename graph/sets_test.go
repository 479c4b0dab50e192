package graph

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// naiveRetained removes a set and sees what is reached no more.
func naiveRetained(p *plain, in func(mem.ObjID) bool) Retained {
	all := p.reached(nothing)
	left := p.reached(func(v int) bool { return v < p.objects && in(mem.ObjID(v)) })
	var sum Retained
	for v := range p.objects {
		if all[v] && !left[v] {
			sum.Objects++
			sum.Bytes += size(mem.ObjID(v))
		}
	}
	return sum
}

func TestRetainedOfSetsAgainstNaive(t *testing.T) {
	seed := uint64(0)
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		seed++
		classes := randomClasses(seed, len(h.out))
		class := func(id mem.ObjID) int { return classes[id] }
		p := h.plain(g)
		sets, err := g.RetainedOfSets(context.Background(), class, size)
		if err != nil {
			t.Fatal(err)
		}
		for c := range Classes {
			in := func(id mem.ObjID) bool { return classes[id] == c }
			want := naiveRetained(p, in)
			if sets[c] != want {
				t.Errorf("class %d of %v retains %v, want %v", c, classes, sets[c], want)
			}
			if one, err := g.RetainedOfSet(context.Background(), in, size); one != want || err != nil {
				t.Errorf("class %d of %v alone retains %v, %v, want %v", c, classes, one, err, want)
			}
		}
	})
}

// randomClasses puts the objects into few classes, or each into its own.
func randomClasses(seed uint64, n int) []int {
	r := rand.New(rand.NewPCG(seed, 3))
	few := 2 + r.IntN(4)
	classes := make([]int, n)
	for id := range classes {
		switch seed % 3 {
		case 0:
			classes[id] = r.IntN(few) - 1
		case 1:
			classes[id] = id % Classes
		default:
			classes[id] = Classes - 1 - r.IntN(2)*r.IntN(few)
		}
	}
	return classes
}

// A path through all 64 classes leaves a mask that no path has narrowed.
func TestRetainedOfSetsAllClasses(t *testing.T) {
	const n = Classes + 2
	h := &heap{out: make([][]mem.ObjID, n), roots: []heapRoot{{Global, NoGroup, []mem.ObjID{0}}}}
	for id := range n - 2 {
		h.out[id] = []mem.ObjID{mem.ObjID(id + 1)}
	}
	one := func(mem.ObjID) uint64 { return 1 }
	sets, err := h.build().RetainedOfSets(context.Background(), func(id mem.ObjID) int { return min(int(id), Classes) }, one)
	if err != nil {
		t.Fatal(err)
	}
	for c, got := range sets {
		if want := n - 1 - c; got.Objects != want || got.Bytes != uint64(want) {
			t.Errorf("class %d retains %v, want %d objects", c, got, want)
		}
	}
}
