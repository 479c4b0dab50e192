package layouts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/objgraph/objgraph/layouts/internal/engine"
	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

// block is lines of text, one below the other, and the room they take.
type block struct {
	rows []row
	w, h float64
}

type row struct {
	text string
	font font
	w    float64
}

func (b *block) add(text string, f font, fonts *glyphs.Fonts) {
	w := fonts.Width(text, f.style, f.size)
	b.rows = append(b.rows, row{text, f, w})
	b.w = max(b.w, w)
	b.h += f.lead()
}

// paragraph fits text into a block of at most the given width and rows.
func paragraph(text string, f font, width float64, rows int, fonts *glyphs.Fonts) block {
	var b block
	b.wrapIn(text, f, width, rows, fonts)
	return b
}

// wrapIn adds text, fitted, to the block.
func (b *block) wrapIn(text string, f font, width float64, rows int, fonts *glyphs.Fonts) {
	measure := func(s string) float64 { return fonts.Width(s, f.style, f.size) }
	for _, line := range fit(fonts.Clusters(shorten(text, maxText)), width, rows, measure) {
		b.add(line, f, fonts)
	}
}

// arrangeInTime arranges all of p, or else a part of it.
func arrangeInTime(ctx context.Context, p *Picture, fonts *glyphs.Fonts, o *Options) (pl *plan, err error) {
	for _, a := range attempts {
		some, limit := p, time.Duration(a.share*float64(o.Timeout))
		if a.nodes > 0 {
			if some = p.part(a.nodes, time.Duration(attempts[0].share*float64(o.Timeout))); some == nil {
				continue
			}
		}
		if pl, err = arrange(ctx, some, fonts, o, limit); !errors.Is(err, ErrTimeout) {
			break
		}
	}
	return pl, err
}

// arrange measures what p holds and has the engine place it.
func arrange(ctx context.Context, p *Picture, fonts *glyphs.Fonts, o *Options, limit time.Duration) (*plan, error) {
	pl := &plan{picture: p, backward: backward(p), closing: closing(p)}
	for i := range p.Nodes {
		pl.boxes = append(pl.boxes, boxOf(&p.Nodes[i], p.Style.width(), fonts))
	}
	for i := range p.Edges {
		pl.labels = append(pl.labels, labelOf(&p.Edges[i], fonts))
	}
	timed, cancel := context.WithTimeoutCause(ctx, limit, engine.ErrTimeout)
	defer cancel()
	out, err := o.engine(ctx).Layout(timed, pl.dot())
	switch {
	case errors.Is(err, engine.ErrTimeout):
		return nil, fmt.Errorf("%w: %d nodes and %d edges in %v; the picture's DOT text still works",
			ErrTimeout, len(p.Nodes), len(p.Edges), limit)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("layout: %w", ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("%w: %w; the picture's DOT text still works", ErrEngine, err)
	}
	if err := pl.place(out); err != nil {
		return nil, fmt.Errorf("%w: %w; the picture's DOT text still works", ErrEngine, err)
	}
	return pl, nil
}

// boxOf is the text of a node; the node's box is padded around it.
func boxOf(n *Node, width float64, fonts *glyphs.Fonts) block {
	var b block
	for i, line := range n.lines() {
		f := lineFont
		if i == 0 {
			f = typeFont
		}
		b.wrapIn(line, f, width, n.rows(i), fonts)
	}
	for _, word := range n.extra() {
		b.add(word, lineFont, fonts)
		b.h += chipGap
	}
	return b
}

// width is the room for the text of a box.
func (s Style) width() float64 {
	if s == Chain {
		return chainWidth
	}
	return nodeWidth
}

func labelOf(e *Edge, fonts *glyphs.Fonts) block {
	if e.Label == "" {
		return block{}
	}
	return paragraph(e.Label, edgeFont, edgeWidth, edgeRows, fonts)
}

// size is the room that the layout keeps for node i.
func (pl *plan) size(i int) (w, h float64) {
	w = max(pl.boxes[i].w+2*padX, minBox)
	h = pl.boxes[i].h + 2*padY
	if pl.picture.Nodes[i].stacked() {
		w, h = w+stackStep, h+stackStep
	}
	return w, h
}

// dot is the engine's input: sizes only, no texts. Edge labels are empty table
// cells, whose size is kept as it is given.
func (pl *plan) dot() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "digraph {\n\tgraph [rankdir=TB, nodesep=0.3, ranksep=0.45, dpi=72%s];\n", effort(len(pl.picture.Edges)))
	b.WriteString("\tnode [shape=box, fixedsize=true, label=\"\"];\n")
	for i := range pl.boxes {
		w, h := pl.size(i)
		fmt.Fprintf(&b, "\tn%d [width=%.4f, height=%.4f%s];\n", i, w/72, h/72, pl.column())
	}
	ranks := stagger(pl.picture)
	for i, e := range pl.picture.Edges {
		from, to, dir := e.From, e.To, "forward"
		if pl.backward[i] {
			from, to, dir = to, from, "back"
		}
		fmt.Fprintf(&b, "\tn%d -> n%d [id=%d, dir=%s, minlen=%d%s];\n", from, to, i, dir, ranks[i], room(pl.labels[i]))
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// column is the attribute that keeps a chain straight.
func (pl *plan) column() string {
	if pl.picture.Style == Chain {
		return ", group=chain"
	}
	return ""
}

// roughEdges is the number of edges above which the layout is a rough one. 300
// nodes with 600 edges at random take 1 s, with 900 take 3 s, with 1,500 over a
// minute, or 1.5 s if rough.
const roughEdges = 600

// effort is the attributes that bound the work on a picture with many edges:
// fewer rounds of improvement, and straight arrows. It goes by size and not by
// time, so that the same picture gives the same drawing.
func effort(edges int) string {
	if edges <= roughEdges {
		return ""
	}
	return ", nslimit=0.1, nslimit1=0.1, mclimit=0.05, splines=line"
}

// room is the attribute that keeps room for an edge label.
func room(l block) string {
	if len(l.rows) == 0 {
		return ""
	}
	return fmt.Sprintf(`, label=<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0"><TR>`+
		`<TD FIXEDSIZE="TRUE" WIDTH="%.0f" HEIGHT="%.0f"></TD></TR></TABLE>>`, l.w+8, l.h+4)
}
