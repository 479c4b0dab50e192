package snapshot_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// strippedBuilds are the ways in which the zoo is built without DWARF.
func strippedBuilds() (specs []testprog.Spec) {
	for _, v := range testprog.Versions() {
		specs = append(specs, testprog.Spec{Dir: "zoo", Go: v, Flags: []string{"-ldflags=-s -w"}})
	}
	local := testprog.Local()
	return append(specs, testprog.Spec{Dir: "zoo", Go: local, Flags: []string{"-buildmode=pie", "-ldflags=-s -w"}})
}

// openAny opens a dump and expects no error, whatever it warns of.
func openAny(t *testing.T, dump, exe string) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Open(context.Background(), dump, snapshot.Options{Exe: exe})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// typedShare is the share of reachable objects with a type, and how many of the
// types are guesses.
func typedShare(s *snapshot.Snapshot) (share float64, guesses int) {
	reachable, typed := 0, 0
	for i := range s.Heap.NumObjects() {
		id := mem.ObjID(i)
		if !s.Reach.Has(id) {
			continue
		}
		reachable++
		if s.Typing.Known(id) {
			typed++
			if s.Typing.Evidence[id] == typing.Layout {
				guesses++
			}
		}
	}
	return float64(typed) / float64(reachable), guesses
}

// compareStripped checks every object that the program knows: what is typed must
// be right.
func compareStripped(t *testing.T, s *snapshot.Snapshot, truth *testprog.Truth) {
	t.Helper()
	wrong := map[string]int{}
	right, guessed := 0, 0
	for _, o := range truth.Objects {
		id, ok := s.Heap.Find(o.Addr)
		if !ok || !s.Typing.Known(id) {
			continue
		}
		guess := s.Typing.Evidence[id] == typing.Layout
		if guess {
			guessed++
		}
		if got := s.TypeName(id); got == o.Type {
			right++
		} else if !guess {
			wrong[fmt.Sprintf("%s is typed %s (by %v)", o.Type, got, s.Typing.Evidence[id])]++
		}
	}
	for name, n := range counts(s) {
		if want, ok := truth.Count[name]; ok && n > want {
			wrong[fmt.Sprintf("%d reachable %s, want %d at most", n, name, want)]++
		}
	}
	report(t, wrong)
	share, guesses := typedShare(s)
	t.Logf("%.2f %% of reachable objects typed, %d of them by guess; of %d known objects %d right", 100*share, guesses, len(truth.Objects), right)
	if share < 0.95 {
		t.Errorf("%.2f %% of reachable objects typed, want 95 %%", 100*share)
	}
}

// TestStrippedAlone reads a stripped executable's dump with nothing else.
func TestStrippedAlone(t *testing.T) {
	for _, spec := range strippedBuilds() {
		t.Run(name(spec), func(t *testing.T) {
			exe, truth := testprog.Known(t, spec)
			s := openAny(t, truth.Dump, exe)
			if s.Program.HasDWARF || len(s.Image.Globals()) > 0 {
				t.Fatal("not stripped")
			}
			if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "stripped") || !strings.Contains(s.Warnings[0], "without -s -w") {
				t.Errorf("warnings: %q", s.Warnings)
			}
			compareStripped(t, s, truth)
		})
	}
}

// TestSymbolsRemoved reads a dump with its own executable, from which symbols
// and DWARF were removed after the build.
func TestSymbolsRemoved(t *testing.T) {
	exe, truth := testprog.Known(t, testprog.Spec{Dir: "zoo"})
	bare := filepath.Join(t.TempDir(), "bare")
	testprog.RemoveSymbols(t, exe, bare)
	s := openAny(t, truth.Dump, bare)
	if s.Program.HasDWARF || len(s.Image.Literals()) > 0 {
		t.Fatal("not stripped")
	}
	compareStripped(t, s, truth)
}
