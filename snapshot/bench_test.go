package snapshot_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// The stages of opening a dump, apart, on the known-answer program. Wall clock
// with a worker a processor: believe the best of several runs on a machine that
// does nothing else. What follows on the graph is in package graph's benchmarks.
func BenchmarkStages(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000, 10_000_000} {
		if n > 1_000_000 && os.Getenv("OBJGRAPH_BIG") != "1" {
			b.Logf("%d objects: set OBJGRAPH_BIG=1", n)
			continue
		}
		exe, dump, _ := testprog.Dump(b, testprog.Spec{Dir: "leaky"}, "-n", fmt.Sprint(n))
		s, err := snapshot.Open(context.Background(), dump, snapshot.Options{Exe: exe})
		if err != nil {
			b.Fatal(err)
		}
		benchStages(b, s, dump, n)
		s.Close()
	}
}

func benchStages(b *testing.B, s *snapshot.Snapshot, dump string, n int) {
	ctx := context.Background()
	f, err := heapdump.Open(dump)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	run := func(stage string, do func(m *mem.Scratch) error) {
		b.Run(fmt.Sprintf("%s/n=%d", stage, n), func(b *testing.B) {
			b.SetBytes(f.Size())
			for b.Loop() {
				var m mem.Scratch
				if err := do(&m); err != nil {
					b.Fatal(err)
				}
				m.Free()
			}
			b.ReportMetric(float64(s.Heap.NumObjects())*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
		})
	}
	run("read", func(m *mem.Scratch) error {
		_, err := heap.Build(ctx, f.Data(), heap.Options{In: f.In(), Mem: m})
		return err
	})
	run("resolve", func(m *mem.Scratch) error {
		_, err := graph.Link(ctx, s.Heap.NumObjects(), s.Heap.SlotsHint(), s.Heap.Targets, graph.LinkOptions{Mem: m})
		return err
	})
	run("type", func(m *mem.Scratch) error {
		_, err := typing.Run(ctx, s.Heap, s.Image, m)
		return err
	})
	run("dominators", func(m *mem.Scratch) error {
		_, err := s.Graph.DominatorsIn(ctx, s.Heap.Sizes(), m)
		return err
	})
	run("paths", func(m *mem.Scratch) error {
		_, err := s.Graph.ShortestTree(ctx, graph.PathOptions{Mem: m})
		return err
	})
	run("retained", func(*mem.Scratch) error {
		_, err := s.Graph.RetainedOfSets(ctx, func(id mem.ObjID) int { return int(s.Typing.Of[id] % graph.Classes) }, s.Heap.Sizes)
		return err
	})
}
