package graph

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// heap is a graph written down plainly, for the oracles.
type heap struct {
	out   [][]mem.ObjID
	roots []heapRoot
}

type heapRoot struct {
	kind    RootKind
	group   GroupID
	targets []mem.ObjID
}

func (h *heap) build() *Graph {
	var b RootsBuilder
	edges := 0
	for _, r := range h.roots {
		b.Add(r.kind, r.group, r.targets)
	}
	for _, row := range h.out {
		edges += len(row)
	}
	return Build(len(h.out), edges/2, func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		return append(dst, h.out[id]...)
	}, b.Roots())
}

func (h *heap) String() string {
	return fmt.Sprintf("out %v\nroots %v", h.out, h.roots)
}

// size gives objects sizes that no two sets share by accident.
func size(id mem.ObjID) uint64 { return 8 + 16*uint64(id%7) + uint64(id) }

// shapes are ways to choose the targets of one object.
var shapes = []struct {
	name string
	row  func(r *rand.Rand, id, n int) []mem.ObjID
}{
	{"sparse", func(r *rand.Rand, id, n int) []mem.ObjID { return some(r, r.IntN(3), 0, n) }},
	{"dense", func(r *rand.Rand, id, n int) []mem.ObjID { return some(r, r.IntN(6), 0, n) }},
	{"deep", func(r *rand.Rand, id, n int) []mem.ObjID {
		return append(some(r, 1, id+1, min(n, id+3)), some(r, r.IntN(8)/7, 0, n)...)
	}},
	{"doubly linked", func(r *rand.Rand, id, n int) []mem.ObjID {
		return append(some(r, 1, id+1, min(n, id+2)), some(r, 1, max(0, id-1), max(1, id))...)
	}},
	{"wide", func(r *rand.Rand, id, n int) []mem.ObjID {
		if id%5 == 0 {
			return some(r, n, 0, n)
		}
		return some(r, r.IntN(10)/9, 0, n)
	}},
	{"acyclic", func(r *rand.Rand, id, n int) []mem.ObjID { return some(r, r.IntN(4), id+1, n) }},
	{"loops", func(r *rand.Rand, id, n int) []mem.ObjID {
		return append(some(r, r.IntN(3), 0, n), mem.ObjID(id), mem.ObjID(id))
	}},
	{"tree", func(r *rand.Rand, id, n int) []mem.ObjID {
		return append(some(r, 1, 2*id+1, min(n, 2*id+2)), some(r, 1, 2*id+2, min(n, 2*id+3))...)
	}},
}

// some picks k numbers from lo to hi-1, with repetition.
func some(r *rand.Rand, k, lo, hi int) []mem.ObjID {
	var ids []mem.ObjID
	for range k {
		if lo < hi {
			ids = append(ids, mem.ObjID(lo+r.IntN(hi-lo)))
		}
	}
	return ids
}

func randomHeap(seed uint64) *heap {
	r := rand.New(rand.NewPCG(seed, 1))
	n := 1 + r.IntN(40)
	shape := shapes[seed%uint64(len(shapes))]
	h := &heap{out: make([][]mem.ObjID, n)}
	for id := range h.out {
		h.out[id] = shape.row(r, id, n)
	}
	for range r.IntN(6) {
		group := NoGroup
		if r.IntN(2) == 0 {
			group = GroupID(r.IntN(3))
		}
		kind := RootKind(r.IntN(5))
		h.roots = append(h.roots, heapRoot{kind, group, some(r, r.IntN(4), 0, n)})
	}
	return h
}

// forRandomHeaps runs check on 2,000 random graphs.
func forRandomHeaps(t *testing.T, check func(t *testing.T, h *heap, g *Graph)) {
	t.Helper()
	for seed := range uint64(2000) {
		h := randomHeap(seed)
		check(t, h, h.build())
		if t.Failed() {
			t.Fatalf("seed %d, shape %s\n%v", seed, shapes[seed%uint64(len(shapes))].name, h)
		}
	}
}

// plain is a heap as an ordinary graph over nodes, without the edges from
// weak to strong. It is what every oracle walks.
type plain struct {
	objects int
	out     [][]int
	top     int
	strong  []bool // by object
}

func (h *heap) plain(g *Graph) *plain {
	p := &plain{objects: len(h.out), out: make([][]int, g.NumNodes()), top: int(g.Top())}
	p.strong = h.naiveStrong()
	for id, row := range h.out {
		for _, t := range row {
			if p.strong[id] || !p.strong[t] {
				p.out[id] = append(p.out[id], int(t))
			}
		}
	}
	for i, r := range h.roots {
		node := int(g.NodeOfRoot(RootID(i)))
		parent := p.top
		if r.group != NoGroup {
			parent = int(g.NodeOfGroup(r.group))
			p.out[p.top] = append(p.out[p.top], parent)
		}
		p.out[parent] = append(p.out[parent], node)
		for _, t := range r.targets {
			if r.kind != Conservative || !p.strong[t] {
				p.out[node] = append(p.out[node], int(t))
			}
		}
	}
	return p
}

func (h *heap) naiveStrong() []bool {
	strong := make([]bool, len(h.out))
	for _, r := range h.roots {
		if r.kind != Conservative {
			for _, t := range r.targets {
				strong[t] = true
			}
		}
	}
	for range h.out {
		for id, row := range h.out {
			for _, t := range row {
				strong[t] = strong[t] || strong[id]
			}
		}
	}
	return strong
}

// reached marks what the top reaches without the removed nodes.
func (p *plain) reached(removed func(v int) bool) []bool {
	seen := make([]bool, len(p.out))
	var queue []int
	visit := func(v int) {
		if !seen[v] && !removed(v) {
			seen[v] = true
			queue = append(queue, v)
		}
	}
	visit(p.top)
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for _, t := range p.out[v] {
			visit(t)
		}
	}
	return seen
}

func nothing(int) bool { return false }

func TestRowsAgainstPlain(t *testing.T) {
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		in := make([][]mem.ObjID, len(h.out))
		for id, row := range h.out {
			if !slices.Equal(g.Out(mem.ObjID(id)), row) {
				t.Errorf("Out(%d) = %v, want %v", id, g.Out(mem.ObjID(id)), row)
			}
			for _, to := range row {
				in[to] = append(in[to], mem.ObjID(id))
			}
		}
		for id, row := range in {
			if !slices.Equal(g.In(mem.ObjID(id)), row) {
				t.Errorf("In(%d) = %v, want %v", id, g.In(mem.ObjID(id)), row)
			}
			var roots []RootID
			for r, root := range h.roots {
				if slices.Contains(root.targets, mem.ObjID(id)) {
					roots = append(roots, RootID(r))
				}
			}
			if !slices.Equal(g.RootsOf(mem.ObjID(id)), roots) {
				t.Errorf("RootsOf(%d) = %v, want %v", id, g.RootsOf(mem.ObjID(id)), roots)
			}
		}
	})
}

func TestReachAgainstNaive(t *testing.T) {
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		p := h.plain(g)
		seen := p.reached(nothing)
		r, err := g.Reach(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for id := range h.out {
			o := mem.ObjID(id)
			if r.Strong.Has(o) != p.strong[id] || r.Has(o) != seen[id] {
				t.Errorf("object %d: strong %v, reached %v; want %v, %v", id, r.Strong.Has(o), r.Has(o), p.strong[id], seen[id])
			}
		}
		strong, weak := r.Count()
		if got := len(slices.Collect(r.Strong.All())) + len(slices.Collect(r.Weak.All())); got != strong+weak {
			t.Errorf("All yields %d, Count %d", got, strong+weak)
		}
	})
}
