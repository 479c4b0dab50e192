package graph

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

func TestFreedWithoutAgainstNaive(t *testing.T) {
	seed, some := uint64(0), 0
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		opts := options(seed)
		seed++
		p := h.plain(g)
		reached := p.reached(nothing)
		dist := naiveDist(h, p, reached, opts, func(r RootID) bool { return !opts.skipsRoot(r) })
		freed, err := g.FreedWithout(context.Background(), opts)
		if err != nil {
			t.Fatal(err)
		}
		for id := range h.out {
			want := reached[id] && dist[id] == 0
			if freed.Has(mem.ObjID(id)) != want {
				t.Errorf("object %d goes free: %v, want %v", id, !want, want)
			}
			if want {
				some++
			}
		}
	})
	if some == 0 {
		t.Error("nothing went free in any heap")
	}
}

// What goes free without a root, or all of a group, is what they retain.
func TestFreedWithoutRootsIsRetained(t *testing.T) {
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		d, err := g.Dominators(context.Background(), size)
		if err != nil {
			t.Fatal(err)
		}
		for r := range RootID(g.roots.Len()) {
			got := freedBytes(t, g, func(other RootID) bool { return other == r })
			if want := d.RetainedRoot(r); got != want {
				t.Errorf("without root %d %d bytes go free, it retains %d", r, got, want)
			}
		}
		for id := range GroupID(g.roots.NumGroups()) {
			got := freedBytes(t, g, func(r RootID) bool { return g.roots.Group(r) == id })
			if want := d.RetainedGroup(id); got != want {
				t.Errorf("without group %d %d bytes go free, it retains %d", id, got, want)
			}
		}
	})
}

func freedBytes(t *testing.T, g *Graph, skip func(RootID) bool) (sum uint64) {
	t.Helper()
	freed, err := g.FreedWithout(context.Background(), PathOptions{SkipRoot: skip})
	if err != nil {
		t.Fatal(err)
	}
	for id := range freed.All() {
		sum += size(id)
	}
	return sum
}

func TestNeighboursAgainstNaive(t *testing.T) {
	seed := uint64(0)
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		seed++
		set := randomSet(rand.New(rand.NewPCG(seed, 4)), len(h.out))
		from, to := NewSet(g.n), NewSet(g.n)
		for id, row := range h.out {
			for _, target := range row {
				if set.Has(target) {
					from.Add(mem.ObjID(id))
				}
				if set.Has(mem.ObjID(id)) {
					to.Add(target)
				}
			}
		}
		if got, err := g.Referrers(context.Background(), set); err != nil || !got.Equal(from) {
			t.Errorf("referrers %v, %v, want %v", slices.Collect(got.All()), err, slices.Collect(from.All()))
		}
		if got, err := g.Referents(context.Background(), set); err != nil || !got.Equal(to) {
			t.Errorf("referents %v, %v, want %v", slices.Collect(got.All()), err, slices.Collect(to.All()))
		}
	})
}

func randomSet(r *rand.Rand, n int) Set {
	s := NewSet(n)
	for range r.IntN(n + 1) {
		s.Add(mem.ObjID(r.IntN(n)))
	}
	return s
}

// The algebra is compared with maps, on sets of several blocks and of two sizes.
func TestAlgebraAgainstNaive(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		a, b := randomSet(r, 1+r.IntN(3*Block)), randomSet(r, 1+r.IntN(3*Block))
		for _, op := range []struct {
			name string
			got  Set
			want func(inA, inB bool) bool
		}{
			{"and", a.And(b), func(x, y bool) bool { return x && y }},
			{"or", a.Or(b), func(x, y bool) bool { return x || y }},
			{"and not", a.AndNot(b), func(x, y bool) bool { return x && !y }},
			{"xor", a.Xor(b), func(x, y bool) bool { return x != y }},
		} {
			want := 0
			for i := range mem.ObjID(3 * Block) {
				in := op.want(a.Has(i), b.Has(i))
				if op.got.Has(i) != in {
					t.Fatalf("%s: object %d is in: %v", op.name, i, !in)
				}
				if in {
					want++
				}
			}
			if op.got.Count() != want || op.got.Empty() != (want == 0) {
				t.Errorf("%s has %d objects, want %d", op.name, op.got.Count(), want)
			}
		}
		checkBlocks(t, a)
	}
}

// checkBlocks compares what the blocks yield with the whole.
func checkBlocks(t *testing.T, s Set) {
	t.Helper()
	var all []mem.ObjID
	numbers := s.Numbered()
	for b := range s.Blocks() {
		if n := numbers.Of(mem.ObjID(b * Block)); len(all) != n {
			t.Errorf("block %d begins at %d, want %d", b, n, len(all))
		}
		all = slices.AppendSeq(all, s.InBlock(b))
	}
	if !slices.Equal(all, slices.Collect(s.All())) || len(all) != numbers.Len() {
		t.Error("the blocks do not have the objects of the set")
	}
	odd, err := s.Filter(context.Background(), 2, func() func(mem.ObjID) bool { return func(id mem.ObjID) bool { return id%2 == 1 } })
	if err != nil {
		t.Fatal(err)
	}
	for id := range odd.Or(s).All() {
		if odd.Has(id) != (s.Has(id) && id%2 == 1) {
			t.Fatalf("object %d is filtered wrongly", id)
		}
	}
}
