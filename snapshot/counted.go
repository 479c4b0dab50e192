package snapshot

import (
	"context"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
)

// poolArray holds what is in a sync.Pool. Before it has a dump written, the tracer
// collects twice, which empties pools: what is in them again is of those who run
// beside the job, mostly of the log that tells of the job before.
const poolArray = "[]sync.poolLocal"

// Counted are the objects that say something of a program: what is reachable,
// but for what is there because the program is traced.
type Counted struct {
	reach  *graph.Reach
	tracer *graph.Set // objects of package jobtrace, those that only it leads to, and what is in pools; nil if the program has none
}

// Has reports whether an object is among them.
func (c *Counted) Has(id mem.ObjID) bool {
	return c.reach.Has(id) && (c.tracer == nil || !c.tracer.Has(id))
}

// In is the part of a set of reachable objects that are among them.
func (c *Counted) In(reached graph.Set) graph.Set {
	if c.tracer == nil {
		return reached
	}
	return reached.AndNot(*c.tracer)
}

// Counted are those of the dump, found on first use. Where the context that the
// dump was opened with is done, the tracer's are among them.
func (s *Snapshot) Counted() *Counted { return s.counted() }

func (s *Snapshot) count(ctx context.Context) *Counted {
	c := &Counted{reach: s.Reach}
	mine := make([]bool, len(s.Typing.Types)) // by type
	for i := range mine {
		mine[i] = typefilter.IsTracer(s.Typing.Types[i].PkgPath)
	}
	if !slices.Contains(mine, true) {
		return c
	}
	for i := range mine {
		mine[i] = mine[i] || s.Typing.Types[i].FullName == poolArray
	}
	tree, err := s.Graph.ShortestTree(ctx, graph.PathOptions{
		SkipRoot: s.tracerRoots(),
		Skip:     func(from mem.ObjID, slot int) bool { return mine[s.Typing.Of[from]] },
	})
	if err != nil {
		return c
	}
	set := graph.NewSet(s.Heap.NumObjects())
	for i := range s.Heap.NumObjects() {
		if id := mem.ObjID(i); tree.Dist(id) == 0 || mine[s.Typing.Of[id]] {
			set.Add(id)
		}
	}
	c.tracer = &set
	return c
}

// tracerRoots reports the tracer's variables, its frames, and all of the
// goroutines that it started.
func (s *Snapshot) tracerRoots() func(graph.RootID) bool {
	mine := make([]bool, len(s.Heap.Goroutines))
	for i := range s.Heap.Goroutines {
		frames := s.Heap.Goroutines[i].Frames
		for len(frames) > 0 && isRuntime(frames[len(frames)-1].Func) {
			frames = frames[:len(frames)-1]
		}
		mine[i] = len(frames) > 0 && typefilter.IsTracer(packageOf(frames[len(frames)-1].Func))
	}
	roots := s.Graph.Roots()
	return func(r graph.RootID) bool {
		if g := roots.Group(r); g != graph.NoGroup && mine[g] {
			return true
		}
		pkg, ok := s.RootPackage(r)
		return ok && typefilter.IsTracer(pkg)
	}
}
