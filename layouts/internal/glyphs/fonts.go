// Package glyphs measures and outlines text: with the Go fonts, which are
// embedded and have Latin, Greek and Cyrillic, and for other characters with a
// font file that the caller names or one that the system has.
//
// Text is placed character by character from left to right: there is no
// shaping, so scripts that join or reorder their letters come out unjoined.
package glyphs

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Style selects one of the embedded fonts.
type Style uint8

const (
	Regular Style = iota
	Bold
	Mono
	numStyles
)

// Fonts is a set of fonts in use. It caches, so it belongs to one goroutine.
type Fonts struct {
	base   [numStyles]*face
	others []*face // the caller's font file, then system fonts as they were opened
	system *systemFonts
	found  map[rune]int // index into others, -1: no font has it
	files  []*os.File
	buf    sfnt.Buffer
}

// face is a font with the glyphs looked up so far.
type face struct {
	font   *sfnt.Font
	upem   float64
	glyphs map[rune]*glyph
}

// glyph is one character in units of the em: 1 is the font size.
type glyph struct {
	advance float64
	outline Outline
}

// Op is a step of an outline.
type Op uint8

const (
	MoveTo  Op = iota // one point
	LineTo            // one point
	QuadTo            // control, end
	CubicTo           // two controls, end
)

// Point is a position, y downwards.
type Point struct{ X, Y float64 }

// Segment is an Op and its points; unused ones are zero.
type Segment struct {
	Op     Op
	Points [3]Point
}

// Outline is a closed shape to be filled by the non-zero winding rule.
type Outline []Segment

// Open loads the embedded fonts and, if its name is not empty, the caller's
// font file (TrueType, OpenType, or a collection, of which the first font is
// taken). Other fonts are searched when a character asks for them.
func Open(fontFile string) (*Fonts, error) {
	f := &Fonts{found: map[rune]int{}, system: new(systemFonts)}
	for style, data := range [numStyles][]byte{goregular.TTF, gobold.TTF, gomono.TTF} {
		sf, err := sfnt.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("embedded font: %w", err)
		}
		f.base[style] = newFace(sf)
	}
	if fontFile != "" {
		extra, err := f.open(fontFile)
		if err != nil {
			return nil, fmt.Errorf("font file: %w", err)
		}
		f.others = append(f.others, extra)
	}
	return f, nil
}

// Close releases the font files.
func (f *Fonts) Close() {
	for _, file := range f.files {
		file.Close()
	}
	f.files = nil
}

func newFace(sf *sfnt.Font) *face {
	return &face{font: sf, upem: float64(sf.UnitsPerEm()), glyphs: map[rune]*glyph{}}
}

// open parses a font file, which stays open until Close.
func (f *Fonts) open(path string) (*face, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	sf, err := parseFont(file)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f.files = append(f.files, file)
	return newFace(sf), nil
}

// parseFont reads a single font or the first of a collection.
func parseFont(file *os.File) (*sfnt.Font, error) {
	c, err := sfnt.ParseCollectionReaderAt(file)
	if err != nil {
		return nil, err
	}
	return c.Font(0)
}

// Clusters splits text into drawable pieces; see the function Clusters.
func (f *Fonts) Clusters(text string) []string {
	return Clusters(text, func(r rune) bool { return f.lookup(r, Regular) != nil })
}

// Visible is text as it can be drawn with these fonts.
func (f *Fonts) Visible(text string) string { return strings.Join(f.Clusters(text), "") }

// Width is the length of text, which Visible made, at the given font size.
func (f *Fonts) Width(text string, style Style, size float64) float64 {
	w := 0.0
	for _, r := range text {
		if g := f.lookup(r, style); g != nil {
			w += g.advance
		}
	}
	return w * size
}

// Walk calls draw with the outline of each character of text, and the place of
// its origin relative to the text's. Both are for font size 1.
func (f *Fonts) Walk(text string, style Style, draw func(x float64, o Outline)) {
	x := 0.0
	for _, r := range text {
		g := f.lookup(r, style)
		if g == nil {
			continue
		}
		draw(x, g.outline)
		x += g.advance
	}
}

// lookup finds r in the style's font, or in another; nil if no font has it.
func (f *Fonts) lookup(r rune, style Style) *glyph {
	if g := f.base[style].glyph(&f.buf, r); g != nil {
		return g
	}
	at, known := f.found[r]
	if !known {
		at = f.search(r)
		f.found[r] = at
	}
	if at < 0 {
		return nil
	}
	return f.others[at].glyph(&f.buf, r)
}

// search finds the first other font that has r, opening system fonts as needed.
func (f *Fonts) search(r rune) int {
	for i := 0; ; i++ {
		if i == len(f.others) && !f.openNext() {
			return -1
		}
		if f.others[i].glyph(&f.buf, r) != nil {
			return i
		}
	}
}

// openNext opens one more system font; false when there are no more.
func (f *Fonts) openNext() bool {
	for {
		path, ok := f.system.next()
		if !ok {
			return false
		}
		if next, err := f.open(path); err == nil {
			f.others = append(f.others, next)
			return true
		}
	}
}

// glyph gives r's glyph, nil if the font has none that can be drawn.
func (c *face) glyph(buf *sfnt.Buffer, r rune) *glyph {
	g, known := c.glyphs[r]
	if !known {
		g = c.load(buf, r)
		c.glyphs[r] = g
	}
	return g
}

func (c *face) load(buf *sfnt.Buffer, r rune) *glyph {
	index, err := c.font.GlyphIndex(buf, r)
	if err != nil || index == 0 {
		return nil
	}
	// At one pixel per font unit nothing is rounded.
	ppem := fixed.I(int(c.upem))
	advance, err := c.font.GlyphAdvance(buf, index, ppem, font.HintingNone)
	if err != nil {
		return nil
	}
	segments, err := c.font.LoadGlyph(buf, index, ppem, nil)
	if err != nil || len(segments) == 0 && r != ' ' {
		return nil
	}
	return &glyph{advance: c.em(advance), outline: c.outline(segments)}
}

// em converts a length in font units to ems.
func (c *face) em(v fixed.Int26_6) float64 { return float64(v) / 64 / c.upem }

// outline copies segments, which the buffer owns, in ems.
func (c *face) outline(segments sfnt.Segments) Outline {
	out := make(Outline, len(segments))
	for i, s := range segments {
		out[i].Op = Op(s.Op)
		for j, p := range s.Args {
			out[i].Points[j] = Point{c.em(p.X), c.em(p.Y)}
		}
	}
	return out
}
