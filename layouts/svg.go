package layouts

import (
	"bytes"
	"cmp"
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

// svgCanvas writes SVG 1.1 text.
type svgCanvas struct {
	b      bytes.Buffer
	linked bool // the group that is open has a link
	maxTip int  // bytes of a tooltip
}

// svgStyle names the measured fonts first, then ones that are common. A text
// keeps its measured length in any of them: see text.
const svgStyle = `
.objgraph text { white-space: pre; font-family: Go, "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif }
.objgraph .b { font-weight: bold }
.objgraph .m { font-family: "Go Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace }
.objgraph .edge:hover path, .objgraph .edge:hover polygon { stroke-width: 2.6 }
.objgraph .node:target rect { stroke-width: 3 }
`

// svgHead is what only a file of its own begins with.
const svgHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// newSVG begins a picture. Its title is what screen readers say.
func newSVG(w, h float64, p *Picture) *svgCanvas {
	c := new(svgCanvas)
	style := svgStyle
	if p.Theme == Auto {
		style += swaps()
	}
	fmt.Fprintf(&c.b, `<svg xmlns="http://www.w3.org/2000/svg" class="objgraph" role="group" aria-label="%s" width="%s" height="%s" viewBox="0 0 %[2]s %[3]s">
<style>%s</style>
`, xmlText(tip(cmp.Or(p.Title, "objgraph"))), num(w), num(h), style)
	return c
}

func (c *svgCanvas) bytes() []byte {
	return append(c.b.Bytes(), "</svg>\n"...)
}

func (c *svgCanvas) open(g group) {
	fmt.Fprintf(&c.b, "<g class=%q", g.class)
	if g.id != "" {
		fmt.Fprintf(&c.b, " id=%q", g.id)
	}
	c.b.WriteByte('>')
	if g.tooltip != "" {
		fmt.Fprintf(&c.b, "<title>%s</title>", xmlText(shorten(g.tooltip, c.maxTip)))
	}
	if c.linked = g.href != ""; c.linked {
		fmt.Fprintf(&c.b, "<a href=\"%s\">", xmlText(g.href))
	}
	c.b.WriteByte('\n')
}

func (c *svgCanvas) close() {
	if c.linked {
		c.b.WriteString("</a>")
	}
	c.b.WriteString("</g>\n")
}

func (c *svgCanvas) rect(r rect, radius float64, fill color.RGBA, p pen) {
	fmt.Fprintf(&c.b, `<rect x="%s" y="%s" width="%s" height="%s"`, num(r.x), num(r.y), num(r.w), num(r.h))
	if radius > 0 {
		fmt.Fprintf(&c.b, ` rx="%s"`, num(radius))
	}
	fmt.Fprintf(&c.b, " %s%s/>\n", svgFill(fill), svgPen(p))
}

func (c *svgCanvas) polygon(points []point, fill color.RGBA) {
	c.b.WriteString(`<polygon points="`)
	for i, p := range points {
		if i > 0 {
			c.b.WriteByte(' ')
		}
		c.b.WriteString(num(p.X) + "," + num(p.Y))
	}
	fmt.Fprintf(&c.b, "\" %s/>\n", svgFill(fill))
}

func (c *svgCanvas) curve(points []point, p pen) {
	c.b.WriteString(`<path d="M`)
	for i, q := range points {
		switch {
		case i == 1:
			c.b.WriteByte('C')
		case i > 1:
			c.b.WriteByte(' ')
		}
		c.b.WriteString(num(q.X) + "," + num(q.Y))
	}
	fmt.Fprintf(&c.b, "\" fill=\"none\"%s/>\n", svgPen(p))
}

// text gives the measured length along, so that a viewer with other fonts
// squeezes or stretches the text into it.
func (c *svgCanvas) text(x, baseline float64, at anchor, r row, ink color.RGBA) {
	if r.text == "" {
		return
	}
	fmt.Fprintf(&c.b, `<text x="%s" y="%s" font-size="%s"`, num(x), num(baseline), num(r.font.size))
	if at == middle {
		c.b.WriteString(` text-anchor="middle"`)
	}
	switch r.font.style {
	case glyphs.Bold:
		c.b.WriteString(` class="b"`)
	case glyphs.Mono:
		c.b.WriteString(` class="m"`)
	}
	fmt.Fprintf(&c.b, " textLength=\"%s\" lengthAdjust=\"spacingAndGlyphs\" %s>%s</text>\n",
		num(r.w), svgFill(ink), xmlText(r.text))
}

func svgFill(c color.RGBA) string {
	switch c.A {
	case 0:
		return `fill="none"`
	case 0xff:
		return fmt.Sprintf(`fill="%s"`, hex(c))
	}
	return fmt.Sprintf(`fill="%s" fill-opacity="%s"`, hex(c), num(float64(c.A)/255))
}

func svgPen(p pen) string {
	if p.color.A == 0 {
		return ""
	}
	s := fmt.Sprintf(` stroke="%s" stroke-width="%s"`, hex(p.color), num(p.width))
	if p.dash != (dash{}) {
		s += fmt.Sprintf(` stroke-dasharray="%s %s"`, num(p.dash.on), num(p.dash.off))
	}
	return s
}

// num prints a length with two decimals at most.
func num(v float64) string {
	s := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// xmlText escapes visible text, which has no characters that XML forbids.
func xmlText(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;").Replace(text)
}
