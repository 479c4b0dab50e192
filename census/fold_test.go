package census_test

import (
	"context"
	"maps"
	"math/rand"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// nested is a dump of n nodes, each but the first in the slice of a node before
// it that up chooses, and the first in a variable.
func nested(n int, up func(i int) int) []byte {
	const nodes, lists = mem.Addr(0xc000100000), mem.Addr(0xc000800000)
	d := heaptest.New(mem.LE64, "go1.21.13") // which has no tables at the end of spans
	held := make([][]heaptest.Ref, n)
	for i := 1; i < n; i++ {
		to := up(i)
		held[to] = append(held[to], heaptest.Ref{Off: uint64(8 * len(held[to])), To: nodes + mem.Addr(64*i)})
	}
	for i := range n {
		d.Object(nodes+mem.Addr(64*i), 64, heaptest.Ref{Off: 8, To: lists + mem.Addr(128*i)})
	}
	for i := range n {
		d.Object(lists+mem.Addr(128*i), 128, held[i]...)
	}
	d.Data(0x550000, 64, heaptest.Ref{Off: 8, To: nodes})
	d.Add(&heapdump.MemStats{HeapObjects: uint64(2 * n), HeapAlloc: uint64(192 * n)})
	return d.Dump()
}

// TestNestedWays wants nodes that lie in the slices of others to be held the same
// way at any depth, and each way to have a fingerprint of its own.
func TestNestedWays(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	children := map[int]int{}
	for _, c := range []struct {
		about string
		up    func(i int) int
	}{
		{"a line", func(i int) int { return i - 1 }},
		{"a tree", func(i int) int {
			up := random.Intn(i)
			for children[up] == 8 {
				up = random.Intn(i)
			}
			children[up]++
			return up
		}},
	} {
		const n = 2000
		s, err := snapshot.Read(context.Background(), nested(n, c.up), snapshot.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		var set []mem.ObjID
		for id := range mem.ObjID(s.Heap.NumObjects()) {
			if s.Size(id) == 64 {
				set = append(set, id)
			}
		}
		chains, cut, lost, err := census.Chains(context.Background(), s, set, census.ChainOptions{})
		if err != nil {
			t.Fatal(err)
		}
		checkWays(t, c.about, chains, cut+lost, n)
	}
}

// checkWays wants few ways for n objects that one root holds, and chains whose
// repeated steps stand once.
func checkWays(t *testing.T, about string, chains []census.Chain, left, n int) {
	seen, held := map[string]bool{}, 0
	for _, c := range chains {
		if seen[c.Fingerprint] {
			t.Errorf("%s: two ways have the fingerprint %s", about, c.Fingerprint)
		}
		if c.ByRoot != n {
			t.Errorf("%s: %d by the root, want %d", about, c.ByRoot, n)
		}
		seen[c.Fingerprint] = true
		held += c.Count
	}
	if held != n || left != 0 || len(chains) > 12 {
		t.Errorf("%s: %d nodes in %d ways, %d left out: want all %d in a dozen at the most", about, held, len(chains), left, n)
	}
}

// TestTiedWays has two ways of equal length to an object, through two holders, and
// wants the same one to be taken whichever has the lower address.
func TestTiedWays(t *testing.T) {
	var prints []string
	for _, swapped := range []bool{false, true} {
		low, high := mem.Addr(0xc000100000), mem.Addr(0xc000200000)
		if swapped {
			low, high = high, low
		}
		const top, held = mem.Addr(0xc000000000), mem.Addr(0xc000300000)
		d := heaptest.New(mem.LE64, "go1.21.13")
		objects := map[mem.Addr]func(){
			top:  func() { d.Object(top, 32, heaptest.Ref{Off: 0, To: low}, heaptest.Ref{Off: 8, To: high}) },
			low:  func() { d.Object(low, 64, heaptest.Ref{Off: 8, To: held}) },
			high: func() { d.Object(high, 128, heaptest.Ref{Off: 8, To: held}) },
			held: func() { d.Object(held, 256) },
		}
		for _, a := range slices.Sorted(maps.Keys(objects)) {
			objects[a]()
		}
		d.Data(0x550000, 64, heaptest.Ref{Off: 8, To: top})
		d.Add(&heapdump.MemStats{HeapObjects: 4, HeapAlloc: 480})
		s, err := snapshot.Read(context.Background(), d.Dump(), snapshot.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		id, _ := s.Heap.Find(held)
		chains, _, _, err := census.Chains(context.Background(), s, []mem.ObjID{id}, census.ChainOptions{})
		if err != nil || len(chains) != 1 {
			t.Fatalf("%d chains, %v", len(chains), err)
		}
		prints = append(prints, chains[0].Fingerprint)
	}
	if prints[0] != prints[1] {
		t.Errorf("the way depends on addresses: %q", prints)
	}
}
