package census

import (
	"context"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
)

// Accept is a way to hold objects that is known and does not count as a leak.
type Accept struct {
	Fingerprint string // of a chain
	Comment     string
}

// Accepted is what came of an Accept: how many leaked objects are held that
// way, or through the objects that are, and of which types.
type Accepted struct {
	Accept
	Root  string // holder of the first of them
	Count int
	Types []string
}

// acceptance knows which objects are held in accepted ways.
type acceptance struct {
	judged, held graph.Set
	number       map[string]int // fingerprint -> index in Leaks.Accepted
}

// accept looks at how the objects of a set are held, each object once.
func (f *finder) accept(ctx context.Context, set []mem.ObjID) error {
	if len(f.o.Accept) == 0 {
		return nil
	}
	if f.known.number == nil {
		f.beginAccept()
	}
	set = slices.DeleteFunc(slices.Clone(set), f.known.judged.Has)
	tree, err := f.Last.Graph.ShortestTree(ctx, graph.PathOptions{})
	if err != nil {
		return err
	}
	p := newPatterns(f.Last, tree, set)
	by := map[uint32]int{} // pattern -> index in Accepted, -1 for none
	for _, id := range set {
		f.known.judged.Add(id)
		if tree.Dist(id) == 0 {
			continue
		}
		i, ok := by[p.of[id]]
		if !ok {
			c, _ := tree.Chain(id)
			i = f.acceptedBy(p.render(c))
			by[p.of[id]] = i
		}
		if i >= 0 {
			f.known.held.Add(id)
			f.countAccepted(i, id)
		}
	}
	return nil
}

func (f *finder) beginAccept() {
	n := f.Last.Heap.NumObjects()
	f.known = acceptance{graph.NewSet(n), graph.NewSet(n), map[string]int{}}
	for _, a := range f.o.Accept {
		if _, twice := f.known.number[a.Fingerprint]; !twice {
			f.known.number[a.Fingerprint] = len(f.Accepted)
			f.Accepted = append(f.Accepted, Accepted{Accept: a})
		}
	}
}

// acceptedBy is the index of what accepts a chain, or one that it goes on from;
// -1 for none.
func (f *finder) acceptedBy(c Chain) int {
	for _, print := range c.prints {
		if i, ok := f.known.number[print]; ok {
			if f.Accepted[i].Root == "" {
				f.Accepted[i].Root = c.RootName
			}
			return i
		}
	}
	return -1
}

func (f *finder) countAccepted(i int, id mem.ObjID) {
	a := &f.Accepted[i]
	a.Count++
	if name := f.Last.TypeName(id); !slices.Contains(a.Types, name) {
		a.Types = append(a.Types, name)
	}
}

// isAccepted reports whether an object is held in an accepted way; it must have
// been given to accept.
func (f *finder) isAccepted(id mem.ObjID) bool {
	return f.known.number != nil && f.known.held.Has(id)
}

// besideAccepted leaves out the candidates that leaked in accepted ways only.
func (f *finder) besideAccepted(ctx context.Context, c []typefilter.Candidate, leaked []typefilter.Leak) ([]typefilter.Candidate, error) {
	at := map[int32]int{} // series' name -> index in leaked
	for i := range leaked {
		at[int32(f.series.names.ids[leaked[i].FullName])] = i
	}
	set := f.newOf(func(name int32) bool { _, ok := at[name]; return ok })
	if err := f.accept(ctx, set); err != nil {
		return nil, err
	}
	left := make([]int, len(leaked))
	for i := range leaked {
		left[i] = leaked[i].Leaked
	}
	for _, id := range set {
		if f.isAccepted(id) {
			left[at[f.keys[f.Last.Typing.Of[id]]]]--
		}
	}
	return slices.DeleteFunc(c, func(c typefilter.Candidate) bool {
		i, ok := at[int32(f.series.names.ids[c.FullName])]
		return ok && left[i] <= 0
	}), nil
}

// newOf are the new objects of some types, ascending.
func (f *finder) newOf(wanted func(name int32) bool) (out []mem.ObjID) {
	for i, to := range f.Last.Typing.Of {
		if id := mem.ObjID(i); f.series.isNew(id) && wanted(f.keys[to]) {
			out = append(out, id)
		}
	}
	return out
}

// dropAccepted takes the accepted ones from the leaked objects of the picked
// type, and from its numbers. What was asked for stays, if there is nothing
// else.
func (f *finder) dropAccepted(ctx context.Context) error {
	if f.Single || len(f.o.Accept) == 0 {
		return nil
	}
	if err := f.accept(ctx, f.Objects); err != nil {
		return err
	}
	rest := slices.DeleteFunc(slices.Clone(f.Objects), f.isAccepted)
	n := len(f.Objects) - len(rest)
	if n == 0 {
		return nil
	}
	if len(rest) == 0 {
		f.AllAccepted = true
		return nil
	}
	f.Objects = rest
	f.Picked.Leaked = max(0, f.Picked.Leaked-n)
	f.Picked.PerJob = float64(f.Picked.Leaked) / float64(max(1, total(f.Jobs)))
	kept, err := f.retainedOf(ctx, rest)
	f.Picked.Retained = kept
	return err
}

// retainedOf is what would go free with some objects, which are ascending.
func (f *finder) retainedOf(ctx context.Context, set []mem.ObjID) (uint64, error) {
	kept, err := f.Last.Graph.RetainedOfSet(ctx, func(id mem.ObjID) bool {
		_, ok := slices.BinarySearch(set, id)
		return ok
	}, f.Last.Size)
	return kept.Bytes, err
}

// sumUp works out what would go free with all that leaked: of the picked type
// its leaked objects, of the others their new ones, without what is put aside
// and what is accepted.
func (f *finder) sumUp(ctx context.Context) (err error) {
	if f.Single || f.Picked == nil {
		return nil
	}
	if f.AllAccepted {
		return nil
	}
	others := map[int32]*typefilter.Leak{}
	for i := range f.Leaked {
		if l := &f.Leaked[i]; l.Aside == "" && l != f.Picked && l.Leaked > 0 {
			others[int32(f.series.names.ids[l.FullName])] = l
		}
	}
	set := f.newOf(func(name int32) bool { return others[name] != nil && !f.chosen[name] })
	if err := f.accept(ctx, set); err != nil {
		return err
	}
	set = slices.DeleteFunc(set, func(id mem.ObjID) bool {
		l := others[f.keys[f.Last.Typing.Of[id]]]
		return f.isAccepted(id) || len(l.Grown) > 0 && !grownBy(l, f.series.ways.of(id))
	})
	if f.Picked.Leaked > 0 {
		set = append(set, f.Objects...)
	}
	slices.Sort(set)
	f.Retained, err = f.retainedOf(ctx, set)
	return err
}

// grownBy reports whether a way is one of those by which a type leaked.
func grownBy(l *typefilter.Leak, w way) bool {
	return slices.ContainsFunc(l.Grown, func(i int) bool { return way(l.Holders[i].ID) == w })
}
