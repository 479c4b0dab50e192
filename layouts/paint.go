package layouts

import (
	"image/color"
	"math"
)

// canvas is what a page is painted on. Colours with alpha 0 are not painted.
type canvas interface {
	open(g group)
	close()
	rect(r rect, radius float64, fill color.RGBA, pen pen)
	polygon(points []point, fill color.RGBA)
	curve(points []point, pen pen) // chain of cubic Béziers, 3n+1 points
	text(x, baseline float64, at anchor, r row, c color.RGBA)
}

// group is parts that belong together, with a tooltip (none if empty). Its id,
// and where it leads to, are "" for none.
type group struct{ class, tooltip, id, href string }

// anchor says which point of a text x is.
type anchor uint8

const (
	left anchor = iota
	middle
)

type rect struct{ x, y, w, h float64 }

type pen struct {
	color color.RGBA
	width float64
	dash  dash
}

// dash is the length of a line's dashes and of the gaps between; zero for none.
type dash struct{ on, off float64 }

var (
	weakDash  = dash{dashOn, dashOff}
	cycleDash = dash{dot, dot}
)

func dashed(weak bool) dash {
	if weak {
		return weakDash
	}
	return dash{}
}

// paint draws the page: arrows first, then their labels, then the boxes.
func (pg *page) paint(c canvas) {
	c.rect(rect{0, 0, pg.w, pg.h}, 0, pg.colors.page, pen{})
	pg.paintBlock(c, pg.title, margin, pg.colors.ink)
	pg.paintBlock(c, pg.notes, pg.notesY, pg.colors.faint)
	for i := range pg.plan.routes {
		pg.paintArrow(c, i)
	}
	for i := range pg.plan.routes {
		pg.paintLabel(c, i)
	}
	for i := range pg.plan.boxes {
		pg.paintNode(c, i)
	}
	pg.paintFoot(c)
}

// paintBlock paints a block at the left margin.
func (pg *page) paintBlock(c canvas, b block, y float64, ink color.RGBA) {
	for _, r := range b.rows {
		c.text(margin, y+r.font.ascent(), left, r, ink)
		y += r.font.lead()
	}
}

// at moves a point of the layout to its place on the page.
func (pg *page) at(p point) point { return point{X: p.X + pg.planX, Y: p.Y + pg.planY} }

func (pg *page) paintArrow(c canvas, i int) {
	e, r := &pg.plan.picture.Edges[i], &pg.plan.routes[i]
	curve := make([]point, len(r.curve))
	for j, p := range r.curve {
		curve[j] = pg.at(p)
	}
	g, p := group{class: "edge", tooltip: e.tooltip()}, pg.arrowPen(i)
	if pg.plan.closing[i] {
		g.class, g.tooltip = "edge cycle", g.tooltip+"\n"+pg.plan.picture.cycleWord()
	}
	c.open(g)
	c.curve(curve, p)
	if r.tip != nil {
		c.polygon(arrowHead(pg.at(r.from), pg.at(*r.tip)), p.color)
	}
	c.close()
}

// arrowPen draws the line of edge i.
func (pg *page) arrowPen(i int) pen {
	e := &pg.plan.picture.Edges[i]
	p := pen{pg.colors.faint, 1.1, dashed(e.Weak)}
	if pg.plan.closing[i] {
		p = pen{pg.colors.cycle, 1.6, cycleDash}
	}
	if pg.plan.picture.Style == Merged && e.Count > 1 {
		p.width = min(p.width+0.6*math.Log10(float64(e.Count)), 4)
	}
	return p
}

// arrowHead is a triangle with its tip at the box. Graphviz ends the curve a
// head's length before the tip; from there the curve has its direction.
func arrowHead(from, tip point) []point {
	dx, dy := tip.X-from.X, tip.Y-from.Y
	l := math.Hypot(dx, dy)
	if l < 0.01 {
		return []point{tip, tip, tip}
	}
	dx, dy = dx/l, dy/l
	back := point{X: tip.X - dx*l, Y: tip.Y - dy*l}
	half := arrowSize / 2
	return []point{
		tip,
		{X: back.X - dy*half, Y: back.Y + dx*half},
		{X: back.X + dy*half, Y: back.Y - dx*half},
	}
}

func (pg *page) paintLabel(c canvas, i int) {
	r, b := &pg.plan.routes[i], pg.plan.labels[i]
	if !r.labelled || len(b.rows) == 0 {
		return
	}
	centre := pg.at(r.label)
	top := centre.Y - b.h/2
	c.open(group{class: "label", tooltip: pg.plan.picture.Edges[i].tooltip()})
	halo := pg.colors.page
	halo.A = 0xd8
	c.rect(rect{centre.X - b.w/2 - 1, top, b.w + 2, b.h}, 2, halo, pen{})
	for _, row := range b.rows {
		c.text(centre.X, top+row.font.ascent(), middle, row, pg.colors.ink)
		top += row.font.lead()
	}
	c.close()
}

// nodeRect is the front box of node i on the page.
func (pg *page) nodeRect(i int) rect {
	w, h := pg.plan.size(i)
	centre := pg.at(pg.plan.centres[i])
	r := rect{centre.X - w/2, centre.Y - h/2, w, h}
	if pg.plan.picture.Nodes[i].stacked() {
		r = rect{r.x, r.y + stackStep, r.w - stackStep, r.h - stackStep}
	}
	return r
}

func (pg *page) paintNode(c canvas, i int) {
	n, b, r := &pg.plan.picture.Nodes[i], pg.plan.boxes[i], pg.nodeRect(i)
	l := pg.colors.looks(n.Role, n.Depth, n.marks())
	c.open(group{"node " + n.Role.String(), n.tooltip(), n.anchor(i), n.link()})
	paintBox(c, r, corner, l)
	y := r.y + padY
	chips := n.extra()
	for j, row := range b.rows {
		x := r.x + r.w/2
		colour := l.text
		if k := j - (len(b.rows) - len(chips)); k >= 0 {
			y += chipGap
			colour = pg.paintChip(c, chips[k], x, y, row)
		}
		c.text(x, y+row.font.ascent(), middle, row, colour)
		y += row.font.lead()
	}
	c.close()
}

// paintChip paints the ground of a mark in words and gives the text's colour.
func (pg *page) paintChip(c canvas, word string, x, y float64, r row) color.RGBA {
	look := pg.colors.finalizer
	if word == dominatorMark {
		look = pg.colors.dominator
	}
	c.rect(rect{x - r.w/2 - 5, y, r.w + 10, r.font.lead()}, 6, look.fill, pen{color: look.stroke, width: 0.75})
	return look.text
}

// paintBox draws the border and ground of a node or of a swatch.
func paintBox(c canvas, r rect, radius float64, l look) {
	p := pen{l.stroke, l.width, dashed(l.dashed)}
	if l.stack {
		c.rect(rect{r.x + stackStep, r.y - stackStep, r.w, r.h}, radius, l.fill, p)
	}
	c.rect(r, radius, l.fill, p)
}

func (pg *page) paintFoot(c canvas) {
	if pg.ruleY > 0 {
		c.rect(rect{margin, pg.ruleY, pg.w - 2*margin, 0.75}, 0, pg.colors.rule, pen{})
	}
	for _, s := range pg.legend {
		pg.paintSwatch(c, s)
		c.text(s.x+swatchW+swatchGap, s.y+s.text.font.ascent(), left, s.text, pg.colors.faint)
	}
	pg.paintBlock(c, pg.foot, pg.footY, pg.colors.faint)
}

func (pg *page) paintSwatch(c canvas, s swatch) {
	r := rect{s.x + 1, s.y + 1, swatchW - 2, swatchH}
	if s.look.arrow {
		y := r.y + r.h/2
		a, b := point{X: r.x, Y: y}, point{X: r.x + r.w - arrowSize, Y: y}
		c.curve([]point{a, a, b, b}, pen{pg.colors.cycle, 1.6, cycleDash})
		c.polygon(arrowHead(b, point{X: r.x + r.w, Y: y}), pg.colors.cycle)
		return
	}
	if s.look.stack {
		r.w -= stackStep
	}
	paintBox(c, r, 2, s.look)
}
