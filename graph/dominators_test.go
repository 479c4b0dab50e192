package graph

import (
	"context"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// naiveDominators removes every node in turn: whatever is reached no more is
// dominated by it.
func naiveDominators(p *plain) (idom []uint32, retained []uint64) {
	all := p.reached(nothing)
	dominators := make([][]int, len(p.out)) // strict ones
	retained = make([]uint64, len(p.out))
	for v := range p.out {
		if !all[v] {
			continue
		}
		left := p.reached(func(w int) bool { return w == v })
		for w := range p.out {
			if !all[w] || left[w] {
				continue
			}
			if w != v {
				dominators[w] = append(dominators[w], v)
			}
			if w < p.objects {
				retained[v] += size(mem.ObjID(w))
			}
		}
	}
	idom = make([]uint32, len(p.out))
	for w := range idom {
		idom[w] = uint32(NoNode)
		for _, d := range dominators[w] {
			if len(dominators[d]) == len(dominators[w])-1 {
				idom[w] = uint32(d)
			}
		}
	}
	return idom, retained
}

func TestDominatorsAgainstNaive(t *testing.T) {
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		p := h.plain(g)
		idom, retained := naiveDominators(p)
		d, err := g.Dominators(context.Background(), size)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.idom, idom) {
			t.Errorf("dominators\n%v, want\n%v", d.idom, idom)
		}
		if !slices.Equal(d.retained, retained) {
			t.Errorf("retained\n%v, want\n%v", d.retained, retained)
		}
		checkChildren(t, g, d.Children(nil), d.Idom)
		checkBelow(t, g, d)
		tree, err := g.ShortestTree(context.Background(), PathOptions{})
		if err != nil {
			t.Fatal(err)
		}
		checkChildren(t, g, tree.Children(nil), tree.ParentOf)
		for w, up := range p.naiveUpward() {
			if got := tree.ParentOf(Node(w)); got != up {
				t.Errorf("%d hangs from %d, want %d", w, got, up)
			}
		}
	})
}

// naiveUpward is what roots, groups and the top hang from.
func (p *plain) naiveUpward() map[int]Node {
	out := map[int]Node{p.top: NoNode}
	for v, row := range p.out {
		for _, w := range row {
			if v >= p.objects && w >= p.objects {
				out[w] = Node(v)
			}
		}
	}
	return out
}

func checkChildren(t *testing.T, g *Graph, children *Children, above func(Node) Node) {
	t.Helper()
	for v := range g.NumNodes() {
		var want []Node
		for w := range Node(g.NumNodes()) {
			if above(w) == Node(v) {
				want = append(want, w)
			}
		}
		if got := children.Of(Node(v)); !slices.Equal(got, want) {
			t.Errorf("children of %d are %v, want %v", v, got, want)
		}
	}
}

// checkBelow wants what Children gives, in whatever order.
func checkBelow(t *testing.T, g *Graph, d *Dominators) {
	t.Helper()
	children, below := d.Children(nil), d.Below(nil)
	for v := range Node(g.NumNodes()) {
		if d.Idom(v) == NoNode && v != g.Top() {
			continue
		}
		if got := slices.Sorted(below.Of(v)); !slices.Equal(got, children.Of(v)) {
			t.Errorf("below %d are %v, want %v", v, got, children.Of(v))
		}
	}
}

// mutants are wrong versions of the algorithm. The oracle must notice each.
var mutants = map[string][]step{
	"parents for dominators": {(*semiNCA).number, (*semiNCA).semidominators},
	"parents for semi-dominators": {(*semiNCA).number, (*semiNCA).semidominators, func(s *semiNCA) bool {
		for w := uint32(topNum + 1); w <= s.count; w++ {
			s.semi[w] = s.dom[w]
		}
		return s.nearest()
	}},
	"semi-dominators for dominators": {(*semiNCA).number, (*semiNCA).semidominators, func(s *semiNCA) bool {
		copy(s.dom, s.semi)
		return true
	}},
	"weak edges count": {(*semiNCA).number, func(s *semiNCA) bool {
		s.reach = &Reach{} // nothing is weak any more
		return s.semidominators()
	}, (*semiNCA).nearest},
}

func TestDominatorOracleFails(t *testing.T) {
	for name, steps := range mutants {
		caught := 0
		for seed := range uint64(2000) {
			h := randomHeap(seed)
			g := h.build()
			want, _ := naiveDominators(h.plain(g))
			d, err := g.dominators(context.Background(), size, steps, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(d.idom, want) {
				caught++
			}
		}
		t.Logf("%s: noticed in %d of 2000 graphs", name, caught)
		if caught == 0 {
			t.Errorf("%s: not noticed", name)
		}
	}
}
