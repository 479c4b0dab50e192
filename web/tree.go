package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/session"
	"github.com/objgraph/objgraph/web/chart"
)

const (
	treeParts = 24    // areas of one node, those of the same type together
	treeDepth = 3     // levels of a treemap
	bandDepth = 8     // levels of an icicle
	leastPart = 0.004 // of the root's bytes: smaller areas have none within them
)

// nodeNamed is the node of an address: an object's address, r and a root's number,
// g and a goroutine's, or "" for all roots.
func (q *inDump) nodeNamed(name string) (graph.Node, error) {
	g := q.v.s.Graph
	if name == "" {
		return g.Top(), nil
	}
	n, err := strconv.ParseUint(name[1:], 10, 32)
	switch {
	case name[0] == 'r' && err == nil && int(n) < g.Roots().Len():
		return g.NodeOfRoot(graph.RootID(n)), nil
	case name[0] == 'g' && err == nil && int(n) < g.Roots().NumGroups():
		return g.NodeOfGroup(graph.GroupID(n)), nil
	}
	a, err := session.ParseAddr(name)
	if err != nil {
		return 0, badRequest("node="+name+": want an address, r and a number, or g and a number", "")
	}
	id, err := census.SelectAddr(q.v.s, a)
	if err != nil {
		return 0, notFound(err.Error())
	}
	return graph.Node(id), nil
}

// nodeName is the reverse.
func (q *inDump) nodeName(n graph.Node) string {
	g := q.v.s.Graph
	switch g.KindOf(n) {
	case graph.NodeObject:
		return q.v.s.Addr(g.Object(n)).String()
	case graph.NodeRoot:
		return fmt.Sprintf("r%d", g.Root(n))
	case graph.NodeGroup:
		return fmt.Sprintf("g%d", g.Group(n))
	}
	return ""
}

// tree shows what hangs below a node of the dominator tree.
func (s *Server) tree(q *inDump, p *Page) error {
	order, err := ask(q.Request, "", "retained", true)
	if err != nil {
		return err
	}
	n, err := q.nodeNamed(q.FormValue("node"))
	if err != nil {
		return err
	}
	doms, err := q.v.doms()
	if err != nil {
		return err
	}
	w := &treeWalk{q: q, doms: doms, least: uint64(leastPart * float64(doms.RetainedNode(n)))}
	name := q.node(n).Text
	p.Title = "Below " + name
	if n == q.v.s.Graph.Top() {
		p.Title = "Dominator tree"
	}
	p.Facts = []Fact{{Name: "Retained", Text: report.Bytes(doms.RetainedNode(n)), Raw: doms.RetainedNode(n)}, {Name: "Directly below", Text: grouped(int64(len(doms.Of(n)))), Raw: len(doms.Of(n))}}
	if up := doms.Idom(n); up != graph.NoNode && n != q.v.s.Graph.Top() {
		p.Facts = append(p.Facts, Fact{Name: "Dominated by", Text: q.node(up).Text, Href: q.here("tree", "node", q.nodeName(up), "view", q.FormValue("view"))})
	}
	p.Blocks = []Block{{Links: []Link{{"Treemap", q.here("tree", "node", q.FormValue("node"))}, {"Icicle", q.here("tree", "node", q.FormValue("node"), "view", "icicle")}}}}
	if f := q.FormValue("format"); f == "" || f == "html" {
		p.Blocks = append(p.Blocks, w.drawing(n, q.FormValue("view") == "icicle"))
	}
	t, err := w.table(n, order)
	p.Blocks = append(p.Blocks, Block{Table: t})
	return err
}

// treeWalk walks down the dominator tree.
type treeWalk struct {
	q     *inDump
	doms  *domTree
	least uint64 // bytes
}

func (w *treeWalk) drawing(n graph.Node, icicle bool) Block {
	depth := treeDepth
	if icicle {
		depth = bandDepth
	}
	root := w.area(n, depth)
	return drawing("areas", "What it retains, by dominators", func(width float64) []byte {
		switch {
		case icicle:
			return chart.Icicle("Icicle of the dominator tree", &root, width)
		case width == narrow:
			return chart.Treemap("Treemap of the dominator tree", &root, width, 420)
		}
		return chart.Treemap("Treemap of the dominator tree", &root, width, 560)
	})
}

// area is a node with what hangs below it, so many levels deep.
func (w *treeWalk) area(n graph.Node, depth int) chart.Area {
	size := w.doms.RetainedNode(n)
	a := chart.Area{Name: w.q.node(n).Text, Detail: report.Bytes(size), Size: float64(size), Href: w.q.here("tree", "node", w.q.nodeName(n), "view", w.q.FormValue("view"))}
	if depth > 0 && size >= w.least {
		a.Below = w.below(n, depth-1)
	}
	return a
}

// below are the areas of what hangs below a node: the largest alone, the others by
// type.
func (w *treeWalk) below(n graph.Node, depth int) (out []chart.Area) {
	all := w.doms.Of(n)
	large := w.largest(all, treeParts/2)
	alone := map[graph.Node]bool{}
	for _, c := range large {
		alone[c] = true
		out = append(out, w.area(c, depth))
	}
	type sum struct {
		count int
		bytes uint64
	}
	sums := map[string]*sum{}
	for key, s := range w.sums(all, alone) {
		name := w.groupName(key)
		if sums[name] == nil {
			sums[name] = &sum{}
		}
		sums[name].count += s.Count
		sums[name].bytes += s.Bytes
	}
	var groups []chart.Area
	for name, s := range sums {
		a := chart.Area{Name: several(s.count, name), Detail: report.Bytes(s.bytes), Size: float64(s.bytes), Class: "many"}
		if name != otherRoots {
			a.Href = w.q.here("objects", "type", name)
		}
		groups = append(groups, a)
	}
	chart.SortAreas(groups)
	out = append(out, groups[:min(len(groups), treeParts-len(out))]...)
	chart.SortAreas(out)
	return out
}

const otherRoots = "roots"

// several names objects of a type, or roots: "45 × string", "45 roots".
func several(n int, name string) string {
	switch {
	case name == otherRoots && n == 1:
		return "1 root"
	case name == otherRoots:
		return grouped(int64(n)) + " " + name
	case n == 1:
		return name
	}
	return grouped(int64(n)) + " × " + name
}

func (w *treeWalk) groupName(t int64) string {
	if t < 0 {
		return otherRoots
	}
	return w.q.v.s.NameOf(typeID(t))
}

// sums adds up what nodes retain by type, -1 for roots, without some of them.
func (w *treeWalk) sums(all []graph.Node, without map[graph.Node]bool) map[int64]census.Sum {
	g := w.q.v.s.Graph
	sums := map[int64]census.Sum{}
	for _, c := range all {
		if without[c] {
			continue
		}
		key := int64(-1)
		if g.KindOf(c) == graph.NodeObject {
			key = int64(w.q.v.s.Typing.Of[g.Object(c)])
		}
		bytes := w.doms.RetainedNode(c)
		if bytes > 0 {
			s := sums[key]
			s.Count++
			s.Bytes += bytes
			sums[key] = s
		}
	}
	return sums
}

// largest are the nodes that retain most, if it is a share worth an area of their own.
func (w *treeWalk) largest(all []graph.Node, n int) []graph.Node {
	ids := make([]mem.ObjID, 0, len(all))
	for _, c := range all {
		if w.doms.RetainedNode(c) >= w.least {
			ids = append(ids, mem.ObjID(c))
		}
	}
	best := first(ids, min(n, len(ids)), func(id mem.ObjID) uint64 { return w.doms.RetainedNode(graph.Node(id)) }, true)
	out := make([]graph.Node, len(best))
	for i, id := range best {
		out[i] = graph.Node(id)
	}
	return out
}

// table lists what hangs directly below a node.
func (w *treeWalk) table(n graph.Node, order query) (*Table, error) {
	all := w.doms.Of(n)
	t := &Table{Name: "below", Caption: "Directly below", Total: min(len(all), mostObjects), Empty: "Nothing hangs below it.", Columns: []Column{{Key: "name", Title: "Root or type", Fixed: true},
		{Key: "node", Title: "Node", Fixed: true}, {Key: "retained", Title: "Retained", Number: true}, {Key: "below", Title: "Below it", Number: true, Fixed: true}}}
	if order.sort != "retained" {
		return nil, badRequest("sort="+order.sort+": there is no such column", "")
	}
	ids := make([]mem.ObjID, len(all))
	for i, c := range all {
		ids[i] = mem.ObjID(c)
	}
	lo, hi := order.window(t.Total)
	for _, id := range first(ids, hi, func(id mem.ObjID) uint64 { return w.doms.RetainedNode(graph.Node(id)) }, order.down)[lo:] {
		c := graph.Node(id)
		at := Cell{Text: w.q.nodeName(c), Raw: w.q.nodeName(c), Href: w.q.here("tree", "node", w.q.nodeName(c), "view", w.q.FormValue("view")), Class: "mono"}
		t.Rows = append(t.Rows, []Cell{w.q.node(c), at, bytesOf(w.doms.RetainedNode(c)), count(len(w.doms.Of(c)))})
	}
	t.paged(order)
	return t, nil
}

// toggled puts an address into a list of them, or takes it out.
func toggled(list []string, addr string) string {
	out := slices.Clone(list)
	if at := slices.Index(out, addr); at >= 0 {
		out = slices.Delete(out, at, at+1)
	} else {
		out = append(out, addr)
	}
	return strings.Join(out, ",")
}
