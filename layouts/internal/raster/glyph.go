package raster

import "github.com/objgraph/objgraph/layouts/internal/glyphs"

// glyphSteps is how many pieces a curve of a glyph becomes: fine enough up to
// about 60 pixels an em.
const glyphSteps = 5

// Glyph is the path of a character with its origin at (x, y).
func Glyph(o glyphs.Outline, x, y, size float64) Path {
	var out Path
	at := func(p glyphs.Point) Point { return Point{x + p.X*size, y + p.Y*size} }
	for _, s := range o {
		if s.Op == glyphs.MoveTo {
			out = append(out, []Point{at(s.Points[0])})
			continue
		}
		if len(out) == 0 {
			return nil
		}
		last := &out[len(out)-1]
		pen := (*last)[len(*last)-1]
		a, b, c := at(s.Points[0]), at(s.Points[1]), at(s.Points[2])
		switch s.Op {
		case glyphs.LineTo:
			*last = append(*last, a)
		case glyphs.QuadTo:
			*last = appendSteps(*last, pen, towards(pen, a), towards(b, a), b, glyphSteps)
		case glyphs.CubicTo:
			*last = appendSteps(*last, pen, a, b, c, glyphSteps)
		}
	}
	return out
}

// towards is the control point of a cubic that equals a quadratic curve with
// control point c, at the side of its end p.
func towards(p, c Point) Point {
	return Point{p.X + (c.X-p.X)*2/3, p.Y + (c.Y-p.Y)*2/3}
}
