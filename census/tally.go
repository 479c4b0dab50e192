package census

import (
	"cmp"
	"slices"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
)

// Tally is how many objects of each type a dump has, by the names that people
// see: what is kept of a dump to compare the next one with. What only the tracer
// holds is not in it.
type Tally map[string]Sum

// TallyOf counts a dump's objects.
func TallyOf(s *snapshot.Snapshot) Tally {
	sums := make([]Sum, len(s.Typing.Types))
	sizes := s.Heap.Sizes()
	counted := s.Counted()
	for i, to := range s.Typing.Of {
		if id := mem.ObjID(i); counted.Has(id) {
			sums[to].add(sizes(id))
		}
	}
	t := Tally{}
	for _, r := range mergeRows(s, sums, make([]int, len(sums))) {
		t[r.Type] = Sum{r.Count, r.Bytes}
	}
	return t
}

// Growth is a type of which there are more objects than before.
type Growth struct {
	Type  string
	Total int    // now
	Delta int    // more than before
	Bytes uint64 // of all of them now
	More  int64  // bytes more than before
}

// Since lists the types that grew since an earlier dump, most objects first, then
// named types, then by name: limit at the most (0: all).
func (t Tally) Since(before Tally, limit int) []Growth {
	out := []Growth{}
	for name, now := range t {
		if was := before[name]; now.Count > was.Count {
			out = append(out, Growth{name, now.Count, now.Count - was.Count, now.Bytes, int64(now.Bytes) - int64(was.Bytes)})
		}
	}
	slices.SortFunc(out, func(a, b Growth) int {
		return cmp.Or(cmp.Compare(b.Delta, a.Delta), cmp.Compare(form(a.Type), form(b.Type)), cmp.Compare(a.Type, b.Type))
	})
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out
}

// form is 0 for named types.
func form(typ string) int {
	if typefilter.FormOf(typ) == typefilter.Named {
		return 0
	}
	return 1
}
