package graph

import (
	"cmp"
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// naiveDist is the shortest distance from the given roots of the target's
// strength to every object, over kept slots; 0 where there is none.
func naiveDist(h *heap, p *plain, seen []bool, opts PathOptions, use func(RootID) bool) []int {
	dist := make([]int, len(h.out))
	for id := range h.out {
		if !seen[id] {
			continue
		}
		for r, root := range h.roots {
			if leftIn(&opts, RootID(r), root.targets, mem.ObjID(id)) && use(RootID(r)) && !opts.Avoid.Has(mem.ObjID(id)) && (root.kind == Conservative) != p.strong[id] {
				dist[id] = 1
			}
		}
	}
	for range h.out {
		for id, row := range h.out {
			for slot, t := range row {
				ok := dist[id] > 0 && p.strong[id] == p.strong[t] && !opts.Avoid.Has(t) && !opts.skips(mem.ObjID(id), slot)
				if ok && (dist[t] == 0 || dist[t] > dist[id]+1) {
					dist[t] = dist[id] + 1
				}
			}
		}
	}
	return dist
}

// leftIn reports whether a slot of a root that leads to the object is left in.
func leftIn(opts *PathOptions, r RootID, targets []mem.ObjID, id mem.ObjID) bool {
	for slot, t := range targets {
		if t == id && !opts.skipsTarget(r, slot) {
			return true
		}
	}
	return false
}

func checkChain(t *testing.T, g *Graph, c Chain, id mem.ObjID, opts PathOptions) {
	t.Helper()
	if c.Objs[len(c.Objs)-1] != id || opts.skipsRoot(c.Root) {
		t.Errorf("chain %v does not lead to %d", c, id)
	}
	if g.Roots().Targets(c.Root)[c.Slots[0]] != c.Objs[0] || opts.skipsTarget(c.Root, c.Slots[0]) {
		t.Errorf("chain %v: the root does not point to its first object", c)
	}
	for i := 1; i < len(c.Objs); i++ {
		from, slot := c.Objs[i-1], c.Slots[i]
		if g.Out(from)[slot] != c.Objs[i] || opts.skips(from, slot) {
			t.Errorf("chain %v: step %d is not there", c, i)
		}
	}
}

// options gives every third heap no options, and others some.
func options(seed uint64) PathOptions {
	var opts PathOptions
	r := rand.New(rand.NewPCG(seed, 2))
	a, b := r.IntN(5), r.IntN(4)
	if seed%3 > 0 {
		opts.Skip = func(from mem.ObjID, slot int) bool { return (int(from)+slot)%5 == a }
	}
	if seed%3 > 1 {
		opts.SkipRoot = func(r RootID) bool { return int(r)%4 == b }
	}
	if seed%5 > 2 {
		opts.SkipTarget = func(r RootID, slot int) bool { return (int(r)+slot)%3 == b%3 }
	}
	if seed%4 > 1 {
		opts.Avoid = NewSet(40)
		for range 3 {
			opts.Avoid.Add(mem.ObjID(r.IntN(40)))
		}
	}
	return opts
}

func TestShortestTreeAgainstNaive(t *testing.T) {
	seed := uint64(0)
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		opts := options(seed)
		seed++
		p := h.plain(g)
		want := naiveDist(h, p, p.reached(nothing), opts, func(r RootID) bool { return !opts.skipsRoot(r) })
		tree, err := g.ShortestTree(context.Background(), opts)
		if err != nil {
			t.Fatal(err)
		}
		for id := range h.out {
			o := mem.ObjID(id)
			c, ok := tree.Chain(o)
			if tree.Dist(o) != want[id] || ok != (want[id] > 0) || len(c.Objs) != want[id] {
				t.Errorf("object %d: distance %d, chain %v; want %d", id, tree.Dist(o), c, want[id])
				continue
			}
			if ok {
				checkChain(t, g, c, o, opts)
				checkLowest(t, h, p, opts, tree, want, o)
				checkParents(t, h, p, opts, tree, want, o)
			}
		}
	})
}

// checkParents wants all roots and objects through which a shortest path leads.
func checkParents(t *testing.T, h *heap, p *plain, opts PathOptions, tree *Tree, dist []int, id mem.ObjID) {
	t.Helper()
	g := tree.g
	want := map[Node]bool{}
	for r, root := range h.roots {
		if dist[id] == 1 && (root.kind == Conservative) != p.strong[id] && slices.Contains(root.targets, id) {
			want[g.NodeOfRoot(RootID(r))] = true
		}
	}
	for from, row := range h.out {
		if dist[from] > 0 && dist[from] == dist[id]-1 && p.strong[from] == p.strong[id] && slices.Contains(row, id) {
			want[Node(from)] = true
		}
	}
	if opts.leavesOut() {
		want = map[Node]bool{tree.Parent(id): true}
	}
	got := map[Node]bool{}
	for from := range tree.Parents(id) {
		got[from] = true
		if !tree.Enters(from, id) {
			t.Errorf("object %d: %d is a parent that does not enter it", id, from)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("object %d: parents %v, want %v", id, got, want)
	}
	for r := range RootID(len(h.roots)) {
		if v := g.NodeOfRoot(r); slices.Contains(h.roots[r].targets, id) && tree.Enters(v, id) != want[v] {
			t.Errorf("object %d: root %d enters it: %v", id, r, !want[v])
		}
	}
}

// checkLowest checks the ties: no lower root or object would do as a parent.
func checkLowest(t *testing.T, h *heap, p *plain, opts PathOptions, tree *Tree, dist []int, id mem.ObjID) {
	t.Helper()
	g := tree.g
	want := NoNode
	for r, root := range h.roots {
		if dist[id] == 1 && !opts.skipsRoot(RootID(r)) && (root.kind == Conservative) != p.strong[id] && leftIn(&opts, RootID(r), root.targets, id) {
			want = min(want, g.NodeOfRoot(RootID(r)))
		}
	}
	for from, row := range h.out {
		for slot, to := range row {
			if to == id && dist[from] > 0 && dist[from] == dist[id]-1 && p.strong[from] == p.strong[id] && !opts.skips(mem.ObjID(from), slot) {
				want = min(want, Node(from))
			}
		}
	}
	if tree.Parent(id) != want {
		t.Errorf("Parent(%d) = %d, want %d", id, tree.Parent(id), want)
	}
}

func TestBackChainsAgainstNaive(t *testing.T) {
	seed := uint64(0)
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		opts := options(seed)
		seed++
		id := mem.ObjID(seed % uint64(len(h.out)))
		p := h.plain(g)
		seen := p.reached(nothing)
		type end struct {
			root RootID
			dist int
		}
		var want, got []end
		for r := range h.roots {
			dist := naiveDist(h, p, seen, opts, func(o RootID) bool { return int(o) == r && !opts.skipsRoot(o) })
			if dist[id] > 0 {
				want = append(want, end{RootID(r), dist[id]})
			}
		}
		slices.SortFunc(want, func(a, b end) int {
			return cmp.Or(cmp.Compare(a.dist, b.dist), cmp.Compare(a.root, b.root))
		})
		chains, err := g.BackChains(context.Background(), id, 0, opts)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range chains {
			checkChain(t, g, c, id, opts)
			checkNearest(t, h, p, c, opts)
			got = append(got, end{c.Root, len(c.Objs)})
		}
		if !slices.Equal(got, want) {
			t.Errorf("chains to %d end at %v, want %v", id, got, want)
		}
		if first, _ := g.BackChains(context.Background(), id, 1, opts); len(first) != min(1, len(want)) {
			t.Errorf("at most one chain asked for, %d given", len(first))
		}
	})
}

// checkNearest checks the ties of a chain that was searched backwards: of all
// steps as near to the target none has a lower object.
func checkNearest(t *testing.T, h *heap, p *plain, c Chain, opts PathOptions) {
	t.Helper()
	back := backDist(h, p, c.Objs[len(c.Objs)-1], opts)
	lowest := func(row []mem.ObjID, left int, skip func(slot int) bool) mem.ObjID {
		low := mem.NoObj
		for slot, to := range row {
			if back[to] == left && !skip(slot) {
				low = min(low, to)
			}
		}
		return low
	}
	row, skip := h.roots[c.Root].targets, func(slot int) bool { return opts.skipsTarget(c.Root, slot) }
	for i, id := range c.Objs {
		if want := lowest(row, len(c.Objs)-i, skip); id != want {
			t.Errorf("chain %v: object %d at step %d, want %d", c, id, i, want)
		}
		row, skip = h.out[id], func(slot int) bool { return opts.skips(id, slot) }
	}
}

// backDist is the number of objects on the shortest way to the target, over
// kept slots between objects of its strength; 0 where there is none.
func backDist(h *heap, p *plain, target mem.ObjID, opts PathOptions) []int {
	dist := make([]int, len(h.out))
	dist[target] = 1
	for range h.out {
		for id, row := range h.out {
			for slot, to := range row {
				ok := dist[to] > 0 && p.strong[id] == p.strong[target] && !opts.Avoid.Has(mem.ObjID(id)) && !opts.skips(mem.ObjID(id), slot)
				if ok && (dist[id] == 0 || dist[id] > dist[to]+1) {
					dist[id] = dist[to] + 1
				}
			}
		}
	}
	return dist
}

// Reached is what a tree of the same options has, with objects to stop at and
// without.
func TestReached(t *testing.T) {
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		skip := func(id RootID) bool { return id%2 == 0 }
		stop := NewSet(g.n)
		for id := 0; id < g.n; id += 5 {
			stop.Add(mem.ObjID(id))
		}
		for _, stop := range []*Set{nil, &stop} {
			stops := func(id mem.ObjID) bool { return stop != nil && stop.Has(id) }
			tree, _ := g.ShortestTree(context.Background(), PathOptions{SkipRoot: skip, Skip: func(from mem.ObjID, _ int) bool { return stops(from) }})
			reached, _ := g.Reached(context.Background(), skip, stop)
			for id := range mem.ObjID(g.n) {
				if want := tree.Dist(id) > 0 && !stops(id); reached.Has(id) != want {
					t.Errorf("object %d: reached %v, at distance %d, stopped at %v", id, reached.Has(id), tree.Dist(id), stops(id))
				}
			}
		}
	})
}
