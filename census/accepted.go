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
	way          map[string]int // the same for all chains that an accepted one goes on from
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
	tree, err := f.Last.ShortestTree()
	if err != nil {
		return err
	}
	p := newPatterns(f.Last, tree, set)
	by := f.acceptedPatterns(p, set)
	for _, id := range set {
		f.known.judged.Add(id)
		if i, ok := by[p.of(id)]; ok {
			f.known.held.Add(id)
			f.countAccepted(i, id)
		}
	}
	return nil
}

// acceptedPatterns are those of a set's patterns that are accepted, with the
// index in Accepted: first those of chains that go on from an accepted one, then
// the slices and the parts of maps that grow with what they hold.
func (f *finder) acceptedPatterns(p *patterns, set []mem.ObjID) map[uint32]int {
	chains := map[uint32]Chain{}
	by := map[uint32]int{}
	for _, id := range set {
		if _, ok := chains[p.of(id)]; ok || p.tree.Dist(id) == 0 {
			continue
		}
		c, _ := p.chain(id)
		chain := p.render(c)
		chains[p.of(id)] = chain
		if i, ok := f.acceptedBy(&chain); ok {
			by[p.of(id)] = i
		}
	}
	for pattern, chain := range chains {
		if _, ok := by[pattern]; ok {
			continue
		}
		if i, ok := f.storageOf(&chain); ok {
			by[pattern] = i
		}
	}
	return by
}

func (f *finder) beginAccept() {
	n := f.Last.Heap.NumObjects()
	f.known = acceptance{graph.NewSet(n), graph.NewSet(n), map[string]int{}, map[string]int{}}
	for _, a := range f.o.Accept {
		if _, twice := f.known.number[a.Fingerprint]; !twice {
			f.known.number[a.Fingerprint] = len(f.Accepted)
			f.Accepted = append(f.Accepted, Accepted{Accept: a})
		}
	}
}

// acceptedBy is the index of what accepts a chain, or one that it goes on from.
func (f *finder) acceptedBy(c *Chain) (int, bool) {
	for n, print := range c.prints {
		if i, ok := f.known.number[print]; ok {
			f.nameAccepted(i, c)
			for _, before := range c.prints[:n] {
				f.known.way[before] = i
			}
			return i, true
		}
	}
	for i, a := range f.Accepted { // in the order of the file
		if slices.Contains(c.passed, a.Fingerprint) {
			f.nameAccepted(i, c)
			return i, true
		}
	}
	return 0, false
}

func (f *finder) nameAccepted(i int, c *Chain) {
	if f.Accepted[i].Root == "" {
		f.Accepted[i].Root = c.RootName
	}
}

// storageOf is the index of what accepts the elements of a slice or a map, if a
// chain leads to its array or to a part of it.
func (f *finder) storageOf(c *Chain) (int, bool) {
	last := len(c.Steps) - 1
	id := c.Steps[last].ID
	if typefilter.FormOf(f.Last.Typing.Type(id).Name) != typefilter.Composite {
		return 0, false
	}
	at := len(c.prints) - 1
	if f.Last.Typing.Type(id).Folded() {
		at-- // the map itself
	}
	if at < 0 {
		return 0, false
	}
	i, ok := f.known.way[c.prints[at]]
	return i, ok
}

func (f *finder) countAccepted(i int, id mem.ObjID) {
	a := &f.Accepted[i]
	a.Count++
	name := f.Last.TypeName(id)
	if at, has := slices.BinarySearch(a.Types, name); !has {
		a.Types = slices.Insert(a.Types, at, name)
	}
}

// isAccepted reports whether an object is held in an accepted way; it must have
// been given to accept.
func (f *finder) isAccepted(id mem.ObjID) bool {
	return f.known.number != nil && f.known.held.Has(id)
}

// besideAccepted takes the new objects that are held in accepted ways from the
// numbers of the candidates that leaked, as if they had never come.
func (f *finder) besideAccepted(ctx context.Context, c []typefilter.Candidate, leaked []typefilter.Leak) error {
	wanted := map[int32]bool{} // of the series' names
	for i := range leaked {
		wanted[int32(f.series.names.ids[leaked[i].FullName])] = true
	}
	set := f.newOf(func(name int32) bool { return wanted[name] })
	if err := f.accept(ctx, set); err != nil {
		return err
	}
	at := map[int32]*typefilter.Candidate{}
	names := make([]int32, len(c))
	for i := range c {
		names[i] = int32(f.series.names.ids[c[i].FullName])
		at[names[i]] = &c[i]
	}
	for _, id := range set {
		if f.isAccepted(id) {
			f.forget(at[f.keys[f.Last.Typing.Of[id]]], id)
		}
	}
	return f.retainedByNew(ctx, names, c)
}

// forget takes a new object from the numbers of its type and of its holder.
func (f *finder) forget(c *typefilter.Candidate, id mem.ObjID) {
	interval := f.series.interval(f.series.first[id])
	without := func(flow *typefilter.Flow, deltas []int64) {
		flow.New--
		flow.Survivors--
		if interval < len(deltas) {
			deltas[interval]--
		}
	}
	if interval < len(c.Came) {
		c.Came[interval]--
	}
	without(&c.Flow, c.Deltas)
	if len(c.Holders) == 0 {
		return
	}
	w := uint64(f.series.ways.of(id))
	if i := slices.IndexFunc(c.Holders, func(h typefilter.Holder) bool { return h.ID == w }); i >= 0 {
		without(&c.Holders[i].Flow, c.Holders[i].Deltas)
	}
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
// type. What was asked for stays, if there is nothing else.
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
	if f.Asked { // of others the numbers are without them
		f.Picked.Leaked = max(0, f.Picked.Leaked-n)
		f.Picked.PerJob = float64(f.Picked.Leaked) / float64(max(1, total(f.Jobs)))
	}
	kept, err := f.retainedOf(ctx, rest)
	f.Picked.Retained = kept
	return err
}

// retainedOf is what would go free with some objects, which are ascending.
func (f *finder) retainedOf(ctx context.Context, set []mem.ObjID) (uint64, error) {
	kept, err := f.Last.Graph.RetainedOfSet(ctx, func(id mem.ObjID) bool {
		_, ok := slices.BinarySearch(set, id)
		return ok
	}, f.Last.Heap.Sizes())
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
	others := map[int32]*part{}
	for i := range f.Leaked {
		if l := &f.Leaked[i]; l.Aside == "" && l != f.Picked && l.Leaked > 0 && l.Store == nil {
			p := partOf(&l.Candidate, &l.Judgement)
			others[int32(f.series.names.ids[l.FullName])] = &p
		}
	}
	set := f.newOf(func(name int32) bool { return others[name] != nil && !f.chosen[name] })
	if err := f.accept(ctx, set); err != nil {
		return err
	}
	set = slices.DeleteFunc(set, func(id mem.ObjID) bool {
		return f.isAccepted(id) || !f.inPart(others[f.keys[f.Last.Typing.Of[id]]], id)
	})
	for i := range f.Leaked {
		if l := &f.Leaked[i]; l.Aside == "" && l != f.Picked && l.Store != nil {
			set = append(set, f.stores[l.Store])
		}
	}
	if f.Picked.Leaked > 0 {
		set = append(set, f.Objects...)
	}
	slices.Sort(set)
	f.Retained, err = f.retainedOf(ctx, set)
	return err
}
