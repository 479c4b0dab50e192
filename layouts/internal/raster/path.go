// Package raster paints filled and stroked paths on an image, anti-aliased.
package raster

import "math"

// Point is a position in pixels, y downwards.
type Point struct{ X, Y float64 }

// Path is closed polygons, filled by the non-zero winding rule: what overlaps
// in one direction counts once.
type Path [][]Point

// Rect is a rectangle with rounded corners, clockwise.
func Rect(x, y, w, h, radius float64) Path {
	radius = min(radius, w/2, h/2)
	if radius <= 0 {
		return Path{{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}}
	}
	var pts []Point
	corners := [...]struct{ x, y, from float64 }{
		{x + w - radius, y + radius, -math.Pi / 2},
		{x + w - radius, y + h - radius, 0},
		{x + radius, y + h - radius, math.Pi / 2},
		{x + radius, y + radius, math.Pi},
	}
	for _, c := range corners {
		pts = append(pts, arc(Point{c.x, c.y}, radius, c.from, c.from+math.Pi/2)...)
	}
	return Path{pts}
}

// arc is points on a circle from one angle to another, close enough that the
// corners between them are less than a tenth of a pixel off.
func arc(centre Point, radius, from, to float64) []Point {
	steps := max(2, int(math.Ceil(math.Abs(to-from)*math.Sqrt(radius)*1.2)))
	pts := make([]Point, steps+1)
	for i := range pts {
		sin, cos := math.Sincos(from + (to-from)*float64(i)/float64(steps))
		pts[i] = Point{centre.X + radius*cos, centre.Y + radius*sin}
	}
	return pts
}

// Flatten turns a chain of cubic Bézier curves (3n+1 points) into a polyline.
func Flatten(curve []Point) []Point {
	if len(curve) == 0 {
		return nil
	}
	out := []Point{curve[0]}
	for ; len(curve) >= 4; curve = curve[3:] {
		out = appendCubic(out, curve[0], curve[1], curve[2], curve[3])
	}
	return out
}

// appendCubic appends points of one cubic after its start.
func appendCubic(out []Point, a, b, c, d Point) []Point {
	length := dist(a, b) + dist(b, c) + dist(c, d)
	return appendSteps(out, a, b, c, d, min(max(4, int(length/3)), 400))
}

// appendSteps appends steps points of one cubic after its start.
func appendSteps(out []Point, a, b, c, d Point, steps int) []Point {
	for i := 1; i <= steps; i++ {
		t := float64(i) / float64(steps)
		u := 1 - t
		k0, k1, k2, k3 := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		out = append(out, Point{
			k0*a.X + k1*b.X + k2*c.X + k3*d.X,
			k0*a.Y + k1*b.Y + k2*c.Y + k3*d.Y,
		})
	}
	return out
}

func dist(a, b Point) float64 { return math.Hypot(b.X-a.X, b.Y-a.Y) }

// Dash cuts a polyline into dashes of length on with gaps of length off.
func Dash(line []Point, on, off float64) [][]Point {
	var out [][]Point
	dash := []Point{}
	if len(line) > 0 {
		dash = append(dash, line[0])
	}
	drawing, left := true, on
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		for l := dist(a, b); l > left; l = dist(a, b) {
			t := left / l
			a = Point{a.X + (b.X-a.X)*t, a.Y + (b.Y-a.Y)*t}
			if drawing {
				out = append(out, append(dash, a))
			}
			dash = []Point{a}
			drawing = !drawing
			left = on
			if !drawing {
				left = off
			}
		}
		left -= dist(a, b)
		dash = append(dash, b)
	}
	if drawing && len(dash) > 1 {
		out = append(out, dash)
	}
	return out
}

// Stroke is the outline of a polyline drawn with a pen of the given width, with
// flat ends. One outline and no overlaps: where shapes overlap, their edges'
// coverage would add up to blots. Made for the fine bends of flattened curves;
// at sharp ones the corner is cut back.
func Stroke(line []Point, width float64) Path {
	line = distinct(line)
	if len(line) < 2 {
		return nil
	}
	n := len(line)
	outline := make([]Point, 2*n)
	for i, p := range line {
		o := offset(line, i, width/2)
		outline[i] = Point{p.X - o.X, p.Y - o.Y}
		outline[2*n-1-i] = Point{p.X + o.X, p.Y + o.Y}
	}
	return Path{outline}
}

// distinct leaves out points that repeat the one before.
func distinct(line []Point) []Point {
	var out []Point
	for _, p := range line {
		if len(out) == 0 || dist(out[len(out)-1], p) > 1e-6 {
			out = append(out, p)
		}
	}
	return out
}

// offset is the way from point i of the line to its outline: across the line,
// along the bisector at bends.
func offset(line []Point, i int, r float64) Point {
	before, after := across(line, max(i, 1)), across(line, min(i+1, len(line)-1))
	sum := Point{before.X + after.X, before.Y + after.Y}
	// The bisector's length for a mitre is 2/|sum|² times the sum; bounded.
	k := 2 * r / max(sum.X*sum.X+sum.Y*sum.Y, 1)
	return Point{sum.X * k, sum.Y * k}
}

// across is the unit vector across the piece of line that ends at point i.
func across(line []Point, i int) Point {
	a, b := line[i-1], line[i]
	l := dist(a, b)
	return Point{-(b.Y - a.Y) / l, (b.X - a.X) / l}
}
