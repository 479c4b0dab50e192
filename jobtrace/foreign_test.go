//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package jobtrace_test

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

// workersFolder makes the folder of a worker that others wrote to before.
func workersFolder(t *testing.T) (base, dir string) {
	t.Helper()
	base = t.TempDir()
	dir = filepath.Join(base, "w")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return base, dir
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A number that another process gave to a file is passed over, where no lock keeps it
// from counting in the folder.
func TestNumbersOfOthers(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{})
	do(t, tr, "a")
	for _, name := range []string{"000003-b.dump", "000004-b.dump.zst", "000005-b.json"} {
		put(t, filepath.Join(dir, name), "another's")
	}
	do(t, tr, "b")
	for _, name := range []string{"000003-b.dump", "000004-b.dump.zst", "000005-b.json"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != "another's" {
			t.Errorf("%s was written over: %v, %.20q", name, err, text)
		}
		os.Remove(filepath.Join(dir, name))
	}
	wantShape(t, dir, "1 before a, 2 after a ok 1, 6 after b ok 2")
}

// Links and pipes that somebody put where files belong are not written to, and nothing
// waits for them.
func TestLinksAndPipes(t *testing.T) {
	for _, name := range []string{"memory.jsonl", ".lock"} {
		for _, pipe := range []bool{false, true} {
			base, dir := workersFolder(t)
			target := filepath.Join(base, "target")
			put(t, target, "precious")
			var err error
			if path := filepath.Join(dir, name); pipe {
				err = syscall.Mkfifo(path, 0o600)
			} else {
				err = os.Symlink(target, path)
			}
			if err != nil {
				t.Fatal(err)
			}
			ran := make(chan bool)
			go func() {
				tr, _, log := start(t, jobtrace.Options{Dir: base, SampleEvery: time.Hour})
				do(t, tr, "a")
				tr.Close()
				if len(log.lines) == 0 {
					t.Errorf("%s, a pipe %v: nothing is said", name, pipe)
				}
				close(ran)
			}()
			select {
			case <-ran:
			case <-time.After(time.Minute):
				t.Fatalf("%s, a pipe %v: the job waits", name, pipe)
			}
			if text, _ := os.ReadFile(target); string(text) != "precious" {
				t.Errorf("%s: the link's target is %q", name, text)
			}
		}
	}
}

// Of the empty texts of crashes in its folder a Tracer removes those that nobody has
// locked.
func TestTidyLeavesTheLiving(t *testing.T) {
	base, dir := workersFolder(t)
	living, dead := filepath.Join(dir, "crash-7-1700000000.txt"), filepath.Join(dir, "crash-8-1700000000.txt")
	put(t, living, "")
	put(t, dead, "")
	f, err := os.OpenFile(living, os.O_RDWR, 0)
	if err == nil {
		defer f.Close()
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		t.Fatal(err)
	}
	start(t, jobtrace.Options{Dir: base})
	if _, err := os.Stat(living); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Errorf("the dead one's: %v", err)
	}
}

// When the folder was removed, the text of a crash is opened in the new one.
func TestCrashTextMoves(t *testing.T) {
	tr, dir, _ := start(t, jobtrace.Options{OnCrash: true})
	texts := func() []string {
		files, _ := filepath.Glob(filepath.Join(dir, "crash-*.txt"))
		return files
	}
	if len(texts()) != 1 {
		t.Fatalf("%v, want one", texts())
	}
	for deadline := time.Now().Add(time.Minute); ; { // the tracer writes to it meanwhile
		err := os.RemoveAll(dir)
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	do(t, tr, "a")
	if len(texts()) != 1 {
		t.Errorf("%v after the folder was removed, want one", texts())
	}
	tr.Close()
	if len(texts()) != 0 {
		t.Errorf("%v after the end, want none", texts())
	}
}

// The dump before memory runs out is written when there are few enough goroutines.
func TestMemoryDumpWaits(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 30))
	stop := make(chan bool)
	for range 60 {
		go func() { <-stop }()
	}
	tr, dir, log := start(t, jobtrace.Options{OnCrash: true, MemoryShare: 0.0001, MaxGoroutines: 50})
	for end := time.Now().Add(time.Minute); log.with("more than 50 goroutines") == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not say why there is no dump")
		}
	}
	close(stop)
	for end := time.Now().Add(time.Minute); len(manifests(t, dir)) == 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no dump, though there are few goroutines")
		}
	}
	tr.Close()
	wantShape(t, dir, "1 memory memory")
}
