package chart

import (
	"fmt"
	"slices"
)

// Area is a node of a tree with a size: what it holds lies within it. The sizes of
// Below are at most its own together.
type Area struct {
	Name, Detail string // Detail is a second line, and part of the tooltip
	Href         string
	Class        string
	Size         float64
	Below        []Area
}

const (
	leastArea  = 3  // pixels of a side that is still drawn
	labelHigh  = 15 // of a line of text
	letterWide = 6.6
)

// Treemap draws a tree as areas within areas, squarified (Bruls, Huizing and van
// Wijk, "Squarified Treemaps", 2000).
func Treemap(title string, root *Area, width, height float64) []byte {
	w := &writer{}
	w.begin("treemap", width, height, title, fmt.Sprintf("%s, %s, in %d parts", root.Name, root.Detail, len(root.Below)))
	w.treemap(root, 0.5, 0.5, width-1, height-1, 0)
	return w.end()
}

func (w *writer) treemap(a *Area, x, y, width, height float64, depth int) {
	if width < leastArea || height < leastArea {
		return
	}
	closing := w.link(a.Href, a.Name+", "+a.Detail)
	w.rect(fmt.Sprintf("area d%d %s", depth%6, a.Class), x, y, width, height)
	top := 4.0
	if height >= labelHigh+4 && width > 30 {
		w.text("label", x+4, y+labelHigh-2, fit(a.Name+"  "+a.Detail, width-8))
		top = labelHigh + 3
	}
	closing()
	if len(a.Below) == 0 || width < 12 || height < top+8 {
		return
	}
	w.squarify(a, x+3, y+top, width-6, height-top-3, depth+1)
}

// squarify lays the nodes below out in rows along the shorter side, each row as
// long as its worst ratio of sides gets better. What is left free is the node's
// own.
func (w *writer) squarify(a *Area, x, y, width, height float64, depth int) {
	scale := width * height / max(a.Size, 1)
	rest := a.Below
	for len(rest) > 0 && width >= 1 && height >= 1 {
		short := min(width, height)
		n, sum := 1, rest[0].Size*scale
		for n < len(rest) && worst(rest[:n+1], sum+rest[n].Size*scale, short, scale) <= worst(rest[:n], sum, short, scale) {
			sum += rest[n].Size * scale
			n++
		}
		thick := sum / short
		at := 0.0
		for i := range rest[:n] {
			long := rest[i].Size * scale / max(thick, 1e-9)
			if width >= height {
				w.treemap(&rest[i], x, y+at, thick-1, long-1, depth)
			} else {
				w.treemap(&rest[i], x+at, y, long-1, thick-1, depth)
			}
			at += long
		}
		if width >= height {
			x, width = x+thick, width-thick
		} else {
			y, height = y+thick, height-thick
		}
		rest = rest[n:]
	}
}

// worst is the worst ratio of sides in a row of a total area along a side.
func worst(row []Area, sum, side, scale float64) float64 {
	if sum <= 0 {
		return 1e18
	}
	least, most := row[len(row)-1].Size*scale, row[0].Size*scale
	return max(side*side*most/(sum*sum), sum*sum/(side*side*max(least, 1e-9)))
}

// fit shortens a text to a width in pixels.
func fit(text string, width float64) string {
	letters := []rune(text)
	room := int(width / letterWide)
	switch {
	case len(letters) <= room:
		return text
	case room < 3:
		return ""
	}
	return string(letters[:room-1]) + "…"
}

const bandHigh = 22

// Icicle draws a tree as bands, a node's parts below it.
func Icicle(title string, root *Area, width float64) []byte {
	w := &writer{}
	w.begin("icicle", width, float64(depthOf(root))*bandHigh+1, title, fmt.Sprintf("%s, %s, in %d parts", root.Name, root.Detail, len(root.Below)))
	w.icicle(root, 0.5, width-1, 0)
	return w.end()
}

func depthOf(a *Area) int {
	deepest := 0
	for i := range a.Below {
		deepest = max(deepest, depthOf(&a.Below[i]))
	}
	return deepest + 1
}

func (w *writer) icicle(a *Area, x, width float64, depth int) {
	if width < 1.5 {
		return
	}
	closing := w.link(a.Href, a.Name+", "+a.Detail)
	w.rect(fmt.Sprintf("area d%d %s", depth%6, a.Class), x, float64(depth)*bandHigh+0.5, width-0.5, bandHigh-1)
	if label := fit(a.Name+"  "+a.Detail, width-8); width > 30 && label != "" {
		w.text("label", x+4, float64(depth)*bandHigh+bandHigh-7, label)
	}
	closing()
	for i := range a.Below {
		part := width * a.Below[i].Size / max(a.Size, 1)
		w.icicle(&a.Below[i], x, part, depth+1)
		x += part
	}
}

// SortAreas puts the largest first, then by name.
func SortAreas(areas []Area) {
	slices.SortStableFunc(areas, func(a, b Area) int {
		switch {
		case a.Size != b.Size:
			if a.Size > b.Size {
				return -1
			}
			return 1
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
}
