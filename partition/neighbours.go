package partition

import (
	"context"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
)

// Referrers are the objects that hold some object of a set: a map or channel where
// a part of it does. What holds nothing certainly (see graph.Reach.Counts) is left
// out. The error is the context's.
func (sp *Space) Referrers(ctx context.Context, set graph.Set) (graph.Set, error) {
	return sp.throughParts(ctx, set, func(set graph.Set) (graph.Set, error) {
		reach := sp.Reach
		strong, weak := set.And(reach.Strong), set.And(reach.Weak)
		out := graph.NewSet(0)
		for _, part := range []struct{ set, within graph.Set }{
			{strong, reach.Strong}, {weak, reach.Weak}, {set.AndNot(sp.all), sp.Every()},
		} {
			if part.set.Empty() {
				continue
			}
			from, err := sp.Graph.Referrers(ctx, part.set)
			if err != nil {
				return out, err
			}
			out = out.Or(from.And(part.within))
		}
		return out, nil
	})
}

// Referents are the objects that some object of a set refers to: what is in a map
// or channel where that is, and not its parts. The error is the context's.
func (sp *Space) Referents(ctx context.Context, set graph.Set) (graph.Set, error) {
	return sp.throughParts(ctx, set, func(set graph.Set) (graph.Set, error) { return sp.Graph.Referents(ctx, set) })
}

// throughParts goes on from parts of maps and channels until there are none.
func (sp *Space) throughParts(ctx context.Context, set graph.Set, next func(graph.Set) (graph.Set, error)) (graph.Set, error) {
	out := graph.NewSet(sp.Heap.NumObjects())
	passed := out
	for !set.Empty() {
		found, err := next(set)
		if err != nil {
			return out, err
		}
		parts, err := found.Filter(ctx, sp.Workers, func() func(mem.ObjID) bool { return sp.isPart })
		if err != nil {
			return out, err
		}
		out = out.Or(found.AndNot(parts))
		set = parts.AndNot(passed)
		passed = passed.Or(parts)
	}
	return out, nil
}

// Dominated are the objects that would go free with the set, which they include.
// The error is the context's.
func (sp *Space) Dominated(ctx context.Context, set graph.Set) (graph.Set, error) {
	return sp.Graph.Freed(ctx, set.Has)
}
