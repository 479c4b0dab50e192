package census

import (
	"context"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
)

// modules is what the executable says of its modules.
func modules(s *snapshot.Snapshot) *typefilter.Modules {
	p := s.Program
	if p == nil {
		return &typefilter.Modules{}
	}
	return &typefilter.Modules{Main: p.MainModule, MainPath: p.MainPath, Deps: p.Modules}
}

// candidate is what the series says of a type.
func (f *finder) candidate(name int32) typefilter.Candidate {
	n, r := f.series.names.list[name], &f.series.rows[name]
	c := typefilter.Candidate{
		Name: n.shown, FullName: n.full,
		Origin:  modules(f.Last).OriginOf(n.shown, n.full, n.pkg),
		Closure: typefilter.FormOf(n.shown) == typefilter.Closure,
		Count:   r.now.Count, Bytes: r.now.Bytes, Ambiguous: r.ambiguous,
		Flow:     typefilter.Flow{New: r.fresh.Count, Gone: r.gone, Survivors: r.fresh.Count},
		WeakOnly: r.fresh.Count > 0 && r.weak == r.fresh.Count,
	}
	c.Deltas, c.Counts = f.series.deltas(r.counts), f.series.usedOf(r.counts)
	c.Came = f.series.intervals(r.came)
	if deltas, ok := f.series.contents(name); ok {
		c.Deltas = deltas
	}
	return c
}

// joined is several types as one.
func joined(all []typefilter.Candidate, name string) typefilter.Candidate {
	sum := all[0]
	for _, c := range all[1:] {
		sum.Name, sum.FullName = name, name
		sum.Count += c.Count
		sum.Bytes += c.Bytes
		sum.Ambiguous += c.Ambiguous
		sum.New += c.New
		sum.Gone += c.Gone
		sum.Survivors += c.Survivors
		sum.WeakOnly = sum.WeakOnly && c.WeakOnly
		for i := range c.Counts {
			sum.Counts[i] += c.Counts[i]
		}
		for i := range c.Deltas {
			sum.Deltas[i] += c.Deltas[i]
			sum.Came[i] += c.Came[i]
		}
	}
	return sum
}

// grown are the types that came or went between the first dump and the last.
func (f *finder) grown(ctx context.Context) ([]typefilter.Candidate, error) {
	var out []typefilter.Candidate
	var names []int32
	holders := f.series.flows()
	for i := range f.series.rows {
		r := &f.series.rows[i]
		if r.fresh.Count == 0 && r.gone == 0 {
			continue
		}
		c := f.candidate(int32(i))
		c.Holders = holders[int32(i)]
		out = append(out, c)
		names = append(names, int32(i))
	}
	if err := f.retainedByNew(ctx, names, out); err != nil {
		return nil, err
	}
	if err := f.owners(names, out); err != nil {
		return nil, err
	}
	return out, f.holders(ctx, names, out)
}

// retainedByNew fills in what would go free with the new objects of each type
// that grew, graph.Classes at a time.
func (f *finder) retainedByNew(ctx context.Context, names []int32, out []typefilter.Candidate) error {
	class := make([]int, len(f.series.rows))
	parts := make([]part, len(f.series.rows))
	series := f.dumps()
	for at := 0; at < len(out); {
		for i := range class {
			class[i] = -1
		}
		var batch []int
		for ; at < len(out) && len(batch) < graph.Classes; at++ {
			if j := series.Judge(&out[at]); j.Leaked > 0 || out[at].New > out[at].Gone {
				class[names[at]], parts[names[at]] = len(batch), partOf(&out[at], &j)
				batch = append(batch, at)
			}
		}
		kept, err := f.Last.Graph.RetainedOfSets(ctx, func(id mem.ObjID) int {
			key := f.keys[f.Last.Typing.Of[id]]
			if class[key] < 0 || !f.inPart(&parts[key], id) || f.isAccepted(id) {
				return -1
			}
			return class[key]
		}, f.Last.Heap.Sizes)
		if err != nil {
			return err
		}
		for k, i := range batch {
			out[i].Retained = kept[k].Bytes
		}
	}
	return nil
}

// dumps is what a decision has to know of the series.
func (f *finder) dumps() typefilter.Series {
	return typefilter.Series{Dumps: len(f.Dumps), Jobs: f.Jobs, Times: f.Times, Assumed: f.JobsAssumed}
}

// isUsers reports whether a root belongs to a package outside of the standard
// library. A global without a name is taken for the user's.
func (f *finder) isUsers(r graph.RootID) bool {
	pkg, ok := f.Last.RootPackage(r)
	return ok && (pkg == "" || !typefilter.IsStandard(pkg))
}

func (f *finder) inChosen(id mem.ObjID) bool {
	return f.chosen[f.keys[f.Last.Typing.Of[id]]] && (f.Single || f.series.isNew(id))
}

// retainedByChosen is what would go free with the chosen types' new objects.
func (f *finder) retainedByChosen(ctx context.Context) (uint64, error) {
	kept, err := f.Last.Graph.RetainedOfSet(ctx, f.inChosen, f.Last.Heap.Sizes())
	return kept.Bytes, err
}
