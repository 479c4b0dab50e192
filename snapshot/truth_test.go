package snapshot_test

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

func open(t *testing.T, dump, exe string) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Open(context.Background(), dump, snapshot.Options{Exe: exe})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for _, w := range s.Warnings {
		t.Error("warning: " + w)
	}
	return s
}

// counts is the number of reachable objects of each type.
func counts(s *snapshot.Snapshot) map[string]int {
	out := map[string]int{}
	for i := range s.Heap.NumObjects() {
		if id := mem.ObjID(i); s.Reach.Has(id) {
			out[s.TypeName(id)]++
		}
	}
	return out
}

// gap says why nothing in a dump and an executable can type a type's objects,
// "" where it can. They must come out as unknown, not as anything else.
func gap(name string, v mem.GoVersion) string {
	switch name {
	case "main.AnyHeld":
		return "only the data word of the interface is kept, although DWARF says that both words are"
	case "main.GenericFirst", "main.GenericSecond", "[]*main.GenericSecond":
		return "captured by a generic closure with two type arguments of one shape: DWARF does not say which is whose"
	case "map[uint16]struct { N int; Held *main.Kept; Names []string }":
		if !v.SwissMaps() {
			return "the descriptor that reflect makes of its buckets has no fields"
		}
	}
	return ""
}

// compare checks every object and count that the program knows.
func compare(t *testing.T, s *snapshot.Snapshot, truth *testprog.Truth) {
	t.Helper()
	wrong := map[string]int{}
	for _, o := range truth.Objects {
		id, ok := s.Heap.Find(o.Addr)
		if !ok {
			wrong[o.Type+" is not in the heap"]++
			continue
		}
		// A word that a stack has not overwritten yet may still point at what nothing holds.
		if o.Kind == testprog.Unreached && s.Reach.Strong.Has(id) || o.Kind != testprog.Unreached && !s.Reach.Has(id) {
			wrong[fmt.Sprintf("%s: reachable is %v", o.Type, s.Reach.Has(id))]++
		}
		if gap(o.Type, truth.GoVersion) != "" && !s.Typing.Known(id) {
			continue
		}
		if got := s.TypeName(id); got != o.Type && (o.Kind < testprog.Hidden || s.Typing.Known(id)) {
			wrong[fmt.Sprintf("%s is typed %s (by %v, slot of %d bytes)", o.Type, got, s.Typing.Evidence[id], s.Size(id))]++
		}
	}
	got := counts(s)
	for name, n := range truth.Count {
		if got[name] != n && (gap(name, truth.GoVersion) == "" || got[name] > n) {
			wrong[fmt.Sprintf("%d reachable %s, want %d", got[name], name, n)]++
		}
	}
	report(t, wrong)
}

func report(t *testing.T, wrong map[string]int) {
	t.Helper()
	var lines []string
	for w, n := range wrong {
		lines = append(lines, fmt.Sprintf("%d times: %s", n, w))
	}
	sort.Strings(lines)
	if len(lines) > 0 {
		t.Error("\n" + strings.Join(lines, "\n"))
	}
}

// builds are the ways in which the programs are built.
func builds() (specs []testprog.Spec) {
	for _, v := range testprog.Versions() {
		specs = append(specs, testprog.Spec{Go: v})
	}
	local := testprog.Local()
	specs = append(specs, testprog.Spec{Go: local, Flags: []string{"-buildmode=pie"}})
	if testprog.Matrix() {
		specs = append(specs,
			testprog.Spec{Go: "1.24.13", Env: []string{"GOEXPERIMENT=noswissmap"}},
			testprog.Spec{Go: "1.25.7", Env: []string{"GOEXPERIMENT=greenteagc"}},
			testprog.Spec{Go: "1.26.8", Env: []string{"GOEXPERIMENT=nogreenteagc"}},
			testprog.Spec{Go: "1.26.8", Flags: []string{"-gcflags=all=-N -l"}})
	}
	return specs
}

func name(s testprog.Spec) string {
	return strings.Join(append(append([]string{"go" + s.Go}, s.Flags...), s.Env...), " ")
}

// TestTruth compares the types and counts of programs with what they print of
// themselves.
func TestTruth(t *testing.T) {
	for _, spec := range builds() {
		for _, prog := range []string{"zoo", "names", "twofields", "fanin", "library", "protos"} {
			t.Run(prog+"/"+name(spec), func(t *testing.T) {
				spec := spec
				spec.Dir = prog
				exe, truth := testprog.Known(t, spec)
				compare(t, open(t, truth.Dump, exe), truth)
			})
		}
	}
}

// TestNamesOfMadeTypes wants the names of types that reflect made typed: the runtime
// alone holds them, by unsafe.Pointers.
func TestNamesOfMadeTypes(t *testing.T) {
	for _, v := range testprog.Versions() {
		t.Run("go"+v, func(t *testing.T) {
			exe, truth := testprog.Known(t, testprog.Spec{Dir: "library", Go: v})
			s := open(t, truth.Dump, exe)
			untyped, without := 0, 0
			s.Heap.Each(func(o *heap.Object) bool {
				if s.Reach.Has(o.ID) && o.Slots.Empty() {
					if without++; !s.Typing.Known(o.ID) {
						untyped++
					}
				}
				return true
			})
			if untyped > 10 {
				t.Errorf("%d of %d objects without pointers have no type", untyped, without)
			}
		})
	}
}
