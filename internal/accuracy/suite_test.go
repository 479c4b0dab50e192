package accuracy_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/internal/accuracy"
	"github.com/objgraph/objgraph/internal/testprog"
)

// A suite is a program with cases.
type suite struct {
	exe   string
	cases []accuracy.Case
}

// folder is the absolute path of a folder below testdata.
func folder(t *testing.T, dir string) string {
	t.Helper()
	abs, err := filepath.Abs(filepath.Join("..", "..", "testdata", dir))
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// build builds the program in a folder below testdata, with the local toolchain
// or that of a version.
func build(t *testing.T, dir, version string) *suite {
	t.Helper()
	return list(t, testprog.Build(t, testprog.Spec{Dir: folder(t, dir), Go: version}))
}

// buildModule builds a program that imports modules other than its own, for
// which only the go command's cache knows whether it has changed.
func buildModule(t *testing.T, dir string) *suite {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "program")
	cmd := exec.Command("go", "build", "-o", exe, ".")
	cmd.Dir, cmd.Env = folder(t, dir), append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", dir, err, out)
	}
	return list(t, exe)
}

// list asks a program for its cases.
func list(t *testing.T, exe string) *suite {
	t.Helper()
	text, err := exec.Command(exe, "-list").Output()
	if err != nil {
		t.Fatal(err)
	}
	cases, err := accuracy.ParseCases(text)
	if err != nil {
		t.Fatal(err)
	}
	return &suite{exe, cases}
}

// all runs every case once.
func (s *suite) all(t *testing.T) (rows []accuracy.Row) {
	t.Helper()
	for i := range s.cases {
		c := &s.cases[i]
		jobs, every := controlJobs, controlEvery
		if c.Leaks() {
			jobs, every = leakJobs, leakEvery
		}
		jobs = cmp.Or(c.Jobs, jobs)
		rows = append(rows, s.run(t, c, jobs, every, 1))
	}
	return rows
}

// intervals are the jobs between the dumps of a case.
func intervals(c *accuracy.Case, jobs, every int) (between []int) {
	if c.Idle > 0 {
		between = append(between, 0)
	}
	return append(between, slices.Repeat([]int{every}, jobs/every)...)
}

// run runs a case and analyses its dumps.
func (s *suite) run(t *testing.T, c *accuracy.Case, jobs, every, seed int, more ...string) accuracy.Row {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), c.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	args := []string{"-case", c.Name, "-jobs", fmt.Sprint(jobs), "-every", fmt.Sprint(every), "-seed", fmt.Sprint(seed), "-dumps", dir}
	testprog.Start(t, s.exe, append(args, more...)...)
	dumps, err := filepath.Glob(filepath.Join(dir, "*.dump"))
	between := intervals(c, jobs, every)
	if err != nil || len(dumps) != len(between)+1 {
		t.Fatalf("%s: %d dumps of %d jobs: %v", c.Name, len(dumps), jobs, err)
	}
	l, err := census.FindLeaks(context.Background(), dumps, census.LeaksOptions{Exe: s.exe, Jobs: between})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Last.Close()
	return accuracy.Measure(c, jobs, l)
}
