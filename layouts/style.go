package layouts

import (
	"image/color"

	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

// Lengths are in points of the layout: one CSS pixel of the SVG, Options.Scale
// pixels of the PNG.
const (
	margin     = 16.0
	padX, padY = 10.0, 7.0 // between a box's border and its text
	minBox     = 44.0      // width of the narrowest box
	corner     = 4.0       // radius of a box's corners
	stackStep  = 3.0       // offset of the boxes of a stack
	arrowSize  = 7.0
	dashOn     = 5.0 // of conservative references
	dashOff    = 3.0
	dot        = 2.0   // and gap, of arrows that close a cycle
	nodeWidth  = 230.0 // of a box's text, at most
	chainWidth = 360.0 // of one in a chain, which has the room
	edgeWidth  = 150.0 // of an edge label, at most
	pageWidth  = 620.0 // of title, notes and command, at least
	chipGap    = 2.0   // above a mark in words
	swatchW    = 18.0
	swatchH    = 11.0
	maxLines   = 16 // of a node, before wrapping
	typeRows   = 3  // rows that a node's first line may take
	lineRows   = 2  // and each of the others
	edgeRows   = 2
)

// font is a style at a size.
type font struct {
	style glyphs.Style
	size  float64
}

// lead is the distance between the baselines of two lines.
func (f font) lead() float64 { return f.size * 1.3 }

// ascent is the distance from the top of a line to its baseline.
func (f font) ascent() float64 { return f.size * 1.02 }

var (
	typeFont    = font{glyphs.Bold, 12}
	lineFont    = font{glyphs.Regular, 10.5}
	edgeFont    = font{glyphs.Regular, 10}
	titleFont   = font{glyphs.Bold, 15}
	noteFont    = font{glyphs.Regular, 11}
	commandFont = font{glyphs.Mono, 9.5}
	legendFont  = font{glyphs.Regular, 9.5}
)

// look is how a box, or an arrow, is drawn.
type look struct {
	fill, stroke, text color.RGBA
	width              float64 // of the border
	dashed, stack      bool
	arrow              bool // an arrow that closes a cycle; the rest does not count
}

// looks gives the look of a node, or of a legend's swatch.
func (c *palette) looks(role Role, depth int, m marks) look {
	l := look{fill: c.plain, stroke: c.border, text: c.ink, width: 1, dashed: m.weak, stack: role == More || m.many, arrow: m.cycle}
	switch role {
	case Target:
		l.take(c.target)
	case Root:
		l.take(c.root)
		if m.weak {
			l.take(c.weakRoot)
		}
		l.width = c.rootWidth
	case Holder, Held:
		l.fill = c.greys[min(max(depth, 1), len(c.greys))-1]
	}
	switch {
	case m.finalizer:
		l.stroke, l.width = c.finalizer.stroke, 2
	case m.dominator:
		l.stroke, l.width = c.dominator.stroke, 2
	}
	return l
}

func (l *look) take(p paint) { l.fill, l.stroke, l.text = p.fill, p.stroke, p.text }

// marks are what may be said of a box beside its role.
type marks struct{ finalizer, weak, dominator, many, cycle bool }

func (n *Node) marks() marks {
	return marks{finalizer: n.Finalizer, weak: n.Weak, dominator: n.Dominator, many: n.Count > 1}
}

func (it LegendItem) marks() marks {
	return marks{it.Finalizer, it.Weak, it.Dominator, it.Many, it.Cycle}
}

// stacked says that a node is drawn as several boxes behind each other.
func (n *Node) stacked() bool { return n.Role == More || n.Count > 1 }
