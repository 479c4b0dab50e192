package census

import (
	"cmp"
	"context"
	"slices"

	"github.com/objgraph/objgraph/mem"
)

// takeObjects finds the objects that leaked among the new ones of the picked
// type. Where some of them only replaced others, what that frees is worked out
// again for those that did not.
func (f *finder) takeObjects(ctx context.Context) error {
	if id, ok := f.stores[f.Picked.Store]; ok {
		f.Objects = []mem.ObjID{id}
		return nil
	}
	f.Objects = f.objects()
	if f.Single {
		return nil
	}
	if !f.Asked {
		f.onlyPart()
	}
	if f.Picked.Gone == 0 || f.Picked.Since > 0 {
		return nil
	}
	leaked, err := f.notReplaced(ctx, f.Objects)
	if err != nil || len(leaked) == 0 {
		return err
	}
	f.Objects = leaked
	f.Picked.Retained, err = f.retainedOf(ctx, leaked)
	return err
}

// onlyPart keeps to the objects that the leak is about, if there are any.
func (f *finder) onlyPart() {
	p := partOf(&f.Picked.Candidate, &f.Picked.Judgement)
	kept := slices.DeleteFunc(slices.Clone(f.Objects), func(id mem.ObjID) bool { return !f.inPart(&p, id) })
	if len(kept) > 0 {
		f.Objects = kept
	}
}

// notReplaced are those of the new objects that are more than went, of each
// way to be held: the ones that have been there for the longest.
func (f *finder) notReplaced(ctx context.Context, fresh []mem.ObjID) ([]mem.ObjID, error) {
	gone, err := f.gone(ctx)
	if err != nil || gone == nil {
		return nil, err
	}
	more := map[way]int{}
	for w, n := range gone {
		more[w] = -n
	}
	now, err := newWays(ctx, f.Last, fresh)
	if err != nil {
		return nil, err
	}
	f.goneBy, f.waysNow = gone, now
	for _, id := range fresh {
		more[now.of(id)]++
	}
	byAge := slices.SortedFunc(slices.Values(fresh), func(a, b mem.ObjID) int {
		return cmp.Or(cmp.Compare(f.series.first[a], f.series.first[b]), cmp.Compare(a, b))
	})
	var out []mem.ObjID
	for _, id := range byAge {
		if w := now.of(id); more[w] > 0 {
			more[w]--
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out, nil
}

// gone counts the first dump's objects of the picked type that
// went, by how they were held. It is nil if that dump cannot be read again.
func (f *finder) gone(ctx context.Context) (map[way]int, error) {
	was, err := f.series.open(f.Dumps[0])
	if err != nil {
		return nil, ctx.Err()
	}
	defer was.Close()
	m := matcher{was: was, now: f.Last, wasKeys: f.series.names.of(was), nowKeys: f.keys, names: f.series.names.list}
	var set []mem.ObjID
	for i, to := range was.Typing.Of {
		id := mem.ObjID(i)
		if f.chosen[m.wasKeys[to]] && was.Counted().Has(id) && !f.series.stays(&m, id) {
			set = append(set, id)
		}
	}
	w, err := newWays(ctx, was, set)
	if err != nil {
		return nil, err
	}
	count := map[way]int{}
	for _, id := range set {
		count[w.of(id)]++
	}
	return count, nil
}

// takeFlows works out what leaked by each holder. The chains have what leaked,
// without those that only replaced others.
func (f *finder) takeFlows(ctx context.Context) (err error) {
	if f.Single || f.Picked.Leaked == 0 || f.Picked.Store != nil {
		return nil
	}
	told := map[way]bool{}
	for i := range f.Chains {
		c := &f.Chains[i]
		c.Flow = &Flow{New: c.Count, PerJob: float64(c.Count) / float64(max(1, total(f.Jobs[f.Picked.Since:])))}
		if f.waysNow != nil {
			if w := f.waysNow.of(c.ids[0]); !told[w] {
				told[w] = true
				c.Flow.Gone = f.goneBy[w]
				c.Flow.New += c.Flow.Gone
			}
		}
		for _, id := range c.ids {
			c.Flow.Bytes += f.Last.Size(id)
		}
		if c.Flow.Retained, err = f.retainedOf(ctx, c.ids); err != nil {
			return err
		}
	}
	return nil
}
