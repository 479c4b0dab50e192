package graph

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// joinedRoots puts some of a heap's roots that may be joined into one, or two.
func joinedRoots(h *heap, r *rand.Rand) (joined *heap, into []RootID) {
	joined = &heap{out: h.out}
	first := map[int]RootID{}
	for _, root := range h.roots {
		part := r.IntN(4)
		at, ok := first[part]
		if root.kind == Conservative || root.group != NoGroup || part > 1 || !ok {
			at = RootID(len(joined.roots))
			joined.roots = append(joined.roots, heapRoot{root.kind, root.group, slices.Clone(root.targets)})
			if root.kind != Conservative && root.group == NoGroup && part < 2 {
				first[part] = at
			}
		} else {
			joined.roots[at].targets = append(joined.roots[at].targets, root.targets...)
		}
		into = append(into, at)
	}
	return joined, into
}

// A graph whose roots are joined after it was searched says the same as one that
// had these roots from the start.
func TestJoin(t *testing.T) {
	ctx := context.Background()
	moved := 0
	for seed := range uint64(4000) {
		h, r := randomHeap(seed), rand.New(rand.NewPCG(seed, 3))
		for range 2 {
			h.roots = append(h.roots, heapRoot{Global, NoGroup, some(r, 3, 0, len(h.out))})
		}
		after, into := joinedRoots(h, r)
		g, want := h.build(), after.build()
		tree := must(g.ShortestTree(ctx, PathOptions{}))
		d := must(g.Dominators(ctx, size))
		j := g.Join(want.Roots(), into, 2)
		before := slices.Clone(d.idom[:g.n])
		gotTree, got := j.Tree(tree), j.Dominators(d)
		wantTree, wantDoms := must(want.ShortestTree(ctx, PathOptions{})), must(want.Dominators(ctx, size))
		if !slices.Equal(got.idom, wantDoms.idom) || !slices.Equal(got.retained, wantDoms.retained) {
			t.Errorf("dominators %v, retained %v; want %v, %v", got.idom, got.retained, wantDoms.idom, wantDoms.retained)
		}
		for id := range h.out {
			v := Node(id)
			if before[id] == uint32(g.Top()) && got.Idom(v) != j.Top() {
				moved++
			}
			if gotTree.Parent(j.Object(v)) != wantTree.Parent(j.Object(v)) || gotTree.Dist(j.Object(v)) != wantTree.Dist(j.Object(v)) {
				t.Errorf("object %d: parent %v, want %v", id, gotTree.Parent(j.Object(v)), wantTree.Parent(j.Object(v)))
			}
		}
		if err := got.Verify(ctx); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Fatalf("seed %d\n%v\n%v into %v", seed, h, after.roots, into)
		}
	}
	if moved < 500 {
		t.Errorf("only %d objects went from the top to a joined root", moved)
	}
}
