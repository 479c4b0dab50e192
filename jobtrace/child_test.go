package jobtrace_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

func TestChild(t *testing.T) {
	t.Setenv("TRACE_MEMORY", "1")
	t.Setenv("TRACE_MEMORY_TYPE", "main.T")
	tr, dir, log := start(t, jobtrace.Options{Objgraph: program(t, "watcher")})
	do(t, tr, "a")
	do(t, tr, "b")
	if err := tr.Close(); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "finished")); string(got) != "3" {
		t.Errorf("the child saw %q dumps at the end (%v), want 3", got, err)
	}
	for line, want := range map[string]int{
		"called with watch --until-stdin-closes --rows": 1,
		"xxxxx": 2, "traced": 0, "finished": 1, "\r": 0,
	} {
		if n := log.with(line); n != want {
			t.Errorf("%d lines %q of the child, want %d", n, line, want)
		}
	}
}

func TestChildMissing(t *testing.T) {
	for _, path := range []string{"", filepath.Join(t.TempDir(), "no-objgraph")} {
		t.Setenv("PATH", t.TempDir())
		var log logbook
		o := jobtrace.Options{Dir: t.TempDir(), Worker: "w", Objgraph: path, Logger: log.add}
		tr, err := jobtrace.New(o)
		if err != nil {
			t.Fatal(err)
		}
		do(t, tr, "a")
		do(t, tr, "b")
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
		wantShape(t, filepath.Join(o.Dir, "w"), "1 before a, 2 after a ok 1, 3 after b ok 2")
		if log.with("no reports are made") != 1 {
			t.Errorf("log %q", log.lines)
		}
	}
}

func TestChildFails(t *testing.T) {
	t.Setenv("WATCHER_FAILS", "1")
	tr, dir, log := start(t, jobtrace.Options{Objgraph: program(t, "watcher")})
	do(t, tr, "a")
	for end := time.Now().Add(5 * time.Second); log.with("objgraph watch ended", "exit status 2") == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("its end is not said")
		}
	}
	do(t, tr, "b")
	wantShape(t, dir, "1 before a, 2 after a ok 1, 3 after b ok 2")
	if log.with("no folder for me") != 1 {
		t.Error("what it said is lost")
	}
	if log.with("objgraph: no folder") != 0 {
		t.Errorf("it says twice who speaks: %q", log.lines)
	}
	if err := tr.Close(); err == nil || !strings.Contains(err.Error(), "exit status 2") {
		t.Errorf("Close says %v", err)
	}
}

func TestCloseTimeout(t *testing.T) {
	t.Setenv("WATCHER_SLEEPS", "3s")
	tr, _, _ := start(t, jobtrace.Options{Objgraph: program(t, "watcher"), CloseTimeout: 10 * time.Millisecond})
	do(t, tr, "a")
	if err := tr.Close(); err == nil || !strings.Contains(err.Error(), "not done after 10ms") {
		t.Errorf("Close says %v", err)
	}
}
