package layouts

import "github.com/objgraph/objgraph/layouts/internal/glyphs"

// page is the whole picture: header, drawing, foot.
type page struct {
	plan   *plan
	colors *palette
	w, h   float64
	title  block
	notes  block
	legend []swatch
	foot   block // the command

	// Tops of the parts, from the page's top; left of the drawing.
	notesY, planX, planY, ruleY, footY float64
}

// swatch is one item of the legend, at its place on the page.
type swatch struct {
	look look
	text row
	x, y float64 // top left
}

const (
	swatchGap = 5.0  // between swatch and text
	itemGap   = 16.0 // between items
	partGap   = 12.0 // between header, drawing and foot
)

// newPage measures the words around the drawing and gives every part its place.
func newPage(pl *plan, fonts *glyphs.Fonts) *page {
	p := pl.picture
	pg := &page{plan: pl, colors: p.Theme.palette()}
	width := max(pl.w, pageWidth)
	if p.Title != "" {
		pg.title = paragraph(p.Title, titleFont, width, pageRows, fonts)
	}
	for _, n := range p.Notes {
		pg.notes.wrapIn(n, noteFont, width, pageRows, fonts)
	}
	if p.Command != "" {
		pg.foot = paragraph("$ "+p.Command, commandFont, width, pageRows, fonts)
	}
	legendW, legendH := pg.flowLegend(width, fonts)
	inner := max(pl.w, pg.title.w, pg.notes.w, pg.foot.w, legendW)
	pg.stack(inner, legendH)
	return pg
}

// flowLegend places the legend's items in lines of at most width, relative to
// the legend's top left.
func (pg *page) flowLegend(width float64, fonts *glyphs.Fonts) (w, h float64) {
	x, y := 0.0, 0.0
	for _, it := range pg.plan.picture.legend() {
		b := paragraph(it.Text, legendFont, width-swatchW-swatchGap, 1, fonts)
		itemW := swatchW + swatchGap + b.w
		if x > 0 && x+itemW > width {
			x, y = 0, y+legendFont.lead()+4
		}
		pg.legend = append(pg.legend, swatch{pg.colors.looks(it.Role, it.Depth, it.marks()), b.rows[0], x, y})
		w = max(w, x+itemW)
		x += itemW + itemGap
	}
	if len(pg.legend) == 0 {
		return 0, 0
	}
	return w, y + legendFont.lead()
}

// stack puts the parts below each other.
func (pg *page) stack(inner, legendH float64) {
	y := margin + pg.title.h
	if pg.title.h > 0 {
		y += 3
	}
	pg.notesY = y
	y += pg.notes.h
	if y > margin {
		y += partGap
	}
	pg.planX, pg.planY = margin+(inner-pg.plan.w)/2, y
	y += pg.plan.h
	if legendH > 0 || pg.foot.h > 0 {
		pg.ruleY = y + partGap
		y = pg.ruleY + partGap - 4
	}
	for i := range pg.legend {
		pg.legend[i].x += margin
		pg.legend[i].y += y
	}
	if legendH > 0 && pg.foot.h > 0 {
		legendH += 6
	}
	pg.footY = y + legendH
	pg.w, pg.h = inner+2*margin, pg.footY+pg.foot.h+margin
}
