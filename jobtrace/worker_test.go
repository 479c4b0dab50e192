//go:build linux

package jobtrace_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/watch"
)

// work runs the worker of testdata in a mode, and returns its folder, what it
// printed and how it ended.
func work(t *testing.T, mode string, env ...string) (dir, out string, err error) {
	t.Helper()
	base := t.TempDir()
	cmd := exec.Command(program(t, "worker"), base, mode)
	cmd.Env = append(os.Environ(), env...)
	text, err := cmd.CombinedOutput()
	return filepath.Join(base, "w"), string(text), err
}

// reachable counts the reachable objects of a dump by type.
func reachable(t *testing.T, dump string) map[string]int {
	t.Helper()
	s, err := snapshot.Open(context.Background(), dump, snapshot.Options{Exe: program(t, "worker")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	counts := map[string]int{}
	for id := range mem.ObjID(s.Heap.NumObjects()) {
		if s.Reach.Has(id) {
			counts[s.TypeName(id)]++
		}
	}
	return counts
}

// TestReferences wants nothing of a job's own in the dump after it: not what the
// function captured, not its context, and no words of its frames.
func TestReferences(t *testing.T) {
	dir, out, err := work(t, "refs")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	list := wantShape(t, dir, "1 before refs, 2 after refs ok 1, 3 after refs ok 2, 4 after refs ok 3")
	for _, m := range list[1:] {
		for typ, n := range reachable(t, filepath.Join(dir, m.Dump)) {
			if typ == "main.payload" || typ == "main.attached" || strings.Contains(typ, "main.parcel") || strings.Contains(typ, "main.jobOf") {
				t.Errorf("%s: %d %s", m.Dump, n, typ)
			}
		}
	}
}

// TestOwnObjects wants the dumps of a series to differ by what the jobs leaked,
// and little else.
func TestOwnObjects(t *testing.T) {
	dir, out, err := work(t, "leak")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	list := wantShape(t, dir, "1 before import-0, 2 after import-0 ok 1, 3 after import-1 ok 2, 4 after import-2 ok 3, 5 after import-3 ok 4")
	var counts []map[string]int
	for _, m := range list {
		counts = append(counts, reachable(t, filepath.Join(dir, m.Dump)))
	}
	for i := 1; i < len(counts); i++ {
		if got := counts[i]["main.order"]; got != 100*i {
			t.Errorf("after %d jobs: %d main.order, want %d", i, got, 100*i)
		}
	}
	for typ, n := range counts[4] {
		if typ == "runtime.sudog" {
			continue // as many as goroutines ever waited at once, which is nobody's doing
		}
		if d := n - counts[1][typ]; d > 2 && !strings.HasPrefix(typ, "jobtrace.") && typ != "main.order" && !strings.HasPrefix(typ, "map[int]*main.order") {
			t.Errorf("%d more of %s after three more jobs", d, typ)
		}
	}
}

// TestSamples wants the allocation samples, which the linker leaves out of a
// program that does not ask for them.
func TestSamples(t *testing.T) {
	dir, out, err := work(t, "jobs", "JOBS=2", "DEPTH=19")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	list := manifests(t, dir)
	if len(list) != 3 {
		t.Fatalf("%d dumps, want 3", len(list))
	}
	s, err := heapdump.Look(context.Background(), filepath.Join(dir, list[2].Dump), heapdump.SurveyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Count(heapdump.TagSample); n < 20 {
		t.Errorf("%d allocation samples in a heap of 32 MB, want 64 or so", n)
	}
}

// TestCrashText has crashes that cannot be caught. The runtime writes the words
// "fatal error" to standard error alone, the stacks to the file too.
func TestCrashText(t *testing.T) {
	for mode, want := range map[string]string{"writes": "main.concurrentWrites.func1()", "stack": "main.overflow("} {
		dir, out, err := work(t, mode)
		if err == nil || !strings.Contains(out, "fatal error") {
			t.Fatalf("%s: it ended with %v:\n%.500s", mode, err, out)
		}
		files, _ := filepath.Glob(filepath.Join(dir, "crash-*.txt"))
		if len(files) != 1 {
			t.Fatalf("%s: files %v, want one", mode, files)
		}
		if text, err := os.ReadFile(files[0]); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: the text has no %q (%v):\n%.500s", mode, want, err, text)
		}
	}
	if dir, out, err := work(t, "idle"); err != nil {
		t.Errorf("%v\n%s", err, out)
	} else if files, _ := filepath.Glob(filepath.Join(dir, "crash-*.txt")); len(files) != 0 {
		t.Errorf("a process that ended well left %v", files)
	}
}

// TestCrashOfSecond closes one Tracer before another one's process crashes.
func TestCrashOfSecond(t *testing.T) {
	dir, out, err := work(t, "second")
	if err == nil || !strings.Contains(out, "fatal error") {
		t.Fatalf("it ended with %v:\n%.500s", err, out)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "..", "*", "crash-*.txt"))
	if len(files) != 1 || !strings.Contains(files[0], "second") {
		t.Fatalf("files %v, want the second's", files)
	}
	if text, err := os.ReadFile(files[0]); err != nil || !strings.Contains(string(text), "main.overflow(") {
		t.Errorf("%v, %q", err, text)
	}
}

// TestEmptyCrashText has a worker stopped by a signal: the text that it has open is
// empty, and is removed when it is no more, and not before.
func TestEmptyCrashText(t *testing.T) {
	base := t.TempDir()
	cmd := exec.Command(program(t, "worker"), base, "forever")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil { // it is ready
		t.Error(err)
	}
	texts := func() []string {
		files, _ := filepath.Glob(filepath.Join(base, "w", "crash-*.txt"))
		return files
	}
	scanner := watch.Scanner{Dir: base}
	if news, open := scanner.Crashes(); news != nil || open != 1 || len(texts()) != 1 {
		t.Errorf("while it lives: news %v, %d to come, files %v", news, open, texts())
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait()
	if len(texts()) != 1 {
		t.Error("it left no text, which the test is about")
	}
	if news, open := scanner.Crashes(); news != nil || open != 0 || len(texts()) != 0 {
		t.Errorf("when it has gone: news %v, %d to come, files %v", news, open, texts())
	}
}

// wantLastDump wants a dump for the reason, with most of what was hoarded in it.
func wantLastDump(t *testing.T, dir, reason string, mb int) {
	t.Helper()
	list := wantShape(t, dir, "1 before hoard, 2 memory hoard")
	if len(list) < 2 {
		return
	}
	if !strings.Contains(list[1].Reason, reason) {
		t.Errorf("the reason is %q, want %s", list[1].Reason, reason)
	}
	n := reachable(t, filepath.Join(dir, list[1].Dump))["main.record"]
	if n < mb*1024/3 || n > mb*1024 {
		t.Errorf("%d records in the dump, want more than a third of the %d that fit", n, mb*1024)
	}
}

func TestMemoryLimit(t *testing.T) {
	dir, out, err := work(t, "hoard", "GOMEMLIMIT=60MiB", "HOARD_MB=100")
	if err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("it ended with %v:\n%s", err, out)
	}
	wantLastDump(t, dir, "of GOMEMLIMIT (60 MB)", 60)
}

// TestCgroup has the kernel kill the worker. Writing the dump has to be faster.
func TestCgroup(t *testing.T) {
	const mb = 150
	group := cgroup(t, mb)
	base := t.TempDir()
	// A shell enters the group and becomes the worker.
	cmd := exec.Command("sh", "-c", `echo $$ >"$1/cgroup.procs" && exec "$2" "$3" hoard`, "sh", group, program(t, "worker"), base)
	cmd.Env = append(os.Environ(), "HOARD_MB=1000")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("it ended with %v:\n%s", err, out)
	}
	wantLastDump(t, filepath.Join(base, "w"), "of the cgroup's limit", mb)
}

// cgroup makes a control group with a limit of memory, or skips the test.
func cgroup(t *testing.T, mb int) (dir string) {
	t.Helper()
	for _, v := range []struct{ parent, limit string }{
		{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
		{"/sys/fs/cgroup", "memory.max"},
	} {
		dir = filepath.Join(v.parent, fmt.Sprintf("jobtrace-test-%d", os.Getpid()))
		if os.Mkdir(dir, 0o755) != nil {
			continue
		}
		t.Cleanup(func() { os.Remove(dir) })
		limit := []byte(strconv.Itoa(mb << 20))
		if os.WriteFile(filepath.Join(dir, v.limit), limit, 0o644) == nil {
			_ = os.WriteFile(filepath.Join(dir, "memory.swap.max"), []byte("0"), 0o644)
			return dir
		}
		os.Remove(dir)
	}
	t.Skip("makes a control group with a limit of memory, which this user may not do here")
	return ""
}
