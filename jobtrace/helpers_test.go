package jobtrace_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/jobtrace"
)

// logbook is a Logger whose lines are looked at.
type logbook struct {
	mu    sync.Mutex
	lines []string
}

func (l *logbook) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

// with counts the lines that have all of the words.
func (l *logbook) with(words ...string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.lines {
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) }) {
			n++
		}
	}
	return n
}

// start is a Tracer in a new folder that makes no reports, and its log. What is
// logged that the test did not look for is seen when it fails.
func start(t *testing.T, o jobtrace.Options) (tr *jobtrace.Tracer, dir string, log *logbook) {
	t.Helper()
	log = &logbook{}
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	if o.Worker == "" {
		o.Worker = "w"
	}
	o.Logger = log.add
	o.NoReport = o.NoReport || o.Objgraph == ""
	tr, err := jobtrace.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		tr.Close()
		if t.Failed() {
			t.Logf("log: %q", log.lines)
		}
	})
	return tr, filepath.Join(o.Dir, "w"), log
}

// do runs a job that does nothing.
func do(t *testing.T, tr *jobtrace.Tracer, id string) {
	t.Helper()
	if err := tr.Do(context.Background(), id, func(context.Context) error { return nil }); err != nil {
		t.Errorf("job %.40q: %v", id, err)
	}
}

// manifests reads those of a worker's folder in order, and wants a whole dump
// beside each of them.
func manifests(t *testing.T, dir string) (list []jobtrace.Manifest) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "[0-9]*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var m jobtrace.Manifest
		if err := json.Unmarshal(text, &m); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if want := strings.TrimSuffix(filepath.Base(path), ".json") + ".dump"; m.Dump != want {
			t.Errorf("%s names the dump %q, want %q", path, m.Dump, want)
		}
		wantWhole(t, filepath.Join(dir, m.Dump), m.DumpBytes)
		list = append(list, m)
	}
	return list
}

func wantWhole(t *testing.T, path string, size int64) {
	t.Helper()
	s, err := heapdump.Look(context.Background(), path, heapdump.SurveyOptions{})
	if err != nil || !s.Complete() || s.Bytes != size {
		t.Errorf("%s is not whole: %v, or not of %d bytes", path, err, size)
	}
}

// shape is a series of dumps in short: "1 before a, 2 after a ok 1".
func shape(list []jobtrace.Manifest) string {
	var words []string
	for _, m := range list {
		w := fmt.Sprintf("%d %s %s", m.Seq, m.Kind, m.Job)
		if m.Outcome != "" {
			w += fmt.Sprintf(" %s %d", m.Outcome, m.JobsSoFar)
		}
		words = append(words, w)
	}
	return strings.Join(words, ", ")
}

func wantShape(t *testing.T, dir, want string) []jobtrace.Manifest {
	t.Helper()
	list := manifests(t, dir)
	if got := shape(list); got != want {
		t.Errorf("the dumps are\n%s\nwant\n%s", got, want)
	}
	return list
}

// programs are the folders below testdata that were built.
var programs = struct {
	sync.Mutex
	exe map[string]string
	dir string
}{exe: map[string]string{}}

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(programs.dir)
	os.Exit(code)
}

// program builds a program below testdata, once for all tests.
func program(t *testing.T, name string) (exe string) {
	t.Helper()
	programs.Lock()
	defer programs.Unlock()
	if exe, ok := programs.exe[name]; ok {
		return exe
	}
	if programs.dir == "" {
		dir, err := os.MkdirTemp("", "jobtrace-test-*")
		if err != nil {
			t.Fatal(err)
		}
		programs.dir = dir
	}
	exe = filepath.Join(programs.dir, name)
	if out, err := exec.Command("go", "build", "-o", exe, "./testdata/"+name).CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", name, err, out)
	}
	programs.exe[name] = exe
	return exe
}

// slow skips a test of minutes.
func slow(t *testing.T) {
	t.Helper()
	if os.Getenv("OBJGRAPH_BIG") != "1" {
		t.Skip("takes long: set OBJGRAPH_BIG=1 to run it")
	}
}
