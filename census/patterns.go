package census

import (
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// patterns gives each object on the way to a set a number for how it is held:
// the same for the same root, types and folded labels. A step that was taken
// before leads back to where it led then, so that lists, trees and whatever else
// is nested have few patterns, however deep they are. The tree is walked from the
// roots down, so that the words of an object are looked at once however many of
// the set it holds.
type patterns struct {
	s      *snapshot.Snapshot
	tree   *graph.Tree
	of     []uint32       // by object; 0 off the way
	root   []graph.RootID // by object, where of is not 0
	wanted graph.Set
	known  map[step]uint32
	last   []step // by pattern
}

// step is a pattern with one more object.
type step struct {
	before uint32 // pattern; the root's for the first object
	typ    typing.TypeID
	label  string // folded; of a root its name
}

func newPatterns(s *snapshot.Snapshot, tree *graph.Tree, set []mem.ObjID) *patterns {
	n := s.Heap.NumObjects()
	p := &patterns{s: s, tree: tree, of: make([]uint32, n), root: make([]graph.RootID, n), wanted: graph.NewSet(n), known: map[step]uint32{}, last: make([]step, 1)}
	var roots []graph.RootID
	seen := map[graph.RootID]bool{}
	for _, id := range set {
		if r, ok := p.climb(id); ok && !seen[r] {
			seen[r] = true
			roots = append(roots, r)
		}
	}
	var queue []mem.ObjID
	for _, r := range roots {
		queue = p.fromRoot(r, queue)
	}
	for len(queue) > 0 {
		id := queue[0]
		queue = p.fromObject(id, queue[1:])
	}
	return p
}

// climb marks the way from an object to its root. ok is false if it joined a
// way marked before, or there is none.
func (p *patterns) climb(id mem.ObjID) (graph.RootID, bool) {
	g := p.s.Graph
	for p.tree.Dist(id) > 0 && !p.wanted.Has(id) {
		p.wanted.Add(id)
		up := p.tree.Parent(id)
		if g.KindOf(up) != graph.NodeObject {
			return g.Root(up), true
		}
		id = g.Object(up)
	}
	return 0, false
}

func (p *patterns) fromRoot(r graph.RootID, queue []mem.ObjID) []mem.ObjID {
	g := p.s.Graph
	root := p.number(step{label: p.s.RootPattern(r)})
	node := g.NodeOfRoot(r)
	for slot, id := range g.Roots().Targets(r) {
		if p.takes(id, node) {
			p.root[id] = r
			queue = p.enter(id, root, p.s.RootLabel(r, slot), queue)
		}
	}
	return queue
}

func (p *patterns) fromObject(id mem.ObjID, queue []mem.ObjID) []mem.ObjID {
	o := p.s.Heap.Object(id)
	p.s.Heap.Pointers(&o, func(off uint64, to mem.ObjID) {
		if p.takes(to, graph.Node(id)) {
			p.root[to] = p.root[id]
			queue = p.enter(to, p.of[id], p.s.Typing.Label(id, off), queue)
		}
	})
	return queue
}

// takes reports whether an object is on the way and the tree enters it from
// there.
func (p *patterns) takes(id mem.ObjID, from graph.Node) bool {
	return p.wanted.Has(id) && p.of[id] == 0 && p.tree.Parent(id) == from
}

func (p *patterns) enter(id mem.ObjID, before uint32, label string, queue []mem.ObjID) []mem.ObjID {
	st := step{before, p.s.Typing.Of[id], Fold(label)}
	if again := p.taken(st); again != 0 {
		p.of[id] = again
	} else {
		p.of[id] = p.number(st)
	}
	return append(queue, id)
}

// taken is the pattern that ends with the same step on the way to this one, 0 if
// there is none.
func (p *patterns) taken(st step) uint32 {
	for at := st.before; p.last[at].before != 0; at = p.last[at].before {
		if l := p.last[at]; l.typ == st.typ && l.label == st.label {
			return at
		}
	}
	return 0
}

// rootOf is the pattern of the root that one goes on from.
func (p *patterns) rootOf(pattern uint32) uint32 {
	for p.last[pattern].before != 0 {
		pattern = p.last[pattern].before
	}
	return pattern
}

func (p *patterns) number(st step) uint32 {
	n, ok := p.known[st]
	if !ok {
		n = uint32(len(p.last))
		p.known[st] = n
		p.last = append(p.last, st)
	}
	return n
}
