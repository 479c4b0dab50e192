package testprog

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPrograms runs every program with every version of the matrix and checks
// what can be checked without reading a dump.
func TestPrograms(t *testing.T) {
	for _, version := range Versions() {
		for _, dir := range []string{"zoo", "twofields", "fanin", "names"} {
			t.Run(dir+"/"+version, func(t *testing.T) {
				_, truth := Known(t, Spec{Dir: dir, Go: version})
				checkTruth(t, truth, version)
			})
		}
		for dir, dumps := range map[string]int{"cache": 4, "shapes": 7} {
			t.Run(dir+"/"+version, func(t *testing.T) {
				_, truths := Series(t, Spec{Dir: dir, Go: version})
				if len(truths) != dumps {
					t.Errorf("%d dumps, want %d", len(truths), dumps)
				}
				for i, truth := range truths {
					checkTruth(t, truth, version)
					if i > 0 {
						checkMoves(t, truths[i-1], truth)
					}
				}
			})
		}
		t.Run("leaky/"+version, func(t *testing.T) {
			_, dump, lines := Dump(t, Spec{Dir: "leaky", Go: version}, "-n", "4000")
			checkDump(t, dump)
			if !strings.Contains(lines[0], "jobs=1 ") {
				t.Errorf("it says %q", lines)
			}
		})
	}
}

// checkTruth wants a whole dump and as many distinct objects as are counted,
// where their addresses are known.
func checkTruth(t *testing.T, truth *Truth, version string) {
	t.Helper()
	checkDump(t, truth.Dump)
	if want := "go" + version; string(truth.GoVersion) != want {
		t.Errorf("it was built by %s, want %s", truth.GoVersion, want)
	}
	seen := map[Object]bool{}
	counted := map[string]int{}
	for _, o := range truth.Objects {
		if o.Kind != Counted {
			continue
		}
		if seen[o] {
			t.Errorf("%s at %v twice", o.Type, o.Addr)
		}
		seen[o] = true
		counted[o.Type]++
	}
	for typ, n := range counted {
		if truth.Count[typ] != n {
			t.Errorf("%s: count %d, objects %d", typ, truth.Count[typ], n)
		}
	}
}

func checkMoves(t *testing.T, before, after *Truth) {
	t.Helper()
	for typ, made := range after.Made {
		if want := before.Count[typ] + made - after.Dropped[typ]; after.Count[typ] != want {
			t.Errorf("%s: %s: %d, want %d", after.Dump, typ, after.Count[typ], want)
		}
	}
}

func checkDump(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(data), "go1.7 heap dump\n") || data[len(data)-1] != 0 {
		t.Errorf("%s is no whole dump (%d bytes, %v)", path, len(data), err)
	}
}

func TestBuildKeepsExecutables(t *testing.T) {
	keepGoCache(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	first := Build(t, Spec{Dir: "twofields"})
	info, err := os.Stat(first)
	if err != nil {
		t.Fatal(err)
	}
	again := Build(t, Spec{Dir: "twofields"})
	if now, err := os.Stat(again); err != nil || again != first || !now.ModTime().Equal(info.ModTime()) {
		t.Errorf("built twice: %s and %s (%v)", first, again, err)
	}
	if pie := Build(t, Spec{Dir: "twofields", Flags: []string{"-buildmode=pie"}}); pie == first {
		t.Errorf("other flags, same executable: %s", pie)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(first), ".part-*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// keepGoCache keeps go build's own cache where it is, wherever the user's cache
// folder goes.
func keepGoCache(t *testing.T) {
	t.Helper()
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(out)))
}

func TestBuildSkipsOtherVersions(t *testing.T) {
	t.Setenv("OBJGRAPH_MATRIX", "")
	ran := false
	t.Run("skipped", func(t *testing.T) {
		t.Cleanup(func() { ran = !t.Skipped() })
		Build(t, Spec{Dir: "twofields", Go: "1.21.0"})
	})
	if ran {
		t.Error("Go 1.21.0 was used without OBJGRAPH_MATRIX=1")
	}
}

func TestParseTruth(t *testing.T) {
	truths, err := ParseTruth([]string{
		"dump a.dump", "go go1.26.8",
		"count map[string]struct {} (group) 3", "made main.T 2", "dropped main.T 1",
		"object chan *main.T (buf) 0x10", "some string 0x20", "hidden main.U 0x30",
		"dump b.dump",
	})
	if err != nil || len(truths) != 2 {
		t.Fatal(truths, err)
	}
	a := truths[0]
	if a.Dump != "a.dump" || a.GoVersion != "go1.26.8" || a.Count["map[string]struct {} (group)"] != 3 || a.Made["main.T"] != 2 || a.Dropped["main.T"] != 1 {
		t.Errorf("%+v", a)
	}
	if len(a.Objects) != 3 || a.Objects[0] != (Object{"chan *main.T (buf)", 0x10, Counted}) || a.Objects[2].Kind != Hidden {
		t.Errorf("%+v", a.Objects)
	}
	for _, bad := range []string{"count main.T 1", "dump x\ncount main.T", "dump x\ncount main.T many", "dump x\nnumber main.T 1"} {
		if got, err := ParseTruth(strings.Split(bad, "\n")); err == nil {
			t.Errorf("%q: %+v, want an error", bad, got)
		}
	}
}
