package graph

import (
	"slices"

	"github.com/objgraph/objgraph/mem"
)

// Joined is a graph that was searched before all was known of its roots: that
// several words are one variable's, say. What the roots reach and how far it is
// does not depend on that, and little of the dominator tree does.
type Joined struct {
	*Graph
	was  *Graph
	into []RootID // by root of was
}

// Join gives the graph other roots: into says for each root which new one it is,
// alone or joined with others. A new root points at what those pointed at that it
// is made of; only roots that are neither conservative nor in a group may be
// joined, and groups stay. Objects, edges and Reach are shared. workers is how many
// share what is asked of the new graph, see mem.Workers.
func (g *Graph) Join(roots *Roots, into []RootID, workers int) *Joined {
	h := g.WithRoots(roots)
	h.workers = workers
	h.reach.Store(g.reach.Load())
	return &Joined{h, g, into}
}

// WithRoots is a graph of the same objects and edges, which are shared, with other
// roots. They may point only at what roots of this graph point at.
func (g *Graph) WithRoots(roots *Roots) *Graph {
	h := &Graph{n: g.n, out: g.out, in: g.in, leaf: g.leaf, aside: g.aside, end: g.end, workers: g.workers}
	h.roots = roots.within(g.n)
	h.held = newHolders(h.roots, g.n)
	return h
}

// Tree makes a tree of the graph as it was, without exceptions, one of this graph.
func (j *Joined) Tree(t *Tree) *Tree {
	return &Tree{g: j.Graph, far: t.far, aside: t.aside, weak: t.weak}
}

// Dominators makes the tree of the graph as it was that of this one, in the same
// memory. A joined root has all that hung from its parts. What hung from the top,
// as several roots held it, hangs from a joined root if those were its parts.
// Nothing else changes: the ways to an object are those that there were.
func (j *Joined) Dominators(d *Dominators) *Dominators {
	e := &Dominators{g: j.Graph, size: d.size}
	e.idom, e.retained = j.renamed(d)
	w := widening{g: j.Graph, d: e, joined: j.joined()}
	defer w.mem.Free()
	if !slices.Contains(w.joined, true) {
		return e
	}
	w.find()
	for _, id := range w.tops {
		if by := w.by[id]; by != several {
			root := j.NodeOfRoot(RootID(by - 1))
			e.idom[id] = uint32(root)
			e.retained[root] += e.retained[id]
		}
	}
	return e
}

// joined says which roots are made of several.
func (j *Joined) joined() []bool {
	parts, joined := make([]int, j.roots.Len()), make([]bool, j.roots.Len())
	for _, r := range j.into {
		parts[r]++
		joined[r] = parts[r] > 1
	}
	return joined
}

// renamed is a tree with the new numbers of roots, groups and the top.
func (j *Joined) renamed(d *Dominators) (idom []uint32, retained []uint64) {
	n := uint32(j.n)
	above := slices.Clone(d.idom[n:])
	bytes := slices.Clone(d.retained[n:])
	idom, retained = d.idom[:n], d.retained[:n]
	for v, up := range idom {
		if up >= n && Node(up) != NoNode {
			idom[v] = uint32(j.rename(Node(up)))
		}
	}
	for range j.NumNodes() - j.n {
		idom, retained = append(idom, uint32(NoNode)), append(retained, 0)
	}
	for i, up := range above {
		v := j.rename(Node(n) + Node(i))
		idom[v] = uint32(j.rename(Node(up)))
		retained[v] += bytes[i]
	}
	return idom, retained
}

// rename is the new number of a node.
func (j *Joined) rename(v Node) Node {
	switch j.was.KindOf(v) {
	case NodeRoot:
		return j.NodeOfRoot(j.into[j.was.Root(v)])
	case NodeGroup:
		return j.NodeOfGroup(j.was.Group(v))
	case NodeTop:
		return j.Top()
	}
	return v
}

// widening finds what hangs from the top and is held by one joined root alone. An
// edge into such an object comes from below another node that hangs from the top,
// and whoever holds that holds both.
type widening struct {
	g      *Graph
	d      *Dominators
	joined []bool      // by RootID
	tops   []mem.ObjID // objects that hang from the top, ascending
	up     []uint32    // by object: 1 and the node that hangs from the top above it, 0 if not known
	by     []uint32    // by object of tops: 1 and the joined root that holds it, several, 0 if not known
	edges  []uint64    // from one of tops to another: from<<32 | to, ascending
	mem    mem.Scratch // of the last three
}

// several says that more than a joined root holds an object.
const several = 1<<32 - 1

func (w *widening) find() {
	top := uint32(w.g.Top())
	for v, up := range w.d.idom[:w.g.n] {
		if up == top {
			w.tops = append(w.tops, mem.ObjID(v))
		}
	}
	if len(w.tops) == 0 {
		return
	}
	w.mem.Reserve(8 * w.g.n)
	w.up, w.by = mem.Alloc[uint32](&w.mem, w.g.n), mem.Alloc[uint32](&w.mem, w.g.n)
	for _, id := range w.tops {
		w.look(id)
	}
	slices.Sort(w.edges)
	w.spread()
}

// look notes by which roots an object is held, and by which other ones of tops
// unless that makes no difference.
func (w *widening) look(id mem.ObjID) {
	reach := w.g.reach.Load()
	weak := reach.Weak.Has(id)
	for _, r := range w.g.RootsOf(id) {
		if w.g.roots.weak(r) == weak {
			w.by[id] = either(w.by[id], w.holds(w.above(w.g.NodeOfRoot(r))))
		}
	}
	edges := len(w.edges)
	for _, from := range w.g.In(id) {
		if w.by[id] == several {
			w.edges = w.edges[:edges]
			return
		}
		if weak && !reach.Weak.Has(from) || !weak && !reach.Strong.Has(from) {
			continue
		}
		if up := w.above(Node(from)); w.g.KindOf(up) != NodeObject {
			w.by[id] = either(w.by[id], w.holds(up))
		} else if up != Node(id) {
			w.edges = append(mem.Grow(&w.mem, w.edges, 1), uint64(up)<<32|uint64(id))
		}
	}
}

// either is what holds an object that one or the other does.
func either(a, b uint32) uint32 {
	switch {
	case a == 0 || a == b:
		return b
	case b == 0:
		return a
	}
	return several
}

// holds is a root or group as a holder.
func (w *widening) holds(v Node) uint32 {
	if w.g.KindOf(v) == NodeRoot && w.joined[w.g.Root(v)] {
		return uint32(w.g.Root(v)) + 1
	}
	return several
}

// above is the node that hangs from the top at or above one. It is noted on all of
// the way, so that no way is gone twice.
func (w *widening) above(v Node) Node {
	at := v
	for w.d.Idom(at) != w.g.Top() && !w.known(at) {
		at = w.d.Idom(at)
	}
	if w.known(at) {
		at = Node(w.up[at] - 1)
	}
	for v != at && w.g.KindOf(v) == NodeObject && !w.known(v) {
		w.up[v] = uint32(at) + 1
		v = w.d.Idom(v)
	}
	return at
}

func (w *widening) known(v Node) bool { return w.g.KindOf(v) == NodeObject && w.up[v] != 0 }

// spread tells on who holds, until all is told.
func (w *widening) spread() {
	var todo []mem.ObjID
	for _, id := range w.tops {
		if w.by[id] != 0 {
			todo = append(todo, id)
		}
	}
	for len(todo) > 0 {
		from := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		at, _ := slices.BinarySearch(w.edges, uint64(from)<<32)
		for ; at < len(w.edges) && mem.ObjID(w.edges[at]>>32) == from; at++ {
			to := mem.ObjID(w.edges[at])
			if by := either(w.by[to], w.by[from]); by != w.by[to] {
				w.by[to] = by
				todo = append(todo, to)
			}
		}
	}
}
