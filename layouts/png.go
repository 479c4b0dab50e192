package layouts

import (
	"fmt"
	"image/color"
	"image/png"
	"io"
	"math"

	"github.com/objgraph/objgraph/layouts/internal/glyphs"
	"github.com/objgraph/objgraph/layouts/internal/raster"
)

// minScale is the smallest scale at which text can be guessed at.
const minScale = 0.25

// maxSide bounds the pixels of a PNG's side: many viewers take no more.
const maxSide = 16384

// pngCanvas paints on an image, k pixels a point.
type pngCanvas struct {
	c     *raster.Canvas
	fonts *glyphs.Fonts
	k     float64
}

// newPNG makes the image, smaller than asked for if it would be too large.
func newPNG(w, h float64, opts Options, fonts *glyphs.Fonts) (*pngCanvas, error) {
	k := min(opts.Scale, maxSide/max(w, h), math.Sqrt(float64(opts.MaxPixels)/(w*h)))
	if k < minScale && k < opts.Scale {
		return nil, fmt.Errorf("%w: %.0f by %.0f points do not fit in a PNG of %d pixels; SVG has no such limit",
			ErrPicture, w, h, opts.MaxPixels)
	}
	c := raster.New(int(max(1, w*k)), int(max(1, h*k)))
	return &pngCanvas{c: c, fonts: fonts, k: k}, nil
}

func (c *pngCanvas) encode(w io.Writer) error { return png.Encode(w, c.c.Image) }

func (c *pngCanvas) open(group) {}
func (c *pngCanvas) close()     {}

func (c *pngCanvas) rect(r rect, radius float64, fill color.RGBA, p pen) {
	path := raster.Rect(r.x*c.k, r.y*c.k, r.w*c.k, r.h*c.k, radius*c.k)
	c.c.Fill(path, fill)
	if p.color.A == 0 {
		return
	}
	if p.dash != (dash{}) {
		// As in SVG, dashes begin where the upper left corner ends.
		ring := path[0]
		c.stroke(append([]raster.Point{ring[len(ring)-1]}, ring...), p)
		return
	}
	// The border is a ring: the outer path, and the inner one the other way.
	o, i := c.grow(r, radius, p.width/2), c.grow(r, radius, -p.width/2)
	c.c.Fill(append(o, reversed(i[0])), p.color)
}

// grow is the outline of a rectangle that is by points larger on every side.
func (c *pngCanvas) grow(r rect, radius, by float64) raster.Path {
	return raster.Rect((r.x-by)*c.k, (r.y-by)*c.k, (r.w+2*by)*c.k, (r.h+2*by)*c.k, (radius+by)*c.k)
}

func reversed(points []raster.Point) []raster.Point {
	out := make([]raster.Point, len(points))
	for i, p := range points {
		out[len(points)-1-i] = p
	}
	return out
}

func (c *pngCanvas) polygon(points []point, fill color.RGBA) {
	c.c.Fill(raster.Path{c.scaled(points)}, fill)
}

func (c *pngCanvas) curve(points []point, p pen) {
	c.stroke(raster.Flatten(c.scaled(points)), p)
}

// stroke draws a polyline that is in pixels.
func (c *pngCanvas) stroke(line []raster.Point, p pen) {
	if p.dash == (dash{}) {
		c.c.Fill(raster.Stroke(line, p.width*c.k), p.color)
		return
	}
	for _, part := range raster.Dash(line, p.dash.on*c.k, p.dash.off*c.k) {
		c.c.Fill(raster.Stroke(part, p.width*c.k), p.color)
	}
}

func (c *pngCanvas) scaled(points []point) []raster.Point {
	out := make([]raster.Point, len(points))
	for i, p := range points {
		out[i] = raster.Point{X: p.X * c.k, Y: p.Y * c.k}
	}
	return out
}

func (c *pngCanvas) text(x, baseline float64, at anchor, r row, ink color.RGBA) {
	if at == middle {
		x -= r.w / 2
	}
	size := r.font.size * c.k
	c.fonts.Walk(r.text, r.font.style, func(dx float64, o glyphs.Outline) {
		c.c.Fill(raster.Glyph(o, x*c.k+dx*size, baseline*c.k, size), ink)
	})
}
