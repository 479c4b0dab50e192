package layouts_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/layouts/internal/engine"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with testdata/name, or writes it there.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; go test -update rewrites it. Got:\n%s", path, got)
	}
}

func TestDOTGolden(t *testing.T) {
	for _, s := range samples() {
		if len(s.picture.Nodes) < 100 {
			t.Run(s.name, func(t *testing.T) { golden(t, s.name+".dot", layouts.DOT(s.picture)) })
		}
	}
}

// TestDOTParses has Graphviz read what DOT wrote.
func TestDOTParses(t *testing.T) {
	for _, s := range []sample{{"hostile", hostile()}, {"scripts", scripts()}, {"marks", marks()}, {"large", large(200)}} {
		t.Run(s.name, func(t *testing.T) {
			out, err := engine.Layout(context.Background(), layouts.DOT(s.picture), time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Objects []struct{ Name, Label string }
				Edges   []struct{ Tail, Head int }
			}
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			if len(got.Objects) != len(s.picture.Nodes) || len(got.Edges) != len(s.picture.Edges) {
				t.Errorf("%d nodes and %d edges, want %d and %d",
					len(got.Objects), len(got.Edges), len(s.picture.Nodes), len(s.picture.Edges))
			}
			for _, o := range got.Objects {
				if strings.Contains(o.Label, "\\N") && s.name != "hostile" {
					t.Errorf("%s has the label %q", o.Name, o.Label)
				}
			}
		})
	}
}

// TestDOTEscapes checks that a label comes back as it went in.
func TestDOTEscapes(t *testing.T) {
	text := `a\N "b" &lt; c\`
	out, err := engine.Layout(context.Background(), layouts.DOT(&layouts.Picture{
		Nodes: []layouts.Node{node(layouts.Plain, 0, text)},
	}), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	// json0 repeats the attribute as Graphviz read it: quotes are gone, the
	// escapes of escStrings and entities still there.
	if want := `a\\\\N \"b\" &amp;lt; c\\\\`; !bytes.Contains(out, []byte(want)) {
		t.Errorf("no %s in %s", want, out)
	}
}

func TestDOTIgnoresLooseEdges(t *testing.T) {
	dot := layouts.DOT(&layouts.Picture{
		Nodes: []layouts.Node{node(layouts.Plain, 0, "x")},
		Edges: []layouts.Edge{{From: 0, To: 1}, {From: -1, To: 0}, {From: 0, To: 0, Label: "self"}},
	})
	if got := bytes.Count(dot, []byte("->")); got != 1 {
		t.Errorf("%d edges, want 1:\n%s", got, dot)
	}
}
