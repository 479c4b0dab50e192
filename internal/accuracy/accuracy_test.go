package accuracy_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/internal/accuracy"
	"github.com/objgraph/objgraph/internal/testprog"
)

var update = flag.Bool("update", false, "write what was measured into docs/accuracy.md")

var document = filepath.Join("..", "..", "docs", "accuracy.md")

const (
	leakJobs, leakEvery       = 8, 2
	controlJobs, controlEvery = 24, 4
	longJobs, longEvery       = 300, 30
	longRuns                  = 10
	enough                    = 24.0 / 25 // of the leaks: named first, with the right holder
)

func big() bool { return os.Getenv("OBJGRAPH_BIG") == "1" }

// TestPlanted runs every leak and every control once.
func TestPlanted(t *testing.T) {
	s := build(t, "leaks", "")
	rows := s.all(t)
	report(t, rows, misses())
	if sum := accuracy.Summarize(rows); float64(sum.Held) < enough*float64(sum.Leaks) {
		t.Errorf("%d of %d leaks are named first with the right holder", sum.Held, sum.Leaks)
	}
	check(t, accuracy.LeakSection("Planted leaks", []string{
		"Jobs between the first dump and the last; a dump for every second job. The programs are those of",
		"`testdata/leaks`; what they do besides is the honest churn of a worker.",
	}, rows, misses()), "rank", "holder")
	check(t, accuracy.ControlSection("Controls", []string{"Programs that look like a leak and have none; a dump for every fourth job."}, rows), "called leaking")
}

// TestModules does the same with widely used modules.
func TestModules(t *testing.T) {
	if !testprog.Matrix() {
		t.Skip("needs modules that may have to be downloaded: set OBJGRAPH_MATRIX=1 to run it")
	}
	s := buildModule(t, filepath.Join("leaks", "modules"))
	rows := s.all(t)
	report(t, rows, moduleMisses())
	check(t, accuracy.LeakSection("Real modules", []string{"Mistakes in the use of a router, a logger, metrics, a scheduler, caches and a database."}, rows, moduleMisses()), "rank", "holder")
	check(t, accuracy.ControlSection("Real modules, controls", []string{"Their right use."}, rows), "called leaking")
}

// oldest is the first version of Go that can build the planted leaks.
const oldest = "1.23"

// TestVersions runs all with the other versions of Go.
func TestVersions(t *testing.T) {
	if !testprog.Matrix() {
		t.Skip("needs other toolchains: set OBJGRAPH_MATRIX=1 to run it")
	}
	for _, v := range testprog.Versions() {
		if v == testprog.Local() || v < oldest {
			continue
		}
		t.Run(v, func(t *testing.T) {
			rows := build(t, "leaks", v).all(t)
			unknown, _ := accuracy.Unknown(rows, append(misses(), versionMisses(v)...))
			report(t, unknown, nil)
		})
	}
}

// TestLongRuns runs the controls over many jobs, again and again.
func TestLongRuns(t *testing.T) {
	if !big() {
		t.Skip("takes minutes: set OBJGRAPH_BIG=1 to run it")
	}
	long(t, build(t, "leaks", ""), "Long runs", "The controls over 300 jobs, ten runs each with other random numbers; a dump for every thirtieth job.")
	if testprog.Matrix() {
		long(t, buildModule(t, filepath.Join("leaks", "modules")), "Long runs, real modules", "The same with those of the modules.")
	}
}

func long(t *testing.T, s *suite, heading, text string) {
	var rows []accuracy.Row
	for i := range s.cases {
		for seed := 1; seed <= longRuns && !s.cases[i].Leaks(); seed++ {
			rows = append(rows, s.run(t, &s.cases[i], longJobs, longEvery, seed))
		}
	}
	report(t, rows, nil)
	check(t, accuracy.ControlSection(heading, []string{text}, rows), "called leaking")
}

// TestNeedle looks for one object a job among a million that churn.
func TestNeedle(t *testing.T) {
	if !big() {
		t.Skip("writes dumps of a million objects: set OBJGRAPH_BIG=1 to run it")
	}
	s := build(t, "leaks", "")
	for i := range s.cases {
		if c := &s.cases[i]; c.Name == "needle" {
			report(t, []accuracy.Row{s.run(t, c, leakJobs, leakEvery, 1, "-stock", "330000")}, nil)
		}
	}
}

// report fails the test for what is wrong and not known to be.
func report(t *testing.T, rows []accuracy.Row, known []accuracy.Miss) {
	t.Helper()
	unknown, mended := accuracy.Unknown(rows, known)
	for _, r := range unknown {
		t.Errorf("%s: picked %q, rank %d, holder %v, missed %q, called leaking %q\n%s\n%s", r.Case.Name, r.Picked, r.Rank, r.Holder, r.Missed, r.Called, r.Why, r.Chain)
	}
	for _, r := range mended {
		t.Errorf("%s is right now: take it off the list of misses", r.Case.Name)
	}
}

// check compares a section with the document's, or writes it.
func check(t *testing.T, s *accuracy.Section, columns ...string) {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(document, []byte(accuracy.Replace(string(text), s)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := accuracy.Differences(string(text), s, columns...); len(diff) > 0 {
		t.Errorf("docs/accuracy.md, %s: go test ./internal/accuracy -update writes it anew\n%s", s.Heading, strings.Join(diff, "\n"))
	}
}
