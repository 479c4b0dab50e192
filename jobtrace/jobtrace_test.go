package jobtrace_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

func TestSeries(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{Type: "main.Job"})
	do(t, tr, "a")
	do(t, tr, "b")
	list := wantShape(t, dir, "1 before a, 2 after a ok 1, 3 after b ok 2")
	m := list[2]
	exe, _ := os.Executable()
	if m.Schema != jobtrace.Schema || m.Worker != "w" || m.PID != os.Getpid() || m.Executable != exe || m.GoVersion != runtime.Version() || m.TraceType != "main.Job" {
		t.Errorf("the manifest says %+v", m)
	}
	if m.Build.Path == "" || strings.Count(m.BuildID, "/") != 3 || m.Pause <= 0 || m.Collections == nil || *m.Collections < 2 || m.Duration == nil {
		t.Errorf("the manifest says %+v", m)
	}
	for _, mem := range []*jobtrace.Memory{m.MemoryBefore, m.MemoryAfter} {
		if mem == nil || mem.HeapLive == nil || *mem.HeapLive <= 0 || mem.HeapGoal == nil || mem.Goroutines == nil || mem.HeapIdle == nil {
			t.Errorf("memory %+v", mem)
		}
	}
	if list[0].MemoryAfter != nil || list[0].MemoryBefore == nil || list[0].Duration != nil {
		t.Errorf("the manifest before says %+v", list[0])
	}
	if string(m.Report) != "null" {
		t.Errorf("report is %s, want null", m.Report)
	}
}

// TestRunsBetween has an untraced job between two traced ones, so that the dump
// after the first is not the one before the second.
func TestRunsBetween(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{Every: 2})
	for _, id := range []string{"a", "b", "c", "d"} {
		do(t, tr, id)
	}
	wantShape(t, dir, "1 before b, 2 after b ok 2, 3 before d, 4 after d ok 4")
}

func TestMinInterval(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{MinInterval: time.Hour})
	do(t, tr, "a")
	do(t, tr, "b")
	wantShape(t, dir, "1 before a, 2 after a ok 1")
}

func TestAt(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{At: []int{0, 2, 3}})
	for i := range 5 {
		do(t, tr, fmt.Sprint("j", i))
	}
	wantShape(t, dir, "1 before j0, 2 after j1 ok 2, 3 after j2 ok 3")
}

func TestOutcomes(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{})
	fail := errors.New("no such order")
	if err := tr.Do(context.Background(), "fails", func(context.Context) error { return fail }); err != fail {
		t.Errorf("got %v, want the job's error itself", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	err := tr.Do(ctx, "late", func(ctx context.Context) error {
		<-ctx.Done()
		return fmt.Errorf("step 3: %w", ctx.Err())
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	wantShape(t, dir, "1 before fails, 2 after fails failed 1, 3 after late timed out 2")
}

// explode is where the stack of a panic begins.
func explode(v any) error { panic(v) }

func TestPanic(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{})
	type bad struct{ n int }
	value, stack := func() (v any, stack string) {
		defer func() { v, stack = recover(), string(debug.Stack()) }()
		return tr.Do(context.Background(), "p", func(context.Context) error { return explode(&bad{7}) }), ""
	}()
	if b, ok := value.(*bad); !ok || b.n != 7 {
		t.Errorf("the panic came with %v", value)
	}
	if !strings.Contains(stack, "explode") {
		t.Errorf("the stack of the panic is lost:\n%s", stack)
	}
	do(t, tr, "next")
	wantShape(t, dir, "1 before p, 2 panic p panicked 1, 3 before next, 4 after next ok 2")
}

func TestGoexit(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{})
	done := make(chan bool)
	go func() {
		defer close(done)
		tr.Do(context.Background(), "g", func(context.Context) error { runtime.Goexit(); return nil })
		t.Error("Do came back from runtime.Goexit")
	}()
	<-done
	wantShape(t, dir, "1 before g, 2 panic g failed 1")
}

func TestBeginEnd(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{})
	j, err := tr.Begin(context.Background(), "a")
	if err != nil {
		t.Fatal(err)
	}
	j.End(errors.New("failed"))
	j.End(nil)
	func() {
		defer func() { _ = recover() }()
		j, err := tr.Begin(context.Background(), "b")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { j.End(nil) }()
		panic("b")
	}()
	wantShape(t, dir, "1 before a, 2 after a failed 1, 3 panic b panicked 2")
}

func TestBusy(t *testing.T) {
	tr, dir, log := start(t, jobtrace.Options{})
	j, err := tr.Begin(context.Background(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if j, err := tr.Begin(context.Background(), "b"); !errors.Is(err, jobtrace.ErrBusy) || j != nil {
		t.Errorf("got %v, %v, want ErrBusy", j, err)
	}
	var none *jobtrace.Job
	none.End(nil)
	ran := 0
	for range 3 {
		want := fmt.Errorf("c %d", ran)
		err := tr.Do(context.Background(), "c", func(context.Context) error { ran++; return want })
		if err != want {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	j.End(nil)
	list := wantShape(t, dir, "1 before a, 2 after a ok 4")
	if ran != 3 || log.with(jobtrace.ErrBusy.Error()) != 1 || list[1].Overlapping != 3 {
		t.Errorf("%d jobs ran, want 3; log %q; overlapping %d, want 3", ran, log.lines, list[1].Overlapping)
	}
	do(t, tr, "d")
	wantShape(t, dir, "1 before a, 2 after a ok 4, 3 before d, 4 after d ok 5")
}

func TestOverlap(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{Overlap: true})
	a, err := tr.Begin(context.Background(), "a")
	if err != nil {
		t.Fatal(err)
	}
	do(t, tr, "b")
	a.End(nil)
	do(t, tr, "c")
	list := wantShape(t, dir, "1 before a, 2 before b, 3 after b ok 1, 4 after a ok 2, 5 before c, 6 after c ok 3")
	for i, want := range []int{0, 1, 1, 1, 0, 0} {
		if list[i].Overlapping != want {
			t.Errorf("dump %d: overlapping %d, want %d", i+1, list[i].Overlapping, want)
		}
	}
}

func TestJobIDs(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{Every: 1})
	ids := []string{"../../x", strings.Repeat("long/", 60), "", "a\x00b\nc\x1b[31m", "\xff\xfe", ".", " \t"}
	for _, id := range ids {
		do(t, tr, id)
	}
	list := manifests(t, dir)
	if len(list) != len(ids)+1 {
		t.Fatalf("%d manifests, want %d", len(list), len(ids)+1)
	}
	for i, id := range ids {
		if strings.TrimSpace(id) == "" {
			id = jobtrace.NoName
		}
		if m := list[i+1]; m.Job != strings.ToValidUTF8(id, "\ufffd\ufffd") && m.Job != id {
			t.Errorf("job %q is %q in the manifest", id, m.Job)
		}
		if n := len(list[i+1].Dump + ".zst"); n > 120 {
			t.Errorf("a name of %d bytes, want at most 120", n)
		}
	}
	above, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(above) != 1 {
		t.Errorf("%v beside the worker's folder (%v)", above, err)
	}
}

func TestHooks(t *testing.T) {
	cache := map[int]int{1: 1}
	calls := 0
	tr, dir, log := start(t, jobtrace.Options{DropCaches: []func(){
		func() { panic("no cache") },
		func() { calls++; clear(cache) },
	}})
	do(t, tr, "a")
	do(t, tr, "b")
	wantShape(t, dir, "1 before a, 2 after a ok 1, 3 after b ok 2")
	if calls != 3 || len(cache) != 0 || log.with("DropCaches", "no cache") != 1 {
		t.Errorf("%d calls, want 3; log %q", calls, log.lines)
	}
}

// TestLoggerPanics wants jobs untouched by a logger that fails.
func TestLoggerPanics(t *testing.T) {
	tr, err := jobtrace.New(jobtrace.Options{Dir: os.DevNull, Logger: func(string) { panic("logger") }})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	do(t, tr, "a")
}

func TestDump(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{})
	path, err := tr.Dump("someone asked")
	if err != nil || filepath.Dir(path) != dir {
		t.Errorf("got %q, %v", path, err)
	}
	list := wantShape(t, dir, "1 manual manual")
	if list[0].Reason != "someone asked" {
		t.Errorf("reason %q", list[0].Reason)
	}
	tr.Close()
	if path, err := tr.Dump(""); err == nil {
		t.Errorf("a closed tracer wrote %s", path)
	}
}

func TestRestart(t *testing.T) {
	base := t.TempDir()
	tr, dir, _ := start(t, jobtrace.Options{Dir: base})
	do(t, tr, "a")
	second, _, _ := start(t, jobtrace.Options{Dir: base})
	do(t, second, "x")
	wantShape(t, dir+"-2", "1 before x, 2 after x ok 1")
	tr.Close()
	half := filepath.Join(dir, ".000003-b.dump.123.tmp")
	watchers := filepath.Join(dir, ".000002-a.dump.zst.123.tmp")
	crash := filepath.Join(dir, "crash-1-1.txt")
	for _, path := range []string{half, watchers, crash} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	third, _, _ := start(t, jobtrace.Options{Dir: base})
	do(t, third, "b")
	wantShape(t, dir, "1 before a, 2 after a ok 1, 3 before b, 4 after b ok 1")
	for path, want := range map[string]bool{half: false, crash: false, watchers: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFolderRemoved(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{})
	do(t, tr, "a")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	do(t, tr, "b")
	wantShape(t, dir, "3 after b ok 2")
}

func TestModes(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{Dir: filepath.Join(t.TempDir(), "memdbg")})
	do(t, tr, "a")
	for _, path := range []string{dir, filepath.Dir(dir)} {
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", e.Name(), info.Mode())
		}
	}
	if len(entries) != 6 { // two dumps, two manifests, memory.jsonl, the lock
		t.Errorf("files %v", entries)
	}
}
