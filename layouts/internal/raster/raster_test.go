package raster

import (
	"image/color"
	"math"
	"testing"

	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

var black = color.RGBA{A: 0xff}

// area is the ink on the canvas, in pixels.
func area(c *Canvas) float64 {
	sum := 0.0
	for i := 3; i < len(c.Image.Pix); i += 4 {
		sum += float64(c.Image.Pix[i]) / 255
	}
	return sum
}

func TestFill(t *testing.T) {
	for _, c := range []struct {
		name string
		path Path
		want float64
	}{
		{"square", Rect(10, 10, 20, 20, 0), 400},
		{"between pixels", Rect(10.5, 10.25, 20, 20, 0), 400},
		{"rounded", Rect(10, 10, 40, 40, 10), 1600 - (4-math.Pi)*100},
		{"disc", Rect(10, 10, 40, 40, 90), math.Pi * 400},
		{"half outside", Rect(-10, 10, 20, 20, 0), 200},
		{"outside", Rect(500, 500, 20, 20, 0), 0},
		{"empty", nil, 0},
		{"line", Stroke([]Point{{10, 20}, {60, 20}}, 3), 150},
		{"slanted line", Stroke([]Point{{10, 10}, {40, 50}}, 4), 200},
		{"point", Stroke([]Point{{10, 10}, {10, 10}}, 4), 0},
	} {
		canvas := New(100, 100)
		canvas.Fill(c.path, black)
		if got := area(canvas); math.Abs(got-c.want) > 0.01*c.want+0.5 {
			t.Errorf("%s: %.1f pixels, want %.1f", c.name, got, c.want)
		}
	}
}

// TestStrokeEven wants a curve of many pieces to be as dark as a line: overlaps
// of its pieces must not show.
func TestStrokeEven(t *testing.T) {
	curve := Flatten([]Point{{10, 10}, {10, 90}, {90, 10}, {90, 90}})
	length := 0.0
	for i := 1; i < len(curve); i++ {
		length += dist(curve[i-1], curve[i])
	}
	canvas := New(100, 100)
	canvas.Fill(Stroke(curve, 2), black)
	if got := area(canvas); math.Abs(got-2*length) > 0.02*length {
		t.Errorf("%.1f pixels of ink, want %.1f", got, 2*length)
	}
}

func TestFlattenEnds(t *testing.T) {
	in := []Point{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 9}, {8, 7}, {6, 5}}
	out := Flatten(in)
	if out[0] != in[0] || dist(out[len(out)-1], in[6]) > 1e-9 {
		t.Errorf("from %v to %v", out[0], out[len(out)-1])
	}
	if got := Flatten(nil); got != nil {
		t.Errorf("nothing became %v", got)
	}
}

func TestDash(t *testing.T) {
	line := []Point{{0, 0}, {10, 0}, {10, 13}}
	on := 0.0
	dashes := Dash(line, 5, 3)
	for _, d := range dashes {
		for i := 1; i < len(d); i++ {
			on += dist(d[i-1], d[i])
		}
	}
	// 23 long: dashes at 0 to 5, 8 to 13, 16 to 21.
	if len(dashes) != 3 || math.Abs(on-15) > 1e-9 {
		t.Errorf("%d dashes of %.2f together: %v", len(dashes), on, dashes)
	}
	if got := Dash(nil, 5, 3); len(got) != 0 {
		t.Errorf("nothing became %v", got)
	}
}

func TestGlyph(t *testing.T) {
	fonts, err := glyphs.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer fonts.Close()
	canvas := New(100, 100)
	fonts.Walk("O", glyphs.Bold, func(_ float64, o glyphs.Outline) {
		canvas.Fill(Glyph(o, 10, 80, 80), black)
	})
	if got := area(canvas); got < 800 || got > 2500 {
		t.Errorf("%.0f pixels of ink", got)
	}
	// The hole of the O is wound the other way, and stays empty.
	if _, _, _, a := canvas.Image.At(10+int(fonts.Width("O", glyphs.Bold, 40)), 52).RGBA(); a != 0 {
		t.Error("the O is filled")
	}
	if got := Glyph(glyphs.Outline{{Op: glyphs.LineTo}}, 0, 0, 1); got != nil {
		t.Errorf("an outline without a beginning became %v", got)
	}
}
