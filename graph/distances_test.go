package graph

import (
	"context"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// What Reach notes on its way is what a search of its own finds, whatever the
// number of workers: on levels of many objects and of few, on ways that are longer
// than a byte can say, and for what only conservative roots reach.
func TestDistances(t *testing.T) {
	ctx := context.Background()
	const n = 60_000
	const fan = 400_000 // objects on one level, of which few go on
	far := func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		switch {
		case id == 0:
			for to := range mem.ObjID(fan) {
				dst = append(dst, n+to)
			}
			return dst
		case id >= n+fan && id%100 < 99 || id >= n/2 && id < n-1:
			return append(dst, id+1) // lists
		case id >= n && id < n+fan && id%100 == 0:
			return append(dst, id+fan)
		case id >= n-1:
			return append(dst, 1)
		}
		for k := range mem.ObjID(3) { // a bush with ways of several lengths
			dst = append(dst, mem.ObjID(mix(uint64(id+k*n))%(n/2)))
		}
		return dst
	}
	var b RootsBuilder
	b.Add(Global, NoGroup, []mem.ObjID{0, 1, 2})
	b.Add(Conservative, NoGroup, []mem.ObjID{n / 2, n/2 + 1000})
	roots := b.Roots()
	for _, workers := range []int{1, 2, 2, 3, 4, 4} {
		edges := must(Link(ctx, n+2*fan, 2*n, eachRow(far), LinkOptions{Workers: 1}))
		edges.workers = workers
		g := must(New(edges, roots))
		tree := must(g.ShortestTree(ctx, PathOptions{}))
		want := must(g.ShortestTree(ctx, PathOptions{SkipRoot: func(RootID) bool { return false }}))
		deepest := 0
		for id := range mem.ObjID(g.NumObjects()) {
			if tree.Dist(id) != want.Dist(id) || tree.Parent(id) != want.Parent(id) {
				t.Fatalf("%d workers: object %d is %d from the roots, below %d; want %d, %d", workers, id, tree.Dist(id), tree.Parent(id), want.Dist(id), want.Parent(id))
			}
			deepest = max(deepest, tree.Dist(id))
		}
		if deepest < 10_000 || tree.far.wide == nil {
			t.Errorf("the deepest object is %d from the roots", deepest)
		}
	}
}
