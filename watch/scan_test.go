package watch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
)

// folder is a watched folder with a clock of its own.
type folder struct {
	t       *testing.T
	dir     string
	now     time.Time
	scanner Scanner
}

func newFolder(t *testing.T) *folder {
	f := &folder{t: t, dir: t.TempDir(), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	f.scanner = Scanner{Dir: f.dir, Settle: 4 * time.Second, Now: func() time.Time { return f.now }}
	return f
}

// put writes a file that changed just now.
func (f *folder) put(name, text string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	os.MkdirAll(filepath.Dir(path), 0o700)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	if err := os.Chtimes(path, f.now, f.now); err != nil {
		f.t.Fatal(err)
	}
}

// look passes some time and gives what is new: "name state".
func (f *folder) look(after time.Duration) string {
	f.t.Helper()
	f.now = f.now.Add(after)
	changed, growing, err := f.scanner.Look(context.Background())
	if err != nil {
		f.t.Fatal(err)
	}
	var out []string
	for _, d := range changed {
		rel, _ := filepath.Rel(f.dir, d.Path)
		out = append(out, fmt.Sprintf("%s %s", rel, [...]string{"growing", "ready", "reported"}[d.State]))
	}
	if growing > 0 {
		out = append(out, fmt.Sprintf("%d growing", growing))
	}
	return strings.Join(out, ", ")
}

func (f *folder) want(after time.Duration, what string) {
	f.t.Helper()
	if got := f.look(after); got != what {
		f.t.Errorf("%q, want %q", got, what)
	}
}

// wholeDump is a dump whose contents are zeros, so that most ways to cut it
// leave one as the last byte.
func wholeDump() string {
	b := heaptest.New(mem.LE64, "go1.26.1")
	b.Data(0x500000, 512, heaptest.Ref{To: 0xc000000000})
	b.Object(0xc000000000, 4096)
	return string(b.Dump())
}

const jobManifest = `{"schema":1,"worker":"w","job":"mail/7","seq":3,"kind":"after","jobsSoFar":7,"pid":12,"dumpBytes":%d,"extra":[1,2],"report":null}`

// TestArrivals has dumps arrive in all the ways there are.
func TestArrivals(t *testing.T) {
	whole := wholeDump()
	part := whole[:len(whole)-700] // in the middle of the zeros
	t.Run("renamed", func(t *testing.T) {
		f := newFolder(t)
		f.want(0, "")
		f.put(".x.dump.1.tmp", part)
		f.want(time.Second, "")
		f.put("x.dump", whole)
		f.want(time.Second, "x.dump ready")
		f.want(time.Second, "")
	})
	t.Run("copied", func(t *testing.T) {
		f := newFolder(t)
		for n := 100; n < len(whole); n += 1000 {
			f.put("x.dump", whole[:n])
			f.want(time.Second, "1 growing")
		}
		f.put("x.dump", whole)
		f.want(time.Second, "1 growing") // it may grow further
		f.want(time.Second, "x.dump ready")
	})
	t.Run("cut", func(t *testing.T) {
		f := newFolder(t)
		f.put("x.dump", part)
		f.want(0, "1 growing")
		f.want(3*time.Second, "1 growing")
		f.want(time.Second, "x.dump ready")
		f.want(time.Hour, "")
		f.put("x.dump", whole) // so it was slow
		f.want(time.Second, "1 growing")
		f.want(time.Second, "x.dump ready")
	})
	t.Run("cut long ago", func(t *testing.T) {
		f := newFolder(t)
		f.put("x.dump", part)
		f.want(time.Hour, "x.dump ready")
	})
	t.Run("packed", func(t *testing.T) {
		f := newFolder(t)
		f.put("x.dump.gz", "not even gzip")
		f.want(0, "1 growing")
		f.want(4*time.Second, "x.dump.gz ready")
	})
}

// TestManifests has jobtrace's dumps arrive: first the dump, then its manifest.
func TestManifests(t *testing.T) {
	whole := wholeDump()
	f := newFolder(t)
	f.put("w/000003-mail.dump", whole)
	f.want(0, "1 growing")
	f.want(time.Second, "1 growing")
	f.put("w/000003-mail.json", fmt.Sprintf(jobManifest, len(whole)))
	f.want(250*time.Millisecond, "w/000003-mail.dump ready")

	f.put("w/000004-mail.dump", whole) // the process was killed in between
	f.want(0, "1 growing")
	f.want(3*time.Second, "w/000004-mail.dump ready")

	f.put("w/000002-mail.dump", whole)
	f.put("w/000002-mail.json", fmt.Sprintf(jobManifest, len(whole)))
	f.put("w/000001-mail.dump", whole)
	f.put("w/000001-mail.json", strings.Replace(fmt.Sprintf(jobManifest, len(whole)), `"seq":3`, `"seq":1`, 1))
	f.want(0, "w/000001-mail.dump ready, w/000002-mail.dump ready")

	f.put("w/000005-mail.dump", whole)
	f.put("w/000005-mail.json", strings.Replace(fmt.Sprintf(jobManifest, len(whole)), "null", `{"verdict":"fine"}`, 1))
	f.want(0, "w/000005-mail.dump reported")
	f.put("w/000005-mail.dump.zst", "packed, and not removed yet")
	f.want(0, "")
	os.Remove(filepath.Join(f.dir, "w/000005-mail.dump"))
	f.want(0, "w/000005-mail.dump.zst reported")
}

func TestManifestKeepsWhatItDoesNotKnow(t *testing.T) {
	f := newFolder(t)
	f.put("x.json", fmt.Sprintf(jobManifest, 5))
	m, err := ReadManifest(filepath.Join(f.dir, "x.json"))
	if err != nil || m.Job != "mail/7" || !m.HasJobs || m.JobsSoFar != 7 || m.HasReport() {
		t.Fatalf("%+v, %v", m, err)
	}
	text, err := m.With("report", map[string]string{"verdict": "fine"})
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, word := range strings.Fields(string(text)) {
		got.WriteString(word)
	}
	if want := strings.Replace(fmt.Sprintf(jobManifest, 5), "null", `{"verdict":"fine"}`, 1); got.String() != want {
		t.Errorf("%s, want %s", got.String(), want)
	}
	for _, bad := range []string{"", "[]", `{"a":`, "{", `{"pid": "x"}`, `{"a":1}`[:5]} {
		f.put("bad.json", bad)
		if m, err := ReadManifest(filepath.Join(f.dir, "bad.json")); err == nil {
			t.Errorf("%q: %+v, want an error", bad, m)
		}
	}
}

func TestCrashes(t *testing.T) {
	f := newFolder(t)
	f.put("w/crash-12-1700000000.txt", "fatal error")
	f.put("w/crash-report-of-mine.txt", "")
	f.now = f.now.Add(time.Minute)
	got, open := f.scanner.Crashes()
	if len(got) != 1 || CrashOf(got[0]) != 12 || open != 0 {
		t.Errorf("%v and %d to come, want the one of process 12", got, open)
	}
	if got, _ := f.scanner.Crashes(); got != nil {
		t.Errorf("%v again", got)
	}
	if _, err := os.Stat(filepath.Join(f.dir, "w", "crash-report-of-mine.txt")); err != nil {
		t.Error(err)
	}
}

// An empty text goes when nobody has it locked any more, and not before.
func TestEmptyCrashes(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" {
		t.Skip("this system has no flock")
	}
	f := newFolder(t)
	f.put("w/crash-12-1700000000.txt", "")
	f.now = f.now.Add(time.Minute)
	path := filepath.Join(f.dir, "w", "crash-12-1700000000.txt")
	process, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		err = lockFile(process)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, open := f.scanner.Crashes(); got != nil || open != 1 {
		t.Errorf("%v and %d to come of a process that lives", got, open)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	process.Close()
	if got, open := f.scanner.Crashes(); got != nil || open != 0 {
		t.Errorf("%v and %d to come of one that has gone", got, open)
	}
	if _, err := os.Stat(path); !Gone(err) {
		t.Errorf("the empty text: %v, want it gone", err)
	}
}

// What is being written is waited for, and taken at once when its process has gone.
func TestCrashInTheMaking(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" {
		t.Skip("this system has no flock")
	}
	f := newFolder(t)
	f.put("w/crash-12-1700000000.txt", "goroutine 1")
	process, err := os.OpenFile(filepath.Join(f.dir, "w", "crash-12-1700000000.txt"), os.O_RDWR, 0)
	if err == nil {
		err = lockFile(process)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got, open := f.scanner.Crashes(); got != nil || open != 1 {
		t.Errorf("%v and %d to come of a process that lives", got, open)
	}
	process.Close()
	if got, open := f.scanner.Crashes(); len(got) != 1 || open != 0 {
		t.Errorf("%v and %d to come of one that has gone", got, open)
	}
}

func TestCrashOf(t *testing.T) {
	for name, want := range map[string]int{
		"w/crash-12-1700000000.txt": 12, "crash-12.txt": 0, "crash-x-1.txt": 0, "crash-12-1.txt.bak": 0, "crash--1-1.txt": 0, "crash-12-x.txt": 0, "12-1.txt": 0,
	} {
		if got := CrashOf(name); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}

func TestLocks(t *testing.T) {
	dir := t.TempDir()
	var a, b Locks
	if err := a.Take(dir); err != nil {
		t.Fatal(err)
	}
	if err := a.Take(dir); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" {
		t.Skip("this system has no flock")
	}
	if err := b.Take(dir); !errors.Is(err, ErrWatched) {
		t.Errorf("%v, want %v", err, ErrWatched)
	}
	a.Close()
	if err := b.Take(dir); err != nil {
		t.Errorf("after the first has gone: %v", err)
	}
	b.Close()
}
