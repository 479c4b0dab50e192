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
	dashOn     = 5.0
	dashOff    = 3.0
	nodeWidth  = 230.0 // of a box's text, at most
	edgeWidth  = 150.0 // of an edge label, at most
	pageWidth  = 620.0 // of title, notes and command, at least
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

var (
	white     = color.RGBA{0xff, 0xff, 0xff, 0xff}
	ink       = color.RGBA{0x1f, 0x23, 0x28, 0xff}
	faint     = color.RGBA{0x57, 0x60, 0x6a, 0xff} // notes, legend, arrows
	border    = color.RGBA{0x6e, 0x77, 0x81, 0xff}
	red       = color.RGBA{0xc6, 0x28, 0x28, 0xff}
	darkRed   = color.RGBA{0x8e, 0x1b, 0x1b, 0xff}
	green     = color.RGBA{0x2e, 0x7d, 0x32, 0xff}
	darkGreen = color.RGBA{0x1b, 0x5e, 0x20, 0xff}
	paleGreen = color.RGBA{0xe3, 0xf1, 0xe4, 0xff}
	amber     = color.RGBA{0xff, 0xc1, 0x3b, 0xff}
	darkAmber = color.RGBA{0xb2, 0x6a, 0x00, 0xff}
)

// greys shade holders by their distance from the target; the last serves all
// that are farther.
var greys = [...]color.RGBA{
	{0xa9, 0xb0, 0xb8, 0xff},
	{0xbe, 0xc4, 0xca, 0xff},
	{0xd1, 0xd6, 0xda, 0xff},
	{0xe2, 0xe5, 0xe8, 0xff},
	{0xf0, 0xf2, 0xf4, 0xff},
}

// look is how a box is drawn.
type look struct {
	fill, stroke, text color.RGBA
	width              float64 // of the border
	dashed, stack      bool
}

// lookOf gives the look of a node, or of a legend's swatch.
func lookOf(role Role, depth int, finalizer, weak bool) look {
	l := look{fill: white, stroke: border, text: ink, width: 1, dashed: weak, stack: role == More}
	switch role {
	case Target:
		l.fill, l.stroke, l.text = red, darkRed, white
	case Root:
		l.fill, l.stroke, l.text = green, darkGreen, white
		if weak {
			l.fill, l.text = paleGreen, darkGreen
		}
	case Holder, Held:
		l.fill = greys[min(max(depth, 1), len(greys))-1]
	}
	if finalizer {
		l.stroke, l.width = darkAmber, 2
	}
	return l
}

func (n *Node) look() look { return lookOf(n.Role, n.Depth, n.Finalizer, n.Weak) }

func (it LegendItem) look() look { return lookOf(it.Role, it.Depth, it.Finalizer, it.Weak) }
