package layouts

import (
	"image/color"
	"math"
	"strings"
	"testing"
)

// linear is a channel of sRGB as an amount of light, 0 to 1.
func linear(v uint8) float64 {
	c := float64(v) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}

// contrast is that of WCAG 2: 1 to 21.
func contrast(a, b color.RGBA) float64 {
	light := func(c color.RGBA) float64 {
		return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestContrast wants text that can be read, 4.5 to 1, and borders and arrows
// that can be seen, 3 to 1 on the page.
func TestContrast(t *testing.T) {
	if c := contrast(rgb(0), rgb(0xffffff)); math.Abs(c-21) > 1e-9 {
		t.Fatalf("black on white is %v", c)
	}
	if c := contrast(rgb(0x777777), rgb(0xffffff)); math.Abs(c-4.48) > 0.01 {
		t.Fatalf("#777 on white is %v", c)
	}
	for theme := Light; theme <= Print; theme++ {
		p := theme.palette()
		want := func(name string, a, b color.RGBA, least float64) {
			if c := contrast(a, b); c < least {
				t.Errorf("%v: %s has a contrast of %.2f, want %.1f", theme, name, c, least)
			}
		}
		want("title", p.ink, p.page, 4.5)
		want("notes", p.faint, p.page, 4.5)
		want("cycle", p.cycle, p.page, 3)
		want("border", p.border, p.page, 3)
		m := []marks{{}, {weak: true}, {finalizer: true}, {dominator: true}, {many: true}}
		for role := Plain; role <= More; role++ {
			for depth := range 7 {
				for _, m := range m {
					l := p.looks(role, depth, m)
					want("the text of "+role.String(), l.text, l.fill, 4.5)
					want("the border of "+role.String(), l.stroke, p.page, 3)
				}
			}
		}
		want("the finalizer's chip", p.finalizer.text, p.finalizer.fill, 4.5)
		want("the dominator's chip", p.dominator.text, p.dominator.fill, 4.5)
	}
}

// blind are how colours look without one kind of cones (Machado, Oliveira and
// Fernandes, 2009, severity 1), for linear light.
var blind = map[string][9]float64{
	"protanopia":   {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
	"deuteranopia": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
	"tritanopia":   {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
}

// lab is a colour in CIE L*a*b*, as somebody with such eyes sees it.
func lab(c color.RGBA, eyes [9]float64) [3]float64 {
	in := [3]float64{linear(c.R), linear(c.G), linear(c.B)}
	var v [3]float64
	for i := range 3 {
		for j := range 3 {
			v[i] += eyes[3*i+j] * in[j]
		}
		v[i] = min(max(v[i], 0), 1)
	}
	f := func(x float64) float64 {
		if x > 0.008856 {
			return math.Cbrt(x)
		}
		return 7.787*x + 16.0/116
	}
	x := f((0.4124*v[0] + 0.3576*v[1] + 0.1805*v[2]) / 0.9505)
	y := f(0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2])
	z := f((0.0193*v[0] + 0.1192*v[1] + 0.9505*v[2]) / 1.089)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func difference(a, b color.RGBA, eyes [9]float64) float64 {
	x, y := lab(a, eyes), lab(b, eyes)
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

// TestColourBlind wants the colours that mean something to differ for everybody:
// a difference of 2 can just be seen. Red and green of the same lightness show
// that it can fail.
func TestColourBlind(t *testing.T) {
	if d := difference(rgb(0xc62828), rgb(0x5f6b1e), blind["deuteranopia"]); d > 20 {
		t.Errorf("red and olive differ by %.0f without green cones", d)
	}
	for theme := Light; theme <= Dark; theme++ {
		p := theme.palette()
		fills := map[string]color.RGBA{"target": p.target.fill, "root": p.root.fill, "near": p.greys[0], "far": p.greys[4], "plain": p.plain}
		for name, a := range fills {
			for other, b := range fills {
				for kind, eyes := range blind {
					if least := 20.0; name < other && (name+other != "farplain") && difference(a, b, eyes) < least {
						t.Errorf("%v, %s: %s and %s differ by %.0f only", theme, kind, name, other, difference(a, b, eyes))
					}
				}
			}
		}
		for kind, eyes := range blind {
			if d := difference(p.finalizer.fill, p.dominator.fill, eyes); d < 20 {
				t.Errorf("%v, %s: the chips differ by %.0f only", theme, kind, d)
			}
			if d := difference(p.cycle, p.faint, eyes); d < 10 {
				t.Errorf("%v, %s: arrows of cycles differ by %.0f only", theme, kind, d)
			}
		}
	}
}

// TestSwaps wants each colour of the light theme to have one in the dark theme.
func TestSwaps(t *testing.T) {
	dark := palettes[Dark].colors()
	to := map[color.RGBA]color.RGBA{}
	for i, c := range palettes[Light].colors() {
		if was, ok := to[c]; ok && was != dark[i] {
			t.Errorf("%s becomes %s and %s", hex(c), hex(was), hex(dark[i]))
		}
		to[c] = dark[i]
	}
	if s := swaps(); strings.Count(s, "[fill=") < 15 || strings.Contains(s, "#000000\"") {
		t.Errorf("the style swaps\n%s", s)
	}
}

func TestParseTheme(t *testing.T) {
	for theme := Light; theme <= Auto; theme++ {
		if got, err := ParseTheme(strings.ToUpper(theme.String())); err != nil || got != theme {
			t.Errorf("%v: %v, %v", theme, got, err)
		}
	}
	if _, err := ParseTheme("pink"); err == nil || !strings.Contains(err.Error(), "print") {
		t.Errorf("pink: %v", err)
	}
}
