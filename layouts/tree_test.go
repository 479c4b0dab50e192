package layouts_test

import (
	"strings"
	"testing"

	"github.com/objgraph/objgraph/layouts"
)

func TestTreeGolden(t *testing.T) {
	for _, s := range samples() {
		if len(s.picture.Nodes) < 100 {
			golden(t, s.name+".txt", layouts.Tree(s.picture))
		}
	}
}

// TestTreeComplete wants each node, and each arrow, exactly once written out.
func TestTreeComplete(t *testing.T) {
	for _, s := range samples() {
		lines := strings.Split(strings.TrimSpace(string(layouts.Tree(s.picture))), "\n")
		arrows := 0
		for _, l := range lines {
			if strings.Contains(l, "-- ") && (strings.Contains(l, " <- ") || strings.Contains(l, " -> ")) {
				arrows++
			}
		}
		if arrows != len(s.picture.Edges) {
			t.Errorf("%s: %d arrows of %d", s.name, arrows, len(s.picture.Edges))
		}
	}
}

func TestTreeDeep(t *testing.T) {
	p := &layouts.Picture{Nodes: []layouts.Node{node(layouts.Target, 0, "main.T")}}
	for i := 1; i < 5000; i++ {
		p.Nodes = append(p.Nodes, node(layouts.Holder, i, "main.Node"))
		p.Edges = append(p.Edges, layouts.Edge{From: i, To: i - 1, Label: ".next"})
	}
	if out := layouts.Tree(p); len(out) > 5000*300 {
		t.Errorf("%d bytes", len(out))
	}
}
