package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/session"
)

const (
	unfoldFan  = 8   // neighbours of a node that is unfolded
	mostOpen   = 40  // nodes that are
	mostDrawn  = 250 // boxes
	mostInView = 60  // boxes that one node brings
)

// picture draws an object with what holds it, or what it holds. Each box is a link
// to the same picture with that node unfolded too, so every state has an address.
func (s *Server) picture(q *inDump, p *Page) error {
	set, err := q.chosen()
	if err != nil {
		return err
	}
	id, err := session.Typical(q.Context(), q.v.s, set)
	if err != nil {
		return err
	}
	a := album{q: q, view: report.Back, at: map[string]int{}}
	if q.FormValue("view") == "held" {
		a.view = report.Forward
	}
	if a.open, err = q.opened(); err != nil {
		return err
	}
	a.target = q.v.s.Addr(id).String()
	if err := a.collect(id); err != nil {
		return err
	}
	words := "Who holds "
	if a.view == report.Forward {
		words = "What is held by "
	}
	p.Title = words + q.v.s.TypeName(id) + " at " + a.target
	if len(set) > 1 {
		p.Lead = fmt.Sprintf("It stands for %s objects of the type: it is held as most of them are.", grouped(int64(len(set))))
	}
	p.Blocks = append(p.Blocks, Block{Text: "A click on a box unfolds what is behind it, another folds it again.", Links: []Link{
		{"Who holds it", q.here("picture", "addr", a.target)}, {"What it holds", q.here("picture", "addr", a.target, "view", "held")},
		{"Fold all", q.here("picture", "addr", a.target, "view", q.FormValue("view"))}, {"The object", q.object(id)}}})
	if f := q.FormValue("format"); f == "" || f == "html" {
		b, err := a.drawn(q.Context())
		if err != nil {
			return err
		}
		p.Blocks = append(p.Blocks, b)
	}
	p.Blocks = append(p.Blocks, Block{Table: a.table()})
	return nil
}

// opened are the addresses of the nodes that are unfolded.
func (q *inDump) opened() (open []string, err error) {
	text := q.FormValue("open")
	if text == "" {
		return nil, nil
	}
	open = strings.Split(text, ",")
	if len(open) > mostOpen {
		return nil, badRequest(fmt.Sprintf("open: at most %d nodes are unfolded at once", mostOpen), "fold some")
	}
	return open, nil
}

// album puts the pictures of several objects into one. One goroutine.
type album struct {
	q      *inDump
	view   report.View
	target string
	open   []string
	pic    layouts.Picture
	at     map[string]int // box by what it stands for
	edges  map[layouts.Edge]bool
}

// collect draws the target and all that is unfolded.
func (a *album) collect(id mem.ObjID) error {
	a.edges = map[layouts.Edge]bool{}
	view := a.view
	if view == report.Back {
		view = report.Both // so that it ends in a root
	}
	if err := a.add(id, view); err != nil {
		return err
	}
	for _, addr := range a.open {
		n, err := a.q.nodeNamed(addr)
		if err != nil {
			return err
		}
		if err := a.add(a.q.v.s.Graph.Object(n), a.view); err != nil {
			return err
		}
	}
	return nil
}

// add puts the neighbourhood of an object into the picture.
func (a *album) add(id mem.ObjID, view report.View) error {
	pic, err := report.NewPicture(a.q.Context(), a.q.v.s, id, report.PictureOptions{View: view, Depth: 1, FanOut: unfoldFan, MaxNodes: mostInView})
	if err != nil {
		return err
	}
	base := 0
	if at, ok := a.at[keyOf(&pic.Nodes[0], "")]; ok {
		base = a.pic.Nodes[at].Depth
	}
	box := make([]int, len(pic.Nodes))
	for i := range pic.Nodes {
		n := pic.Nodes[i]
		n.Depth += base
		key := keyOf(&n, fmt.Sprint(id, " ", i))
		at, ok := a.at[key]
		switch {
		case !ok:
			at = len(a.pic.Nodes)
			a.at[key] = at
			if at > 0 && n.Role == layouts.Target {
				n.Role = layouts.Holder
			}
			a.pic.Nodes = append(a.pic.Nodes, n)
		case i == 0: // unfolded: it says no longer that there is more
			a.pic.Nodes[at].Lines = n.Lines
		}
		box[i] = at
	}
	for _, e := range pic.Edges {
		e.From, e.To = box[e.From], box[e.To]
		if !a.edges[e] {
			a.edges[e] = true
			a.pic.Edges = append(a.pic.Edges, e)
		}
	}
	return nil
}

// keyOf is what a box stands for: an object by its address, a root by its name;
// what is left out is a box of its own for each picture.
func keyOf(n *layouts.Node, where string) string {
	switch {
	case n.Role == layouts.More:
		return "more " + where
	case addressOf(n) != "":
		return addressOf(n)
	}
	return fmt.Sprint("root ", n.Weak, " ", n.Lines[0])
}

// addressOf is the address of a box's object, "" if it stands for none.
func addressOf(n *layouts.Node) string {
	if n.Role == layouts.Root || n.Role == layouts.More || len(n.Lines) < 2 || !strings.HasPrefix(n.Lines[1], "0x") {
		return ""
	}
	return n.Lines[1]
}

// href is the address of the picture after a click on a box.
func (a *album) href(n *layouts.Node) string {
	addr := addressOf(n)
	if addr == "" || addr == a.target {
		return ""
	}
	return a.q.here("picture", "addr", a.target, "view", a.q.FormValue("view"), "open", toggled(a.open, addr))
}

// drawn is the picture as a part of the page.
func (a *album) drawn(ctx context.Context) (Block, error) {
	a.pic.Theme = layouts.Auto
	for i := range a.pic.Nodes {
		a.pic.Nodes[i].Href = a.href(&a.pic.Nodes[i])
	}
	svg, err := a.q.v.pics.get(a.q.FormValue("view")+" "+a.target+" "+strings.Join(a.open, ","), func() ([]byte, error) {
		return layouts.SVG(ctx, &a.pic, layouts.Options{MaxNodes: mostDrawn})
	})
	switch {
	case errors.Is(err, layouts.ErrTooMany):
		return Block{}, &failure{http.StatusUnprocessableEntity, fmt.Sprintf("the picture has more than %d boxes", mostDrawn), "go back, and fold some nodes"}
	case err != nil && ctx.Err() == nil:
		return Block{Heading: "Picture", Text: "The picture could not be drawn: " + err.Error()}, nil
	case err != nil:
		return Block{}, err
	}
	return Block{Heading: "Picture", ID: "picture", Class: "picture", SVG: inline(svg)}, nil
}

// table lists the boxes, for those who do not see the picture, and for programs.
func (a *album) table() *Table {
	t := &Table{Name: "boxes", Caption: "What the picture shows", Total: len(a.pic.Nodes), Pages: 1, Columns: []Column{{Key: "name", Title: "Object or root", Fixed: true},
		{Key: "addr", Title: "Address", Fixed: true}, {Key: "says", Title: "Size or kind", Fixed: true}, {Key: "holds", Title: "Holds", Fixed: true}, {Key: "unfold", Title: "What is behind it", Fixed: true}}}
	holds := make([][]string, len(a.pic.Nodes))
	for _, e := range a.pic.Edges {
		to := &a.pic.Nodes[e.To]
		holds[e.From] = append(holds[e.From], strings.TrimSpace(e.Label+" → "+to.Lines[0]))
	}
	for i := range a.pic.Nodes {
		n := &a.pic.Nodes[i]
		addr, unfold, says := Cell{}, Cell{}, ""
		if at := addressOf(n); at != "" {
			addr = Cell{Text: at, Raw: at, Class: "mono", Href: a.q.here("object", "addr", at)}
			says = strings.Join(n.Lines[2:], ", ")
		} else {
			says = n.Role.String()
		}
		if href := a.href(n); href != "" {
			unfold = Cell{Text: "unfold", Href: href, Raw: href}
			if strings.Contains(","+strings.Join(a.open, ",")+",", ","+addressOf(n)+",") {
				unfold.Text = "fold"
			}
		}
		t.Rows = append(t.Rows, []Cell{text(n.Lines[0]), addr, text(says), text(cut(strings.Join(holds[i], "; "), 300)), unfold})
	}
	return t
}
