package layouts_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/draw"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"

	"github.com/objgraph/objgraph/internal/browser" // drives chromium by chromedp
	"github.com/objgraph/objgraph/layouts"
)

// perceptScale is how many pixels a point takes where PNG and browser are compared.
const perceptScale = 2

// TestPerceptual compares each PNG with what chromium makes of the SVG, as blurred
// eyes see them.
func TestPerceptual(t *testing.T) {
	if os.Getenv("OBJGRAPH_BIG") == "" {
		t.Skip("OBJGRAPH_BIG=1 compares the PNGs with chromium's pictures of the SVGs")
	}
	tab := browser.Open(t)
	all := append(graphs(), sample{"lattice", lattice(300)}, sample{"large", large(200)})
	if len(all) < 30 {
		t.Fatalf("%d graphs", len(all))
	}
	for _, g := range all {
		scale := float64(perceptScale)
		if len(g.picture.Nodes) > 100 {
			scale = 1 // a PNG of twice the width would be too large for a viewer
		}
		ours, theirs := bothWays(t, tab, g.picture, g.picture, scale)
		d := compare(ours, theirs)
		t.Logf("%-14s %d by %d pixels: %v", g.name, ours.Bounds().Dx(), ours.Bounds().Dy(), d)
		if d.mean > maxMean || d.worst > maxWorst {
			t.Errorf("%s: PNG and SVG differ: %v", g.name, d)
		}
		if dir := os.Getenv("OBJGRAPH_PICTURES"); dir != "" {
			save(t, filepath.Join(dir, "ours-"+g.name+".png"), ours)
			save(t, filepath.Join(dir, "theirs-"+g.name+".png"), theirs)
		}
	}
	checkCompareFails(t, tab)
}

// checkCompareFails wants pictures that lack an arrow, a box's text, a mark or
// a border, or have another colour, to be told apart.
func checkCompareFails(t *testing.T, tab *browser.Tab) {
	t.Helper()
	for name, spoil := range map[string]func(p *layouts.Picture){
		"no label":       func(p *layouts.Picture) { p.Edges[1].Label = "[*] (5OO times)" },
		"another mark":   func(p *layouts.Picture) { p.Nodes[2].Dominator, p.Nodes[2].Finalizer = false, true },
		"another colour": func(p *layouts.Picture) { p.Nodes[3].Role = layouts.Plain },
		"another text":   func(p *layouts.Picture) { p.Nodes[0].Lines[0] = "nain.Jab" },
		"thin arrow":     func(p *layouts.Picture) { p.Edges[1].Count = 0 },
		"another theme":  func(p *layouts.Picture) { p.Theme = layouts.Dark },
	} {
		spoilt := mergedSample()
		spoil(spoilt)
		ours, theirs := bothWays(t, tab, spoilt, mergedSample(), perceptScale)
		if a, b := ours.Bounds(), theirs.Bounds(); max(a.Dx()-b.Dx(), b.Dx()-a.Dx(), a.Dy()-b.Dy(), b.Dy()-a.Dy()) > 2 {
			t.Errorf("%s: another size, which shows nothing", name)
		}
		d := compare(ours, theirs)
		t.Logf("%s: %v", name, d)
		if d.mean <= maxMean && d.worst <= maxWorst {
			t.Errorf("%s is not seen: %v", name, d)
		}
	}
}

// bothWays draws one picture as PNG and another as SVG in the browser.
func bothWays(t *testing.T, tab *browser.Tab, ours, theirs *layouts.Picture, scale float64) (a, b image.Image) {
	t.Helper()
	d := drawn(t, ours, layouts.Options{Scale: scale})
	s, err := layouts.Draw(context.Background(), theirs, unhurried)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	doc := parseSVG(t, s.SVG())
	tab.Look(int(math.Ceil(doc.Width)), int(math.Ceil(doc.Height)), scale, false)
	tab.Load("picture.html", inPage(s.Inline()))
	if !browser.Ask[bool](tab, "document.fonts.load('12px Go').then(() => document.fonts.ready).then(() => true) && true") {
		t.Fatal("no fonts")
	}
	shot, _ := tab.Shot()
	return d.img, shot
}

// inPage is SVG with the fonts by which it was measured.
func inPage(svg []byte) []byte {
	var b bytes.Buffer
	b.WriteString("<!DOCTYPE html><meta charset=utf-8><style>body{margin:0}svg{display:block}\n")
	for _, f := range []struct {
		family, weight string
		data           []byte
	}{{"Go", "400", goregular.TTF}, {"Go", "700", gobold.TTF}, {"Go Mono", "400", gomono.TTF}} {
		fmt.Fprintf(&b, "@font-face{font-family:%q;font-weight:%s;font-display:block;src:url(data:font/ttf;base64,%s)}\n",
			html.EscapeString(f.family), f.weight, base64.StdEncoding.EncodeToString(f.data))
	}
	b.WriteString("</style>")
	b.Write(svg)
	return b.Bytes()
}

// apart is how far two pictures are from each other, in parts of the whole
// range from black to white: in the mean, and in the worst place of 16 by 16
// pixels.
type apart struct {
	mean, worst float64
	at          image.Point
}

func (d apart) String() string {
	return fmt.Sprintf("mean %.4f, worst %.3f at %v", d.mean, d.worst, d.at)
}

const (
	maxMean  = 0.005
	maxWorst = 0.12
	cell     = 4  // pixels that are blurred into one
	patch    = 16 // pixels of a place
)

// compare blurs both pictures, so that the edges of letters do not count, and
// compares what is left, colour by colour.
func compare(a, b image.Image) (d apart) {
	p, w, h := blur(a)
	q, w2, h2 := blur(b)
	width, height := min(w, w2), min(h, h2)
	diff := make([]float64, width*height)
	for y := range height {
		for x := range width {
			v := 0.0
			for c := range 3 {
				v = max(v, math.Abs(p[y*w+x][c]-q[y*w2+x][c]))
			}
			diff[y*width+x] = v
			d.mean += v / float64(width*height)
		}
	}
	const n = patch / cell
	for y := 0; y+n <= height; y++ {
		for x := 0; x+n <= width; x++ {
			sum := 0.0
			for dy := range n {
				for dx := range n {
					sum += diff[(y+dy)*width+x+dx]
				}
			}
			if v := sum / (n * n); v > d.worst {
				d.worst, d.at = v, image.Pt(x*cell, y*cell)
			}
		}
	}
	return d
}

// blur is the mean colour of each cell, 0 to 1, w by h of them.
func blur(img image.Image) (out [][3]float64, w, h int) {
	w, h = img.Bounds().Dx()/cell, img.Bounds().Dy()/cell
	flat := image.NewRGBA(image.Rect(0, 0, w*cell, h*cell))
	draw.Draw(flat, flat.Bounds(), img, img.Bounds().Min, draw.Src)
	out = make([][3]float64, w*h)
	for y := range h * cell {
		for x := range w * cell {
			at := flat.Pix[y*flat.Stride+4*x:]
			for c := range 3 {
				out[y/cell*w+x/cell][c] += float64(at[c]) / 255 / (cell * cell)
			}
		}
	}
	return out, w, h
}

func save(t *testing.T, path string, img image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	write(t, path, b.Bytes())
}
