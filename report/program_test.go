package report

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// openProgram opens the dump of a program, and finds its one object of a type.
func openProgram(t *testing.T, name, typ string) (*snapshot.Snapshot, mem.ObjID) {
	t.Helper()
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: name})
	s, err := snapshot.Open(context.Background(), dump, snapshot.Options{Exe: exe})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	ids, err := census.SelectType(s, typ)
	if err != nil || len(ids) != 1 {
		t.Fatalf("%d objects of %s, %v; want one", len(ids), typ, err)
	}
	return s, ids[0]
}

// references are the picture's edges to its target: "main.Holder .Primary".
func references(t *testing.T, s *snapshot.Snapshot, id mem.ObjID, o PictureOptions) (out []string) {
	t.Helper()
	p, err := NewPicture(context.Background(), s, id, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range p.Edges {
		if e.Label == "" {
			t.Errorf("an arrow from %q has no label", p.Nodes[e.From].Lines)
		}
		if e.To == 0 && !e.Weak {
			out = append(out, strings.Join(p.Nodes[e.From].Lines[:1], " ")+" "+e.Label)
		}
	}
	slices.Sort(out)
	return out
}

// Two fields of one holder are two arrows, each with its name.
func TestTwoFields(t *testing.T) {
	for typ, want := range map[string][]string{
		"main.Target": {"main.Holder .Backup", "main.Holder .Primary"},
		"main.Box":    {"main.Shelf .Slots[1]", "main.Shelf .Slots[3]"},
	} {
		s, id := openProgram(t, "twofields", typ)
		if got := references(t, s, id, PictureOptions{}); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", typ, got, want)
		}
	}
}

// Every holder has an arrow with the name of its field, and what a map's part
// holds the map does.
func TestHoldersAndTheirFields(t *testing.T) {
	s, id := openProgram(t, "fanin", "main.Shared")
	got := references(t, s, id, PictureOptions{FanOut: 20, Depth: 1})
	want := []string{
		"[]*main.Shared [0]", "func main.holding.func1 captured s", "main.Account .Owner", "main.Basket .Buyer",
		"main.Delivery .To", "main.Event .Subject", "main.Group .Members[2]", "main.History .Last",
		"main.Index .Entry.Value", "main.Journal .Author", "main.Plugin .Host", "main.Plugin .Host", "main.Plugin .Host",
		"map[string]*main.Shared [key]",
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// Of fourteen holders ten are drawn, and a box says what the others are.
func TestFourteenHolders(t *testing.T) {
	s, id := openProgram(t, "fanin", "main.Shared")
	p, err := NewPicture(context.Background(), s, id, PictureOptions{})
	if err != nil {
		t.Fatal(err)
	}
	drawn, boxes := 0, [][]string(nil)
	for _, n := range p.Nodes {
		if n.Role == layouts.Holder && n.Depth == 1 {
			drawn++
		}
		if n.Role == layouts.More {
			boxes = append(boxes, n.Lines)
		}
	}
	if drawn != 10 || len(boxes) != 1 || boxes[0][0] != "4 more:" {
		t.Errorf("%d holders and the boxes %q; want 10 and one of 4 more", drawn, boxes)
	}
}

// TestFoldingLosesNoHolder asks every reachable object of a program with all
// kinds of maps and channels who holds it: somebody does, every root and every
// object that refers to it is among them, and no part of a map or channel is
// but for its own sake.
func TestFoldingLosesNoHolder(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "zoo"})
	s, err := snapshot.Open(context.Background(), dump, snapshot.Options{Exe: exe})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l := newLinker(s, &Filter{})
	folded := 0
	for i := range s.Heap.NumObjects() {
		id := mem.ObjID(i)
		if !s.Reach.Has(id) {
			continue
		}
		found := map[graph.Node]bool{}
		for _, n := range neighbours(l.holders(id)) {
			found[n.node] = true
			if s.Graph.KindOf(n.node) == graph.NodeObject && l.part(s.Graph.Object(n.node)) {
				t.Errorf("%s is held by a part: %s", s.TypeName(id), s.TypeName(s.Graph.Object(n.node)))
			}
		}
		if len(found) == 0 {
			t.Errorf("nothing holds %s %v, which is reachable", s.TypeName(id), s.Heap.Addr(id))
		}
		for _, r := range s.Graph.RootsOf(id) {
			if !found[s.Graph.NodeOfRoot(r)] {
				t.Errorf("%s lost its root %s", s.TypeName(id), s.RootName(r))
			}
		}
		for _, from := range s.Graph.In(id) {
			switch {
			case l.part(from):
				folded++
			case s.Reach.Has(from) && !found[graph.Node(from)]:
				t.Errorf("%s lost its holder %s", s.TypeName(id), s.TypeName(from))
			}
		}
	}
	if folded == 0 {
		t.Error("no reference went through a part: the program tests nothing")
	}
}
