package census

import (
	"slices"
	"strings"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// patterns gives each object on the way to a set a number for how it is held:
// the same for the same root, types and folded labels. A step that was taken
// before leads back to where it led then, so that lists, trees and whatever else
// is nested have few patterns, however deep they are. How deep something lies in the
// trie of a sync.Map is chance, so a node of it in a node is the same place.
//
// Of several shortest ways the one is taken whose names have the lowest rank, so
// that the choice does not depend on addresses, which differ from run to run. The
// ways are walked from the roots down, level by level, so that the words of an
// object are looked at once however many of the set it holds.
type patterns struct {
	s    *snapshot.Snapshot
	tree *graph.Tree
	holding
	known map[step]uint32
	last  []step   // by pattern
	rank  []uint64 // by pattern: two bits for its root, then a hash of all names on the way
}

// holding says how the objects on the way are held.
type holding struct {
	wanted  graph.Set      // they
	numbers graph.Numbered // likewise
	held    []held         // by number
}

// held is how an object on the way is held.
type held struct {
	pattern uint32 // 0 while that is not known, and then the others mean nothing
	up      graph.Node
	root    graph.RootID
}

// step is a pattern with one more object.
type step struct {
	before uint32 // pattern; the root's for the first object
	typ    typing.TypeID
	label  string // folded; of a root its name
}

func newPatterns(s *snapshot.Snapshot, tree *graph.Tree, set []mem.ObjID) *patterns {
	p := &patterns{s: s, tree: tree, holding: holding{wanted: graph.NewSet(s.Heap.NumObjects())},
		known: map[step]uint32{}, last: make([]step, 1), rank: make([]uint64, 1)}
	var queue []mem.ObjID
	roots := p.climb(set)
	p.numbers = p.wanted.Numbered()
	p.held = make([]held, p.numbers.Len())
	for _, r := range roots {
		queue = p.fromRoot(r, queue)
	}
	for len(queue) > 0 {
		id := queue[0]
		queue = p.fromObject(id, queue[1:])
	}
	return p
}

// at is how an object on the way is held.
func (p *holding) at(id mem.ObjID) *held { return &p.held[p.numbers.Of(id)] }

// of is how any object is held, 0 off the way.
func (p *holding) of(id mem.ObjID) uint32 {
	if !p.wanted.Has(id) {
		return 0
	}
	return p.at(id).pattern
}

// climb marks all shortest ways to the objects and gives their roots, ascending.
func (p *patterns) climb(set []mem.ObjID) (roots []graph.RootID) {
	g := p.s.Graph
	seen := map[graph.RootID]bool{}
	var todo []mem.ObjID
	for _, id := range set {
		for todo = append(todo, id); len(todo) > 0; {
			id := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if p.wanted.Has(id) || p.tree.Dist(id) == 0 {
				continue
			}
			p.wanted.Add(id)
			for up := range p.tree.Parents(id) {
				if g.KindOf(up) == graph.NodeObject {
					if id := g.Object(up); !p.wanted.Has(id) {
						todo = append(todo, id)
					}
				} else if r := g.Root(up); !seen[r] {
					seen[r] = true
					roots = append(roots, r)
				}
			}
		}
	}
	slices.Sort(roots)
	return roots
}

func (p *patterns) fromRoot(r graph.RootID, queue []mem.ObjID) []mem.ObjID {
	g := p.s.Graph
	root := p.number(step{label: p.s.RootPattern(r)})
	node := g.NodeOfRoot(r)
	for slot, id := range g.Roots().Targets(r) {
		if p.takes(id, node) {
			queue = p.enter(id, node, r, step{root, p.s.Typing.Of[id], Fold(p.s.RootLabel(r, slot))}, queue)
		}
	}
	return queue
}

func (p *patterns) fromObject(id mem.ObjID, queue []mem.ObjID) []mem.ObjID {
	o, from := p.s.Heap.Object(id), *p.at(id)
	p.s.Heap.Pointers(&o, func(off uint64, to mem.ObjID) {
		if p.takes(to, graph.Node(id)) {
			queue = p.enter(to, graph.Node(id), from.root, step{from.pattern, p.s.Typing.Of[to], Fold(p.s.Typing.Label(id, off))}, queue)
		}
	})
	return queue
}

// takes reports whether an object is on the way and a shortest one enters it from
// there, by a reference that was not looked at yet.
func (p *patterns) takes(id mem.ObjID, from graph.Node) bool {
	if !p.wanted.Has(id) {
		return false
	}
	h := p.at(id)
	return (h.pattern == 0 || h.up != from) && p.tree.Enters(from, id)
}

// enter notes how an object is held, if no better way to it was found. It is not
// looked at before all objects that are nearer to the roots were.
func (p *patterns) enter(id mem.ObjID, from graph.Node, r graph.RootID, st step, queue []mem.ObjID) []mem.ObjID {
	pattern := p.taken(st)
	if pattern == 0 {
		pattern = p.number(st)
	}
	h := p.at(id)
	if h.pattern == 0 {
		queue = append(queue, id)
	} else if p.rank[h.pattern] <= p.rank[pattern] {
		return queue
	}
	*h = held{pattern, from, r}
	return queue
}

// taken is the pattern that ends with the same step on the way to this one, 0 if
// there is none.
func (p *patterns) taken(st step) uint32 {
	if p.s.Typing.Types[st.typ].TrieNode() && p.last[st.before].typ == st.typ {
		return st.before
	}
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
		p.rank = append(p.rank, p.rankOf(st))
	}
	return n
}

func (p *patterns) rankOf(st step) uint64 {
	const hashed = 62 // bits
	before := p.rank[st.before]
	kind := before >> hashed
	name := p.s.Typing.Types[st.typ].FullName
	switch {
	case st.before == 0:
		kind = rootRank(st.label)
	case kind == 0 && name == "runtime.p": // any timer leads to all that stand beside it
		kind = 2
	}
	return kind<<hashed | extend(extend(before, st.label), name)>>(64-hashed)
}

// rootRank puts the runtime's own roots behind others, as they say less, and of
// its variables the one that the timers are known by before its copies.
func rootRank(name string) uint64 {
	switch {
	case name == timersRoot:
		return 1
	case strings.HasPrefix(name, "global runtime."), strings.HasPrefix(name, "goroutine runtime."):
		return 2
	}
	return 0
}

// chain is the way to an object on which its pattern was found; ok is false if
// there is none.
func (p *patterns) chain(id mem.ObjID) (graph.Chain, bool) {
	return p.tree.ChainBy(id, func(id mem.ObjID) graph.Node { return p.at(id).up })
}
