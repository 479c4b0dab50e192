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
	return f.single(ctx, f.meet(ctx, d, heap))
}

// meet walks down and gives the types that it meets.
func (f *finder) meet(ctx context.Context, d *graph.Dominators, heap uint64) (met []int32) {
	var m mem.Scratch
	defer m.Free()
	children := d.Children(&m)
	level := []graph.Node{f.Last.Graph.Top()}
	for depth := 0; len(level) > 0 && depth < maxLevels && ctx.Err() == nil; depth++ {
		level = f.heavy(d, children, level, heap, &met, &m)
	}
	return met
}

// heavy is the next level: of the nodes below this one, those of types that
// retain a large share together. Roots and goroutines are passed through.
func (f *finder) heavy(d *graph.Dominators, children *graph.Children, level []graph.Node, heap uint64, met *[]int32, m *mem.Scratch) []graph.Node {
	g := f.Last.Graph
	byType := make([]uint64, len(f.series.names.list))
	count := 0
	below(d, children, level, func(c graph.Node) {
		count++
		if g.KindOf(c) == graph.NodeObject {
			byType[f.keyOf(c)] += d.RetainedNode(c)
		}
	})
	next := mem.Room[graph.Node](m, count)
	below(d, children, level, func(c graph.Node) {
		if g.KindOf(c) != graph.NodeObject {
			next = append(next, c)
			return
		}
		k := f.keyOf(c)
		if float64(byType[k]) < typefilter.LargeShare*float64(heap) {
			return
		}
		next = append(next, c)
		if !slices.Contains(*met, k) {
			*met = append(*met, k)
		}
	})
	return next
}

// below calls f with what lies directly below some nodes and retains anything.
func below(d *graph.Dominators, children *graph.Children, level []graph.Node, f func(graph.Node)) {
	for _, v := range level {
		for _, c := range children.Of(v) {
			if d.RetainedNode(c) > 0 {
				f(c)
			}
		}
	}
}

func (f *finder) keyOf(v graph.Node) int32 {
	return f.keys[f.Last.Typing.Of[f.Last.Graph.Object(v)]]
}

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
