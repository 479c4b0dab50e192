package report

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// NewMerged draws all objects of a set, which is ascending, and what holds them.
// Holders of one type that lead to them by the same fields are one box, with their
// number: the leaked objects of a thousand jobs are as many boxes as those of one.
//
// All holders are shown to o.Depth, and beyond it those that are on a shortest way
// from a root, so that the picture ends in roots; with the view Chain these alone.
// The error is ctx's.
func NewMerged(ctx context.Context, s *snapshot.Snapshot, set []mem.ObjID, o PictureOptions) (*layouts.Picture, error) {
	p, err := newPainter(ctx, s, set[0], o.withDefaults())
	if err != nil {
		return nil, err
	}
	p.pic.Style = layouts.Merged
	g := s.Graph
	m := &merger{painter: p, of: make([]uint16, g.NumNodes()), known: map[clusterKey]int{}, times: map[bundle]map[string]int{},
		in: newMarks(g), seen: newMarks(g), trunk: newMarks(g)}
	if len(o.Filter.Only) > 0 {
		for _, id := range set {
			p.links.goals[id] = true
		}
	}
	m.targets(set)
	m.spread(set)
	if err := m.paint(set); err != nil {
		return nil, err
	}
	return p.pic, ctx.Err()
}

// maxMerge bounds the work of merging: objects looked at and references met.
const maxMerge = 3_000_000

// maxClusters is what numbers of 16 bits allow.
const maxClusters = 1<<16 - 2

// merger makes one merged picture. One goroutine.
type merger struct {
	*painter
	clusters []*cluster
	of       []uint16 // by node: cluster of what is drawn, from 1; 0 for what is not
	known    map[clusterKey]int
	met      []meeting                 // of the level at hand
	left     []meeting                 // whose owner was not drawn when it was met
	times    map[bundle]map[string]int // references between boxes, by field
	work     int
	// Of the level at hand, empty between: its objects, what refers to them, and
	// what does on a shortest way from a root.
	in, seen, trunk marks
	gaveUp          int // objects whose holders were not looked for
}

// cluster is what one box stands for.
type cluster struct {
	clusterKey
	depth int
	nodes []graph.Node
	id    string // see anchor
}

// clusterKey is what nodes of one box have in common: what they are, and by which
// field they lead to which box.
type clusterKey struct {
	towards int // -1 for the targets
	label   string
	what
}

// what a node is: an object of a type, or a root of a name.
type what struct {
	typ  typing.TypeID
	root string
	weak bool
}

// bundle is all references from one box to another.
type bundle struct{ from, to int }

// meeting is references from one holder to the objects of a box, by one field.
type meeting struct {
	owner graph.Node
	to    int
	label string
	n     int
}

// targets makes the boxes of the set, one for each type, most objects first.
func (m *merger) targets(set []mem.ObjID) {
	times := map[typing.TypeID]int{}
	for _, id := range set {
		times[m.s.Typing.Of[id]]++
	}
	var types []typing.TypeID
	for t := range times {
		types = append(types, t)
	}
	slices.SortFunc(types, func(a, b typing.TypeID) int { return cmp.Or(times[b]-times[a], cmp.Compare(a, b)) })
	m.o.MaxNodes = min(m.o.MaxNodes, maxClusters)
	for _, t := range types[:min(len(types), m.o.MaxNodes/2+1)] {
		m.open(clusterKey{-1, "", what{typ: t}}, 0)
	}
	for _, id := range set {
		if c, ok := m.known[clusterKey{-1, "", what{typ: m.s.Typing.Of[id]}}]; ok {
			m.join(graph.Node(id), c)
		} else {
			m.cut = true
		}
	}
}

func (m *merger) open(k clusterKey, depth int) int {
	c := &cluster{clusterKey: k, depth: depth}
	before := ""
	if k.towards >= 0 {
		before = m.clusters[k.towards].id
	}
	c.id = anchor("g", before, k.label, k.root, m.s.Typing.Types[k.typ].FullName)
	m.clusters = append(m.clusters, c)
	m.known[k] = len(m.clusters) - 1
	return len(m.clusters) - 1
}

func (m *merger) join(n graph.Node, c int) {
	m.of[n] = uint16(c + 1)
	m.clusters[c].nodes = append(m.clusters[c].nodes, n)
}

// spread goes from the set to its holders, level by level.
func (m *merger) spread(level []mem.ObjID) {
	for len(level) > 0 && m.ctx.Err() == nil {
		if m.work += len(level); m.work > maxMerge {
			m.gaveUp += len(level)
			return
		}
		level = m.level(level)
	}
}

// clusterOf is the box that a node is drawn in.
func (m *merger) clusterOf(n graph.Node) (c int, ok bool) {
	return int(m.of[n]) - 1, m.of[n] > 0
}

// level adds what holds the objects and returns those of it that are objects to be
// looked beyond.
func (m *merger) level(level []mem.ObjID) (next []mem.ObjID) {
	m.met = m.met[:0]
	m.meet(level)
	var trunk []graph.Node
	for _, id := range level {
		if n := m.up(id); n != graph.NoNode && m.trunk.put(n) {
			trunk = append(trunk, n)
		}
	}
	for _, c := range m.candidates(m.met) {
		at, ok := m.known[c.clusterKey]
		if !ok {
			if at, ok = m.admit(c); !ok {
				continue
			}
		}
		for _, n := range c.nodes {
			m.join(n, at)
			if m.g.KindOf(n) == graph.NodeObject && !m.links.only.stops(m.g.Object(n)) {
				next = append(next, m.g.Object(n))
			}
		}
	}
	m.trunk.drop(trunk)
	m.left = append(m.left, m.tally(m.met)...)
	slices.Sort(next)
	return next
}

// tally counts the references of owners that are drawn and returns the others.
func (m *merger) tally(met []meeting) (left []meeting) {
	for _, r := range met {
		from, ok := m.clusterOf(r.owner)
		if !ok {
			left = append(left, r)
			continue
		}
		k := bundle{from, r.to}
		if m.times[k] == nil {
			m.times[k] = map[string]int{}
		}
		m.times[k][r.label] += r.n
	}
	return left
}

// up is the next node on the shortest way to a root.
func (m *merger) up(id mem.ObjID) graph.Node {
	for m.rank.tree.Dist(id) > 0 {
		n := m.rank.tree.Parent(id)
		if m.g.KindOf(n) != graph.NodeObject || !m.links.part(m.g.Object(n)) {
			return n
		}
		id = m.g.Object(n)
	}
	return graph.NoNode
}

// meet lists the references to objects of one level. Each referrer's words are
// looked at once, however many of the objects it holds.
func (m *merger) meet(level []mem.ObjID) {
	var vias, members []graph.Node
	for _, id := range level {
		members = append(members, graph.Node(id))
		m.in.put(graph.Node(id))
		for _, l := range m.links.holders(id) {
			if m.seen.put(l.via) {
				vias = append(vias, l.via)
			}
		}
	}
	slices.Sort(vias)
	for _, via := range vias {
		owners := []graph.Node{via}
		if m.g.KindOf(via) == graph.NodeObject && m.links.part(m.g.Object(via)) {
			owners = m.links.owners(m.g.Object(via))
		}
		for _, r := range m.references(via) {
			for _, owner := range owners {
				r.owner = owner
				m.met = append(m.met, r)
			}
			m.work += len(owners)
		}
	}
	m.seen.drop(vias)
	m.in.drop(members)
}

// references counts those from one node to objects of the level by box and field,
// in the order in which they first come.
func (m *merger) references(via graph.Node) (out []meeting) {
	inLevel := func(to mem.ObjID) bool { return m.in.has(graph.Node(to)) }
	m.links.each(via, inLevel, func(to mem.ObjID, name string) {
		c, _ := m.clusterOf(graph.Node(to))
		k := meeting{to: c, label: census.Fold(name)}
		i := slices.IndexFunc(out, func(r meeting) bool { return r.to == k.to && r.label == k.label })
		if i < 0 {
			i = len(out)
			out = append(out, k)
		}
		out[i].n++
	})
	return out
}

// candidate is a box that may be drawn.
type candidate struct {
	clusterKey
	nodes []graph.Node
	trunk bool // on a shortest way
	dist  int
	name  string
}

// candidates sorts holders that are not drawn yet into boxes: a holder goes
// where its first reference leads to. The worthiest come first.
func (m *merger) candidates(met []meeting) []*candidate {
	var fresh []meeting
	for _, r := range met {
		if m.of[r.owner] == 0 {
			fresh = append(fresh, r)
		}
	}
	slices.SortFunc(fresh, func(a, b meeting) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), a.to-b.to, strings.Compare(a.label, b.label))
	})
	boxes := map[clusterKey]*candidate{}
	var list []*candidate
	for i, r := range fresh {
		if i > 0 && fresh[i-1].owner == r.owner {
			continue
		}
		k := m.keyOf(r.owner, r)
		c := boxes[k]
		if c == nil {
			c = &candidate{clusterKey: k, dist: m.rank.dist(r.owner), name: m.rank.name(r.owner)}
			boxes[k] = c
			list = append(list, c)
		}
		c.nodes = append(c.nodes, r.owner)
		c.trunk = c.trunk || m.trunk.has(r.owner)
		c.dist = min(c.dist, m.rank.dist(r.owner))
	}
	slices.SortFunc(list, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(a.towards, b.towards), unsure(a.weak)-unsure(b.weak), unsure(b.trunk)-unsure(a.trunk),
			a.dist-b.dist, len(b.nodes)-len(a.nodes), strings.Compare(a.name, b.name), strings.Compare(a.label, b.label))
	})
	return list
}

// keyOf is the box that a holder goes to. One that repeats the step before it, as
// in a list, goes to the box that it leads to.
func (m *merger) keyOf(n graph.Node, r meeting) clusterKey {
	k := clusterKey{r.to, r.label, what{weak: m.rank.weak(n)}}
	if m.g.KindOf(n) == graph.NodeRoot {
		k.root = m.rootPattern(n)
		return k
	}
	k.typ = m.s.Typing.Of[m.g.Object(n)]
	if c := m.clusters[r.to]; c.what == k.what && c.label == k.label && c.towards >= 0 {
		return c.clusterKey
	}
	return k
}

// rootPattern is a root's name without what differs between goroutines that do
// the same.
func (m *merger) rootPattern(n graph.Node) string {
	name := m.s.RootPattern(m.g.Root(n))
	if at := strings.LastIndexByte(name, '+'); at > 0 && m.rank.weak(n) && strings.HasSuffix(name, " (unnamed)") {
		return name[:at] + " (unnamed)"
	}
	return name
}

// admit opens a box if there is room for it, and if it is near or on a shortest
// way.
func (m *merger) admit(c *candidate) (at int, ok bool) {
	depth := m.clusters[c.towards].depth + 1
	siblings := 0
	for _, other := range m.clusters {
		if other.towards == c.towards {
			siblings++
		}
	}
	near := depth <= m.o.Depth && m.o.View != Chain
	switch {
	case !near && !c.trunk || siblings >= m.o.FanOut:
		return 0, false
	case len(m.clusters)*2 > m.o.MaxNodes && !c.trunk, len(m.clusters)+1 >= m.o.MaxNodes:
		m.cut = true
		return 0, false
	}
	return m.open(c.clusterKey, depth), true
}
