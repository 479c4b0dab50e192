package partition

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// openDump opens the first or last dump of a program.
func openDump(t *testing.T, path, exe string, workers int) *Space {
	t.Helper()
	s, err := snapshot.Open(t.Context(), path, snapshot.Options{Exe: exe, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return NewSpace(s, workers)
}

// keyedDump opens the last dump of the program that has something for each
// question.
func keyedDump(t *testing.T, workers int) *Space {
	t.Helper()
	exe, truths := testprog.Series(t, testprog.Spec{Dir: "keyed", Flags: []string{"-trimpath"}})
	return openDump(t, truths[len(truths)-1].Dump, exe, workers)
}

func (sp *Space) mustBy(t *testing.T, set graph.Set, kinds string, exact bool) *Table {
	t.Helper()
	table, err := sp.By(t.Context(), set, kinds, exact)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func (sp *Space) mustWhere(t *testing.T, c Condition) graph.Set {
	t.Helper()
	set, err := sp.Where(t.Context(), sp.All(), c)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Objects under a hundred keys are one row; a hundred if keys are told apart.
func TestKeysAreFolded(t *testing.T) {
	sp := keyedDump(t, 0)
	items := sp.mustWhere(t, Condition{Type: "main.Item"})
	table := sp.mustBy(t, items, "via", false)
	rows := table.Rows(0, table.Len())
	if len(rows) != 1 || rows[0].Name != "'map[string]*main.Item[*]'" || rows[0].Count != 100 {
		t.Errorf("rows %v, want one of 100 objects", rows)
	}
	exact := sp.mustBy(t, items, "via", true)
	if exact.Len() != 100 {
		t.Errorf("%d rows with keys told apart, want 100: %v", exact.Len(), exact.Rows(0, 3))
	}
}

// The rows of every table add up to the set, and so do their objects.
func TestRowsAreTheSet(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "2000")
	exe2, zoo, _ := testprog.Dump(t, testprog.Spec{Dir: "zoo"})
	for _, sp := range []*Space{keyedDump(t, 0), openDump(t, dump, exe, 0), openDump(t, zoo, exe2, 0), openDump(t, dump, snapshot.NoExe, 0)} {
		for _, set := range []graph.Set{sp.All(), sp.Every(), randomPart(sp.All()), graph.NewSet(0)} {
			for _, k := range append(kindNames(), "type & size", "via & package & root") {
				for _, exact := range []bool{false, true} {
					checkTable(t, sp, set, sp.mustBy(t, set, k, exact), k)
				}
			}
		}
	}
}

func kindNames() (names []string) {
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	return names
}

func randomPart(s graph.Set) graph.Set {
	r := rand.New(rand.NewPCG(1, 6))
	out := s.AndNot(s)
	for id := range s.All() {
		if r.IntN(3) == 0 {
			out.Add(id)
		}
	}
	return out
}

func checkTable(t *testing.T, sp *Space, set graph.Set, table *Table, what string) {
	t.Helper()
	want := sp.Sum(set)
	if table.Total != want {
		t.Errorf("by %s: total %v, want %v", what, table.Total, want)
	}
	var sum census.Sum
	union := set.AndNot(set)
	names := map[string]bool{}
	rows := table.Rows(0, table.Len())
	for i, r := range rows {
		sum.Count += r.Count
		sum.Bytes += uint64(r.Bytes)
		if r.Cumulative != int64(sum.Bytes) || names[r.Name] {
			t.Errorf("by %s: row %d, %v, comes to %d, or its name stood before", what, i, r, sum.Bytes)
		}
		names[r.Name] = true
		if i < 20 {
			part := table.Of(i, i+1)
			if !part.And(union).Empty() || sp.Sum(part) != (census.Sum{Count: r.Count, Bytes: uint64(r.Bytes)}) {
				t.Errorf("by %s: the set of row %d is %v, want %v", what, i, sp.Sum(part), r)
			}
			union = union.Or(part)
		}
	}
	if sum != want || !table.Of(0, table.Len()).Equal(set) {
		t.Errorf("by %s: the rows come to %v, want %v", what, sum, want)
	}
	if what != "retained" && !slices.IsSortedFunc(rows, func(a, b Row) int { return compare(uint64(b.Bytes), uint64(a.Bytes)) }) {
		t.Errorf("by %s: the rows are not in order", what)
	}
}

// The tables are the same for any number of workers.
func TestAnyNumberOfWorkers(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "2000")
	one, many := openDump(t, dump, exe, 1), openDump(t, dump, exe, 7)
	for _, k := range kindNames() {
		for _, exact := range []bool{false, true} {
			a, b := one.mustBy(t, one.All(), k, exact), many.mustBy(t, many.All(), k, exact)
			if x, y := a.Rows(0, a.Len()), b.Rows(0, b.Len()); !slices.Equal(x, y) {
				t.Errorf("by %s: other rows with other workers", k)
			}
		}
	}
}

// via is compared with what the snapshot says of each reference, one by one.
func TestViaAgainstNaive(t *testing.T) {
	sp := keyedDump(t, 0)
	want := map[string]int{}
	for id := range sp.All().All() {
		want[naiveVia(sp, id)]++
	}
	table := sp.mustBy(t, sp.All(), "via", false)
	for _, r := range table.Rows(0, table.Len()) {
		if want[r.Name] != r.Count {
			t.Errorf("%s: %d objects, want %d", r.Name, r.Count, want[r.Name])
		}
		delete(want, r.Name)
	}
	if len(want) > 0 {
		t.Errorf("rows are missing: %v", want)
	}
}

func naiveVia(sp *Space, id mem.ObjID) string {
	names := map[string]bool{}
	for from := range mem.ObjID(sp.Heap.NumObjects()) {
		for slot, to := range sp.Graph.Out(from) {
			if to != id || !sp.Reach.Counts(from, id) {
				continue
			}
			label := census.Fold(sp.EdgeLabel(from, slot))
			if strings.HasPrefix(label, "[key]") {
				label = "[*]" + label[5:]
			}
			names["'"+join(sp.names[sp.Typing.Of[from]], label)+"'"] = true
		}
	}
	for _, r := range sp.Graph.RootsOf(id) {
		for slot, to := range sp.Graph.Roots().Targets(r) {
			if to == id && (sp.Graph.Roots().Kind(r) != graph.Conservative || sp.Reach.Weak.Has(id)) {
				names["'"+join(sp.RootPattern(r), census.Fold(sp.RootLabel(r, slot)))+"'"] = true
			}
		}
	}
	var list []string
	for name := range names {
		list = append(list, name)
	}
	slices.Sort(list)
	more := ""
	if n := len(list) - maxWords; n > 0 {
		list, more = list[:maxWords], fmt.Sprintf(" and %d more", n)
	}
	if len(list) == 0 {
		return unreferred
	}
	return strings.Join(list, ", ") + more
}

// Conditions are compared with a look at each object, and a function is asked once for
// each scope.
func TestSelect(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "2000")
	sp := openDump(t, dump, exe, 0)
	d, err := sp.Dominators()
	if err != nil {
		t.Fatal(err)
	}
	all := sp.All().Count()
	held := map[heldKind]bool{}
	for id := range sp.All().All() {
		held[heldKind{kind{sp.canon[sp.Typing.Of[id]], sp.Typing.Evidence[id], sp.Size(id)}, d.Retained(id)}] = true
	}
	for _, c := range []struct {
		scope        Scope
		wants        func(mem.ObjID) bool
		least, asked int
	}{
		{SameKind, func(id mem.ObjID) bool { return sp.Size(id) >= 48 && strings.HasPrefix(sp.TypeName(id), "main.") }, 1, 200},
		{SameHeld, func(id mem.ObjID) bool { return d.Retained(id) > 1000 }, len(held), len(held)},
		{Alone, func(id mem.ObjID) bool { return sp.Addr(id)%128 == 0 }, all, all},
	} {
		asked := 0
		got, err := sp.Select(context.Background(), sp.All(), func(id mem.ObjID) (Verdict, error) {
			asked++
			return Verdict{c.wants(id), c.scope}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want, err := sp.All().Filter(t.Context(), 1, func() func(mem.ObjID) bool { return c.wants })
		if err != nil || !got.Equal(want) || got.Empty() {
			t.Errorf("scope %d: %d objects, want %d (%v)", c.scope, got.Count(), want.Count(), err)
		}
		if asked < c.least || asked > c.asked {
			t.Errorf("scope %d: asked for %d objects of %d, want %d to %d", c.scope, asked, all, c.least, c.asked)
		}
	}
}

// One kind may be decided by its type at first and by each object then.
func TestSelectOfSeveralScopes(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "2000")
	sp := openDump(t, dump, exe, 0)
	d, err := sp.Dominators()
	if err != nil {
		t.Fatal(err)
	}
	wants := func(id mem.ObjID) bool { return d.Retained(id) > 200 && sp.Addr(id)%128 == 0 }
	got, err := sp.Select(t.Context(), sp.All(), func(id mem.ObjID) (Verdict, error) {
		if d.Retained(id) <= 200 {
			return Verdict{Scope: SameHeld}, nil
		}
		return Verdict{wants(id), Alone}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want, err := sp.All().Filter(t.Context(), 1, func() func(mem.ObjID) bool { return wants }); err != nil || !got.Equal(want) || got.Empty() {
		t.Errorf("%d objects, want %d (%v)", got.Count(), want.Count(), err)
	}
}

// What would go free without a variable or a goroutine is what it retains.
func TestWithoutIsRetained(t *testing.T) {
	sp := keyedDump(t, 0)
	d, err := sp.Dominators()
	if err != nil {
		t.Fatal(err)
	}
	for r := range graph.RootID(sp.Graph.Roots().Len()) {
		if sp.RootGlobal(r) == nil || d.RetainedRoot(r) == 0 {
			continue
		}
		o, err := sp.Without(t.Context(), sp.RootName(r))
		if err != nil {
			t.Fatal(err)
		}
		freed, err := sp.Graph.FreedWithout(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := sp.Sum(freed).Bytes; got != d.RetainedRoot(r) {
			t.Errorf("without %s %d bytes go free, it retains %d", sp.RootName(r), got, d.RetainedRoot(r))
		}
	}
}

// Each way to name the references that hold the items frees the same.
func TestWithoutByName(t *testing.T) {
	sp := keyedDump(t, 0)
	for name, want := range map[string]int{
		"main.shop.items": 100, "main.Shop.items": 100, "'map[string]*main.Item[*]'": 100,
		"main.shop": 100, "global main.shop": 100, "main.Item.Extra": 0,
	} {
		o, err := sp.Without(t.Context(), name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		freed, err := sp.Graph.FreedWithout(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := freed.And(sp.mustWhere(t, Condition{Type: "main.Item"})).Count(); got != want {
			t.Errorf("without %s %d items go free, want %d", name, got, want)
		}
	}
	if _, err := sp.Without(t.Context(), "main.Shop.itms"); err == nil || !strings.Contains(err.Error(), "main.Shop") {
		t.Errorf("a field that there is none of: %v", err)
	}
}

func TestNumber(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	values := make([]uint64, 100_000)
	for i := range values {
		values[i] = r.Uint64N(1 << (1 + uint(i)%40))
	}
	of, distinct := number(values)
	first := map[uint64]uint32{}
	for i, v := range values {
		if _, ok := first[v]; !ok {
			first[v] = uint32(len(first))
		}
		if of[i] != first[v] || distinct[of[i]] != v {
			t.Fatalf("value %d is number %d, want %d", v, of[i], first[v])
		}
	}
	if len(distinct) != len(first) {
		t.Errorf("%d distinct values, want %d", len(distinct), len(first))
	}
}

func TestUnknownKind(t *testing.T) {
	sp := keyedDump(t, 0)
	_, err := sp.By(t.Context(), sp.All(), "type & sizes", false)
	if err == nil || !strings.Contains(err.Error(), `"size"`) {
		t.Errorf("error %v, want one that names size", err)
	}
}
