package raster

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// Canvas is an image that paths are painted on. It belongs to one goroutine.
type Canvas struct {
	Image *image.RGBA
	z     vector.Rasterizer
}

// New makes a canvas of w by h pixels, all transparent.
func New(w, h int) *Canvas {
	return &Canvas{Image: image.NewRGBA(image.Rect(0, 0, w, h))}
}

// Fill paints the inside of a path.
func (c *Canvas) Fill(p Path, ink color.RGBA) {
	box := p.bounds().Intersect(c.Image.Bounds())
	if ink.A == 0 || box.Empty() {
		return
	}
	c.z.Reset(box.Dx(), box.Dy())
	c.z.DrawOp = draw.Over
	x0, y0 := float64(box.Min.X), float64(box.Min.Y)
	for _, polygon := range p {
		for i, q := range polygon {
			x, y := float32(q.X-x0), float32(q.Y-y0)
			if i == 0 {
				c.z.MoveTo(x, y)
			} else {
				c.z.LineTo(x, y)
			}
		}
		c.z.ClosePath()
	}
	c.z.Draw(c.Image, box, image.NewUniform(premultiplied(ink)), image.Point{})
}

// premultiplied turns a colour with its alpha apart into the image's form.
func premultiplied(c color.RGBA) color.Color {
	return color.NRGBA(c)
}

// bounds is the smallest rectangle of whole pixels around p.
func (p Path) bounds() image.Rectangle {
	lo, hi := Point{math.Inf(1), math.Inf(1)}, Point{math.Inf(-1), math.Inf(-1)}
	for _, polygon := range p {
		for _, q := range polygon {
			lo = Point{min(lo.X, q.X), min(lo.Y, q.Y)}
			hi = Point{max(hi.X, q.X), max(hi.Y, q.Y)}
		}
	}
	if lo.X > hi.X {
		return image.Rectangle{}
	}
	return image.Rect(pixel(math.Floor(lo.X)), pixel(math.Floor(lo.Y)), pixel(math.Ceil(hi.X)), pixel(math.Ceil(hi.Y)))
}

// pixel converts to int within bounds that no image reaches.
func pixel(v float64) int { return int(min(max(v, -1<<30), 1<<30)) }
