package partition

import (
	"context"
	"os"
	"testing"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// BenchmarkTables divides all that is reachable in the dump that OBJGRAPH_BENCH_DUMP
// names, whose executable OBJGRAPH_BENCH_EXE is: 2.0 million objects, say, of
//
//	leaky -n 2000000 -dump FILE
func BenchmarkTables(b *testing.B) {
	dump := os.Getenv("OBJGRAPH_BENCH_DUMP")
	if dump == "" {
		b.Skip("set OBJGRAPH_BENCH_DUMP, and OBJGRAPH_BENCH_EXE, to a large dump and its executable")
	}
	s, err := snapshot.Open(context.Background(), dump, snapshot.Options{Exe: os.Getenv("OBJGRAPH_BENCH_EXE")})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if err := s.Prepare(); err != nil {
		b.Fatal(err)
	}
	sp := NewSpace(s, 0)
	measure := func(name string, f func() error) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(sp.All().Count())*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
		})
	}
	for _, k := range Kinds() {
		measure(k.Name, func() error { _, err := sp.By(context.Background(), sp.All(), k.Name, false); return err })
	}
	measure("type & size", func() error { _, err := sp.By(context.Background(), sp.All(), "type & size", false); return err })
	measure("via exact", func() error { _, err := sp.By(context.Background(), sp.All(), "via", true); return err })
	measure("strings", func() error { _, err := sp.Strings(context.Background(), sp.All(), false); return err })
	measure("referrers", func() error { _, err := sp.Referrers(context.Background(), sp.All()); return err })
	measure("referents", func() error { _, err := sp.Referents(context.Background(), sp.All()); return err })
	measure("dominated", func() error { _, err := sp.Dominated(context.Background(), sp.All()); return err })
	measure("where type", func() error {
		_, err := sp.Where(context.Background(), sp.All(), Condition{Type: "main.*"})
		return err
	})
	measure("select", func() error {
		_, err := sp.Select(context.Background(), sp.All(), func(id mem.ObjID) (Verdict, error) { return Verdict{s.Size(id) > 64, SameKind}, nil })
		return err
	})
	measure("free", func() error {
		_, err := s.Graph.FreedWithout(context.Background(), graph.PathOptions{SkipRoot: func(r graph.RootID) bool { return r == 0 }})
		return err
	})
}
