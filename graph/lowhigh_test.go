package graph

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// Wrong versions of SEMI-NCA: Verify refuses exactly the trees that the oracle
// does, Check some of them.
func TestMutantsAreRefused(t *testing.T) {
	ctx := context.Background()
	for name, steps := range mutants {
		wrong, checked := 0, 0
		forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
			want, _ := naiveDominators(h.plain(g))
			d := must(g.dominators(ctx, size, steps, nil))
			right := slices.Equal(d.idom, want)
			check, verify := d.Check(ctx), d.Verify(ctx)
			if !right {
				wrong++
			}
			if check != nil {
				checked++
			}
			if (verify == nil) != right || right && check != nil {
				t.Errorf("%s: right %v; Check %v, Verify %v", name, right, check, verify)
			}
		})
		t.Logf("%s: %d wrong trees, Check refuses %d, Verify all", name, wrong, checked)
		if wrong == 0 {
			t.Errorf("%s: no wrong tree", name)
		}
	}
}

// Two objects that hold each other, and that one object holds both, hung from
// what holds that one: all that Check looks at is in order.
func TestVerifySeesWhatCheckCannot(t *testing.T) {
	g := (&heap{out: [][]mem.ObjID{{1}, {2, 3}, {3}, {2}}, roots: []heapRoot{{Global, NoGroup, []mem.ObjID{0}}}}).build()
	d := must(g.Dominators(context.Background(), size))
	d.move(2, 0)
	d.move(3, 0)
	if err := d.Check(context.Background()); err != nil {
		t.Errorf("Check: %v", err)
	}
	want := "the dominator tree is wrong: object 2 hangs from object 0, and no two ways were found from there to it that share no node"
	if err := d.Verify(context.Background()); err == nil || err.Error() != want {
		t.Errorf("Verify: %v, want %s", err, want)
	}
}

// certified is what certify says of an order, after Check.
func certified(t *testing.T, d *Dominators, order []Node) error {
	t.Helper()
	c, err := d.check(context.Background())
	defer c.mem.Free()
	if err != nil {
		t.Fatal(err)
	}
	return c.certify(context.Background(), order)
}

// randomOrder is a random preorder of a tree, without the leaves aside.
func randomOrder(r *rand.Rand, d *Dominators) []Node {
	children := d.Children(nil)
	var order []Node
	for stack := []Node{d.g.Top()}; len(stack) > 0; {
		v := stack[len(stack)-1]
		order, stack = append(order, v), stack[:len(stack)-1]
		below := slices.Clone(children.Of(v))
		r.Shuffle(len(below), func(i, j int) { below[i], below[j] = below[j], below[i] })
		for _, w := range below {
			if !d.g.aside.Has(mem.ObjID(w)) {
				stack = append(stack, w)
			}
		}
	}
	return order
}

// naiveLowHigh follows the definition.
func naiveLowHigh(p *plain, d *Dominators, order []Node) bool {
	place := map[Node]int{}
	for i, v := range order {
		place[v] = i
	}
	for _, w := range order[1:] {
		own, low, high := false, false, false
		for _, v := range order {
			if slices.Contains(p.out[v], int(w)) {
				own = own || v == d.Idom(w)
				low = low || place[v] < place[w]
				high = high || place[v] > place[w] && !d.above(w, v)
			}
		}
		if !own && !(low && high) {
			return false
		}
	}
	return true
}

// What checks the proof does not trust what finds it.
func TestCertifyAgainstDefinition(t *testing.T) {
	good, bad := 0, 0
	r := rand.New(rand.NewPCG(1, 7))
	forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
		d := must(g.Dominators(context.Background(), size))
		order := randomOrder(r, d)
		want := naiveLowHigh(h.plain(g), d, order)
		if want {
			good++
		} else {
			bad++
		}
		if err := certified(t, d, order); (err == nil) != want {
			t.Errorf("order %v: low-high %v, certify %v", order, want, err)
		}
	})
	t.Logf("%d orders prove their trees, %d do not", good, bad)
	if good < 100 || bad < 100 {
		t.Error("too few of one kind")
	}
}

// No order proves a tree in which an object hangs too high.
func TestNoOrderProvesWrongTree(t *testing.T) {
	tried := 0
	r := rand.New(rand.NewPCG(1, 8))
	forRandomHeaps(t, func(t *testing.T, _ *heap, g *Graph) {
		d := must(g.Dominators(context.Background(), size)).clone()
		if !damages[0].do(r, d) || d.Check(context.Background()) != nil {
			return
		}
		for range 10 {
			tried++
			if order := randomOrder(r, d); certified(t, d, order) == nil {
				t.Errorf("%v proves %v", order, d.idom)
			}
		}
	})
	if tried < 1000 {
		t.Errorf("%d orders tried only", tried)
	}
}

// An order that is no preorder of all nodes proves nothing.
func TestDamagedOrdersAreRefused(t *testing.T) {
	var m mem.Scratch
	defer m.Free()
	r := rand.New(rand.NewPCG(1, 9))
	done := map[string]int{}
	forRandomHeaps(t, func(t *testing.T, _ *heap, g *Graph) {
		d := must(g.Dominators(context.Background(), size))
		order := must(d.lowHighOrder(context.Background(), &m))
		i := r.IntN(len(order))
		for name, damaged := range map[string][]Node{
			"one missing":     slices.Delete(slices.Clone(order), i, i+1),
			"one twice":       slices.Insert(slices.Clone(order), i, order[i]),
			"one for other":   slices.Concat(order[:i], []Node{order[(i+1)%len(order)]}, order[i+1:]),
			"one there isn't": slices.Insert(slices.Clone(order), i, g.Top()+1),
			"reversed":        reversed(order),
			"none":            nil,
		} {
			if len(order) == 1 && name != "none" {
				continue
			}
			done[name]++
			if certified(t, d, damaged) == nil {
				t.Errorf("%s: %v of %v", name, damaged, d.idom)
			}
		}
	})
	t.Log(done)
}

func reversed(order []Node) []Node {
	order = slices.Clone(order)
	slices.Reverse(order)
	return order
}

// Larger graphs than the oracles can take, with many ways round.
func TestVerifyFindsProofs(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 10))
		n := 2 + r.IntN(150)
		h := &heap{out: make([][]mem.ObjID, n)}
		reach, most := 1+r.IntN(n), 1+r.IntN(4)
		for id := range h.out {
			for range 1 + r.IntN(most) {
				h.out[id] = append(h.out[id], mem.ObjID((id+r.IntN(reach)-reach/3+n)%n))
			}
		}
		for range 1 + r.IntN(5) {
			h.roots = append(h.roots, heapRoot{RootKind(r.IntN(5)), GroupID(r.IntN(3)), some(r, 1+r.IntN(3), 0, n)})
		}
		if err := must(h.build().Dominators(context.Background(), size)).Verify(context.Background()); err != nil {
			t.Fatalf("seed %d: %v\n%v", seed, err, h)
		}
	}
}

// dying is a context that ends when it is asked once too often.
type dying struct {
	context.Context
	left atomic.Int64
}

func (d *dying) Err() error {
	if d.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// Wherever the context ends, that is the error.
func TestVerifyEndsWithContext(t *testing.T) {
	d := must(list(pulseSteps+10, true).Dominators(context.Background(), eight))
	for k := int64(0); ; k++ {
		ctx := &dying{Context: context.Background()}
		ctx.left.Store(k)
		err := d.Verify(ctx)
		if err == nil {
			if k < 20 {
				t.Errorf("the context was asked %d times only", k)
			}
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("ended at %d: %v", k, err)
		}
	}
}

// Edges that no right tree has make no proof, but an end and an order of all.
func TestAnyEdgesMakeAnOrder(t *testing.T) {
	left, free := 0, 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 11))
		g := star(2 + r.IntN(30))
		d := must(g.Dominators(context.Background(), eight))
		s := newSemiNCA(g, g.reach.Load(), pulse{ctx: context.Background()}, make([]uint32, g.NumNodes()), nil)
		s.number()
		v := &divergent{semiNCA: s}
		v.dominators(d)
		f := &families{semiNCA: s, blue: v.slice(), red: v.slice(), out: v.slice(), heads: v.slice()}
		for w := uint32(topNum + 1); w <= s.count; w++ {
			f.blue[w], f.red[w] = s.dom[w], s.dom[w]
			if s.vertex[w] < Node(g.n) && s.vertex[w] != 0 && r.IntN(8) > 0 {
				hub := s.dom[w]
				f.blue[w], f.red[w] = hub+1+r.Uint32N(s.count-hub), hub+1+r.Uint32N(s.count-hub)
			}
		}
		f.reduce()
		left += int(s.count) - topNum - len(f.taken)
		for w := uint32(topNum + 1); w <= s.count; w++ {
			if f.free(w) {
				free++
			}
		}
		f.insert()
		f.preorder()
		c, err := d.check(context.Background())
		if err == nil {
			err = c.preorder(context.Background(), f.order)
		}
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
	t.Logf("%d nodes could not be taken out, %d were free", left, free)
	if left == 0 || free == 0 {
		t.Error("too harmless")
	}
}

// bothEnds is a doubly linked list that one object holds at both ends: no member
// dominates another, and the order has to follow the list.
func bothEnds(n int) *Graph {
	return Build(n+1, 2*n, func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		switch {
		case int(id) == n:
			return append(dst, 0, mem.ObjID(n-1))
		case id == 0:
			return append(dst, 1)
		case int(id) == n-1:
			return append(dst, id-1)
		}
		return append(dst, id-1, id+1)
	}, oneRoot(mem.ObjID(n)))
}

// clique is n objects that all point to each other.
func clique(n int) *Graph {
	return Build(n, n*n, func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		for i := range n {
			dst = append(dst, mem.ObjID(i))
		}
		return dst
	}, oneRoot(0))
}

// long is how long a list is verified: 10 million with OBJGRAPH_BIG=1.
func long() int {
	if os.Getenv("OBJGRAPH_BIG") == "1" {
		return large(10_000_000)
	}
	return large(2_000_000)
}

// Neither check recurses, takes a step for each pair, or keeps anything.
func TestVerifyLarge(t *testing.T) {
	for _, c := range []struct {
		name  string
		graph func() *Graph
	}{
		{"list", func() *Graph { return list(long(), false) }},
		{"doubly linked list", func() *Graph { return list(long(), true) }},
		{"held at both ends", func() *Graph { return bothEnds(large(2_000_000)) }},
		{"star", func() *Graph { return star(large(5_000_000)) }},
		{"clique", func() *Graph { return clique(large(3_000)) }},
		{"tangle", func() *Graph { n := large(1_000_000); return Build(n, 2*n, tangle(n), oneRoot(0)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := c.graph()
			d := must(g.Dominators(context.Background(), eight))
			within(t, g.n, 1, func() any {
				if err := d.Verify(context.Background()); err != nil {
					t.Error(err)
				}
				d.retained[0]++
				if err := d.Check(context.Background()); !errors.Is(err, ErrTree) {
					t.Errorf("a byte too many: %v", err)
				}
				return d
			})
		})
	}
}
