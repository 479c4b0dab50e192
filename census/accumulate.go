package census

import (
	"cmp"
	"context"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/typing"
)

// maxLevels bounds the walk down the dominator tree.
const maxLevels = 64

// accumulating walks down the dominator tree from all roots, level by level,
// and keeps to the types whose objects on a level together retain a large
// share of the heap, to where it accumulates: below, no type does any more.
// The idea is that of the leak suspects of Eclipse's Memory Analyzer, which
// looks for the node below which the retained size falls apart; on whole types
// it also sees what is spread over many holders. The types met are candidates.
func (f *finder) accumulating(ctx context.Context, heap uint64) ([]typefilter.Candidate, error) {
	if err := f.Last.Prepare(); err != nil {
		return nil, err
	}
	d, err := f.Last.Dominators()
	if err != nil {
		return nil, err
	}
	met, err := f.meet(ctx, d, heap)
	if err != nil {
		return nil, err
	}
	return f.single(ctx, met)
}

// meet walks down and gives the types that it meets, in no order that says
// anything.
func (f *finder) meet(ctx context.Context, d *graph.Dominators, heap uint64) (met []int32, err error) {
	w := &descent{finder: f, d: d, large: typefilter.LargeShare * float64(heap)}
	defer w.mem.Free()
	w.below = d.Below(&w.mem)
	seen := make([]bool, len(f.series.names.list))
	level := []graph.Node{f.Last.Graph.Top()}
	for depth := 0; len(level) > 0 && depth < maxLevels; depth++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		level = w.heavy(w.under(level))
		for k, bytes := range w.byType {
			if bytes > 0 && float64(bytes) >= w.large {
				seen[k] = true
			}
		}
	}
	for t, k := range f.keys { // a map or channel stands for its parts
		if f.Last.Typing.Types[t].Folded() {
			seen[k] = false
		}
	}
	for k, is := range seen {
		if is {
			met = append(met, int32(k))
		}
	}
	return met, nil
}

// descent is a walk down the dominator tree, level by level. Roots and goroutines
// are passed through.
type descent struct {
	*finder
	d      *graph.Dominators
	below  *graph.Below
	large  float64      // bytes that a type has to retain on a level
	byType []uint64     // what its objects on the level retain, by name of the series
	spare  []graph.Node // memory of the level before
	mem    mem.Scratch
}

// under is the next level, without what nothing lies below, and sums it up.
func (w *descent) under(level []graph.Node) (next []graph.Node) {
	g := w.Last.Graph
	next = w.spare[:0]
	w.byType = make([]uint64, len(w.series.names.list))
	for _, v := range level {
		for v := range w.below.Of(v) {
			if g.KindOf(v) == graph.NodeObject {
				w.byType[w.keyOf(v)] += w.d.RetainedNode(v)
				if g.IsLeaf(g.Object(v)) {
					continue
				}
			}
			next = append(mem.Grow(&w.mem, next, 1), v)
		}
	}
	w.spare = level
	return next
}

// heavy keeps what is of types that retain a large share together.
func (w *descent) heavy(level []graph.Node) []graph.Node {
	return slices.DeleteFunc(level, func(v graph.Node) bool {
		return w.Last.Graph.KindOf(v) == graph.NodeObject && float64(w.byType[w.keyOf(v)]) < w.large
	})
}

func (w *descent) keyOf(v graph.Node) int32 { return w.keys[w.Last.Typing.Of[w.Last.Graph.Object(v)]] }

// single are the candidates of one dump, with what all objects of each type
// retain.
func (f *finder) single(ctx context.Context, met []int32) ([]typefilter.Candidate, error) {
	rows := make([]TypeRow, len(met))
	for i, k := range met {
		for t, key := range f.keys {
			if key == k {
				rows[i].ids = append(rows[i].ids, typing.TypeID(t))
			}
		}
	}
	out := make([]typefilter.Candidate, len(met))
	for i, k := range met {
		out[i] = f.candidate(k)
	}
	var kept, held error
	mem.Both(f.o.Workers, func() { kept = retain(ctx, f.Last, rows) }, func() { held = f.holders(ctx, met, out) })
	for i := range rows {
		out[i].Retained = rows[i].Retained
	}
	return out, cmp.Or(kept, held)
}
