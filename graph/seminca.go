package graph

import (
	"unsafe"

	"github.com/objgraph/objgraph/mem"
)

// semiNCA computes immediate dominators by SEMI-NCA: L. Georgiadis,
// "Linear-Time Algorithms for Dominators and Related Problems", PhD thesis,
// Princeton University, 2005. It numbers the nodes in depth-first preorder,
// finds the semi-dominator of each as Lengauer and Tarjan do, by evaluation
// with path compression, and takes as immediate dominator the first node from
// the parent upwards, in the dominator tree grown so far, whose number is not
// above the semi-dominator's. The paper's words are the names of the slices.
// With the jumps of nearest the time is O(m log n).
//
// The leaves aside (see Graph.setLeaves) cannot be anything but leaves below
// their referrers, and stay outside.
type semiNCA struct {
	g      *Graph
	reach  *Reach
	pulse  pulse
	mem    mem.Scratch // of vertex and dom, and of link and semi if those of the sizes will not do
	num    []uint32    // by node: preorder number from 1; 0 not visited, outside: not a part
	count  uint32      // numbers given
	vertex []Node      // by number
	link   []link      // by number
	semi   []uint32    // by number: semi-dominator's number; while numbering: next slot to look at
	dom    []uint32    // by number: parent's number, in the end the immediate dominator's
}

// link is the forest that path compression shortens. The two words are used
// together, so they lie together.
type link struct {
	ancestor uint32 // at first the parent
	label    uint32 // least semi-dominator from here up to the ancestor, without it
}

const outside = 1<<32 - 1

// topNum is the number of the node above all roots.
const topNum = 1

// A step is one pass of the algorithm; false if the context ended it.
type step func(*semiNCA) bool

var semiNCASteps = [...]step{(*semiNCA).number, (*semiNCA).semidominators, (*semiNCA).nearest}

// newSemiNCA takes num, all zero, from the caller, and the memory of the sizes, all
// zero too, which are not needed before link and semi no more are; nil for none.
func newSemiNCA(g *Graph, reach *Reach, p pulse, num []uint32, sizes []uint64) *semiNCA {
	s := &semiNCA{g: g, reach: reach, pulse: p, num: num}
	core := len(s.num) - s.setLeavesAside() + 1
	s.mem.Reserve(core * (4 + 4 + 8 + 4))
	s.vertex = mem.Room[Node](&s.mem, core)[:core]
	s.dom = mem.Room[uint32](&s.mem, core)[:core]
	if len(sizes) < core {
		s.link, s.semi = mem.Room[link](&s.mem, core)[:core], mem.Alloc[uint32](&s.mem, core)
		return s
	}
	s.link = unsafe.Slice((*link)(unsafe.Pointer(&sizes[0])), core)
	if rest := sizes[core:]; len(rest) >= (core+1)/2 {
		s.semi = unsafe.Slice((*uint32)(unsafe.Pointer(&rest[0])), core)
	} else {
		s.semi = mem.Alloc[uint32](&s.mem, core)
	}
	return s
}

// setLeavesAside numbers the leaves aside as outside and counts them.
func (s *semiNCA) setLeavesAside() (aside int) {
	for leaf := range s.g.aside.All() {
		s.num[leaf] = outside
		aside++
	}
	return aside
}

// number visits depth-first whatever the roots reach. The roots of a group are
// visited one after the other: the search has to be finished with a child of
// the top before it begins the next.
func (s *semiNCA) number() bool {
	s.visit(s.g.Top(), 0)
	for _, r := range s.g.roots.byGroup() {
		if !s.numberFrom(r) {
			return false
		}
	}
	return true
}

func (s *semiNCA) numberFrom(r RootID) bool {
	parent := uint32(topNum)
	if group := s.g.roots.Group(r); group != NoGroup {
		node := s.g.NodeOfGroup(group)
		if s.num[node] == 0 {
			s.visit(node, topNum)
		}
		parent = s.num[node]
	}
	root := s.visit(s.g.NodeOfRoot(r), parent)
	weak := s.g.roots.weak(r)
	for _, t := range s.g.roots.Targets(r) {
		if s.num[t] == 0 && s.reach.Weak.Has(t) == weak && !s.walk(t, root, weak) {
			return false
		}
	}
	return true
}

func (s *semiNCA) visit(v Node, parent uint32) uint32 {
	s.count++
	i := s.count
	s.num[v] = i
	s.vertex[i] = v
	s.link[i] = link{parent, i}
	s.dom[i] = parent
	return i
}

// walk is the search below one object. The way back is in the links, the slot
// to go on with in semi. What is strong leads to nothing weak; of what is
// weak, only the edges into weak objects are edges.
func (s *semiNCA) walk(from mem.ObjID, root uint32, weak bool) bool {
	at := s.visit(Node(from), root)
	for at != root {
		row := s.g.out.row(mem.ObjID(s.vertex[at]))
		slot := s.semi[at]
		for int(slot) < len(row) && (s.num[row[slot]] != 0 || weak && !s.reach.Weak.Has(row[slot])) {
			slot++
		}
		if s.pulse.stop(1 + int(slot-s.semi[at])) {
			return false
		}
		if int(slot) < len(row) {
			s.semi[at] = slot + 1
			at = s.visit(Node(row[slot]), at)
		} else {
			at = s.link[at].ancestor
		}
	}
	return true
}

// semidominators finds them from the last number to the first.
func (s *semiNCA) semidominators() bool {
	for w := s.count; w > topNum; w-- {
		least := s.link[w].ancestor
		if v := s.vertex[w]; uint64(v) < uint64(s.g.n) {
			least = min(least, s.leastOf(mem.ObjID(v), w))
		}
		s.semi[w] = least
		s.link[w].label = least
		if s.pulse.stop(1) {
			return false
		}
	}
	return true
}

// leastOf is the least semi-dominator that the referrers of an object offer,
// without those that are not reached, and without the weak ones of a strong
// object. A single referrer is the parent, and offers itself.
func (s *semiNCA) leastOf(id mem.ObjID, w uint32) uint32 {
	least := w
	strong := !s.reach.Weak.Has(id)
	rooted := s.g.held.any.Has(id)
	row := s.g.in.row(id)
	if len(row) > 1 || rooted {
		for _, p := range row {
			if v := s.num[p]; v != 0 && !(strong && s.reach.Weak.Has(p)) {
				least = min(least, s.eval(v, w))
			}
		}
	}
	if rooted {
		for _, r := range s.g.RootsOf(id) {
			if !(strong && s.g.roots.weak(r)) {
				least = min(least, s.eval(s.num[s.g.NodeOfRoot(r)], w))
			}
		}
	}
	s.pulse.left -= len(row)
	return least
}

// eval is the least semi-dominator on the tree path from v up to, and
// without, the first ancestor that is not after w; v itself if it is not
// after w. The path is compressed: on the way up the links are turned round,
// which leaves the way down in them, and no stack is needed.
func (s *semiNCA) eval(v, w uint32) uint32 {
	if v <= w {
		return v
	}
	below := uint32(0)
	for s.link[v].ancestor > w {
		up := s.link[v].ancestor
		s.link[v].ancestor = below
		below, v = v, up
	}
	end, label := s.link[v].ancestor, s.link[v].label
	for below != 0 {
		l := &s.link[below]
		below, l.ancestor = l.ancestor, end
		l.label = min(l.label, label)
		label = l.label
	}
	return label
}

// nearest turns parents into immediate dominators, first number to last. The
// way up the dominator tree may be millions of nodes long, for every node of a
// list whose members are also in an array, so it is taken in jumps: E. W.
// Myers, "An Applicative Random-Access Stack", 1983. The links are reused.
func (s *semiNCA) nearest() bool {
	s.link[topNum] = link{ancestor: topNum}
	for w := uint32(topNum + 1); w <= s.count; w++ {
		d := s.dom[w]
		for d > s.semi[w] {
			if far := s.link[d].ancestor; far > s.semi[w] {
				d = far
			} else {
				d = s.dom[d]
			}
		}
		s.dom[w] = d
		s.link[w] = s.below(d)
		if s.pulse.stop(1) {
			return false
		}
	}
	return true
}

// below is the link of a child of d: ancestor is a node further up, so chosen
// that any height is reached in O(log n) jumps and steps; label is the depth.
func (s *semiNCA) below(d uint32) link {
	depth := s.link[d].label + 1
	far := s.link[d].ancestor
	farther := s.link[far].ancestor
	if s.link[d].label-s.link[far].label == s.link[far].label-s.link[farther].label {
		return link{farther, depth}
	}
	return link{d, depth}
}
