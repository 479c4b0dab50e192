package jobtrace_test

import (
	"context"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

// mount mounts a small file system in memory, or skips the test.
func mount(t *testing.T, options string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if runtime.GOOS != "linux" {
		t.Skip("mounts a small file system: on Linux alone")
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "none", dir).CombinedOutput(); err != nil {
		t.Skipf("mounts a small file system, which this user may not: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir
}

// wantRun runs jobs in a folder that takes no dump, and wants their results and
// one line of log.
func wantRun(t *testing.T, dir string, words ...string) {
	t.Helper()
	tr, w, log := start(t, jobtrace.Options{Dir: dir, SampleEvery: time.Millisecond})
	for i := range 3 {
		want := fmt.Errorf("job %d", i)
		if err := tr.Do(context.Background(), "a", func(context.Context) error { return want }); err != want {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	if n := log.with(words...); n != 1 {
		t.Errorf("%d lines say %q, want 1", n, words)
	}
	entries, _ := os.ReadDir(w)
	for _, e := range entries {
		if name := e.Name(); strings.Contains(name, ".dump") || strings.HasSuffix(name, ".tmp") {
			t.Errorf("%s was left", name)
		}
	}
}

func TestDiskFull(t *testing.T) {
	wantRun(t, mount(t, "size=128k"), "heap dump is not written", "no space left")
}

func TestReadOnly(t *testing.T) {
	wantRun(t, mount(t, "ro"), "heap dump is not written", "read-only file system")
}

func TestNoFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantRun(t, path, "heap dump is not written", "not a directory")
}

func TestMaxGoroutines(t *testing.T) {
	tr, dir, log := start(t, jobtrace.Options{MaxGoroutines: 50})
	do(t, tr, "a")
	stop := make(chan bool)
	for range 60 {
		go func() { <-stop }()
	}
	do(t, tr, "b")
	do(t, tr, "c")
	close(stop)
	wantShape(t, dir, "1 before a, 2 after a ok 1")
	if log.with("more than 50 goroutines") != 1 {
		t.Error("it does not say once why there is no dump")
	}
}

func TestMaxBytes(t *testing.T) {
	tr, dir, log := start(t, jobtrace.Options{MaxBytes: 1})
	do(t, tr, "a")
	do(t, tr, "b")
	if n := len(manifests(t, dir)); n > 1 || log.with("MaxBytes") != 1 {
		t.Errorf("%d dumps, want at most the first; log %q", n, log.lines)
	}
}

func TestJournal(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{SampleEvery: 10 * time.Millisecond})
	tr.Do(context.Background(), "long job", func(context.Context) error { time.Sleep(100 * time.Millisecond); return nil })
	tr.Close()
	text, err := os.ReadFile(filepath.Join(dir, "memory.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	during, last := 0, jobtrace.Sample{}
	for _, line := range lines {
		last = jobtrace.Sample{}
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if last.Job == "long job" {
			during++
		}
		if runtime.GOOS == "linux" && (last.RSS == nil || *last.RSS < 1<<20) || last.Goroutines == nil || *last.Goroutines < 2 || last.PID != os.Getpid() {
			t.Errorf("the line %q", line)
		}
	}
	if during < 3 || last.JobsSoFar != 1 || last.Job != "" {
		t.Errorf("%d lines of the job, the last is %+v", during, last)
	}
}

// TestImports holds this package, and those below it, to the standard library:
// what a worker imports must not bring anything along.
func TestImports(t *testing.T) {
	const self = "github.com/objgraph/objgraph/jobtrace"
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "testdata" {
			return cmpErr(err, fs.SkipDir)
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range file.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			first, _, _ := strings.Cut(name, "/")
			if strings.Contains(first, ".") && name != self {
				t.Errorf("%s imports %s", path, name)
			}
		}
		return nil
	})
	if err != nil || files < 10 {
		t.Errorf("%d files, %v", files, err)
	}
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
