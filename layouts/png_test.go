package layouts_test

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"strconv"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/layouts"
)

// points reads "x,y x,y …".
func points(t *testing.T, s string) [][2]float64 {
	t.Helper()
	var out [][2]float64
	for _, w := range strings.Fields(s) {
		var p [2]float64
		if _, err := fmt.Sscanf(w, "%f,%f", &p[0], &p[1]); err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func parseColor(t *testing.T, s string) color.RGBA {
	t.Helper()
	v, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xff}
}

const pngScale = 2

// checkPNG looks for each box at the layout's place: its ground, its border on
// all four sides, and its text.
func checkPNG(t *testing.T, s sample, d drawing) {
	t.Helper()
	if got, want := d.img.Bounds().Dx(), int(d.doc.Width*pngScale); got < want-2 || got > want+2 {
		t.Errorf("%d pixels wide, want %d", got, want)
	}
	for i, g := range d.doc.groups("node") {
		n := s.picture.Nodes[i]
		if n.Weak || n.Role == layouts.More || n.Count > 1 {
			continue // dashed; partly behind
		}
		checkBox(t, d.img, g, pngScale)
	}
}

func checkBox(t *testing.T, img image.Image, g svgGroup, k float64) {
	t.Helper()
	r := g.Rects[0]
	fill := parseColor(t, r.Fill)
	at := func(x, y float64) color.RGBA {
		return color.RGBAModel.Convert(img.At(int(x*k), int(y*k))).(color.RGBA)
	}
	if got := at(r.X+4, r.Y+r.H/2); got != fill {
		t.Errorf("%q: ground %v, want %v", g.Title, got, fill)
	}
	// A quarter of the way along each side: arrows end elsewhere, or darken it.
	for _, p := range [][2]float64{{r.X, r.Y + r.H/4}, {r.X + r.W, r.Y + r.H/4}, {r.X + r.W/4, r.Y}, {r.X + r.W/4, r.Y + r.H}} {
		if got := at(p[0], p[1]); got == fill || luma(got) > 0xd8 {
			t.Errorf("%q: no border at %v but %v", g.Title, p, got)
		}
	}
	for _, text := range g.Texts {
		if strings.TrimSpace(text.Text) != "" && !inked(img, text.box(), k) {
			t.Errorf("%q is not drawn", text.Text)
		}
	}
}

// inked reports whether at least a twentieth of the room has another colour
// than its corner.
func inked(img image.Image, r svgRect, k float64) bool {
	x0, y0, x1, y1 := int(r.X*k), int(r.Y*k), int((r.X+r.W)*k), int((r.Y+r.H)*k)
	ground := img.At(x0-2, y0+2)
	count, all := 0, 0
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			all++
			if img.At(x, y) != ground {
				count++
			}
		}
	}
	return count*20 >= all
}

func luma(c color.RGBA) int { return (int(c.R)*3 + int(c.G)*6 + int(c.B)) / 10 }

// TestPNGRed wants about as many red pixels as the target's box has.
func TestPNGRed(t *testing.T) {
	d := drawn(t, parallel(), layouts.Options{Scale: 1})
	red := 0.0
	b := d.img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.RGBAModel.Convert(d.img.At(x, y)).(color.RGBA)
			if c.R > 0xc0 && c.G < 0x68 && c.B < 0x30 {
				red++
			}
		}
	}
	box := d.doc.groups("node")[0].Rects[0]
	swatch := 14.0 * 9
	if all := box.W*box.H + swatch; red < all*0.6 || red > all {
		t.Errorf("%.0f red pixels of %.0f", red, all)
	}
}

func TestPNGSize(t *testing.T) {
	for _, c := range []struct {
		opts layouts.Options
		max  int
	}{
		{layouts.Options{Scale: 1}, 200_000},
		{layouts.Options{Scale: 1000, MaxPixels: 3_000_000}, 3_000_000},
		{layouts.Options{Scale: 10, MaxPixels: 100_000}, 100_000},
	} {
		img := drawn(t, parallel(), c.opts).img
		if n := img.Bounds().Dx() * img.Bounds().Dy(); n > c.max || n < c.max/4 {
			t.Errorf("%+v: %d pixels", c.opts, n)
		}
	}
	if _, err := layouts.PNG(context.Background(), chain(), layouts.Options{MaxPixels: 100}); err == nil {
		t.Error("a picture in 100 pixels")
	}
}
