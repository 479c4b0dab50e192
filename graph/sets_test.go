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
		sets, err := g.RetainedOfSets(context.Background(), class, always(size))
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
	sets, err := h.build().RetainedOfSets(context.Background(), func(id mem.ObjID) int { return min(int(id), Classes) }, always(one))
	if err != nil {
		t.Fatal(err)
	}
	for c, got := range sets {
		if want := n - 1 - c; got.Objects != want || got.Bytes != uint64(want) {
			t.Errorf("class %d retains %v, want %d objects", c, got, want)
		}
	}
}

// always gives every worker the same function.
func always(size func(mem.ObjID) uint64) func() func(mem.ObjID) uint64 {
	return func() func(mem.ObjID) uint64 { return size }
}

// TestWorkersAgree wants the same of one, two, three and eight workers on graphs
// with levels that many share; and workers that do not share what tells sizes.
func TestWorkersAgree(t *testing.T) {
	const n = 60_000
	ctx := context.Background()
	row := func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		for k := range mix(uint64(id)) % 4 {
			dst = append(dst, mem.ObjID(mix(uint64(id)<<2+k)%n))
		}
		return dst
	}
	var roots RootsBuilder
	for r := range uint64(20) {
		kind := Global
		if r%5 == 4 {
			kind = Conservative
		}
		roots.Add(kind, NoGroup, []mem.ObjID{mem.ObjID(mix(r<<40) % n)})
	}
	all := roots.Roots()
	sizes := func() func(mem.ObjID) uint64 {
		last := mem.NoObj // as a worker's own state
		return func(id mem.ObjID) uint64 {
			last = id
			return uint64(last)%100 + 8
		}
	}
	class := func(id mem.ObjID) int { return int(mix(uint64(id)+7)%90) - 20 }
	type outcome struct {
		strong, weak int
		sets         [Classes]Retained
		freed        int
	}
	var want outcome
	for _, workers := range []int{1, 2, 3, 8, 8, 8} {
		e, err := Link(ctx, n, 2*n, eachRow(row), LinkOptions{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		g := newGraph(e, all)
		var got outcome
		reach, err := g.Reach(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got.strong, got.weak = reach.Count()
		if got.sets, err = g.RetainedOfSets(ctx, class, sizes); err != nil {
			t.Fatal(err)
		}
		freed, err := g.Freed(ctx, func(id mem.ObjID) bool { return id%3 == 0 })
		if err != nil {
			t.Fatal(err)
		}
		if got.freed = freed.Count(); workers == 1 {
			want = got
		}
		if got != want {
			t.Errorf("%d workers: %+v, one: %+v", workers, got, want)
		}
	}
	if want.strong < n/3 || want.sets[3].Objects == 0 {
		t.Errorf("nothing to share: %d reached, %d in a set", want.strong, want.sets[3].Objects)
	}
}
