package pprofile

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

const heapBase = mem.Addr(0xc000000000)

// randomDump has up to forty objects of four sizes, globals and goroutines, which
// refer to each other at random. Types are told apart by size and pointers.
func randomDump(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 7))
	sizes := []uint64{32, 48, 64, 96}
	n := 1 + r.IntN(40)
	addr := make([]mem.Addr, n)
	size := make([]uint64, n)
	for i := range addr {
		class := i * len(sizes) / n
		size[i] = sizes[class]
		addr[i] = heapBase + mem.Addr(class*0x4000) + mem.Addr(uint64(i)*size[i])
	}
	refs := func(words, most int) (out []heaptest.Ref) {
		for w := range words {
			if r.IntN(words) < most {
				out = append(out, heaptest.Ref{Off: uint64(w * 8), To: addr[r.IntN(n)]})
			}
		}
		return out
	}
	b := heaptest.New(mem.LE64, "go1.21.13")
	for i := range addr {
		b.Object(addr[i], size[i], refs(int(size[i]/8), r.IntN(3))...)
	}
	for g := range r.IntN(3) {
		b.Goroutine(uint64(g+1)).Frame("main.serve", 0, 32, refs(4, 2)...)
	}
	return b.Data(0x500000, 32, refs(4, 1+r.IntN(2))...).Dump()
}

func read(t *testing.T, dump []byte, o snapshot.Options) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Read(context.Background(), dump, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// values are a profile's by stack, outermost frame first, as pprof reads them.
func values(t *testing.T, s *snapshot.Snapshot, o Options) (map[string]sum, *Profile) {
	t.Helper()
	p, err := New(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := p.Write(&file); err != nil {
		t.Fatal(err)
	}
	read, err := profile.ParseData(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if err := read.CheckValid(); err != nil {
		t.Fatal(err)
	}
	out := map[string]sum{}
	for _, sample := range read.Sample {
		var frames []string
		for _, l := range sample.Location {
			frames = append(frames, l.Line[0].Function.Name)
		}
		slices.Reverse(frames)
		key := strings.Join(frames, "; ")
		if _, twice := out[key]; twice {
			t.Errorf("two samples have the stack %s", key)
		}
		out[key] = sum{uint64(sample.Value[0]), uint64(sample.Value[1])}
	}
	return out, p
}

// naiveIdoms are the immediate dominators by node: of those without which nothing
// leads to it, the one that lies below all others.
func naiveIdoms(s *snapshot.Snapshot) []graph.Node {
	g := s.Graph
	n := g.NumNodes()
	dominates := make([][]bool, n) // [v][w]: w is not reached without v
	all := reached(s, graph.NoNode)
	depth := make([]int, n)
	for v := range n {
		dominates[v] = make([]bool, n)
		without := reached(s, graph.Node(v))
		for w := range n {
			if dominates[v][w] = all[w] && !without[w] && w != v; dominates[v][w] {
				depth[w]++
			}
		}
	}
	idom := make([]graph.Node, n)
	for w := range n {
		idom[w] = graph.NoNode
		for v := range n {
			if dominates[v][w] && depth[v] == depth[w]-1 {
				idom[w] = graph.Node(v)
			}
		}
	}
	return idom
}

func reached(s *snapshot.Snapshot, without graph.Node) []bool {
	g := s.Graph
	seen := make([]bool, g.NumNodes())
	var queue []graph.Node
	visit := func(from, to graph.Node) {
		strong := g.KindOf(to) == graph.NodeObject && s.Reach.Strong.Has(g.Object(to))
		weak := g.KindOf(from) == graph.NodeObject && !s.Reach.Strong.Has(g.Object(from)) ||
			g.KindOf(from) == graph.NodeRoot && g.Roots().Kind(g.Root(from)) == graph.Conservative
		if !seen[to] && to != without && !(weak && strong) {
			seen[to] = true
			queue = append(queue, to)
		}
	}
	visit(graph.NoNode, g.Top())
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		for w := range graph.Node(g.NumNodes()) {
			if leads(g, v, w) {
				visit(v, w)
			}
		}
	}
	return seen
}

func leads(g *graph.Graph, v, w graph.Node) bool {
	roots := g.Roots()
	group := func(root graph.Node) graph.Node {
		if id := roots.Group(g.Root(root)); id != graph.NoGroup {
			return g.NodeOfGroup(id)
		}
		return g.Top()
	}
	switch g.KindOf(v) {
	case graph.NodeTop:
		return g.KindOf(w) == graph.NodeGroup || g.KindOf(w) == graph.NodeRoot && group(w) == v
	case graph.NodeGroup:
		return g.KindOf(w) == graph.NodeRoot && group(w) == v
	case graph.NodeRoot:
		return g.KindOf(w) == graph.NodeObject && slices.Contains(roots.Targets(g.Root(v)), g.Object(w))
	}
	return g.KindOf(w) == graph.NodeObject && slices.Contains(g.Out(g.Object(v)), g.Object(w))
}

// naive counts every object under its folded stack.
func naive(s *snapshot.Snapshot, above func(graph.Node) graph.Node) map[string]sum {
	out := map[string]sum{}
	for id := range mem.ObjID(s.Heap.NumObjects()) {
		var frames []string
		for v := graph.Node(id); v != graph.NoNode && v != s.Graph.Top(); v = above(v) {
			frames = append(frames, naiveName(s, v, above(v)))
		}
		if above(graph.Node(id)) == graph.NoNode {
			continue
		}
		slices.Reverse(frames)
		key := strings.Join(naiveFold(strings.Split(strings.Join(frames, "; "), "; ")), "; ")
		n := out[key]
		n.add(sum{1, s.Size(id)})
		out[key] = n
	}
	return out
}

func naiveName(s *snapshot.Snapshot, v, above graph.Node) string {
	g := s.Graph
	switch g.KindOf(v) {
	case graph.NodeGroup:
		return "goroutine main.serve"
	case graph.NodeRoot:
		name := strings.TrimPrefix(strings.TrimPrefix(s.RootPattern(g.Root(v)), "global "), "goroutine ")
		if g.Roots().Kind(g.Root(v)) == graph.Conservative {
			name += " (conservative)"
		}
		return name
	}
	if above == g.Top() {
		return "(several roots); " + s.TypeName(g.Object(v))
	}
	return s.TypeName(g.Object(v))
}

func reachable(s *snapshot.Snapshot) (n sum) {
	for id := range mem.ObjID(s.Heap.NumObjects()) {
		if s.Reach.Has(id) {
			n.add(sum{1, s.Size(id)})
		}
	}
	return n
}

func totalOf(samples map[string]sum) (n sum) {
	for _, s := range samples {
		n.add(s)
	}
	return n
}

// TestAgainstNaive compares the profiles of random heaps with what comes of every
// object's own stack, and their totals with what is reachable.
func TestAgainstNaive(t *testing.T) {
	for seed := range uint64(200) {
		s := read(t, randomDump(seed), snapshot.Options{})
		idom := naiveIdoms(s)
		tree, err := s.ShortestTree()
		if err != nil {
			t.Fatal(err)
		}
		for by, above := range map[string]func(graph.Node) graph.Node{
			"dominators": func(v graph.Node) graph.Node { return idom[v] },
			"paths":      tree.ParentOf,
		} {
			got, p := values(t, s, Options{Paths: by == "paths"})
			if want := naive(s, above); !maps.Equal(got, want) {
				t.Fatalf("seed %d, by %s: %v, want %v", seed, by, got, want)
			}
			if want := reachable(s); totalOf(got) != want || p.Total != counted(want) || p.Merged.Count != 0 {
				t.Fatalf("seed %d, by %s: %+v in all, want %+v", seed, by, totalOf(got), want)
			}
		}
	}
}

// TestMaxStacks wants the same totals of profiles with few stacks, and of parts of
// a heap no more than they have.
func TestMaxStacks(t *testing.T) {
	for seed := range uint64(200) {
		s := read(t, randomDump(seed), snapshot.Options{})
		all, _ := values(t, s, Options{})
		most := 1 + int(seed%9)
		some, p := values(t, s, Options{MaxStacks: most})
		if totalOf(some) != totalOf(all) || len(some) > most || p.Stacks != len(some) {
			t.Fatalf("seed %d: %v of %v", seed, some, all)
		}
		inMerged := sum{}
		for stack, n := range some {
			if stack == "(merged)" || strings.HasSuffix(stack, "; (merged)") {
				inMerged.add(n)
			} else if all[stack] != n {
				t.Fatalf("seed %d: %s has %+v, and %+v without a bound", seed, stack, n, all[stack])
			}
		}
		if p.Merged != counted(inMerged) {
			t.Fatalf("seed %d: says %+v are merged, want %+v", seed, p.Merged, inMerged)
		}
	}
}

func TestOnly(t *testing.T) {
	s := read(t, randomDump(3), snapshot.Options{})
	only := graph.NewSet(s.Heap.NumObjects())
	var want sum
	for id := range mem.ObjID(s.Heap.NumObjects()) {
		if id%3 == 0 {
			only.Add(id)
			if s.Reach.Has(id) {
				want.add(sum{1, s.Size(id)})
			}
		}
	}
	if got, _ := values(t, s, Options{Only: &only}); totalOf(got) != want || want.objects == 0 {
		t.Errorf("%+v in all, want %+v", totalOf(got), want)
	}
}

// TestRetained wants of every global what its frame cumulates to be what it
// retains.
func TestRetained(t *testing.T) {
	checked := 0
	for seed := range uint64(100) {
		s := read(t, randomDump(seed), snapshot.Options{})
		d, err := s.Dominators()
		if err != nil {
			t.Fatal(err)
		}
		got, _ := values(t, s, Options{})
		for r := range graph.RootID(s.Graph.Roots().Len()) {
			if s.Graph.Roots().Kind(r) != graph.Global {
				continue
			}
			cumulated := uint64(0)
			for stack, n := range got {
				if strings.HasPrefix(stack, strings.TrimPrefix(s.RootName(r), "global ")+";") {
					cumulated += n.bytes
				}
			}
			if cumulated != d.RetainedRoot(r) {
				t.Errorf("seed %d: %s cumulates %d bytes and retains %d", seed, s.RootName(r), cumulated, d.RetainedRoot(r))
			}
			checked++
		}
	}
	if checked < 50 {
		t.Errorf("only %d globals were looked at", checked)
	}
}

// TestLongList wants a list of many nodes to be one stack.
func TestLongList(t *testing.T) {
	const n = 100_000
	b := heaptest.New(mem.LE64, "go1.21.13")
	for i := range mem.Addr(n) {
		b.Object(heapBase+i*64, 64, heaptest.Ref{To: heapBase + (i+1)%n*64})
	}
	s := read(t, b.Data(0x500000, 8, heaptest.Ref{To: heapBase}).Dump(), snapshot.Options{})
	got, _ := values(t, s, Options{})
	if len(got) != 1 || totalOf(got) != (sum{n, 64 * n}) {
		t.Errorf("%d stacks: %v", len(got), fmt.Sprint(got)[:200])
	}
}

// TestCanceled wants the context's error.
func TestCanceled(t *testing.T) {
	s := read(t, randomDump(1), snapshot.Options{})
	if _, err := s.Dominators(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := New(ctx, s, Options{}); err != context.Canceled {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}
