package report

import (
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// link is a neighbour in a picture and the references that join it: between
// the two there may be parts of a map or channel, which pictures pass through.
type link struct {
	node graph.Node // an object or a root
	via  graph.Node // looking back, what refers to the object itself: the neighbour or a part of it; looking forward, what refers to the neighbour
}

// linker finds neighbours. One goroutine.
type linker struct {
	s     *snapshot.Snapshot
	g     *graph.Graph
	stray bool // unreached objects count
	only  *filter
	goals map[mem.ObjID]bool // never passed through
	far   int                // ways that were given up: too much passed through
	back  map[mem.ObjID][]graph.Node
	lost  map[mem.ObjID]int // by object that was asked for: references from unreached objects that were left out
}

func newLinker(s *snapshot.Snapshot, f *Filter) *linker {
	return &linker{s: s, g: s.Graph, only: newFilter(s, f), goals: map[mem.ObjID]bool{}, back: map[mem.ObjID][]graph.Node{}, lost: map[mem.ObjID]int{}}
}

func (l *linker) part(id mem.ObjID) bool {
	return l.only.passes(id) && (!l.goals[id] || l.s.Typing.Type(id).Folded())
}

func (l *linker) counts(id mem.ObjID) bool { return l.stray || l.s.Reach.Has(id) }

// holders are what holds an object, in order of node and via, each pair once.
func (l *linker) holders(id mem.ObjID) []link {
	var links []link
	for _, r := range l.g.RootsOf(id) {
		if n := l.g.NodeOfRoot(r); !l.only.skipsRoot(r) {
			links = append(links, link{n, n})
		}
	}
	last, lost := mem.NoObj, 0
	for _, from := range l.g.In(id) {
		if from == last {
			continue
		}
		last = from
		switch n := graph.Node(from); {
		case !l.counts(from):
			lost++
		case l.only.skips(from, id):
		case !l.part(from):
			links = append(links, link{n, n})
		default:
			for _, owner := range l.owners(from) {
				links = append(links, link{owner, n})
			}
		}
	}
	if lost > 0 {
		l.lost[id] = lost
	}
	return inOrder(links)
}

// left counts the references from unreached objects that were left out.
func (l *linker) left() (n int) {
	for _, lost := range l.lost {
		n += lost
	}
	return n
}

// maxPassed bounds how many objects are passed through from one, where others than
// parts are.
const maxPassed = 10_000

// owners are what holds a part of a map or channel, over further parts: every
// object that is no part, and every root. A part that nothing else holds is
// its own owner, so that no holder is lost.
func (l *linker) owners(part mem.ObjID) []graph.Node {
	if found, ok := l.back[part]; ok {
		return found
	}
	var found []graph.Node
	seen := map[mem.ObjID]bool{part: true}
	for queue := []mem.ObjID{part}; len(queue) > 0; queue = queue[1:] {
		for _, r := range l.g.RootsOf(queue[0]) {
			if !l.only.skipsRoot(r) {
				found = append(found, l.g.NodeOfRoot(r))
			}
		}
		if l.only.bounded && len(seen) > maxPassed {
			l.far++
			break
		}
		for _, from := range l.g.In(queue[0]) {
			switch {
			case seen[from] || !l.counts(from) || l.only.skips(from, queue[0]):
			case l.part(from):
				queue = append(queue, from)
			default:
				found = append(found, graph.Node(from))
			}
			seen[from] = true
		}
	}
	if len(found) == 0 {
		found = []graph.Node{graph.Node(part)}
	}
	slices.Sort(found)
	l.back[part] = slices.Compact(found)
	return l.back[part]
}

// held are the objects that an object holds, in order of node and via, each
// pair once.
func (l *linker) held(id mem.ObjID) []link {
	var links []link
	seen := map[mem.ObjID]bool{id: true}
	for queue := []mem.ObjID{id}; len(queue) > 0; queue = queue[1:] {
		from := queue[0]
		if l.only.bounded && len(seen) > maxPassed {
			l.far++
			break
		}
		for _, to := range l.g.Out(from) {
			switch {
			case l.only.skips(from, to):
			case !l.part(to):
				links = append(links, link{graph.Node(to), graph.Node(from)})
			case !seen[to]:
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	return inOrder(links)
}

func inOrder(links []link) []link {
	slices.SortFunc(links, func(a, b link) int {
		if a.node != b.node {
			return int(int64(a.node) - int64(b.node))
		}
		return int(int64(a.via) - int64(b.via))
	})
	return slices.Compact(links)
}

// neighbour is a node and what joins it.
type neighbour struct {
	node graph.Node
	vias []link // all of the same node
}

// neighbours puts the links of each node together.
func neighbours(links []link) []neighbour {
	var out []neighbour
	for len(links) > 0 {
		n := 1
		for n < len(links) && links[n].node == links[0].node {
			n++
		}
		out = append(out, neighbour{links[0].node, links[:n]})
		links = links[n:]
	}
	return out
}

// labels names every reference from one node to an object, in order of slots.
func (l *linker) labels(from graph.Node, to mem.ObjID, add func(label string)) {
	l.each(from, func(id mem.ObjID) bool { return id == to }, func(_ mem.ObjID, name string) { add(name) })
}

// each names every reference from one node to wanted objects, in order of slots.
func (l *linker) each(from graph.Node, wanted func(mem.ObjID) bool, add func(to mem.ObjID, label string)) {
	if l.g.KindOf(from) == graph.NodeRoot {
		r := l.g.Root(from)
		for slot, to := range l.g.Roots().Targets(r) {
			if wanted(to) {
				add(to, EdgeLabel(l.s.RootLabel(r, slot)))
			}
		}
		return
	}
	o := l.s.Heap.Object(l.g.Object(from))
	l.s.Heap.Pointers(&o, func(off uint64, to mem.ObjID) {
		if !wanted(to) {
			return
		}
		if name := l.s.Typing.Label(o.ID, off); len(l.only.ignore) == 0 || !l.only.skipsLabel(l.s.TypeName(o.ID), name) {
			add(to, name)
		}
	})
}
