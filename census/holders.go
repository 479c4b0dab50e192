package census

import (
	"context"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
)

// holders finds out for each type of which that counts whether a variable or a
// goroutine of the user's holds its new objects: those that are only noise where
// nobody does. Ways through the runtime's own objects do not count: a channel that
// somebody waits at leads to a goroutine, that to the thread it runs on, and that to
// all threads. The shortest ways to some of the objects show it as a rule; if they
// do not, all ways are searched.
func (f *finder) holders(ctx context.Context, names []int32, out []typefilter.Candidate) error {
	known := len(f.series.names.list)
	h := holders{finder: f, own: f.runtimeTypes(), open: make([]*typefilter.Candidate, known), asked: make([]int, known)}
	for i, n := range names {
		c := &out[i]
		if rule, ok := f.rules.Of(c.Name, c.FullName, c.Origin); ok && rule.Noise == typefilter.Parts {
			h.open[n] = c
			h.left++
		}
	}
	var err error
	if h.tree, err = f.Last.ShortestTree(); err != nil {
		return err
	}
	h.each(h.nearly)
	if h.left == 0 {
		return nil
	}
	others := func(r graph.RootID) bool { return !f.isUsers(r) }
	reached, err := f.Last.Graph.Reached(ctx, others, h.runtimes())
	if err != nil {
		return err
	}
	h.each(func(_ int32, id mem.ObjID) bool { return reached.Has(id) })
	return nil
}

// holders is that search.
type holders struct {
	*finder
	tree  *graph.Tree
	own   []bool                  // by type: it is the runtime's
	open  []*typefilter.Candidate // by name of the series: not nil if no holder was found yet
	left  int                     // of open
	asked []int                   // by name: how many objects the tree was asked for
}

const (
	mostWays = 64  // objects of a type whose shortest ways are looked at
	mostUp   = 500 // objects of a way that are
)

// each marks the types of which held says so of an object.
func (h *holders) each(held func(name int32, id mem.ObjID) bool) {
	for i, to := range h.Last.Typing.Of {
		if h.left == 0 {
			return
		}
		id, name := mem.ObjID(i), h.keys[to]
		if c := h.open[name]; c != nil && (h.Single || h.series.isNew(id)) && held(name, id) {
			c.HeldByUser = true
			h.open[name] = nil
			h.left--
		}
	}
}

// nearly reports whether the shortest way to an object begins at the user's, and
// leads through nothing of the runtime's.
func (h *holders) nearly(name int32, id mem.ObjID) bool {
	if h.asked[name]++; h.asked[name] > mostWays {
		return false
	}
	g := h.Last.Graph
	for range mostUp {
		if h.own[h.Last.Typing.Of[id]] {
			return false
		}
		switch up := h.tree.Parent(id); g.KindOf(up) {
		case graph.NodeObject:
			id = g.Object(up)
		case graph.NodeRoot:
			return h.isUsers(g.Root(up))
		default:
			return false
		}
	}
	return false
}

// runtimeTypes says which types are the runtime's.
func (f *finder) runtimeTypes() []bool {
	mods := modules(f.Last)
	own := make([]bool, len(f.keys))
	for t, key := range f.keys {
		n := &f.series.names.list[key]
		own[t] = mods.OriginOf(n.shown, n.full, n.pkg) == typefilter.Runtime
	}
	return own
}

// runtimes are the objects of the runtime's types.
func (h *holders) runtimes() *graph.Set {
	set := graph.NewSet(h.Last.Heap.NumObjects())
	for i, to := range h.Last.Typing.Of {
		if h.own[to] {
			set.Add(mem.ObjID(i))
		}
	}
	return &set
}
