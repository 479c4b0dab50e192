package snapshot

import (
	"context"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
)

// earlier is what is found out of the graph while types are. Which words of the
// segments are one root is only known with the types, so each one that no variable
// covers is taken for a root, and those that turn out to be one are joined.
type earlier struct {
	s      *Snapshot
	edges  *graph.Edges
	table  rootTable
	graph  *graph.Graph // nil with one worker: there is no beside
	tree   *graph.Tree  // nil if that was not asked for
	joined *graph.Joined
	doms   chan *graph.Dominators // nil likewise
	err    error                  // of doms
}

// begin finds out what the roots reach, and begins what was asked for ahead.
func (s *Snapshot) begin(ctx context.Context, edges *graph.Edges, o Options) (e *earlier, err error) {
	e = &earlier{s: s, edges: edges}
	if mem.Workers(o.Workers) < 2 {
		return e, nil
	}
	if e.graph, err = s.newGraph(ctx, edges, s.findRoots(&e.table, nil), &e.table); err != nil {
		return nil, err
	}
	if !o.Ahead || o.Verify {
		_, err = e.graph.Reach(ctx)
		return e, err
	}
	if e.tree, err = e.graph.ShortestTree(ctx, graph.PathOptions{Mem: &s.mem}); err != nil {
		return nil, err
	}
	e.doms = make(chan *graph.Dominators, 1)
	s.ahead.Go(func() {
		var d *graph.Dominators
		d, e.err = e.graph.DominatorsIn(ctx, s.Heap.Sizes(), &s.mem)
		e.doms <- d
	})
	return e, nil
}

// finish gives the snapshot its graph, once there are types.
func (e *earlier) finish(ctx context.Context) (err error) {
	s := e.s
	roots := s.findRoots(&s.roots, s.Typing)
	if e.graph != nil {
		if into, ok := e.table.into(&s.roots); ok {
			e.joined = e.graph.Join(s.withoutIdle(roots, &s.roots), into, s.workers)
			s.Graph = e.joined.Graph
		}
	}
	if s.Graph == nil {
		if s.Graph, err = s.newGraph(ctx, e.edges, roots, &s.roots); err != nil {
			return err
		}
	}
	s.Reach, err = s.Graph.Reach(ctx)
	return err
}

// dominators are those of the snapshot's graph.
func (e *earlier) dominators(ctx context.Context) (*graph.Dominators, error) {
	if e.doms == nil || e.joined == nil {
		return e.s.Graph.DominatorsIn(ctx, e.s.Heap.Sizes(), &e.s.mem)
	}
	d := <-e.doms
	if e.err != nil {
		return nil, e.err
	}
	return e.joined.Dominators(d), nil
}

// shortest is the tree of the snapshot's graph.
func (e *earlier) shortest(ctx context.Context) (*graph.Tree, error) {
	if e.tree == nil || e.joined == nil {
		return e.s.Graph.ShortestTree(ctx, graph.PathOptions{Mem: &e.s.mem})
	}
	return e.joined.Tree(e.tree), nil
}

// into says for each root which one it is of a table that knows literals too. ok
// is false if one is none.
func (t *rootTable) into(full *rootTable) (into []graph.RootID, ok bool) {
	variables, words := map[int32]graph.RootID{}, map[mem.Addr]graph.RootID{}
	for r, ref := range full.refs[:full.segments] {
		if ref.global == nobody {
			words[full.slots[ref.first]] = graph.RootID(r)
		} else {
			variables[ref.global] = graph.RootID(r)
		}
	}
	for _, ref := range t.refs[:t.segments] {
		at := t.slots[ref.first]
		to, known := variables[full.owner(at)]
		if !known {
			if to, known = words[at]; !known {
				return nil, false
			}
		}
		into = append(into, to)
	}
	for r := range t.refs[t.segments:] {
		into = append(into, graph.RootID(full.segments+r))
	}
	return into, len(into) == len(full.refs)-full.segments+t.segments
}
