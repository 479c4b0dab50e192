package graph

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

func TestCheckAcceptsRightTrees(t *testing.T) {
	forRandomHeaps(t, func(t *testing.T, _ *heap, g *Graph) {
		d := must(g.Dominators(context.Background(), size))
		for g.workers = range 4 {
			if err := d.Check(context.Background()); err != nil {
				t.Error(err)
			}
		}
		if err := d.Verify(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// damage is one way to make a right tree wrong, and who has to notice. do
// reports whether the tree offers a place for it.
type damage struct {
	name  string
	check bool // Check has to, otherwise it may
	do    func(r *rand.Rand, d *Dominators) bool
}

var damages = []damage{
	{"moved up", false, func(r *rand.Rand, d *Dominators) bool {
		v := d.pick(r, func(v Node) bool { return d.Idom(v) != NoNode && d.Idom(d.Idom(v)) != NoNode })
		return v != NoNode && d.move(v, d.Idom(d.Idom(v)))
	}},
	{"moved up far", false, func(r *rand.Rand, d *Dominators) bool {
		v := d.pick(r, func(v Node) bool { return d.Idom(v) != NoNode && d.Idom(v) != d.g.Top() })
		return v != NoNode && d.move(v, d.g.Top())
	}},
	{"moved below a sibling", true, func(r *rand.Rand, d *Dominators) bool {
		v := d.pick(r, func(v Node) bool { return d.sibling(r, v) != NoNode })
		return v != NoNode && d.move(v, d.sibling(r, v))
	}},
	{"swapped with its dominator", true, func(r *rand.Rand, d *Dominators) bool {
		v := d.pick(r, func(v Node) bool { return d.Idom(v) != NoNode && d.Idom(d.Idom(v)) != NoNode })
		if v == NoNode {
			return false
		}
		up := d.Idom(v)
		return d.move(v, d.Idom(up)) && d.move(up, v)
	}},
	{"swapped with another", true, func(r *rand.Rand, d *Dominators) bool {
		v := d.pick(r, func(v Node) bool { return d.Idom(v) != NoNode })
		w := d.pick(r, func(w Node) bool {
			return d.Idom(w) != NoNode && d.Idom(w) != d.Idom(v) && !d.above(v, w) && !d.above(w, v) &&
				!d.above(d.Idom(w), v) && !d.above(d.Idom(v), w)
		})
		return w != NoNode && d.swap(v, w)
	}},
	{"in a cycle", true, func(r *rand.Rand, d *Dominators) bool {
		v := d.pick(r, func(v Node) bool { return d.Idom(v) != NoNode })
		w := d.pick(r, func(w Node) bool { return d.Idom(w) != NoNode && d.above(v, w) })
		if w != NoNode {
			d.idom[v] = uint32(w)
		}
		return w != NoNode
	}},
	{"lost", true, func(r *rand.Rand, d *Dominators) bool {
		v := d.pick(r, func(v Node) bool { return d.Idom(v) != NoNode })
		return v != NoNode && d.move(v, NoNode)
	}},
	{"not reached", true, func(r *rand.Rand, d *Dominators) bool {
		v := d.pick(r, func(v Node) bool { return d.Idom(v) == NoNode && v != d.g.Top() })
		return v != NoNode && d.move(v, d.g.Top())
	}},
	{"below what is not reached", true, func(r *rand.Rand, d *Dominators) bool {
		v := d.pick(r, func(v Node) bool {
			return d.g.KindOf(v) == NodeObject && d.Idom(v) != NoNode && !d.g.aside.Has(mem.ObjID(v))
		})
		w := d.pick(r, func(w Node) bool { return d.Idom(w) == NoNode && w != d.g.Top() })
		return v != NoNode && w != NoNode && d.move(v, w)
	}},
	{"below a node that there is not", true, func(r *rand.Rand, d *Dominators) bool {
		v := d.pick(r, func(v Node) bool { return d.Idom(v) != NoNode })
		if v != NoNode {
			d.idom[v] = uint32(d.g.Top()) + 1
		}
		return v != NoNode
	}},
	{"retains more", true, func(r *rand.Rand, d *Dominators) bool {
		d.retained[r.IntN(len(d.retained))] += 1 << r.IntN(64)
		return true
	}},
	{"retains another's", true, func(r *rand.Rand, d *Dominators) bool {
		v, w := r.IntN(len(d.retained)), r.IntN(len(d.retained))
		d.retained[v], d.retained[w] = d.retained[w], d.retained[v]
		return d.retained[v] != d.retained[w]
	}},
}

// pick is a random node of which something holds, NoNode if there is none.
func (d *Dominators) pick(r *rand.Rand, of func(Node) bool) Node {
	for _, v := range r.Perm(len(d.idom)) {
		if of(Node(v)) {
			return Node(v)
		}
	}
	return NoNode
}

// sibling is a random one, NoNode if there is none.
func (d *Dominators) sibling(r *rand.Rand, v Node) Node {
	if d.Idom(v) == NoNode {
		return NoNode
	}
	return d.pick(r, func(w Node) bool { return w != v && d.Idom(w) == d.Idom(v) })
}

// above reports whether v is w or above it in the tree.
func (d *Dominators) above(v, w Node) bool {
	for w != v && w != NoNode {
		w = d.Idom(w)
	}
	return w == v
}

func (d *Dominators) swap(v, w Node) bool {
	up := d.Idom(v)
	return d.move(v, d.Idom(w)) && d.move(w, up)
}

// move hangs a node elsewhere, and makes the sums right again.
func (d *Dominators) move(v, up Node) bool {
	d.idom[v] = uint32(up)
	clear(d.retained)
	for i := range d.g.n {
		if d.Idom(Node(i)) == NoNode {
			continue
		}
		for v, n := Node(i), 0; v != NoNode && n < len(d.idom); v, n = d.Idom(v), n+1 {
			d.retained[v] += size(mem.ObjID(i))
		}
	}
	return true
}

func (d *Dominators) clone() *Dominators {
	c := *d
	c.idom, c.retained = slices.Clone(d.idom), slices.Clone(d.retained)
	return &c
}

func TestDamagedTreesAreRefused(t *testing.T) {
	for i, damage := range damages {
		t.Run(damage.name, func(t *testing.T) {
			done, checked, verified := 0, 0, 0
			forRandomHeaps(t, func(t *testing.T, h *heap, g *Graph) {
				r := rand.New(rand.NewPCG(uint64(done), uint64(i)))
				d := must(g.Dominators(context.Background(), size)).clone()
				if !damage.do(r, d) {
					return
				}
				done++
				err := d.Check(context.Background())
				if err != nil {
					checked++
				} else if damage.check {
					t.Errorf("Check accepts\n%v %v", d.idom, d.retained)
				}
				proof := d.Verify(context.Background())
				if proof != nil {
					verified++
				}
				if !errors.Is(proof, ErrTree) || err != nil && err.Error() != proof.Error() {
					t.Errorf("Check says %v, Verify %v", err, proof)
				}
			})
			t.Logf("%d trees, Check refuses %d, Verify %d", done, checked, verified)
			if done < 100 {
				t.Errorf("done to %d trees only", done)
			}
		})
	}
}

// The parent property fails at the node that is named.
func TestCheckNamesNodes(t *testing.T) {
	g := (&heap{out: [][]mem.ObjID{{1, 2}, {3}, {3}, {}}, roots: []heapRoot{{Global, NoGroup, []mem.ObjID{0}}}}).build()
	d := must(g.Dominators(context.Background(), size))
	d.move(3, 1)
	want := "the dominator tree is wrong: object 3 has an edge from object 2, which its dominator object 1 does not lie above"
	if err := d.Check(context.Background()); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

// An object that neither the tree nor what is reached has is missed where an edge
// leads to it.
func TestCheckMissesObject(t *testing.T) {
	done := 0
	r := rand.New(rand.NewPCG(1, 6))
	forRandomHeaps(t, func(t *testing.T, _ *heap, g *Graph) {
		d := must(g.Dominators(context.Background(), size)).clone()
		v := d.pick(r, func(v Node) bool { return g.KindOf(v) == NodeObject && d.Idom(v) != NoNode })
		if v == NoNode {
			return
		}
		done++
		lost := NewSet(g.n)
		lost.Add(mem.ObjID(v))
		reach := &Reach{g.reach.Load().Strong.clone(), g.reach.Load().Weak.clone()}
		reach.Strong.minus(lost)
		reach.Weak.minus(lost)
		g.reach.Store(reach)
		d.move(v, NoNode)
		if err := d.Check(context.Background()); !errors.Is(err, ErrTree) {
			t.Errorf("object %d is missing: %v", v, err)
		}
	})
	if done < 1000 {
		t.Errorf("done to %d trees only", done)
	}
}

func TestCheckEndsWithContext(t *testing.T) {
	d := must(list(1_000_000, true).Dominators(context.Background(), eight))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := d.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
