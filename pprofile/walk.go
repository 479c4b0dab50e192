package pprofile

import (
	"context"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// walk goes over a tree of holders from the top down, nearest first: if there are
// too many stacks, it is the long ones that are merged.
type walk struct {
	s      *snapshot.Snapshot
	frames *frames
	trie   *trie
	kids   *graph.Children
	above  func(graph.Node) graph.Node
	at     []stackID // by node: its stack, 0 for none yet
	queue  mem.Queue[graph.Node]
	mem    mem.Scratch // of kids, at and queue
}

// newWalk makes the tree of dominators, or of shortest paths.
func newWalk(s *snapshot.Snapshot, paths bool) (*walk, error) {
	w := &walk{s: s, frames: newFrames(s), trie: newTrie()}
	if err := w.grow(paths); err != nil {
		w.mem.Free()
		return nil, err
	}
	w.at = mem.Alloc[stackID](&w.mem, s.Graph.NumNodes())
	w.queue.Mem, w.queue.Chunk = &w.mem, min(s.Graph.NumNodes(), 1<<18)
	return w, nil
}

func (w *walk) grow(paths bool) error {
	if paths {
		t, err := w.s.ShortestTree()
		if err != nil {
			return err
		}
		w.kids, w.above = t.Children(&w.mem), t.ParentOf
		return nil
	}
	d, err := w.s.Dominators()
	if err != nil {
		return err
	}
	w.kids, w.above = d.Children(&w.mem), d.Idom
	return nil
}

// run gives every object its stack. The error is the context's.
func (w *walk) run(ctx context.Context) error {
	g := w.s.Graph
	w.queue.Push(g.Top())
	for n := 0; ; n++ {
		v, ok := w.queue.Pop()
		if !ok {
			return nil
		}
		if n%(1<<14) == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		switch g.KindOf(v) {
		case graph.NodeObject:
			w.fromObject(v)
		case graph.NodeRoot:
			w.fromRoot(v)
		}
		w.rest(v)
	}
}

// fromObject gives stacks to those below an object that it points at.
func (w *walk) fromObject(v graph.Node) {
	o := w.s.Heap.Object(w.s.Graph.Object(v))
	h := w.frames.holder(&o)
	w.s.Heap.Pointers(&o, func(off uint64, to mem.ObjID) {
		if w.takes(v, to) {
			w.at[to] = w.trie.step(w.at[v], w.frames.of(&h, off, to))
		}
	})
}

func (w *walk) fromRoot(v graph.Node) {
	r := w.s.Graph.Root(v)
	for slot, to := range w.s.Graph.Roots().Targets(r) {
		if w.takes(v, to) {
			w.at[to] = w.trie.step(w.at[v], w.frames.rootEdge(r, slot, to))
		}
	}
}

// takes reports whether an object lies directly below a node, and has no stack
// yet.
func (w *walk) takes(v graph.Node, to mem.ObjID) bool {
	return w.at[to] == 0 && w.above(graph.Node(to)) == v
}

// rest gives stacks to the others below a node, and goes on with all that have
// something below them.
func (w *walk) rest(v graph.Node) {
	for _, kid := range w.kids.Of(v) {
		below := len(w.kids.Of(kid)) > 0
		if w.at[kid] == 0 && (below || w.s.Graph.KindOf(kid) == graph.NodeObject) {
			w.at[kid] = w.under(v, kid)
		}
		if below {
			w.queue.Push(kid)
		}
	}
}

// under is the stack of what a node holds without pointing at it.
func (w *walk) under(v, kid graph.Node) stackID {
	g, f := w.s.Graph, w.frames
	switch g.KindOf(kid) {
	case graph.NodeRoot:
		return w.trie.step(w.at[v], f.root(g.Root(kid)))
	case graph.NodeGroup:
		return w.trie.step(w.at[v], f.group(g.Group(kid)))
	}
	from := w.at[v]
	if v == g.Top() {
		from = w.trie.step(from, f.several())
	}
	return w.trie.step(from, f.object(g.Object(kid)))
}

// count adds up the objects of a set, nil for all that are reachable.
func (w *walk) count(only *graph.Set) {
	size := w.s.Heap.Sizes()
	for id := range mem.ObjID(w.s.Heap.NumObjects()) {
		if at := w.at[id]; at != 0 && (only == nil || only.Has(id)) {
			w.trie.add(at, size(id))
		}
	}
}
