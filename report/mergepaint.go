package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
)

// paint draws the boxes and the arrows between them. A box has the number of its
// cluster.
func (m *merger) paint(set []mem.ObjID) error {
	kept, err := m.retained()
	if err != nil {
		return err
	}
	for i, c := range m.clusters {
		n := m.box(c, kept[i])
		if c.root == "" && c.towards >= 0 && m.links.only.stop[c.typ] {
			n.Lines = append(n.Lines, "… not looked beyond")
		}
		m.pic.Nodes = append(m.pic.Nodes, n)
	}
	m.markDominators(set)
	for i, n := range m.arrowsAndRest() {
		if len(n) > 0 {
			m.rest(i, n)
		}
	}
	m.say(set)
	return nil
}

// retained is what freeing all of a box would free, by cluster; 0 for roots, and
// for boxes of several objects beyond those that can be worked out at once.
func (m *merger) retained() ([]uint64, error) {
	out := make([]uint64, len(m.clusters))
	var many []int
	class := make([]int8, len(m.clusters)+1) // by cluster, from 1
	for i := range class {
		class[i] = -1
	}
	for i, c := range m.clusters {
		switch {
		case c.root != "":
		case len(c.nodes) == 1:
			out[i] = m.rank.doms.Retained(m.g.Object(c.nodes[0]))
		case len(many) < graph.Classes:
			class[i+1] = int8(len(many))
			many = append(many, i)
		}
	}
	if len(many) == 0 {
		return out, nil
	}
	sums, err := m.g.RetainedOfSets(m.ctx, func(id mem.ObjID) int { return int(class[m.of[id]]) }, m.s.Heap.Sizes)
	for k, i := range many {
		out[i] = sums[k].Bytes
	}
	return out, err
}

func (m *merger) box(c *cluster, retained uint64) layouts.Node {
	n := layouts.Node{Role: layouts.Holder, Depth: c.depth, Weak: c.weak, Count: len(c.nodes), ID: c.id}
	if c.towards < 0 {
		n.Role = layouts.Target
	}
	if c.root != "" {
		n.Role = layouts.Root
		n.Lines, n.Count = m.rootLines(c)
		return n
	}
	var size uint64
	for _, v := range c.nodes {
		size += m.s.Size(m.g.Object(v))
		n.Finalizer = n.Finalizer || m.finalizers[m.g.Object(v)]
	}
	if len(c.nodes) > 1 {
		n.Lines = []string{m.s.NameOf(c.typ), fmt.Sprintf("%s, %s", plural(len(c.nodes), "object"), Bytes(size))}
		if retained > size {
			n.Lines = append(n.Lines, "retain "+Bytes(retained))
		}
		return n
	}
	addr := m.s.Addr(m.g.Object(c.nodes[0]))
	n.Lines = []string{m.s.NameOf(c.typ), address(addr), sizes(size, retained)}
	if m.o.Link != nil {
		n.Href = m.o.Link(addr)
	}
	return n
}

// rootLines names roots that are alike, and counts them: the words of one variable
// are one.
func (m *merger) rootLines(c *cluster) (lines []string, n int) {
	names := map[string]bool{}
	for _, v := range c.nodes {
		names[m.rootName(v)] = true
	}
	if len(names) == 1 {
		return []string{m.rootName(c.nodes[0])}, 1
	}
	kind := "root"
	if strings.HasPrefix(c.root, "goroutine ") {
		kind = "goroutine"
	}
	return []string{strings.TrimPrefix(c.root, "goroutine "), plural(len(names), kind)}, len(names)
}

// maxClimb bounds the search for dominators, in steps from all targets.
const maxClimb = 20_000_000

// markDominators marks the boxes that have a dominator of every target: each way
// from a root to it leads through that.
func (m *merger) markDominators(set []mem.ObjID) {
	count := make([]int, len(m.clusters))
	last := make([]int, len(m.clusters))
	steps := 0
	for i, id := range set {
		for v := m.rank.doms.Idom(graph.Node(id)); v != graph.NoNode && steps < maxClimb; v = m.rank.doms.Idom(v) {
			steps++
			if c, ok := m.clusterOf(v); ok && last[c] != i+1 && m.clusters[c].towards >= 0 {
				last[c] = i + 1
				count[c]++
			}
		}
	}
	for c, n := range count {
		m.pic.Nodes[c].Dominator = n == len(set)
	}
}

// arrowsAndRest draws the references between boxes, and returns for each box the
// holders that are in none.
func (m *merger) arrowsAndRest() []map[graph.Node]bool {
	rest := make([]map[graph.Node]bool, len(m.clusters))
	for _, r := range m.tally(m.left) {
		if rest[r.to] == nil {
			rest[r.to] = map[graph.Node]bool{}
		}
		rest[r.to][r.owner] = true
	}
	keys := slices.SortedFunc(maps.Keys(m.times), func(a, b bundle) int { return cmp.Or(a.to-b.to, a.from-b.from) })
	for _, k := range keys {
		m.arrows(k, m.times[k])
	}
	return rest
}

// arrows draws the references between two boxes, by field, the most frequent
// first.
func (m *merger) arrows(k bundle, times map[string]int) {
	names := slices.SortedFunc(maps.Keys(times), func(a, b string) int { return cmp.Or(times[b]-times[a], strings.Compare(a, b)) })
	for i, name := range names {
		if len(m.pic.Edges) >= arrowsPerNode*m.o.MaxNodes {
			m.crowded += len(names) - i
			return
		}
		n := times[name]
		if i == maxParallel && len(names) > maxParallel+1 {
			n = 0
			for _, other := range names[i:] {
				n += times[other]
			}
			name = fmt.Sprintf("… %d more fields", len(names)-i)
		}
		label := name
		if n > 1 {
			label = fmt.Sprintf("%s (%s times)", name, count(n))
		}
		m.pic.Edges = append(m.pic.Edges, layouts.Edge{From: k.from, To: k.to, Label: label, Count: n, Weak: m.clusters[k.from].weak})
		if strings.HasPrefix(name, "… ") {
			return
		}
	}
}

// rest draws a box for the holders of a box that are in none, or says on it how
// many there are where the picture ends.
func (m *merger) rest(box int, left map[graph.Node]bool) {
	nodes := slices.Sorted(maps.Keys(left))
	c := m.clusters[box]
	if c.depth >= m.o.Depth || m.o.View == Chain || len(m.pic.Nodes) >= m.o.MaxNodes {
		m.pic.Nodes[box].Lines = append(m.pic.Nodes[box].Lines, m.beyond(len(nodes)))
		return
	}
	m.leftOut(box, nodes)
}

// say writes what stands around the drawing.
func (m *merger) say(set []mem.ObjID) {
	if m.pic.Title == "" {
		m.pic.Title = m.heading(set)
	}
	m.words()
	if len(set) > 1 {
		m.note("merged: holders of one type that lead to the objects by the same fields are one box")
	}
	if m.gaveUp > 0 {
		m.note("CUT: what holds %s was not looked for, the picture has too many", plural(m.gaveUp, "object"))
	}
}

func (m *merger) heading(set []mem.ObjID) string {
	types := 0
	for _, c := range m.clusters {
		if c.towards < 0 {
			types++
		}
	}
	switch name := m.s.NameOf(m.clusters[0].typ); {
	case len(set) == 1:
		return "Who holds one " + name
	case types == 1:
		return fmt.Sprintf("Who holds all %s %s", count(len(set)), name)
	}
	return fmt.Sprintf("Who holds %s of %s", plural(len(set), "object"), plural(types, "type"))
}
