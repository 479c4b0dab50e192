package snapshot_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
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
// With OBJGRAPH_STAGES=DUMP,EXE the stages of that dump.
func BenchmarkStages(b *testing.B) {
	if dump, exe, ok := strings.Cut(os.Getenv("OBJGRAPH_STAGES"), ","); ok {
		benchStages(b, dump, exe)
		return
	}
	for _, n := range []int{100_000, 1_000_000, 10_000_000} {
		if n > 1_000_000 && os.Getenv("OBJGRAPH_BIG") != "1" {
			b.Logf("%d objects: set OBJGRAPH_BIG=1", n)
			continue
		}
		exe, dump, _ := testprog.Dump(b, testprog.Spec{Dir: "leaky"}, "-n", fmt.Sprint(n))
		benchStages(b, dump, exe)
	}
}

// benchFloor is what no reader of a dump is spared: "bytes" copies the file once, by
// all workers; "pages" maps it anew and touches each page of the records with
// pointers, by one.
func benchFloor(b *testing.B, dump string, run func(stage string, do func(*mem.Scratch) error)) {
	ctx := context.Background()
	run("bytes", func(*mem.Scratch) error {
		f, err := heapdump.Open(dump)
		if err != nil {
			return err
		}
		defer f.Close()
		windows := make([][]byte, mem.Workers(0))
		for i := range windows {
			windows[i] = make([]byte, heapdump.WindowBytes)
		}
		n := int(f.Size()-1)/heapdump.WindowBytes + 1
		return mem.Parallel(ctx, 0, n, func(worker, i int) {
			_, _ = f.In().ReadAt(windows[worker], int64(i*heapdump.WindowBytes))
		})
	})
	var parts [][2]int64
	var one sync.Mutex
	f, err := heapdump.Open(dump)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if _, err := heap.Build(ctx, f.Data(), heap.Options{In: f.In(), Touch: func(lo, hi int64) {
		one.Lock()
		defer one.Unlock()
		parts = append(parts, [2]int64{lo, hi})
	}}); err != nil {
		b.Fatal(err)
	}
	run("pages", func(*mem.Scratch) error {
		f, err := heapdump.Open(dump)
		if err != nil {
			return err
		}
		defer f.Close()
		sum := byte(0)
		for _, p := range parts {
			f.Populate(p[0], p[1])
			for at := p[0]; at < p[1]; at += 4096 {
				sum += f.Data()[at]
			}
		}
		touched = sum
		return nil
	})
}

var touched byte // so that nothing is left out

func benchStages(b *testing.B, dump, exe string) {
	ctx := context.Background()
	s, err := snapshot.Open(ctx, dump, snapshot.Options{Exe: exe})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	n := s.Heap.NumObjects()
	f, err := heapdump.Open(dump)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	run := func(stage string, do func(m *mem.Scratch) error) {
		b.Run(fmt.Sprintf("%s/objects=%d", stage, n), func(b *testing.B) {
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
	benchFloor(b, dump, run)
	run("read", func(m *mem.Scratch) error {
		_, err := heap.Build(ctx, f.Data(), heap.Options{In: f.In(), Mem: m})
		return err
	})
	link := func(m *mem.Scratch) (*graph.Edges, error) {
		return graph.Link(ctx, n, s.Heap.SlotsHint(), s.Heap.Targets, graph.LinkOptions{Mem: m})
	}
	run("resolve", func(m *mem.Scratch) error {
		_, err := link(m)
		return err
	})
	edges, err := link(nil)
	if err != nil {
		b.Fatal(err)
	}
	run("type", func(m *mem.Scratch) error {
		_, err := typing.Run(ctx, s.Heap, s.Image, m)
		return err
	})
	run("reach", func(*mem.Scratch) error {
		g, err := graph.New(edges, s.Graph.Roots())
		if err == nil {
			_, err = g.Reach(ctx)
		}
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
