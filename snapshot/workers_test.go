package snapshot_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"testing"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// The answer is the same for any number of workers: on a dump of several pieces
// and blocks, every type, edge, path, dominator and retained size; also where what
// follows from the references is worked out before there are types. The zoo has words
// that are found to be one root after.
func TestWorkers(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "300000")
	sameForWorkers(t, exe, dump)
	exe, dump, _ = testprog.Dump(t, testprog.Spec{Dir: "zoo"})
	sameForWorkers(t, exe, dump)
}

func sameForWorkers(t *testing.T, exe, dump string) {
	t.Helper()
	var want string
	for _, o := range []snapshot.Options{{Workers: 1}, {Workers: 2}, {Workers: 2, Ahead: true}, {Workers: 3, Ahead: true}, {Workers: 8}} {
		o.Exe = exe
		s, err := snapshot.Open(context.Background(), dump, o)
		if err != nil {
			t.Fatal(err)
		}
		got := everything(t, s)
		s.Close()
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%d workers, ahead %v: %s, one: %s", o.Workers, o.Ahead, got, want)
		}
	}
}

// everything is a hash of all that is known of every object.
func everything(t *testing.T, s *snapshot.Snapshot) string {
	t.Helper()
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	d, _ := s.Dominators()
	tree, _ := s.ShortestTree()
	h := fnv.New64a()
	for id := range mem.ObjID(s.Heap.NumObjects()) {
		fmt.Fprintln(h, s.Addr(id), s.Size(id), s.TypeName(id), s.Typing.Evidence[id], s.Graph.Out(id), s.Graph.In(id),
			s.Reach.Strong.Has(id), s.Reach.Weak.Has(id), tree.Dist(id), tree.Parent(id), d.Idom(graph.Node(id)), d.Retained(id))
	}
	for r := range graph.RootID(s.Graph.Roots().Len()) {
		fmt.Fprintln(h, s.RootName(r), s.Graph.Roots().Targets(r), d.RetainedRoot(r))
	}
	return fmt.Sprintf("%d objects, %d edges, %v, %x", s.Heap.NumObjects(), s.Graph.NumEdges(), s.Warnings, h.Sum64())
}
