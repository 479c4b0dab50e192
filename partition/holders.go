package partition

import (
	"context"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
)

// noRoot is the root of what no root reaches.
const noRoot = graph.RootID(1<<32 - 1)

// nobody names the holder of what no root reaches.
const nobody = "(not reached)"

// findBegins finds for each object the root from which the shortest chain leads to
// it. A chain that joins one which is known already ends there.
func (sp *Space) findBegins() ([]graph.RootID, error) {
	tree, err := sp.ShortestTree()
	if err != nil {
		return nil, err
	}
	const open = noRoot - 1
	roots := make([]graph.RootID, sp.Heap.NumObjects())
	for i := range roots {
		roots[i] = open
	}
	var way []mem.ObjID
	for i := range roots {
		way = way[:0]
		root, id := noRoot, mem.ObjID(i)
		for {
			if roots[id] != open {
				root = roots[id]
				break
			}
			way = append(way, id)
			up := tree.Parent(id)
			if kind := sp.Graph.KindOf(up); kind != graph.NodeObject {
				if kind == graph.NodeRoot {
					root = sp.Graph.Root(up)
				}
				break
			}
			id = sp.Graph.Object(up)
		}
		for _, on := range way {
			roots[on] = root
		}
	}
	return roots, nil
}

// byRoot names the root of the shortest chain, a goroutine's without the number.
func byRoot(ctx context.Context, sp *Space, set graph.Set, exact bool) (*classes, error) {
	name := sp.RootPattern
	if exact {
		name = sp.RootName
	}
	return sp.byBegin(ctx, set, name)
}

func byGoroutine(ctx context.Context, sp *Space, set graph.Set, _ bool) (*classes, error) {
	return sp.byBegin(ctx, set, func(r graph.RootID) string {
		if g := sp.Graph.Roots().Group(r); g != graph.NoGroup {
			return sp.GroupName(g)
		}
		return "(" + sp.Graph.Roots().Kind(r).String() + ")"
	})
}

// byBegin makes a class of each name of a root.
func (sp *Space) byBegin(ctx context.Context, set graph.Set, name func(graph.RootID) string) (*classes, error) {
	begins, err := sp.begins()
	if err != nil {
		return nil, err
	}
	used := graph.NewSet(sp.Graph.Roots().Len())
	for id := range set.All() {
		used.Add(mem.ObjID(begins[id]))
	}
	names := make([]string, sp.Graph.Roots().Len())
	err = mem.Parallel(ctx, sp.Workers, used.Blocks(), func(_, block int) {
		for r := range used.InBlock(block) {
			names[r] = name(graph.RootID(r))
		}
	})
	if err != nil {
		return nil, err
	}
	var classes numberNames
	classes.of(nobody)
	of := make([]uint32, len(names))
	for r, n := range names {
		if n != "" {
			of[r] = classes.of(n)
		}
	}
	return sp.classify(ctx, set, len(classes.list), classes.name, func() func(mem.ObjID) uint32 {
		return func(id mem.ObjID) uint32 {
			if begins[id] == noRoot {
				return 0
			}
			return of[begins[id]]
		}
	})
}
