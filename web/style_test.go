package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Text is told from its ground in both schemes as WCAG 2.2 wants it (1.4.3: 4.5 to 1).
func TestContrast(t *testing.T) {
	css := string(read(t, "assets/style.css"))
	light, rest, _ := strings.Cut(css, "@media (prefers-color-scheme: dark)")
	dark, _, _ := strings.Cut(rest, "* {")
	for name, scheme := range map[string]map[string]float64{"light": luminances(t, light), "dark": luminances(t, dark)} {
		for text, grounds := range map[string][]string{"ink": {"ground", "card", "bar", "warn", "d0", "d1", "d2", "d3", "d4", "d5"},
			"soft": {"ground", "card", "bar"}, "link": {"ground", "card", "bar"}, "leak": {"card", "bar"}, "good": {"card", "bar"}} {
			for _, ground := range grounds {
				if got := contrast(scheme[text], scheme[ground]); got < 4.5 {
					t.Errorf("%s: --%s on --%s has a contrast of %.2f to 1", name, text, ground, got)
				}
			}
		}
	}
	for _, class := range []string{".good { color: var(--good) }", ".bad { color: var(--leak);", "::placeholder { color: var(--soft);"} {
		if !strings.Contains(css, class) {
			t.Errorf("the style lacks %q", class)
		}
	}
}

var colour = regexp.MustCompile(`--(\w+): #([0-9a-f]+)`)

// luminances are those of the colours that a part of the style names, relative to white.
func luminances(t *testing.T, css string) map[string]float64 {
	out := map[string]float64{}
	for _, m := range colour.FindAllStringSubmatch(css, -1) {
		digits := m[2]
		if len(digits) == 3 {
			digits = strings.Repeat(digits[:1], 2) + strings.Repeat(digits[1:2], 2) + strings.Repeat(digits[2:], 2)
		}
		n, err := strconv.ParseUint(digits, 16, 24)
		if err != nil {
			t.Fatal(err)
		}
		out[m[1]] = 0.2126*linear(n>>16) + 0.7152*linear(n>>8&255) + 0.0722*linear(n&255)
	}
	if len(out) < 15 {
		t.Fatalf("%d colours were found", len(out))
	}
	return out
}

func linear(part uint64) float64 {
	v := float64(part) / 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }
