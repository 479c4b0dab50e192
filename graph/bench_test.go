package graph

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// benchSizes are the numbers of objects; go test without -bench builds none.
var benchSizes = []int{100_000, 1_000_000, 2_000_000, 10_000_000}

// mix is a cheap hash, for graphs that need no generator's state.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}

// records is shaped as heaps are: every second object points nowhere, 1.25
// edges an object, arrays that hold many, a few far references.
func records(n int) func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
	return func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		if id%2 == 1 {
			return dst
		}
		if id%1024 == 0 { // an array of the records that follow, and the next array
			for i := id; i < min(id+1024, mem.ObjID(n-1)); i += 2 {
				dst = append(dst, i)
			}
			dst = append(dst, min(id+1024, mem.ObjID(n-1)))
		}
		dst = append(dst, min(id+1, mem.ObjID(n-1)))
		if id%4 == 0 {
			dst = append(dst, mem.ObjID(mix(uint64(id))%uint64(n)))
		}
		return dst
	}
}

// tangle is the worst case: two random edges for every object.
func tangle(n int) func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
	return func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID {
		return append(dst, mem.ObjID(mix(uint64(id))%uint64(n)), mem.ObjID(mix(uint64(id)<<32|1)%uint64(n)))
	}
}

var benchShapes = []struct {
	name string
	rows func(n int) func(mem.ObjID, []mem.ObjID) []mem.ObjID
}{{"records", records}, {"tangle", tangle}}

// forSizes runs a benchmark on both kinds of graph in all sizes. Wall clock:
// believe the best of several runs on a machine that does nothing else.
func forSizes(b *testing.B, run func(g *Graph, n int)) {
	forGraphs(b, func(g *Graph, n int) func() { return func() { run(g, n) } })
}

// forGraphs is forSizes with something made of each graph beforehand.
func forGraphs(b *testing.B, prepare func(g *Graph, n int) (run func())) {
	for _, n := range benchSizes {
		for _, shape := range benchShapes {
			b.Run(fmt.Sprintf("%s/n=%d", shape.name, n), func(b *testing.B) {
				g := Build(n, 2*n, shape.rows(n), oneRoot(0))
				run := prepare(g, n)
				runtime.GC()
				for b.Loop() {
					run()
				}
				perSecond := float64(b.N) / b.Elapsed().Seconds()
				b.ReportMetric(float64(n)*perSecond, "objects/s")
				b.ReportMetric(float64(g.NumEdges())*perSecond, "edges/s")
			})
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	forSizes(b, func(g *Graph, n int) {
		Build(n, g.NumEdges(), func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID { return append(dst, g.Out(id)...) }, g.Roots())
	})
}

func BenchmarkReach(b *testing.B) {
	forSizes(b, func(g *Graph, _ int) {
		g.reach.Store(nil)
		must(g.Reach(context.Background()))
	})
}

func BenchmarkShortestTree(b *testing.B) {
	forSizes(b, func(g *Graph, _ int) { must(g.ShortestTree(context.Background(), PathOptions{})) })
}

func BenchmarkDominators(b *testing.B) {
	forSizes(b, func(g *Graph, _ int) { must(g.Dominators(context.Background(), eight)) })
}

func BenchmarkCheck(b *testing.B) {
	forTrees(b, func(d *Dominators) error { return d.Check(context.Background()) })
}

func BenchmarkVerify(b *testing.B) {
	forTrees(b, func(d *Dominators) error { return d.Verify(context.Background()) })
}

// forTrees makes the trees beforehand.
func forTrees(b *testing.B, check func(*Dominators) error) {
	forGraphs(b, func(g *Graph, _ int) func() {
		d := must(g.Dominators(context.Background(), eight))
		return func() { must(d, check(d)) }
	})
}

func BenchmarkRetainedOfSets(b *testing.B) {
	class := func(id mem.ObjID) int { return int(mix(uint64(id)) % 200) }
	forSizes(b, func(g *Graph, _ int) { must(g.RetainedOfSets(context.Background(), class, always(eight))) })
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// What a graph and its dominators hold, 29.2 bytes, frozen so that one byte more
// an object is too many.
func TestBytesPerObject(t *testing.T) {
	n := large(1_000_000)
	edges := 0
	within(t, n, 30, func() any {
		g := Build(n, n*5/4, records(n), oneRoot(0))
		edges = g.NumEdges()
		return []any{g, must(g.Dominators(context.Background(), eight))}
	})
	t.Logf("%.2f edges an object", float64(edges)/float64(n))
}
