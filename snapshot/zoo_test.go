package snapshot_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// TestZoo holds the zoo against what must be true of any dump: how much of it
// is typed, what roots and edges are called, what it is that nobody reaches.
func TestZoo(t *testing.T) {
	for _, spec := range builds() {
		t.Run(name(spec), func(t *testing.T) {
			spec := spec
			spec.Dir = "zoo"
			exe, truth := testprog.Known(t, spec)
			s := open(t, truth.Dump, exe)
			checkShare(t, s, truth)
			checkGoroutines(t, s)
			checkCoroutines(t, s)
			checkRoots(t, s, truth.GoVersion)
			checkLabels(t, s)
			checkEdges(t, s, truth.GoVersion)
		})
	}
}

// TestZooTwin opens dumps of the stripped zoo with the same program built
// without the flags.
func TestZooTwin(t *testing.T) {
	for _, v := range testprog.Versions() {
		t.Run("go"+v, func(t *testing.T) {
			_, truth := testprog.Known(t, testprog.Spec{Dir: "zoo", Go: v, Flags: []string{"-ldflags=-s -w"}})
			s := open(t, truth.Dump, testprog.Build(t, testprog.Spec{Dir: "zoo", Go: v}))
			compare(t, s, truth)
			checkShare(t, s, truth)
			checkRoots(t, s, truth.GoVersion)
		})
	}
}

// checkShare wants 99.9 % of the reachable objects typed, hardly any by a guess
// that may be wrong. Those that nothing in a dump tells of are not counted.
func checkShare(t *testing.T, s *snapshot.Snapshot, truth *testprog.Truth) {
	reached, typed, guessed := 0, 0, 0
	hidden := map[mem.ObjID]bool{}
	for _, o := range truth.Objects {
		if id, ok := s.Heap.Find(o.Addr); ok && o.Kind == testprog.Hidden {
			hidden[id] = true
		}
	}
	for i := range s.Heap.NumObjects() {
		id := mem.ObjID(i)
		if !s.Reach.Has(id) || hidden[id] {
			continue
		}
		reached++
		if s.Typing.Known(id) {
			typed++
		}
		if s.Typing.Evidence[id] == typing.Layout {
			guessed++
		}
	}
	if typed*1000 < reached*999 || guessed*1000 > reached {
		t.Errorf("%d of %d reachable objects are typed, %d of them by layout", typed, reached, guessed)
	}
	t.Logf("typed %d of %d reachable objects (%.3f %%), %d by layout, conflicts %+v",
		typed, reached, 100*float64(typed)/float64(reached), guessed, s.Typing.Conflicts)
}

// checkGoroutines wants the goroutines' descriptors typed.
func checkGoroutines(t *testing.T, s *snapshot.Snapshot) {
	for _, g := range s.Heap.Goroutines {
		if id, ok := s.Heap.Find(g.Addr); ok && s.TypeName(id) != "runtime.g" {
			t.Errorf("the descriptor of goroutine %d is a %s", g.ID, s.TypeName(id))
		}
	}
}

// checkCoroutines wants those of iter.Pull known by what holds them: by their size
// alone not all are.
func checkCoroutines(t *testing.T, s *snapshot.Snapshot) {
	for i := range s.Heap.NumObjects() {
		if id := mem.ObjID(i); s.TypeName(id) == "runtime.coro" && s.Typing.Evidence[id] == typing.Layout {
			t.Errorf("the coroutine at %v is a guess", s.Heap.Addr(id))
		}
	}
}

// rootedBy is, for types whose objects have one holder of a kind each, what the
// name of the root at the end of an object's chain must match.
var rootedBy = []struct{ typ, root string }{
	{"main.StackHeld", `^goroutine \d+ main\.parkStack: s\.held$`},
	{"main.StackArrayHeld", `^goroutine \d+ main\.(parkArray: s\[[123]\]|waitArray: s|parkArray: s)$`},
	{"main.StackMapHeld", `^goroutine \d+ main\.(waitMap|parkMap): m$`},
	{"main.StackInner", `^goroutine \d+ main\.parkLinked: nodes\[[01234]\]\.held$`},
	{"main.StackReference", `^goroutine \d+ main\.parkClosure: &?reference$`},
	{"main.StackClosure", `^goroutine \d+ main\.(parkClosure: value|parkClosure: captured value|waitCalled: f)$`},
	{"main.DeferHeld", `^goroutine \d+ main\.deferring: (held|captured held)$`},
	{"main.MaybeDeferHeld", `^goroutine \d+ main\.deferMaybe: (held|captured held)$`},
	{"main.LoopDeferHeld", `^goroutine \d+ main\.deferInLoop: `},
	{"main.Unwound", `^goroutine \d+ main\.panic(Pointer|Value)(\.func1)?: (captured )?held$`},
	{"main.Panicked", `^goroutine \d+ `},
	{"main.LocalHeld", `^goroutine \d+ main\.(addParked\.gowrap\d+|parkLocal): held$`},
	{"main.InlinedHeld", `^goroutine \d+ main\.(addParked\.gowrap\d+|parkInlined|inlined): within$`},
	{"main.ArgumentHeld", `^goroutine \d+ main\.parkArgument: held$`},
	{"main.ValueHeld", `^global main\.byValues$`},
	{"main.ReferenceHeld", `^global main\.byReferences$`},
	{"main.FinalNote", `^finalizer of main\.Conn$`},
	{"main.InShutter", `^global main\.shutters$`},
	{"main.Spoke", `^finalizer of main\.Ring$`},
	{"main.Tie", `^finalizer of main\.Knot$`},
	{"main.InMember", `^global main\.members$`},
	{"main.InFinalized", `^finalizer of main\.Finalized$`},
	{"main.Pooled", `^global (main\.pool|sync\.allPools)$|^goroutine`},
	{"main.Victim", `^global (main\.victims|sync\.oldPools)$`},
	{"main.InConfig", `^global `},
}

// checkRoots wants a chain from a root with a name, and a strong one.
func checkRoots(t *testing.T, s *snapshot.Snapshot, v mem.GoVersion) {
	tree, err := s.Graph.ShortestTree(context.Background(), graph.PathOptions{})
	if err != nil {
		t.Fatal(err)
	}
	roots := map[string]*regexp.Regexp{}
	for _, want := range rootedBy {
		roots[want.typ] = regexp.MustCompile(want.root)
	}
	seen := map[string]bool{}
	for i := range s.Heap.NumObjects() {
		id := mem.ObjID(i)
		typ := s.TypeName(id)
		want, ok := roots[typ]
		if !ok || !s.Reach.Has(id) {
			continue
		}
		seen[typ] = true
		chain, _ := tree.Chain(id)
		if root := s.RootName(chain.Root); !s.Reach.Strong.Has(id) || !want.MatchString(root) {
			t.Errorf("%s: root %q, strong %v, want %v", typ, root, s.Reach.Strong.Has(id), want)
		}
	}
	for _, want := range rootedBy {
		if !seen[want.typ] && gap(want.typ, v) == "" {
			t.Errorf("no %s is reachable", want.typ)
		}
	}
}

// checkLabels wants a label on every edge, and one that is more than an offset
// where the type is known.
func checkLabels(t *testing.T, s *snapshot.Snapshot) {
	bad := map[string]int{}
	eachWord(s, func(id mem.ObjID, l string) {
		if l == "" {
			bad[s.TypeName(id)+" has a word without a label"]++
		}
	})
	eachEdge(s, func(from, _ mem.ObjID, l string) {
		if l == "" || s.Typing.Known(from) && s.Reach.Has(from) && strings.HasPrefix(l, "+") {
			bad[s.TypeName(from)+": label "+l]++
		}
	})
	report(t, bad)
}

// oldMaps stands for the Go versions and experiments with maps of buckets.
const oldMaps = -1

// edges are, for a type and one that it refers to, all labels that the edges
// between their objects have, [N] for any index.
var edges = []struct {
	from, to string
	labels   string
	since    int // Go 1.since, or oldMaps
}{
	{"main.House", "main.Floor", ".Base.floor", 0},
	{"main.House", "main.Ground", ".Ground", 0},
	{"main.House", "main.Door", ".rooms[N].door", 0},
	{"main.AddedOn", "main.Extra", ".extra", 0},
	{"[3]main.Cell", "main.CellValue", "[N].value", 0},
	{"[]main.BigCell", "main.BigCellHeld", "[N].held", 0},
	{"[]*main.Elem", "main.Elem", "[N]", 0},
	{"main.Box[*main.Item]", "main.Item", ".value", 0},
	{"main.Edge", "main.InEdge", ".held", 0},
	{"main.EdgeTop", "main.InEdge", ".held", 0},
	{"main.BigNil", "main.InEdge", ".held", 0},
	{"main.Once", "main.OnceHeld", ".Embedded.held", 0},
	{"map[string]*main.SmallPointer (group)", "main.SmallPointer", "[key]", 24},
	{"map[string]*main.SmallPointer (group)", "string", "key", 24},
	{"map[int]main.SmallStruct (group)", "main.SmallHeld", "[key].held", 24},
	{"map[main.MapKey]main.MapElem (group)", "main.KeyHeld", "key.held", 24},
	{"map[main.MapKey]main.MapElem (group)", "main.ElemHeld", "[key].held[N]", 24},
	{"map[[2]int][3]*main.InMapArray (group)", "main.InMapArray", "[key][N]", 24},
	{"map[int]main.BigValue (group)", "main.BigValue", "[key]", 24},
	{"map[string]*main.LargePointer", "map[string]*main.LargePointer (directory)", "buckets", 24},
	{"map[string]*main.LargePointer (directory)", "map[string]*main.LargePointer (table)", "table", 24},
	{"map[string]*main.LargePointer (table)", "map[string]*main.LargePointer (group)", "groups", 24},
	{"map[string]*main.LargePointer (group)", "main.LargePointer", "[key]", 24},
	{"map[string]*main.SmallPointer (buckets)", "main.SmallPointer", "[key]", oldMaps},
	{"map[main.MapKey]main.MapElem (buckets)", "main.KeyHeld", "key.held", oldMaps},
	{"map[main.MapKey]main.MapElem (buckets)", "main.ElemHeld", "[key].held[N]", oldMaps},
	{"map[string]*main.LargePointer", "map[string]*main.LargePointer (buckets)", "buckets", oldMaps},
	{"chan *main.Sent", "chan *main.Sent (buf)", "buf", 0},
	{"func main.captureValue.func1", "main.ValueHeld", "captured held", 0},
	{"func main.captureMany.func1", "[]*main.InSliceOf", "captured s", 23},
	{"func main.captureMany.func1", "main.InAnyOf", "captured v", 23},
	{"func main.outer.func1", "func main.inner.func1", "captured f", 0},
	{"chan *main.Sent (buf)", "main.Sent", "buf[N]", 0},
	{"chan main.Packet (buf)", "main.Body", "buf[N].body", 0},
	{"*main.Doubled", "main.Doubled", "*", 0},
}

// eachWord calls f with the label of each of the first words of every object.
func eachWord(s *snapshot.Snapshot, f func(id mem.ObjID, label string)) {
	s.Heap.Each(func(o *heap.Object) bool {
		for off := uint64(0); off < min(o.Size, 256); off += 8 {
			f(o.ID, s.Typing.Label(o.ID, off))
		}
		return true
	})
}

// eachEdge calls f for every edge with its label.
func eachEdge(s *snapshot.Snapshot, f func(from, to mem.ObjID, label string)) {
	s.Heap.Each(func(o *heap.Object) bool {
		s.Heap.Pointers(o, func(off uint64, to mem.ObjID) { f(o.ID, to, s.Typing.Label(o.ID, off)) })
		return true
	})
}

var index = regexp.MustCompile(`\[\d+\]`)

// checkEdges compares the labels between objects of two types.
func checkEdges(t *testing.T, s *snapshot.Snapshot, v mem.GoVersion) {
	found := map[[2]string]map[string]bool{}
	eachEdge(s, func(from, to mem.ObjID, label string) {
		k := [2]string{s.TypeName(from), s.TypeName(to)}
		if found[k] == nil {
			found[k] = map[string]bool{}
		}
		found[k][index.ReplaceAllString(label, "[N]")] = true
	})
	for _, e := range edges {
		if e.since == oldMaps && v.SwissMaps() || e.since == 24 && !v.SwissMaps() || !v.AtLeast(e.since) {
			continue
		}
		labels := found[[2]string{e.from, e.to}]
		for l := range labels {
			if l != e.labels {
				t.Errorf("%s to %s: label %q, want %q", e.from, e.to, l, e.labels)
			}
		}
		if len(labels) == 0 {
			t.Errorf("no edge from %s to %s", e.from, e.to)
		}
	}
}
