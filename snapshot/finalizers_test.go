package snapshot

import (
	"context"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
)

const listBase = mem.Addr(0xc000100000)

func listNode(i int) mem.Addr { return listBase + mem.Addr(64*i) }

// finalizedList is a dump of a variable that holds the first of n nodes, each of
// which holds the next one and has a finalizer. The last one may hold itself
// through another object.
func finalizedList(t *testing.T, n int, loop bool) *Snapshot {
	t.Helper()
	d := heaptest.New(mem.LE64, "go1.21.13") // which has no tables at the end of spans
	for i := range n {
		d.Object(listNode(i), 64, heaptest.Ref{Off: 8, To: listNode(i + 1)})
	}
	if loop {
		d.Object(listNode(n), 64, heaptest.Ref{Off: 8, To: listNode(n - 1)})
	} else {
		d.Object(listNode(n), 64)
	}
	d.Data(0x550000, 64, heaptest.Ref{Off: 8, To: listNode(0)})
	for i := range n {
		d.Add(&heapdump.Finalizer{Object: listNode(i)})
	}
	d.Add(&heapdump.MemStats{HeapObjects: uint64(n + 1), HeapAlloc: uint64(64 * (n + 1))})
	s, err := Read(context.Background(), d.Dump(), Options{Exe: NoExe})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestIdleFinalizers wants the finalizers of a list to hold nothing, also where it is
// too long to be walked back from each of its nodes, and one that never runs to
// hold what keeps it from it.
func TestIdleFinalizers(t *testing.T) {
	for _, c := range []struct {
		n        int
		loop     bool
		idle     int
		retained uint64 // by the first node
	}{{10, false, 10, 64 * 11}, {3 * maxHolders, false, 3 * maxHolders, 64 * (3*maxHolders + 1)}, {10, true, 9, 64 * 9}} {
		s := finalizedList(t, c.n, c.loop)
		idle := 0
		for _, is := range s.idle {
			if is {
				idle++
			}
		}
		d, err := s.Dominators()
		if err != nil {
			t.Fatal(err)
		}
		first, _ := s.Heap.Find(listNode(0))
		if idle != c.idle || d.Retained(first) != c.retained {
			t.Errorf("%d nodes, loop %v: %d finalizers hold nothing, want %d; the first node retains %d bytes, want %d", c.n, c.loop, idle, c.idle, d.Retained(first), c.retained)
		}
	}
}

// TestAskedInAll wants what is looked at to be bounded in all, not for each.
func TestAskedInAll(t *testing.T) {
	s := finalizedList(t, 100, false)
	last, _ := s.Heap.Find(listNode(99))
	left := 150
	for i, sure := range []bool{true, false} {
		held, was := heldBesides(s.Graph, last, &left)
		if was != sure || held != sure {
			t.Errorf("search %d: held %v, sure %v; want %v", i, held, was, sure)
		}
	}
	if left < 0 {
		t.Errorf("%d objects more than allowed were looked at", -left)
	}
}
