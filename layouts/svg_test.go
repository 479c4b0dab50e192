package layouts_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/objgraph/objgraph/layouts"
)

// svgDoc is what the tests read of an SVG file.
type svgDoc struct {
	Width  float64    `xml:"width,attr"`
	Height float64    `xml:"height,attr"`
	Groups []svgGroup `xml:"g"`
	Texts  []svgText  `xml:"text"`
	Rects  []svgRect  `xml:"rect"`
}

type svgGroup struct {
	Class string    `xml:"class,attr"`
	ID    string    `xml:"id,attr"`
	Link  *svgLink  `xml:"a"`
	Title string    `xml:"title"`
	Rects []svgRect `xml:"rect"`
	Texts []svgText `xml:"text"`
	Paths []struct {
		D    string `xml:"d,attr"`
		Dash string `xml:"stroke-dasharray,attr"`
	} `xml:"path"`
	Polygons []struct {
		Points string `xml:"points,attr"`
	} `xml:"polygon"`
}

// svgLink is what a group holds that leads somewhere.
type svgLink struct {
	Href string `xml:"href,attr"`
	svgGroup
}

type svgRect struct {
	X    float64 `xml:"x,attr"`
	Y    float64 `xml:"y,attr"`
	W    float64 `xml:"width,attr"`
	H    float64 `xml:"height,attr"`
	Fill string  `xml:"fill,attr"`
}

type svgText struct {
	X      float64 `xml:"x,attr"`
	Y      float64 `xml:"y,attr"`
	Size   float64 `xml:"font-size,attr"`
	Length float64 `xml:"textLength,attr"`
	Anchor string  `xml:"text-anchor,attr"`
	Text   string  `xml:",chardata"`
}

// box is the room that a text takes.
func (t svgText) box() svgRect {
	x := t.X
	if t.Anchor == "middle" {
		x -= t.Length / 2
	}
	return svgRect{X: x, Y: t.Y - t.Size*0.95, W: t.Length, H: t.Size * 1.2}
}

// holds reports whether in lies within r, but for rounding.
func (r svgRect) holds(in svgRect) bool {
	const slack = 0.02
	return in.X >= r.X-slack && in.Y >= r.Y-slack && in.X+in.W <= r.X+r.W+slack && in.Y+in.H <= r.Y+r.H+slack
}

func parseSVG(t *testing.T, data []byte) svgDoc {
	t.Helper()
	var doc svgDoc
	if err := xml.Unmarshal(data, &doc); err != nil {
		t.Fatalf("%v in\n%.2000s", err, data)
	}
	for i := range doc.Groups {
		if l := doc.Groups[i].Link; l != nil {
			doc.Groups[i].Rects, doc.Groups[i].Texts = l.Rects, l.Texts
		}
	}
	return doc
}

// groups are the document's groups of a class ("node" is also "node root").
func (d svgDoc) groups(class string) []svgGroup {
	var out []svgGroup
	for _, g := range d.Groups {
		if strings.Fields(g.Class)[0] == class {
			out = append(out, g)
		}
	}
	return out
}

// words are a group's texts with nothing between.
func (g svgGroup) words() string {
	var b strings.Builder
	for _, t := range g.Texts {
		b.WriteString(t.Text)
	}
	return b.String()
}

// unhurried is for pictures that should be whole: what is cut for time depends on what
// else the machine does. Go's own limit ends a layout that never does.
var unhurried = layouts.Options{Timeout: time.Hour}

// svgOf is a whole picture.
func svgOf(t *testing.T, p *layouts.Picture) []byte {
	t.Helper()
	out, err := layouts.SVG(context.Background(), p, unhurried)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// drawing is one layout in both formats.
type drawing struct {
	svg []byte
	doc svgDoc
	img image.Image
}

func drawn(t *testing.T, p *layouts.Picture, opts layouts.Options) drawing {
	t.Helper()
	opts.Timeout = unhurried.Timeout
	d, err := layouts.Draw(context.Background(), p, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var b bytes.Buffer
	if err := d.PNG(&b); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return drawing{d.SVG(), parseSVG(t, d.SVG()), img}
}

// TestDrawing draws every graph once, and looks at both formats. The SVG is kept
// as text that people can look at, too.
func TestDrawing(t *testing.T) {
	for _, s := range append(graphs(), sample{"hostile", hostile()}) {
		t.Run(s.name, func(t *testing.T) {
			d := drawn(t, s.picture, layouts.Options{Scale: pngScale})
			if !fontsOfSystem(s.name) {
				golden(t, s.name+".svg", d.svg)
			}
			if s.picture.Theme == layouts.Light {
				checkSVG(t, s, d.doc)
				checkPNG(t, s, d)
			}
			switch s.name {
			case "hostile":
				checkHostile(t, d.svg)
			case "parallel":
				checkParallel(t, d.doc)
			case "links":
				checkAnchors(t, d.doc)
			}
		})
	}
}

// TestLarge looks at the SVG of pictures whose PNG takes long.
func TestLarge(t *testing.T) {
	for _, s := range []sample{{"large", large(200)}, {"fan", fan(300)}} {
		checkSVG(t, s, parseSVG(t, svgOf(t, s.picture)))
	}
}

func checkSVG(t *testing.T, s sample, doc svgDoc) {
	t.Helper()
	nodes, edges := doc.groups("node"), doc.groups("edge")
	if len(nodes) != len(s.picture.Nodes) || len(edges) != len(s.picture.Edges) {
		t.Fatalf("%d nodes and %d edges, want %d and %d",
			len(nodes), len(edges), len(s.picture.Nodes), len(s.picture.Edges))
	}
	checkInside(t, doc, nodes)
	checkApart(t, nodes)
	checkArrows(t, s.picture, nodes, edges)
	checkAbove(t, s.picture, doc)
	// What those two show depends on the system's fonts, or is cut.
	if !fontsOfSystem(s.name) {
		checkTexts(t, s.picture, doc, nodes)
	}
}

// checkInside wants every text in its box, and every part on the page.
func checkInside(t *testing.T, doc svgDoc, nodes []svgGroup) {
	t.Helper()
	page := svgRect{W: doc.Width, H: doc.Height}
	for _, g := range nodes {
		front := g.Rects[len(g.Rects)-1]
		for _, r := range g.Rects {
			if r.W > front.W {
				front = r
			}
			if !page.holds(r) {
				t.Errorf("the box of %q leaves the page", g.Title)
			}
		}
		if len(g.Rects) > 1 && g.Rects[1].W == g.Rects[0].W { // a stack
			front = g.Rects[1]
		}
		for _, text := range g.Texts {
			if d := text.X - front.X - front.W/2; math.Abs(d) > 0.02 {
				t.Errorf("%q is %.2f off its box's middle", text.Text, d)
			}
			if !front.holds(text.box()) {
				t.Errorf("%q at %+v leaves its box %+v", text.Text, text.box(), front)
			}
		}
	}
	for _, g := range doc.Groups {
		for _, text := range g.Texts {
			if !page.holds(text.box()) {
				t.Errorf("%q leaves the page", text.Text)
			}
		}
	}
	for _, text := range doc.Texts {
		if !page.holds(text.box()) {
			t.Errorf("%q at %+v leaves the page", text.Text, text.box())
		}
	}
}

// checkApart wants no two boxes to overlap.
func checkApart(t *testing.T, nodes []svgGroup) {
	t.Helper()
	for i, a := range nodes {
		for _, b := range nodes[:i] {
			ra, rb := a.Rects[0], b.Rects[0]
			if ra.X < rb.X+rb.W && rb.X < ra.X+ra.W && ra.Y < rb.Y+rb.H && rb.Y < ra.Y+ra.H {
				t.Errorf("%q and %q overlap", a.Title, b.Title)
			}
		}
	}
}

// checkArrows wants every arrow to end at the border of what is held.
func checkArrows(t *testing.T, p *layouts.Picture, nodes, edges []svgGroup) {
	t.Helper()
	for i, g := range edges {
		if len(g.Polygons) != 1 || len(g.Paths) != 1 {
			t.Fatalf("edge %d has %d heads and %d lines", i, len(g.Polygons), len(g.Paths))
		}
		tip := points(t, g.Polygons[0].Points)[0]
		if d := distance(nodes[p.Edges[i].To].Rects, tip); d > 4 {
			t.Errorf("the arrow of edge %d (%q) ends %.1f from its box", i, p.Edges[i].Label, d)
		}
		want := ""
		switch {
		case strings.Contains(g.Class, "cycle"):
			want = "2 2"
		case p.Edges[i].Weak:
			want = "5 3"
		}
		if g.Paths[0].Dash != want {
			t.Errorf("edge %d: dashes %q, want %q", i, g.Paths[0].Dash, want)
		}
	}
}

// distance is how far a point is from the nearest border of the boxes.
func distance(boxes []svgRect, p [2]float64) float64 {
	best := math.Inf(1)
	for _, r := range boxes {
		dx := max(r.X-p[0], p[0]-r.X-r.W)
		dy := max(r.Y-p[1], p[1]-r.Y-r.H)
		if dx <= 0 && dy <= 0 {
			best = min(best, -max(dx, dy))
		} else {
			best = min(best, math.Hypot(max(dx, 0), max(dy, 0)))
		}
	}
	return best
}

// checkTexts wants every word of the picture in the drawing; long ones may have
// lost their middle, and are in the tooltip.
func checkTexts(t *testing.T, p *layouts.Picture, doc svgDoc, nodes []svgGroup) {
	t.Helper()
	for i, n := range p.Nodes {
		for _, line := range n.Lines {
			if !strings.Contains(squeeze(nodes[i].words()), squeeze(line)) && !strings.Contains(nodes[i].words(), "…") {
				t.Errorf("node %d shows %q, want %q in it", i, nodes[i].words(), line)
			}
			if !strings.Contains(nodes[i].Title, line) {
				t.Errorf("node %d has the tooltip %q, want %q in it", i, nodes[i].Title, line)
			}
		}
	}
	var labels []string
	for _, g := range doc.groups("label") {
		labels = append(labels, squeeze(g.words()))
	}
	for i, e := range p.Edges {
		if e.Label == "" {
			labels = append([]string{""}, labels...)
		}
		got := labels[i]
		if got != squeeze(e.Label) && !strings.Contains(got, "…") {
			t.Errorf("edge %d shows %q, want %q", i, got, e.Label)
		}
	}
	var page strings.Builder
	for _, text := range doc.Texts {
		page.WriteString(text.Text)
	}
	for _, text := range append([]string{p.Title, p.Command}, p.Notes...) {
		if !strings.Contains(squeeze(page.String()), squeeze(text)) && len(text) < 200 {
			t.Errorf("the page does not show %q", text)
		}
	}
}

// squeeze drops spaces, which line breaks swallow.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func checkHostile(t *testing.T, out []byte) {
	t.Helper()
	if bytes.Contains(out, []byte("<script")) {
		t.Error("markup came through")
	}
	for _, want := range []string{`\u{0}`, `\x{ff}\x{fe}`, `\u{202e}gnp.exe`, `main.&#34;T\&#34;&lt;b&gt;`, `&amp;amp; &amp;lt; ]]&gt;`, `\u{10ffff}`} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("no %s", want)
		}
	}
	if len(out) > 100_000 {
		t.Errorf("%d bytes: labels of 1 MB were not shortened", len(out))
	}
}

// checkAbove wants holders above what they hold, also in cycles. The parts of
// a forward picture point back at the target, which stays on top.
func checkAbove(t *testing.T, p *layouts.Picture, doc svgDoc) {
	t.Helper()
	nodes := doc.groups("node")
	for i, e := range p.Edges {
		from, to := p.Nodes[e.From], p.Nodes[e.To]
		if from.Role != layouts.Holder || from.Depth <= to.Depth || to.Depth < 0 {
			continue
		}
		if nodes[e.From].Rects[0].Y >= nodes[e.To].Rects[0].Y {
			t.Errorf("the holder of edge %d (%s) is not above what it holds", i, e.Label)
		}
	}
}

// checkParallel wants two arrows and two labels for two edges between the same
// nodes.
func checkParallel(t *testing.T, doc svgDoc) {
	t.Helper()
	edges := doc.groups("edge")
	if edges[0].Paths[0].D == edges[1].Paths[0].D {
		t.Error("two edges between the same nodes lie on each other")
	}
	if a, b := doc.groups("label")[0].words(), doc.groups("label")[1].words(); a != ".session" || b != ".previous" {
		t.Errorf("labels %q and %q", a, b)
	}
}

// checkAnchors wants boxes to have anchors, and links as far as they lead to a
// place.
func checkAnchors(t *testing.T, doc svgDoc) {
	t.Helper()
	for i, want := range []string{"/object/0xc000010000?dump=3&x=<y>", "#there", ""} {
		g := doc.groups("node")[i]
		got := ""
		if g.Link != nil {
			got = g.Link.Href
		}
		if id := fmt.Sprintf("o_%d", i); got != want || g.ID != id {
			t.Errorf("box %d is %q and leads to %q, want %q and %q", i, g.ID, got, id, want)
		}
	}
}
