package web

import (
	"fmt"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
)

// object is the page of one object: its fields, who holds it, what it holds, and
// where it hangs in the dominator tree.
func (s *Server) object(q *inDump, p *Page) error {
	if q.FormValue("addr") == "" {
		return badRequest("which object? say addr=0x…", "")
	}
	set, err := q.chosen()
	if err != nil {
		return err
	}
	id := set[0]
	if err := q.objectFacts(p, id); err != nil {
		return err
	}
	addr := q.v.s.Addr(id).String()
	p.Title = q.v.s.TypeName(id) + " at " + addr
	p.Blocks = append(p.Blocks, Block{Links: []Link{{"Picture", q.here("picture", "addr", addr)}, {"Picture of what it holds", q.here("picture", "addr", addr, "view", "held")},
		{"Chains from all roots", q.here("chains", "addr", addr)}, {"Dominator tree from here", q.here("tree", "node", addr)},
		{"Others of the type", q.here("objects", "type", q.v.s.TypeName(id))}}})
	for _, table := range []func(mem.ObjID) (*Table, error){func(id mem.ObjID) (*Table, error) { return fieldTable(q, id, s.o.ShowValues) }, q.holders, q.held, q.chain, q.dominators} {
		t, err := table(id)
		if err != nil {
			return err
		}
		if t != nil {
			p.Blocks = append(p.Blocks, Block{Table: t})
		}
	}
	return nil
}

func (q *inDump) objectFacts(p *Page, id mem.ObjID) error {
	doms, err := q.v.doms()
	if err != nil {
		return err
	}
	tree, err := q.v.s.ShortestTree()
	if err != nil {
		return err
	}
	v := q.v.s
	p.Facts = []Fact{{Name: "Type", Text: v.TypeName(id), Href: q.here("objects", "type", v.TypeName(id))}, {Name: "Address", Text: v.Addr(id).String()},
		{Name: "Size", Text: bytesOf(v.Size(id)).Text, Raw: v.Size(id)}, {Name: "Retained", Text: bytesOf(doms.Retained(id)).Text, Raw: doms.Retained(id)},
		{Name: "Type known by", Text: v.Typing.Evidence[id].String()}}
	if !v.Reach.Has(id) {
		p.Warn = append(p.Warn, "no root that the dump lists reaches this object")
	} else {
		p.Facts = append(p.Facts, Fact{Name: "References from a root", Text: fmt.Sprint(tree.Dist(id)), Raw: tree.Dist(id)})
	}
	if v.Reach.Weak.Has(id) {
		p.Warn = append(p.Warn, "only words that look like pointers lead to this object")
	}
	return nil
}

// node names what can hold an object, and leads to it.
func (q *inDump) node(n graph.Node) Cell {
	g, v := q.v.s.Graph, q.v.s
	switch g.KindOf(n) {
	case graph.NodeObject:
		id := g.Object(n)
		return Cell{Text: v.TypeName(id), Href: q.object(id), Raw: v.TypeName(id)}
	case graph.NodeRoot:
		name := v.RootName(g.Root(n))
		return Cell{Text: name, Href: q.here("tree", "node", fmt.Sprintf("r%d", g.Root(n))), Raw: name}
	case graph.NodeGroup:
		name := v.GroupName(g.Group(n))
		return Cell{Text: name, Href: q.here("tree", "node", fmt.Sprintf("g%d", g.Group(n))), Raw: name}
	}
	return Cell{Text: "all roots", Href: q.here("tree"), Raw: "all roots"}
}

// label names the references from one object to another, at most some.
func (q *inDump) label(from, to mem.ObjID) string {
	text, more := "", 0
	for slot, target := range q.v.s.Graph.Out(from) {
		switch {
		case target != to:
		case more == 0:
			text = q.v.s.EdgeLabel(from, slot)
			more++
		default:
			more++
		}
	}
	if more > 1 {
		text += fmt.Sprintf(" and %d more", more-1)
	}
	return text
}

// holders is the table of what refers to an object, parts of maps and channels
// included.
func (q *inDump) holders(id mem.ObjID) (*Table, error) {
	order, err := ask(q.Request, "h-", "", false)
	if err != nil {
		return nil, err
	}
	doms, err := q.v.doms()
	if err != nil {
		return nil, err
	}
	g := q.v.s.Graph
	var all []graph.Node
	for _, r := range g.RootsOf(id) {
		all = append(all, g.NodeOfRoot(r))
	}
	last := mem.NoObj
	for _, from := range g.In(id) {
		if from != last {
			all, last = append(all, graph.Node(from)), from
		}
	}
	t := &Table{Name: "holders", Caption: "Held by", Prefix: "h-", Total: len(all), Empty: "Nothing refers to it.", Columns: []Column{{Key: "holder", Title: "Holder", Fixed: true},
		{Key: "field", Title: "By", Fixed: true}, {Key: "addr", Title: "Address", Fixed: true}, {Key: "retained", Title: "Holder retains", Number: true, Fixed: true}}}
	lo, hi := order.window(len(all))
	for _, n := range all[lo:hi] {
		var by, addr Cell
		if g.KindOf(n) == graph.NodeObject {
			by, addr = text(q.label(g.Object(n), id)), q.address(g.Object(n))
		} else {
			by = text(q.rootLabel(g.Root(n), id))
		}
		t.Rows = append(t.Rows, []Cell{q.node(n), by, addr, bytesOf(doms.RetainedNode(n))})
	}
	t.paged(order)
	return t, nil
}

func (q *inDump) rootLabel(r graph.RootID, id mem.ObjID) string {
	for slot, to := range q.v.s.Graph.Roots().Targets(r) {
		if to == id {
			return q.v.s.RootLabel(r, slot)
		}
	}
	return ""
}

// held is the table of what an object refers to, by its pointers.
func (q *inDump) held(id mem.ObjID) (*Table, error) {
	order, err := ask(q.Request, "o-", "", false)
	if err != nil {
		return nil, err
	}
	doms, err := q.v.doms()
	if err != nil {
		return nil, err
	}
	out := q.v.s.Graph.Out(id)
	t := &Table{Name: "held", Caption: "Refers to", Prefix: "o-", Total: len(out), Empty: "It refers to nothing.", Columns: []Column{{Key: "field", Title: "By", Fixed: true},
		{Key: "type", Title: "Object", Fixed: true}, {Key: "addr", Title: "Address", Fixed: true}, {Key: "size", Title: "Size", Number: true, Fixed: true}, {Key: "retained", Title: "Retained", Number: true, Fixed: true}}}
	lo, hi := order.window(len(out))
	for slot := lo; slot < hi; slot++ {
		to := out[slot]
		t.Rows = append(t.Rows, []Cell{text(q.v.s.EdgeLabel(id, slot)), q.node(graph.Node(to)), q.address(to), bytesOf(q.v.s.Size(to)), bytesOf(doms.Retained(to))})
	}
	t.paged(order)
	return t, nil
}

// chain is the shortest chain from a root.
func (q *inDump) chain(id mem.ObjID) (*Table, error) {
	tree, err := q.v.s.ShortestTree()
	if err != nil {
		return nil, err
	}
	c, ok := tree.Chain(id)
	if !ok {
		return nil, nil
	}
	t := &Table{Name: "chain", Caption: "Shortest chain from a root", Total: len(c.Objs), Pages: 1, Columns: []Column{{Key: "holder", Title: "Holder", Fixed: true}, {Key: "field", Title: "By", Fixed: true}, {Key: "type", Title: "Object", Fixed: true}, {Key: "addr", Title: "Address", Fixed: true}}}
	holder, by := q.node(q.v.s.Graph.NodeOfRoot(c.Root)), q.v.s.RootLabel(c.Root, c.Slots[0])
	for i, o := range c.Objs {
		if i > 0 {
			holder, by = q.node(graph.Node(c.Objs[i-1])), q.v.s.EdgeLabel(c.Objs[i-1], c.Slots[i])
		}
		if i < mostSteps || i >= len(c.Objs)-mostSteps {
			t.Rows = append(t.Rows, []Cell{holder, text(by), q.node(graph.Node(o)), q.address(o)})
		}
	}
	return t, nil
}

// mostSteps is how many steps a long chain shows at either end.
const mostSteps = 100

// dominators are what an object hangs from, up to all roots.
func (q *inDump) dominators(id mem.ObjID) (*Table, error) {
	doms, err := q.v.doms()
	if err != nil || !q.v.s.Reach.Has(id) {
		return nil, err
	}
	t := &Table{Name: "dominators", Caption: "Dominated by", Pages: 1, Columns: []Column{{Key: "dominator", Title: "Dominator", Fixed: true, Help: "every way from a root to the object leads through it"},
		{Key: "retained", Title: "Retained", Number: true, Fixed: true}}}
	for n := doms.Idom(graph.Node(id)); n != graph.NoNode; n = doms.Idom(n) {
		if t.Total++; t.Total <= mostSteps {
			t.Rows = append(t.Rows, []Cell{q.node(n), bytesOf(doms.RetainedNode(n))})
		}
	}
	return t, nil
}
