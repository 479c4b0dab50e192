package layouts

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFit(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float64
		rows  int
		want  []string
	}{
		{"", 10, 2, []string{""}},
		{"main.T", 10, 2, []string{"main.T"}},
		{"main.Registry", 10, 2, []string{"main.Regis", "try"}},
		{"package.Registry", 10, 2, []string{"package.", "Registry"}},
		{"map[string]int", 11, 2, []string{"map[string]", "int"}},
		{"a sentence of words", 10, 3, []string{"a sentence", "of words"}},
		{"objgraph -o a/b/c.svg", 14, 2, []string{"objgraph -o", "a/b/c.svg"}},
		{"word /tmp/x", 4, 3, []string{"word", "/tmp", "/x"}},
		{"abcdefghijklmnopqrstuvwxyz", 10, 1, []string{"abcdef…xyz"}},
		{"abcdefghijklmnopqrstuvwxyz", 10, 2, []string{"abcdefghij", "kl…tuvwxyz"}},
		{"wide", 0.5, 9, []string{"w", "i", "d", "e"}},
	} {
		if got := fitChars(c.text, c.width, c.rows); !slices.Equal(got, c.want) {
			t.Errorf("fit(%q, %v, %d) = %q, want %q", c.text, c.width, c.rows, got, c.want)
		}
	}
}

func TestFitBounds(t *testing.T) {
	for _, text := range []string{strings.Repeat("w", 1<<20), strings.Repeat("é.", 500), strings.Repeat("\xff", 300), strings.Repeat(" ", 99)} {
		for rows := 1; rows < 5; rows++ {
			lines := fitChars(text, 20, rows)
			if len(lines) > rows {
				t.Errorf("%d rows of %d", len(lines), rows)
			}
			for _, l := range lines {
				if utf8.RuneCountInString(l) > 20 {
					t.Errorf("%q is too wide", l)
				}
			}
		}
	}
}

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		text string
		max  int
		want string
	}{
		{"abc", 4, "abc"},
		{"abcdefgh", 4, "ab…gh"},
		{"日本語日本語", 8, "日…語"},
	} {
		if got := shorten(c.text, c.max); got != c.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", c.text, c.max, got, c.want)
		}
	}
	if got := shorten(strings.Repeat("\x80", 100), 10); len(got) > 20 {
		t.Errorf("%d bytes are left", len(got))
	}
}

func TestHints(t *testing.T) {
	p := &Picture{
		Nodes: []Node{{Role: Target}, {Depth: 1}, {Depth: 2}, {Role: Root}, {}},
		Edges: []Edge{
			{From: 1, To: 0},
			{From: 2, To: 1},
			{From: 0, To: 2}, // closes the cycle
			{From: 3, To: 2},
			{From: 4, To: 2}, // its depth is not set, but it closes no cycle
			{From: 1, To: 1},
		},
	}
	if got, want := backward(p), []bool{false, false, true, false, false, false}; !slices.Equal(got, want) {
		t.Errorf("backward: %v, want %v", got, want)
	}
	if got, want := leaves(p), []int{-1, -1, -1, 2, 2}; !slices.Equal(got, want) {
		t.Errorf("leaves: %v, want %v", got, want)
	}
}

func TestStagger(t *testing.T) {
	star := func(n int) *Picture {
		p := &Picture{Nodes: make([]Node, n+1)}
		for i := range n {
			p.Edges = append(p.Edges, Edge{From: i + 1, To: 0}, Edge{From: i + 1, To: 0})
		}
		return p
	}
	for _, c := range []struct{ leaves, rows int }{{14, 1}, {16, 1}, {17, 2}, {40, 3}, {290, maxStagger}} {
		spans := stagger(star(c.leaves))
		if got := slices.Max(spans); got != c.rows {
			t.Errorf("%d leaves in %d rows, want %d", c.leaves, got, c.rows)
		}
		for i := 0; i < len(spans); i += 2 {
			if spans[i] != spans[i+1] {
				t.Errorf("leaf %d has edges of %d and %d ranks", i/2, spans[i], spans[i+1])
			}
		}
	}
}

func TestPlaceRefuses(t *testing.T) {
	for _, out := range []string{
		``, `{}`, `{"bb":"0,0,1"}`, `{"bb":"0,0,1,1"}`,
		`{"bb":"0,0,9,9","objects":[{"name":"n7","pos":"1,1"}],"edges":[]}`,
		`{"bb":"0,0,9,9","objects":[{"name":"n0","pos":"x,1"}],"edges":[]}`,
		`{"bb":"0,0,9,9","objects":[{"name":"n0","pos":"1,1"}],"edges":[{"id":"0","pos":"1,1 2,2"}]}`,
	} {
		pl := &plan{boxes: make([]block, 1)}
		if strings.Contains(out, `"id"`) {
			pl.labels = make([]block, 1)
		}
		if err := pl.place([]byte(out)); err == nil {
			t.Errorf("accepted %s", out)
		}
	}
}
