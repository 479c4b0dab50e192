package graph

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// answers are what a graph says, by object.
type answers struct {
	retained, idomRetained []uint64
	dist                   []int
	strong, weak           []bool
	sets                   [Classes]Retained
}

// ask collects the answers under the names that the objects had before they
// were renumbered.
func ask(t *testing.T, g *Graph, name []mem.ObjID) answers {
	t.Helper()
	ctx := context.Background()
	weigh := func(id mem.ObjID) uint64 { return size(name[id]) }
	d, err1 := g.Dominators(ctx, weigh)
	tree, err2 := g.ShortestTree(ctx, PathOptions{})
	reach, err3 := g.Reach(ctx)
	sets, err4 := g.RetainedOfSets(ctx, func(id mem.ObjID) int { return int(name[id])%5 - 1 }, always(weigh))
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		t.Fatal(err1, err2, err3, err4)
	}
	n := len(name)
	a := answers{make([]uint64, n), make([]uint64, n), make([]int, n), make([]bool, n), make([]bool, n), sets}
	for i, old := range name {
		id := mem.ObjID(i)
		a.retained[old] = d.Retained(id)
		if up := d.Idom(Node(id)); up != NoNode {
			a.idomRetained[old] = d.RetainedNode(up)
		}
		a.dist[old] = tree.Dist(id)
		a.strong[old], a.weak[old] = reach.Strong.Has(id), reach.Weak.Has(id)
	}
	return a
}

func (a answers) equal(b answers) bool {
	return slices.Equal(a.retained, b.retained) && slices.Equal(a.idomRetained, b.idomRetained) &&
		slices.Equal(a.dist, b.dist) && slices.Equal(a.strong, b.strong) && slices.Equal(a.weak, b.weak) && a.sets == b.sets
}

// shuffled is the same heap with other numbers for its objects and another
// order of edges and roots. name gives the number that an object had before.
func (h *heap) shuffled(r *rand.Rand) (s *heap, name []mem.ObjID) {
	n := len(h.out)
	s = &heap{out: make([][]mem.ObjID, n)}
	name = make([]mem.ObjID, n)
	number := r.Perm(n)
	renumber := func(row []mem.ObjID) []mem.ObjID {
		out := make([]mem.ObjID, len(row))
		for i, j := range r.Perm(len(row)) {
			out[i] = mem.ObjID(number[row[j]])
		}
		return out
	}
	for id, row := range h.out {
		s.out[number[id]] = renumber(row)
		name[number[id]] = mem.ObjID(id)
	}
	for _, i := range r.Perm(len(h.roots)) {
		root := h.roots[i]
		root.targets = renumber(root.targets)
		s.roots = append(s.roots, root)
	}
	return s, name
}

func TestShuffledHeapGivesSameAnswers(t *testing.T) {
	seed := uint64(0)
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		seed++
		same := make([]mem.ObjID, len(h.out))
		for i := range same {
			same[i] = mem.ObjID(i)
		}
		s, name := h.shuffled(rand.New(rand.NewPCG(seed, 4)))
		a, b := ask(t, g, same), ask(t, s.build(), name)
		if !a.equal(b) {
			t.Errorf("%+v\nshuffled:\n%+v", a, b)
		}
	})
}

// Ties go to the lowest number, so the order of the slots changes no parent.
func TestReorderedEdgesGiveSameTree(t *testing.T) {
	seed := uint64(0)
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		seed++
		r := rand.New(rand.NewPCG(seed, 5))
		other := &heap{out: make([][]mem.ObjID, len(h.out)), roots: h.roots}
		for id, row := range h.out {
			for _, i := range r.Perm(len(row)) {
				other.out[id] = append(other.out[id], row[i])
			}
		}
		a, _ := g.ShortestTree(context.Background(), PathOptions{})
		b, _ := other.build().ShortestTree(context.Background(), PathOptions{})
		for id := range mem.ObjID(g.n) {
			if a.Parent(id) != b.Parent(id) || a.Dist(id) != b.Dist(id) {
				t.Errorf("object %d: parent %d at distance %d, reordered %d at %d", id, a.Parent(id), a.Dist(id), b.Parent(id), b.Dist(id))
			}
		}
	})
}
