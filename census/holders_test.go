package census

import (
	"context"
	"testing"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
)

// Of every type that counts, the shortest ways to some of its objects and a search
// of all ways say the same of whether the user holds it.
func TestHoldersAgainstSearch(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "zoo"})
	ctx := context.Background()
	f, err := newFinder(ctx, []string{dump}, LeaksOptions{Exe: exe})
	if err == nil {
		err = f.series.read(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Last = f.series.last
	defer f.Last.Close()
	f.keys = f.series.names.of(f.Last)
	if f.rules, err = typefilter.NewRules(typefilter.DefaultRules()); err != nil {
		t.Fatal(err)
	}
	var names []int32
	var got []typefilter.Candidate
	for name := range f.series.rows {
		names = append(names, int32(name))
		got = append(got, f.candidate(int32(name)))
	}
	if err := f.holders(ctx, names, got); err != nil {
		t.Fatal(err)
	}
	h := holders{finder: f, own: f.runtimeTypes()}
	reached, err := f.Last.Graph.Reached(ctx, func(r graph.RootID) bool { return !f.isUsers(r) }, h.runtimes())
	if err != nil {
		t.Fatal(err)
	}
	want := make([]bool, len(got))
	for i, to := range f.Last.Typing.Of {
		if reached.Has(mem.ObjID(i)) {
			want[f.keys[to]] = true
		}
	}
	held, not := 0, 0
	for i, c := range got {
		if rule, _ := f.rules.Of(c.Name, c.FullName, c.Origin); rule.Noise != typefilter.Parts {
			continue
		}
		if c.HeldByUser != want[i] {
			t.Errorf("%s: held by the user %v, want %v", c.FullName, c.HeldByUser, want[i])
		}
		if want[i] {
			held++
		} else if c.Count > 0 {
			not++
		}
	}
	if held < 10 || not < 10 {
		t.Errorf("%d types are held by the user, %d by others: too few to tell", held, not)
	}
}
