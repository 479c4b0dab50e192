package graph

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// narrow makes rows whose blocks may hold limit edges only, as if 2^32 were
// that small.
func narrow(out [][]mem.ObjID, limit uint64, shift uint) rows {
	r := newRows(nil, len(out), 0)
	r.limit, r.shift = limit, shift
	for _, row := range out {
		r.add(row, len(out))
	}
	r.begin(uint64(len(r.edge)))
	return r
}

func TestRowsBeyondABlock(t *testing.T) {
	shifts := map[uint]int{}
	for _, limit := range []uint64{0, 1, 2, 3, 7, 40} {
		for seed := range uint64(200) {
			h := randomHeap(seed)
			r := narrow(h.out, limit, 3)
			g := h.build()
			narrow := uint64(len(h.out)) + 1 + 3*limit
			in := r.turn(nil, 2, narrow)
			for id := range h.out {
				if at := placeOf(in.word[id]); in.word[id] != mem.NoObj && !in.one(mem.ObjID(id)) && uint64(at) >= narrow {
					t.Fatalf("limit %d, seed %d: places %v", narrow, seed, in.word)
				}
			}
			if uint64(slices.Max(r.start)) > limit {
				t.Fatalf("limit %d, seed %d: row starts %v", limit, seed, r.start)
			}
			shifts[in.shift]++
			for id, row := range h.out {
				o := mem.ObjID(id)
				if !slices.Equal(r.row(o), row) || !slices.Equal(in.row(o), g.In(o)) {
					t.Fatalf("limit %d, seed %d, row %d: %v and %v, want %v and %v", limit, seed, id, r.row(o), in.row(o), row, g.In(o))
				}
			}
		}
	}
	if shifts[0] == 0 || shifts[1] == 0 || shifts[2] == 0 {
		t.Errorf("units of referrers: %v", shifts)
	}
}

// More than 65,536 rows: more than one block.
func TestRowsOfManyBlocks(t *testing.T) {
	const n = 3<<blockShift + 5
	g := Build(n, 0, func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		return append(dst, (id*7)%n, id%3)
	}, nil)
	for id := range mem.ObjID(n) {
		if want := []mem.ObjID{(id * 7) % n, id % 3}; !slices.Equal(g.Out(id), want) {
			t.Fatalf("Out(%d) = %v, want %v", id, g.Out(id), want)
		}
	}
	if got := len(g.In(1)); got < n/3 || g.NumEdges() != 2*n {
		t.Errorf("object 1 has %d referrers, the graph %d edges", got, g.NumEdges())
	}
}

func TestBadTargetsAreDropped(t *testing.T) {
	g := Build(2, -1, func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		return append(dst, 1, 2, mem.NoObj)
	}, oneRoot(5, 0, mem.NoObj))
	if g.NumEdges() != 2 || !slices.Equal(g.Roots().Targets(0), []mem.ObjID{0}) {
		t.Errorf("%d edges, root to %v; want 2 edges, root to 0", g.NumEdges(), g.Roots().Targets(0))
	}
}

func TestEmptyGraph(t *testing.T) {
	g := Build(0, 0, nil, nil)
	d, err := g.Dominators(context.Background(), size)
	if err != nil || d.RetainedNode(g.Top()) != 0 || g.NumNodes() != 1 {
		t.Errorf("an empty graph: %v, %d nodes", err, g.NumNodes())
	}
	if _, err := g.ShortestTree(context.Background(), PathOptions{}); err != nil {
		t.Error(err)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	fresh := func() *Graph { return list(pulseSteps+2, true) }
	warm := fresh()
	if _, err := warm.Reach(context.Background()); err != nil {
		t.Fatal(err)
	}
	class := func(mem.ObjID) int { return 0 }
	for name, run := range map[string]func(g *Graph) error{
		"Reach":          func(g *Graph) error { _, err := g.Reach(ctx); return err },
		"ShortestTree":   func(g *Graph) error { _, err := g.ShortestTree(ctx, PathOptions{}); return err },
		"BackChains":     func(g *Graph) error { _, err := g.BackChains(ctx, pulseSteps, 0, PathOptions{}); return err },
		"Dominators":     func(g *Graph) error { _, err := g.Dominators(ctx, size); return err },
		"RetainedOfSets": func(g *Graph) error { _, err := g.RetainedOfSets(ctx, class, always(size)); return err },
		"RetainedOfSet": func(g *Graph) error {
			_, err := g.RetainedOfSet(ctx, func(id mem.ObjID) bool { return id == pulseSteps+1 }, size)
			return err
		},
	} {
		if err := run(fresh()); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want a canceled context", name, err)
		}
		if err := run(warm); name != "Reach" && !errors.Is(err, context.Canceled) {
			t.Errorf("%s after Reach: %v, want a canceled context", name, err)
		}
	}
}
