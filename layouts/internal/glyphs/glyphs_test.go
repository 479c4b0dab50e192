package glyphs

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/image/font/gofont/gomono"
)

func openFonts(t *testing.T, file string) *Fonts {
	t.Helper()
	f, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	f.system.listed = true // no system fonts: the same on every machine
	return f
}

func TestClusters(t *testing.T) {
	f := openFonts(t, "")
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"aΩя…", []string{"a", "Ω", "я", "…"}},
		{"\x00\n\x7f", []string{`\u{0}`, `\u{a}`, `\u{7f}`}},
		{"\xffé\xc3", []string{`\x{ff}`, "é", `\x{c3}`}},
		{"\u202e\u200b\u00a0\ufeff", []string{`\u{202e}`, `\u{200b}`, `\u{a0}`, `\u{feff}`}},
		{"中\U0001f600", []string{`\u{4e2d}`, `\u{1f600}`}},
	} {
		if got := f.Clusters(c.text); !slices.Equal(got, c.want) {
			t.Errorf("Clusters(%q) = %q, want %q", c.text, got, c.want)
		}
	}
	all := func(rune) bool { return true }
	if got := Clusters("e\u0301x", all); !slices.Equal(got, []string{"e\u0301", "x"}) {
		t.Errorf("a mark stands apart: %q", got)
	}
}

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"main.Élève中": "main.Élève中", "a\tb": `a\u{9}b`, "\xfe": `\x{fe}`, "\ufffd": "\ufffd", "\ufffe": `\u{fffe}`,
	} {
		if got := Visible(text); got != want {
			t.Errorf("Visible(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestWidth knows that every character of Go Mono is 0.6 em wide.
func TestWidth(t *testing.T) {
	f := openFonts(t, "")
	if w := f.Width("0123456789", Mono, 10); math.Abs(w-60) > 0.2 {
		t.Errorf("ten digits of Go Mono are %.2f wide", w)
	}
	if a, b := f.Width("ab", Regular, 12), f.Width("a", Regular, 12)+f.Width("b", Regular, 12); math.Abs(a-b) > 1e-9 {
		t.Errorf("widths do not add up: %v, %v", a, b)
	}
	if f.Width("main.T", Bold, 12) <= f.Width("main.T", Regular, 12) {
		t.Error("bold is no wider than regular")
	}
}

func TestWalk(t *testing.T) {
	f := openFonts(t, "")
	var xs []float64
	f.Walk("a b", Regular, func(x float64, o Outline) {
		xs = append(xs, x)
		for _, s := range o {
			if p := s.Points[0]; p.Y < -1.2 || p.Y > 0.5 || p.X < -0.5 || p.X > 1.5 {
				t.Errorf("a point at %v em", p)
			}
		}
	})
	if len(xs) != 3 || xs[0] != 0 || xs[1] <= 0 || xs[2] <= xs[1] {
		t.Errorf("characters at %v", xs)
	}
}

func TestFontFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mono.ttf")
	if err := os.WriteFile(path, gomono.TTF, 0o600); err != nil {
		t.Fatal(err)
	}
	f := openFonts(t, path)
	f.base[Regular].glyphs['x'] = nil // as if the embedded font had no x
	if w := f.Width("x", Regular, 10); math.Abs(w-6) > 0.02 {
		t.Errorf("x is %.2f wide: not the font file's", w)
	}
	for _, bad := range []string{filepath.Join(t.TempDir(), "none"), writeFile(t, "no font"), t.TempDir()} {
		if _, err := Open(bad); err == nil {
			t.Errorf("opened %s", bad)
		}
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.ttf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestListFonts(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"Zapf.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans.ttf", "readme.txt", "NotoSansCJK-Regular.TTC"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, path := range listFonts([]string{dir, filepath.Join(dir, "none")}) {
		got = append(got, filepath.Base(path))
	}
	if want := []string{"DejaVuSans.ttf", "NotoSansCJK-Regular.TTC", "Zapf.ttf", "DejaVuSans-Bold.ttf"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
