package snapshot

import (
	"context"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
)

// The collector marks what an object with a finalizer refers to, whether the
// object is reachable or not (runtime/mgcmark.go, markrootSpans). While something
// else holds the object that says nothing: let go of it, and the finalizer runs
// and is gone. Such a finalizer is no root of what the object refers to, else the
// object would retain nothing. One holds by itself where nothing else reaches its
// object, or where the object is held by what it alone holds, so that the
// finalizer never runs.

const (
	maxHolders = 1 << 12 // objects that are asked for a root above an object with a finalizer
	maxBelow   = 1 << 8  // objects below one that are asked whether they hold it
	maxAsked   = 1 << 20 // of each in all: a list may have a finalizer on each of a million nodes
)

// findIdle notes the finalizers that are no roots of what their objects refer to.
// g has all of them as roots.
func (s *Snapshot) findIdle(ctx context.Context, g *graph.Graph) error {
	s.idle = make([]bool, len(s.Heap.Finalizers))
	var open []int
	above, below := maxAsked, maxAsked
	for i := range s.Heap.Finalizers {
		if err := ctx.Err(); err != nil {
			return err
		}
		fin := &s.Heap.Finalizers[i]
		id, ok := s.Heap.Find(fin.Object)
		if !ok || fin.Queued || s.holdsItself(g, id, fin.Func, &below) {
			continue
		}
		held, sure := heldBesides(g, id, &above)
		s.idle[i] = held
		if !sure {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil
	}
	others, err := g.WithRoots(g.Roots().Cut(func(r graph.RootID) int {
		if g.Roots().Kind(r) == graph.Finalizer {
			return 0
		}
		return len(g.Roots().Targets(r))
	})).Reach(ctx)
	if err != nil {
		return err
	}
	for _, i := range open {
		id, _ := s.Heap.Find(s.Heap.Finalizers[i].Object)
		s.idle[i] = others.Strong.Has(id)
	}
	return nil
}

// newGraph makes the graph, in which idle finalizers hold their functions only. t
// says what the roots are.
func (s *Snapshot) newGraph(ctx context.Context, edges *graph.Edges, roots *graph.Roots, t *rootTable) (*graph.Graph, error) {
	g, err := graph.New(edges, roots)
	if err != nil {
		return nil, err
	}
	if s.idle == nil {
		if err := s.findIdle(ctx, g); err != nil {
			return nil, err
		}
	}
	if less := s.withoutIdle(roots, t); less != roots {
		g = g.WithRoots(less)
	}
	return g, nil
}

// withoutIdle are the roots without what the objects of idle finalizers refer to.
func (s *Snapshot) withoutIdle(roots *graph.Roots, t *rootTable) *graph.Roots {
	if !slices.Contains(s.idle, true) {
		return roots
	}
	return roots.Cut(func(r graph.RootID) int {
		n := len(roots.Targets(r))
		ref := &t.refs[r]
		if ref.kind != ofFinalizer || !s.idle[ref.g] {
			return n
		}
		if _, ok := s.Heap.Find(s.Heap.Finalizers[ref.g].Func); ok {
			return 1
		}
		return 0
	})
}

// isHolder reports whether a root other than a finalizer points at an object, and
// is known to be one.
func isHolder(g *graph.Graph, id mem.ObjID) bool {
	for _, r := range g.RootsOf(id) {
		if k := g.Roots().Kind(r); k != graph.Finalizer && k != graph.Conservative {
			return true
		}
	}
	return false
}

// heldBesides reports whether some root other than finalizers reaches an object;
// sure is false if the search was given up. left is how many may be asked.
func heldBesides(g *graph.Graph, id mem.ObjID, left *int) (held, sure bool) {
	seen, queue := map[mem.ObjID]bool{id: true}, []mem.ObjID{id}
	defer func() { *left -= len(queue) }()
	most := min(maxHolders, *left)
	for at := 0; at < len(queue); at++ {
		if isHolder(g, queue[at]) {
			return true, true
		}
		for _, from := range g.In(queue[at]) {
			if len(queue) >= most {
				return false, false
			}
			if !seen[from] {
				seen[from] = true
				queue = append(queue, from)
			}
		}
	}
	return false, true
}

// holdsItself reports whether an object with a finalizer is held by an object that
// nothing reaches but through it or its finalizer's function. Of a large structure
// only what is near is looked at. left is how many may be asked.
func (s *Snapshot) holdsItself(g *graph.Graph, id mem.ObjID, function mem.Addr, left *int) bool {
	b := below{g: g, object: id, most: min(maxBelow, *left), in: map[mem.ObjID]bool{}}
	defer func() { *left -= len(b.list) }()
	if f, ok := s.Heap.Find(function); ok {
		b.add(f)
	}
	b.addAll(id)
	for at := 0; at < len(b.list); at++ {
		b.addAll(b.list[at])
	}
	if len(b.holders) == 0 {
		return false
	}
	b.expose()
	for _, h := range b.holders {
		if b.in[h] {
			return true
		}
	}
	return false
}

// below is what an object with a finalizer leads to.
type below struct {
	g       *graph.Graph
	object  mem.ObjID
	most    int // as long as list may be
	list    []mem.ObjID
	in      map[mem.ObjID]bool // of list; after expose those that nothing else reaches
	holders []mem.ObjID        // of list, that point at the object
}

func (b *below) add(id mem.ObjID) {
	if id != b.object && !b.in[id] && len(b.list) < b.most {
		b.in[id] = true
		b.list = append(b.list, id)
	}
}

func (b *below) addAll(from mem.ObjID) {
	for _, to := range b.g.Out(from) {
		if to == b.object && from != b.object {
			b.holders = append(b.holders, from)
		}
		b.add(to)
	}
}

// expose takes out what something else reaches.
func (b *below) expose() {
	var todo []mem.ObjID
	for _, id := range b.list {
		if b.exposed(id) {
			todo = append(todo, id)
		}
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if b.in[id] {
			b.in[id] = false
			todo = append(todo, b.g.Out(id)...)
		}
	}
}

func (b *below) exposed(id mem.ObjID) bool {
	if isHolder(b.g, id) {
		return true
	}
	for _, from := range b.g.In(id) {
		if _, inside := b.in[from]; !inside && from != b.object {
			return true
		}
	}
	return false
}
