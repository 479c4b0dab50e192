package layouts

import (
	"bytes"
	"fmt"
	"image/color"
	"strings"
	"unicode/utf8"

	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

// Widths of texts in DOT, in characters: their fonts are not known here.
const (
	dotNodeChars = 40
	dotEdgeChars = 28
	dotPageChars = 100
	maxTooltip   = 4 << 10 // bytes
)

// DOT writes p in Graphviz's language: `dot -Tsvg` draws it. It needs no
// layout engine and cannot fail: edges whose ends do not exist are left out.
func DOT(p *Picture) []byte {
	var b bytes.Buffer
	b.WriteString("digraph objgraph {\n")
	c := p.Theme.palette()
	fmt.Fprintf(&b, "\tgraph [rankdir=TB, bgcolor=%q, fontcolor=%q, fontname=%q, fontsize=11, labelloc=t, labeljust=l, label=%s];\n",
		hex(c.page), hex(c.ink), dotFonts, dotCaption(p))
	fmt.Fprintf(&b, "\tnode [shape=box, style=filled, fontname=%q, fontsize=11];\n", dotFonts)
	fmt.Fprintf(&b, "\tedge [fontname=%q, fontsize=10, color=%q, fontcolor=%q];\n", dotFonts, hex(c.faint), hex(c.ink))
	cycles := closing(p)
	for i := range p.Nodes {
		fmt.Fprintf(&b, "\tn%d [%s];\n", i, dotNode(&p.Nodes[i], c))
	}
	for i := range p.Edges {
		if e := &p.Edges[i]; p.has(*e) {
			fmt.Fprintf(&b, "\tn%d -> n%d [%s];\n", e.From, e.To, dotEdge(e, cycles[i], c))
		}
	}
	b.WriteString("}\n")
	return b.Bytes()
}

const dotFonts = "Go,Helvetica,Arial,sans-serif"

func dotNode(n *Node, c *palette) string {
	l := c.looks(n.Role, n.Depth, n.marks())
	style := "filled,rounded"
	if l.dashed {
		style += ",dashed"
	}
	attrs := []string{
		"label=" + dotLabel(n.dotLines(), `\n`),
		"tooltip=" + dotQuote(n.tooltip()),
		fmt.Sprintf("style=%q, fillcolor=%q, color=%q, fontcolor=%q", style, hex(l.fill), hex(l.stroke), hex(l.text)),
	}
	if l.stack {
		attrs = append(attrs, "peripheries=2")
	}
	if l.width > 1 {
		attrs = append(attrs, "penwidth=2")
	}
	if href := n.link(); href != "" {
		attrs = append(attrs, "URL="+dotQuote(href))
	}
	return strings.Join(attrs, ", ")
}

// dotLines wraps the node's lines, and names the mark that SVG draws.
func (n *Node) dotLines() []string {
	var out []string
	for i, line := range n.lines() {
		out = append(out, fitChars(line, dotNodeChars, n.rows(i))...)
	}
	return append(out, n.extra()...)
}

func dotEdge(e *Edge, cycle bool, c *palette) string {
	attrs := []string{
		"label=" + dotLabel(fitChars(e.Label, dotEdgeChars, edgeRows), `\n`),
		"tooltip=" + dotQuote(e.tooltip()),
		"labeltooltip=" + dotQuote(e.tooltip()),
	}
	switch {
	case cycle:
		attrs = append(attrs, fmt.Sprintf("style=dotted, penwidth=2, color=%q", hex(c.cycle)))
	case e.Weak:
		attrs = append(attrs, "style=dashed")
	}
	return strings.Join(attrs, ", ")
}

// dotCaption is what stands above the drawing: title, notes, legend in words,
// and the command.
func dotCaption(p *Picture) string {
	var lines []string
	for _, text := range append([]string{p.Title}, p.Notes...) {
		if text != "" {
			lines = append(lines, fitChars(text, dotPageChars, pageRows)...)
		}
	}
	if words := legendWords(p); words != "" {
		lines = append(lines, fitChars(words, dotPageChars, pageRows)...)
	}
	if p.Command != "" {
		lines = append(lines, fitChars(p.Command, dotPageChars, pageRows)...)
	}
	return dotLabel(lines, `\l`)
}

// legendWords names the looks that a DOT viewer shows without swatches.
func legendWords(p *Picture) string {
	var words []string
	for _, it := range p.legend() {
		words = append(words, it.colour(p.Theme)+": "+it.Text)
	}
	return strings.Join(words, "; ")
}

func (it LegendItem) colour(theme Theme) string {
	switch {
	case it.Weak:
		return "dashed"
	case it.Cycle:
		return "dotted arrow"
	case it.Many:
		return "double border"
	case theme == Print && (it.Dominator || it.Finalizer):
		return "thick border"
	case it.Finalizer:
		return "ochre border"
	case it.Dominator:
		return "purple border"
	}
	names := [...]string{"white", "vermilion", "grey", "grey", "green", "double border"}
	switch theme {
	case Dark:
		names[Plain] = "black"
	case Print:
		names[Target], names[Root] = "black", "thick border"
	}
	return names[min(it.Role, More)]
}

// fitChars is fit for characters of equal width.
func fitChars(text string, chars float64, rows int) []string {
	clusters := glyphs.Clusters(shorten(text, maxText), func(rune) bool { return true })
	return fit(clusters, chars, rows, func(s string) float64 { return float64(utf8.RuneCountInString(s)) })
}

// dotLabel quotes lines, each ended by the escape end: \n centred, \l left.
func dotLabel(lines []string, end string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, line := range lines {
		b.WriteString(dotEscape(line))
		if i < len(lines)-1 || end == `\l` {
			b.WriteString(end)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func dotQuote(text string) string { return `"` + dotEscape(text) + `"` }

// dotEscape makes visible text safe inside a quoted DOT string whose value is
// an escString: backslashes would begin an escape, and & a character entity.
func dotEscape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`, "\n", `\n`).Replace(text)
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
