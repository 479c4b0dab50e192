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
	w := &descent{finder: f, d: d, large: typefilter.LargeShare * float64(heap), met: make([]bool, len(f.series.names.list))}
	defer w.mem.Free()
	w.children = d.Children(&w.mem)
	level := []graph.Node{f.Last.Graph.Top()}
	for depth := 0; len(level) > 0 && depth < maxLevels; depth++ {
		var err error
		if level, err = w.heavy(ctx, level); err != nil {
			return nil
		}
	}
	return w.order
}

// descent is a walk down the dominator tree, level by level.
type descent struct {
	*finder
	d        *graph.Dominators
	children *graph.Children
	large    float64 // bytes that a type has to retain on a level
	met      []bool  // by name of the series
	order    []int32 // of the first meeting
	mem      mem.Scratch
}

// Keys of nodes on a level that are no objects of a type.
const (
	passed = -1 // a root or a goroutine
	light  = -2 // retains nothing
)

// levelBlock is how many nodes a worker takes at once.
const levelBlock = 1 << 14

// heavy is the next level: of the nodes below this one, those of types that
// retain a large share together. Roots and goroutines are passed through.
func (w *descent) heavy(ctx context.Context, level []graph.Node) ([]graph.Node, error) {
	count := 0
	for _, v := range level {
		count += len(w.children.Of(v))
	}
	next := mem.Room[graph.Node](&w.mem, count)
	for _, v := range level {
		next = append(next, w.children.Of(v)...)
	}
	byType, err := w.retainedByType(ctx, next)
	if err != nil {
		return nil, err
	}
	blocks := make([]keptBlock, (len(next)+levelBlock-1)/levelBlock)
	err = mem.Parallel(ctx, w.o.Workers, len(blocks), func(_, i int) {
		blocks[i] = w.keep(next[i*levelBlock:min((i+1)*levelBlock, len(next))], byType)
	})
	kept := next[:0]
	for _, b := range blocks {
		kept = append(kept, b.nodes...)
		for _, k := range b.met {
			if !w.met[k] {
				w.met[k] = true
				w.order = append(w.order, k)
			}
		}
	}
	return kept, err
}

// keptBlock is what stays of a block of a level.
type keptBlock struct {
	nodes []graph.Node
	met   []int32 // keys, in the order of the first meeting
}

// keep filters a block in place.
func (w *descent) keep(nodes []graph.Node, byType []uint64) (b keptBlock) {
	b.nodes = nodes[:0]
	for _, v := range nodes {
		k := w.keyOf(v, w.d.RetainedNode(v))
		if k == light || k != passed && float64(byType[k]) < w.large {
			continue
		}
		b.nodes = append(b.nodes, v)
		if k != passed && !slices.Contains(b.met, k) {
			b.met = append(b.met, k)
		}
	}
	return b
}

// retainedByType adds up what nodes retain, by type.
func (w *descent) retainedByType(ctx context.Context, nodes []graph.Node) ([]uint64, error) {
	sums := make([][]uint64, mem.Workers(w.o.Workers))
	for i := range sums {
		sums[i] = make([]uint64, len(w.met))
	}
	err := mem.Parallel(ctx, len(sums), (len(nodes)+levelBlock-1)/levelBlock, func(worker, block int) {
		for _, v := range nodes[block*levelBlock : min((block+1)*levelBlock, len(nodes))] {
			retained := w.d.RetainedNode(v)
			if k := w.keyOf(v, retained); k >= 0 {
				sums[worker][k] += retained
			}
		}
	})
	for _, part := range sums[1:] {
		for k, bytes := range part {
			sums[0][k] += bytes
		}
	}
	return sums[0], err
}

func (w *descent) keyOf(v graph.Node, retained uint64) int32 {
	switch {
	case retained == 0:
		return light
	case w.Last.Graph.KindOf(v) != graph.NodeObject:
		return passed
	}
	return w.keys[w.Last.Typing.Of[w.Last.Graph.Object(v)]]
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
