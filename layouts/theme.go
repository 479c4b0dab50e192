package layouts

import (
	"fmt"
	"image/color"
	"strings"
)

// Theme is the set of colours that a picture is drawn in.
//
// The colours that tell roles apart are those of Okabe and Ito (Color Universal
// Design, 2008), which people with any kind of colour blindness keep apart:
// vermilion for the target, bluish green for roots, yellow for finalizers,
// reddish purple for dominators, blue for cycles. Each role also differs in a
// word or a line. Text has a contrast of 4.5 to 1 or more in every theme.
type Theme uint8

const (
	Light Theme = iota // on white
	Dark               // on near black
	Print              // black and white, little ink
	Auto               // SVG: light or dark as the viewer prefers; PNG and DOT: light
)

var themeNames = [...]string{"light", "dark", "print", "auto"}

// String is the theme's name, as ParseTheme reads it.
func (t Theme) String() string {
	if int(t) < len(themeNames) {
		return themeNames[t]
	}
	return fmt.Sprintf("theme(%d)", uint8(t))
}

// ParseTheme reads the name of a theme, in any case.
func ParseTheme(name string) (Theme, error) {
	for i, n := range themeNames {
		if strings.EqualFold(n, name) {
			return Theme(i), nil
		}
	}
	return Light, fmt.Errorf("no theme %q: there are %s", name, strings.Join(themeNames[:], ", "))
}

// palette is what a theme's parts are painted with. Of the light one no two
// colours are the same unless those of the dark one are: Auto swaps them by
// value, see swaps.
type palette struct {
	page, ink, faint, border, rule color.RGBA
	plain                          color.RGBA    // ground of a plain box
	greys                          [5]color.RGBA // holders, by distance; the last serves all that are farther
	target, root, weakRoot         paint
	finalizer, dominator           paint // the chip with the word, and the box's border
	cycle                          color.RGBA
	rootWidth                      float64 // of a root's border
}

// paint is ground, border and text.
type paint struct{ fill, stroke, text color.RGBA }

var palettes = [...]palette{
	Light: {
		page: rgb(0xffffff), ink: rgb(0x1f2328), faint: rgb(0x57606a), border: rgb(0x6e7781), rule: rgb(0xd0d7de), plain: rgb(0xfefefe),
		greys:     [5]color.RGBA{rgb(0xa9b0b8), rgb(0xbec4ca), rgb(0xd1d6da), rgb(0xe2e5e8), rgb(0xf0f2f4)},
		target:    paint{rgb(0xd55e00), rgb(0x8a3c00), rgb(0x000000)},
		root:      paint{rgb(0x009e73), rgb(0x00563f), rgb(0x000000)},
		weakRoot:  paint{rgb(0xe0f3ed), rgb(0x00563f), rgb(0x004d38)},
		finalizer: paint{rgb(0xf0e442), rgb(0x9a6a00), rgb(0x000000)},
		dominator: paint{rgb(0xcc79a7), rgb(0x8f3f6b), rgb(0x000000)},
		cycle:     rgb(0x0072b2), rootWidth: 1,
	},
	Dark: {
		page: rgb(0x0d1117), ink: rgb(0xe6edf3), faint: rgb(0x9aa4af), border: rgb(0x7d8590), rule: rgb(0x30363d), plain: rgb(0x161b22),
		greys:     [5]color.RGBA{rgb(0x57606b), rgb(0x48515b), rgb(0x3a424b), rgb(0x2d343c), rgb(0x22282f)},
		target:    paint{rgb(0xd55e00), rgb(0xff9a4d), rgb(0x000000)},
		root:      paint{rgb(0x009e73), rgb(0x5fd9b4), rgb(0x000000)},
		weakRoot:  paint{rgb(0x0b2e25), rgb(0x5fd9b4), rgb(0x7fe0c3)},
		finalizer: paint{rgb(0xf0e442), rgb(0xe69f00), rgb(0x000000)},
		dominator: paint{rgb(0xcc79a7), rgb(0xe3a6c8), rgb(0x000000)},
		cycle:     rgb(0x56b4e9), rootWidth: 1,
	},
	Print: {
		page: rgb(0xffffff), ink: rgb(0x000000), faint: rgb(0x333333), border: rgb(0x000000), rule: rgb(0x999999), plain: rgb(0xffffff),
		greys:     [5]color.RGBA{rgb(0xdddddd), rgb(0xe6e6e6), rgb(0xeeeeee), rgb(0xf6f6f6), rgb(0xffffff)},
		target:    paint{rgb(0x000000), rgb(0x000000), rgb(0xffffff)},
		root:      paint{rgb(0xffffff), rgb(0x000000), rgb(0x000000)},
		weakRoot:  paint{rgb(0xffffff), rgb(0x000000), rgb(0x000000)},
		finalizer: paint{rgb(0xffffff), rgb(0x000000), rgb(0x000000)},
		dominator: paint{rgb(0xcccccc), rgb(0x000000), rgb(0x000000)},
		cycle:     rgb(0x000000), rootWidth: 2.6,
	},
}

func (t Theme) palette() *palette {
	if t > Print {
		return &palettes[Light]
	}
	return &palettes[t]
}

func rgb(v uint32) color.RGBA {
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xff}
}

// colors lists a palette in a fixed order.
func (p *palette) colors() []color.RGBA {
	out := append([]color.RGBA{p.page, p.ink, p.faint, p.border, p.rule, p.plain, p.cycle}, p.greys[:]...)
	for _, x := range []paint{p.target, p.root, p.weakRoot, p.finalizer, p.dominator} {
		out = append(out, x.fill, x.stroke, x.text)
	}
	return out
}

// swaps is the style that turns a light picture dark, colour by colour.
func swaps() string {
	var b strings.Builder
	b.WriteString("@media (prefers-color-scheme: dark) {\n")
	dark := palettes[Dark].colors()
	seen := map[color.RGBA]bool{}
	for i, c := range palettes[Light].colors() {
		if !seen[c] && c != dark[i] {
			fmt.Fprintf(&b, ".objgraph [fill=\"%s\"] { fill: %s } .objgraph [stroke=\"%[1]s\"] { stroke: %[2]s }\n", hex(c), hex(dark[i]))
		}
		seen[c] = true
	}
	b.WriteString("}\n")
	return b.String()
}
