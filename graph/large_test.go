package graph

import (
	"context"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/objgraph/objgraph/mem"
)

// large is n, less under the race detector.
func large(n int) int {
	if raced {
		return n / 20
	}
	return n
}

// huge is n, five to ten times as many, up to 50 million, with OBJGRAPH_BIG=1.
func huge(n int) int {
	if raced || os.Getenv("OBJGRAPH_BIG") != "1" {
		return large(n)
	}
	return 50_000_000
}

func oneRoot(targets ...mem.ObjID) *Roots {
	var b RootsBuilder
	b.Add(Global, NoGroup, targets)
	return b.Roots()
}

// list is a linked list from object 0 to n-1, with back a doubly linked one.
func list(n int, back bool) *Graph {
	return Build(n, 2*n, func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		if int(id) < n-1 {
			dst = append(dst, id+1)
		}
		if back && id > 0 {
			dst = append(dst, id-1)
		}
		return dst
	}, oneRoot(0))
}

func eight(mem.ObjID) uint64 { return 8 }

// within fails the test if what f returns holds more than so many bytes an
// object, or if f takes far more processor time than on a slow machine.
func within(t *testing.T, n int, perObject float64, f func() any) {
	t.Helper()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime()
	kept := f()
	took := cpuTime() - start
	runtime.GC()
	runtime.GC() // a sync.Pool lets go at the second one
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	held := float64(int64(after.HeapAlloc-before.HeapAlloc)) / float64(n)
	used := float64(after.TotalAlloc-before.TotalAlloc) / float64(n)
	t.Logf("%d objects: %v of processor time, %.2f bytes an object held, %.2f allocated in all", n, took.Round(time.Millisecond), held, used)
	if held > perObject {
		t.Errorf("%.2f bytes an object are held, at most %v should be", held, perObject)
	}
	if limit := max(30*time.Second, time.Duration(n)*3*time.Microsecond); took > limit {
		t.Errorf("took %v of processor time, at most %v should be", took, limit)
	}
}

func TestLongList(t *testing.T) {
	n := huge(10_000_000)
	last := mem.ObjID(n - 1)
	for _, c := range []struct {
		name string
		back bool
	}{{"singly linked", false}, {"doubly linked", true}} {
		t.Run(c.name, func(t *testing.T) {
			within(t, n, 45, func() any {
				g := list(n, c.back)
				d := checkList(t, g)
				tree, err := g.ShortestTree(context.Background(), PathOptions{})
				if err != nil || tree.Dist(last) != n {
					t.Fatalf("distance %d, %v; want %d", tree.Dist(last), err, n)
				}
				if c, ok := tree.Chain(last); !ok || len(c.Objs) != n || c.Objs[0] != 0 {
					t.Errorf("chain of %d objects, want %d", len(c.Objs), n)
				}
				return []any{g, d, tree}
			})
		})
	}
}

// checkList checks what does not depend on the links back.
func checkList(t *testing.T, g *Graph) *Dominators {
	t.Helper()
	ctx := context.Background()
	n := g.NumObjects()
	last := mem.ObjID(n - 1)
	d, err := g.Dominators(ctx, eight)
	if err != nil {
		t.Fatal(err)
	}
	for i := range mem.ObjID(n) {
		if want := uint64(n-int(i)) * 8; d.Retained(i) != want {
			t.Fatalf("object %d retains %d, want %d", i, d.Retained(i), want)
		}
	}
	chains, err := g.BackChains(ctx, last, 1, PathOptions{})
	if err != nil || len(chains) != 1 || len(chains[0].Objs) != n {
		t.Errorf("chains %d, %v; want one of %d objects", len(chains), err, n)
	}
	middle := mem.ObjID(n / 2)
	sets, err := g.RetainedOfSets(ctx, func(id mem.ObjID) int {
		if id == middle {
			return 0
		}
		return -1
	}, always(eight))
	if err != nil || sets[0].Objects != n-int(middle) {
		t.Errorf("the second half is %d objects, %v; want %d", sets[0].Objects, err, n-int(middle))
	}
	return d
}

// star is a hub, object 0, and its rays, each of which points back.
func star(n int) *Graph {
	return Build(n, 2*n, func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		if id != 0 {
			return append(dst, 0)
		}
		for i := 1; i < n; i++ {
			dst = append(dst, mem.ObjID(i))
		}
		return dst
	}, oneRoot(0))
}

func TestStar(t *testing.T) {
	n := huge(5_000_000)
	hub := mem.ObjID(0)
	within(t, n, 45, func() any {
		g := star(n)
		d, err := g.Dominators(context.Background(), eight)
		if err != nil || d.Retained(hub) != uint64(n)*8 || d.Retained(mem.ObjID(n-1)) != 8 {
			t.Fatalf("hub retains %d, %v; want %d", d.Retained(hub), err, n*8)
		}
		tree, err := g.ShortestTree(context.Background(), PathOptions{})
		if err != nil || tree.Dist(mem.ObjID(n-1)) != 2 {
			t.Errorf("distance %d, %v; want 2", tree.Dist(mem.ObjID(n-1)), err)
		}
		if len(d.Children(nil).Of(Node(hub))) != n-1 {
			t.Errorf("hub has %d children, want %d", len(d.Children(nil).Of(Node(hub))), n-1)
		}
		return []any{g, d, tree}
	})
}

// A list whose members also hang on an array: the dominator tree is as deep as
// the list, and every member's dominator lies at its top. Walking there one
// node at a time would take n²/2 steps.
func TestListWithIndex(t *testing.T) {
	n := large(1_000_000)
	array, head := mem.ObjID(2*n), mem.ObjID(2*n+1)
	within(t, 2*n, 40, func() any {
		g := Build(2*n+2, 5*n, func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
			switch {
			case id == head:
				return append(dst, 0, array)
			case id == array:
				for i := range n {
					dst = append(dst, mem.ObjID(n+i))
				}
				return dst
			case int(id) < n-1:
				return append(dst, id+1, id+mem.ObjID(n)) // the next node, its own member
			case int(id) == n-1:
				return append(dst, id+mem.ObjID(n))
			}
			return dst
		}, oneRoot(head))
		d, err := g.Dominators(context.Background(), eight)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range []int{0, n / 2, n - 1} {
			if d.Retained(mem.ObjID(i)) != uint64(n-i)*8 || d.Idom(Node(n+i)) != Node(head) {
				t.Errorf("node %d retains %d, its member's dominator is %d", i, d.Retained(mem.ObjID(i)), d.Idom(Node(n+i)))
			}
		}
		return []any{g, d}
	})
}
