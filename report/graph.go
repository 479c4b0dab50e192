package report

import (
	"fmt"
	"io"

	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
)

// Graph is the answer of `graph`: a picture, and the file it went to.
type Graph struct {
	About
	Type    string
	Addr    mem.Addr
	Objects int // of the set that the drawn object was chosen from
	Picture *layouts.Picture
	File    string // "": to no file
	Drawn   []byte // to be printed; nil: as DOT
}

type graphJSON struct {
	aboutJSON
	Target  targetJSON  `json:"target"`
	Title   string      `json:"title"`
	Notes   []string    `json:"notes"`
	Nodes   []nodeJSON  `json:"nodes"`
	Edges   []arrowJSON `json:"edges"`
	Picture *string     `json:"picture"`
}

type nodeJSON struct {
	Lines     []string `json:"lines"`
	Role      string   `json:"role"`
	Depth     int      `json:"depth"`
	Finalizer bool     `json:"finalizer"`
	Weak      bool     `json:"weak"`
	Dominator bool     `json:"dominator"`
	Count     int      `json:"count"` // objects that the box stands for
	ID        string   `json:"id"`    // anchor in SVG
}

// arrowJSON joins two of the nodes, by index: from holds to.
type arrowJSON struct {
	From  int    `json:"from"`
	To    int    `json:"to"`
	Label string `json:"label"`
	Weak  bool   `json:"weak"`
	Count int    `json:"count"` // references that the arrow stands for
}

// JSON writes the picture's boxes and arrows in drawing order.
func (g *Graph) JSON(w io.Writer) error {
	out := graphJSON{aboutJSON: g.About.json(), Target: targetJSON{g.Type, nil, g.Objects},
		Title: g.Picture.Title, Notes: list(g.Picture.Notes), Nodes: []nodeJSON{}, Edges: []arrowJSON{}}
	for _, n := range g.Picture.Nodes {
		out.Nodes = append(out.Nodes, nodeJSON{n.Lines, n.Role.String(), n.Depth, n.Finalizer, n.Weak, n.Dominator, max(1, n.Count), n.ID})
	}
	for _, e := range g.Picture.Edges {
		out.Edges = append(out.Edges, arrowJSON{e.From, e.To, e.Label, e.Weak, max(1, e.Count)})
	}
	if g.Addr != 0 { // else all of them are drawn
		a := address(g.Addr)
		out.Target.Addr = &a
	}
	if g.File != "" {
		out.Picture = &g.File
	}
	return writeJSON(w, out)
}

// Text says what was drawn; without a file it is the picture as DOT.
func (g *Graph) Text(w io.Writer) error {
	if g.File == "" {
		if g.Drawn == nil {
			g.Drawn = layouts.DOT(g.Picture)
		}
		_, err := w.Write(g.Drawn)
		return err
	}
	fmt.Fprintf(w, "wrote %s: %s, %s, %s\n", g.File, lowerFirst(g.Picture.Title),
		plural(len(g.Picture.Nodes), "node"), plural(len(g.Picture.Edges), "edge"))
	for _, n := range g.Picture.Notes[1:] {
		fmt.Fprintln(w, "  "+n)
	}
	g.About.text(w)
	return nil
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]|0x20) + s[1:]
}
