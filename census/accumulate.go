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
	d, err := f.dominators()
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
	w := newDescent(f, d)
	defer w.mem.Free()
	large := typefilter.LargeShare * float64(heap)
	seen := make([]bool, len(f.series.names.list))
	level := [][]graph.Node{{f.Last.Graph.Top()}}
	for depth := 0; len(level) > 0 && depth < maxLevels; depth++ {
		byType, err := w.under(ctx, level)
		if err != nil {
			return nil, err
		}
		for k, bytes := range byType {
			seen[k] = seen[k] || bytes > 0 && float64(bytes) >= large
		}
		level = w.next(func(k int32) bool { return float64(byType[k]) >= large })
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

// descent is a walk down the dominator tree, level by level, by all workers. Roots
// and goroutines are passed through. A level is in pieces, in an order that says
// nothing.
type descent struct {
	*finder
	d     *graph.Dominators
	below *graph.Below
	parts []descended
	mem   mem.Scratch
}

// descended is what one worker met on a level.
type descended struct {
	nodes  []graph.Node // that something lies below
	spare  []graph.Node // memory of the level before
	byType []uint64     // what objects on the level retain, by name of the series
}

func newDescent(f *finder, d *graph.Dominators) *descent {
	w := &descent{finder: f, d: d, parts: make([]descended, mem.Workers(f.o.Workers))}
	w.below = d.Below(&w.mem)
	for i := range w.parts {
		p := &w.parts[i]
		p.nodes, p.spare = mem.Room[graph.Node](&w.mem, w.below.Len()), mem.Room[graph.Node](&w.mem, w.below.Len())
	}
	return w
}

// levelPiece is how many nodes a worker takes at once.
const levelPiece = 1 << 13

// under goes on to the next level, and sums up what its objects retain by name of the
// series.
func (w *descent) under(ctx context.Context, level [][]graph.Node) (byType []uint64, err error) {
	for i := range w.parts {
		p := &w.parts[i]
		p.nodes, p.spare, p.byType = p.spare[:0], p.nodes, make([]uint64, len(w.series.names.list))
	}
	err = mem.Parallel(ctx, len(w.parts), len(level), func(worker, i int) {
		for _, v := range level[i] {
			w.take(&w.parts[worker], v)
		}
	})
	byType = w.parts[0].byType
	for _, p := range w.parts[1:] {
		for k, bytes := range p.byType {
			byType[k] += bytes
		}
	}
	return byType, err
}

// take takes what lies below a node.
func (w *descent) take(p *descended, v graph.Node) {
	g := w.Last.Graph
	for v := range w.below.Of(v) {
		if g.KindOf(v) == graph.NodeObject {
			p.byType[w.keyOf(v)] += w.d.RetainedNode(v)
			if g.IsLeaf(g.Object(v)) {
				continue
			}
		}
		p.nodes = append(p.nodes, v)
	}
}

// next is the level without the objects that heavy does not say so of by their name.
func (w *descent) next(heavy func(key int32) bool) (level [][]graph.Node) {
	for i := range w.parts {
		p := &w.parts[i]
		p.nodes = slices.DeleteFunc(p.nodes, func(v graph.Node) bool {
			return w.Last.Graph.KindOf(v) == graph.NodeObject && !heavy(w.keyOf(v))
		})
		level = slices.AppendSeq(level, slices.Chunk(p.nodes, levelPiece))
	}
	return level
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
