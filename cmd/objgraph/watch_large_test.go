package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

// big skips what takes minutes.
func big(t *testing.T, what string) {
	if os.Getenv("OBJGRAPH_BIG") != "1" {
		t.Skip("OBJGRAPH_BIG=1 runs " + what)
	}
}

// TestStrings is the scenario that MRQ tests its memory tracing with: ten jobs
// that append 100,000 strings each to a global. Each is reported with its type and
// its exact growth, and the picture ends at the global.
func TestStrings(t *testing.T) {
	big(t, "10 jobs that leave 100,000 strings each")
	b := newBench(t)
	begun := time.Now()
	log := b.run(b.worker, "-jobs", "10", "-kinds", "thumbnail", "-strings", "100000")
	eventually(t, "the last report", func() bool { // a busy machine takes longer than the worker waits
		all := b.reports()
		return len(all) == 11 && all[10].Report != nil
	})
	t.Logf("%v for 10 jobs with their reports", time.Since(begun))
	b.checkWhole()
	jobs := 0
	for _, r := range b.reports() {
		if r.Kind != jobtrace.KindAfter {
			continue
		}
		jobs++
		if r.Report == nil || r.Report.Error != "" {
			t.Errorf("job %s: %+v\n%s", r.Job, r.Report, log)
			continue
		}
		row := jobtrace.Row{}
		for _, row = range r.Report.Rows {
			if row.Type == "string" {
				break
			}
		}
		// The first job begins with what a program loads once.
		if over := row.Delta - 100_000; row.Type != "string" || over != 0 && (jobs > 1 || over < 0 || over > 20) {
			t.Errorf("job %s: %+v, want 100,000 strings more", r.Job, row)
		}
		if r.Report.Picked == nil || r.Report.Picked.Type != "string" || len(r.Report.Chains) == 0 || r.Report.Chains[0].Root.Name != "global main.lines" {
			t.Errorf("job %s: picked %+v, held by %+v; want string, global main.lines", r.Job, r.Report.Picked, r.Report.Chains)
		}
		if r.Report.Leak != (jobs >= 5) {
			t.Errorf("job %s: leak is %v", r.Job, r.Report.Leak)
		}
		picture, err := os.ReadFile(filepath.Join(b.dir, r.Report.Picture))
		if err != nil || !strings.Contains(string(picture), "global main.lines") {
			t.Errorf("job %s: the picture %q (%v) does not name main.lines", r.Job, r.Report.Picture, err)
		}
	}
	if jobs != 10 {
		t.Errorf("%d jobs are reported", jobs)
	}
}

// TestCleanJobs runs 310 jobs that leak nothing, ten times: none is reported to
// leak.
func TestCleanJobs(t *testing.T) {
	big(t, "310 jobs that leak nothing, ten times")
	b := newBench(t)
	for run := range 10 {
		b := b.in(t)
		begun := time.Now()
		w := b.watch()
		b.work("-jobs", "310", "-kinds", "mail,thumbnail")
		w.end(t)
		t.Logf("run %d: %v", run, time.Since(begun))
		jobs := 0
		for _, r := range b.reports() {
			if r.Kind != jobtrace.KindAfter {
				continue
			}
			jobs++
			if r.Report == nil || r.Report.Error != "" || r.Report.Leak || r.Report.Picked != nil || r.Report.Picture != "" {
				t.Errorf("run %d, job %s: %+v", run, r.Job, r.Report)
			}
		}
		if jobs != 310 {
			t.Errorf("run %d: %d jobs are reported\n%s", run, jobs, w.text())
		}
		if n := len(b.dumps()); n > 8+9 {
			t.Errorf("run %d: %d dumps are left", run, n)
		}
	}
}

// TestWorkersKilled kills a worker 20 times while it writes dumps. Nothing half
// stands under a final name, the watcher beside goes on, and every dump that came
// is reported.
func TestWorkersKilled(t *testing.T) {
	big(t, "a worker that is killed 20 times while it writes dumps")
	b := newBench(t)
	w := b.watch("--keep", "1000")
	killed := 0
	random := rand.New(rand.NewPCG(1, 2))
	for killed < 20 {
		cmd := b.command(b.worker, "-jobs", "1000000", "-kinds", "booking", "-strings", "20000")
		cmd.Env = append(cmd.Env, "TRACE_MEMORY_NO_REPORT=1")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var writing []string
		already := len(b.dumps()) + random.IntN(5)
		eventually(t, "a dump that is being written", func() bool {
			writing = nil
			all, _ := filepath.Glob(filepath.Join(b.dir, "memdbg", "tracedworker", ".*.dump.*.tmp"))
			for _, path := range all {
				if info, err := os.Stat(path); err == nil && info.Size() > random.Int64N(1<<20) {
					writing = append(writing, path)
				}
			}
			return len(writing) > 0 && len(b.dumps()) >= already
		})
		cmd.Process.Kill()
		cmd.Wait()
		for _, path := range writing {
			if _, err := os.Stat(path); err == nil {
				killed++ // in the middle of it
				break
			}
		}
	}
	w.end(t)
	b.checkWhole()
	keys := map[string]bool{}
	for _, r := range b.reports() {
		keys[strings.TrimSuffix(r.Dump, ".dump")] = true
		if r.Report == nil || r.Report.Error != "" {
			t.Errorf("dump %s: %+v", r.Dump, r.Report)
		}
	}
	dumps := b.dumps()
	for _, path := range dumps {
		name, _, _ := strings.Cut(filepath.Base(path), ".dump")
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), name+".json")); err != nil {
			t.Errorf("dump %s: %v", name, err)
		}
	}
	if len(keys) < 20 || len(dumps) < 20 {
		t.Errorf("%d dumps, %d reports", len(dumps), len(keys))
	}
}
