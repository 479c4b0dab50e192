package accuracy_test

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/internal/accuracy"
	"github.com/objgraph/objgraph/internal/testprog"
)

// a suite is a program with cases.
type suite struct {
	exe   string
	cases []accuracy.Case
}

// build builds the program in a folder below testdata and lists its cases.
func build(t *testing.T, dir string) *suite {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "testdata", dir))
	if err != nil {
		t.Fatal(err)
	}
	s := &suite{exe: testprog.Build(t, testprog.Spec{Dir: dir})}
	text, err := exec.Command(s.exe, "-list").Output()
	if err != nil {
		t.Fatal(err)
	}
	if s.cases, err = accuracy.ParseCases(text); err != nil {
		t.Fatal(err)
	}
	return s
}

// run runs a case and analyses its dumps.
func (s *suite) run(t *testing.T, c *accuracy.Case, jobs, every, seed int) accuracy.Row {
	t.Helper()
	r := testprog.Start(t, s.exe, "-case", c.Name, "-jobs", fmt.Sprint(jobs), "-every", fmt.Sprint(every), "-seed", fmt.Sprint(seed), "-dumps", "{dir}")
	dumps, err := filepath.Glob(filepath.Join(r.Dir, "*.dump"))
	if err != nil || len(dumps) != jobs/every+1 {
		t.Fatalf("%d dumps of %d jobs: %v", len(dumps), jobs, err)
	}
	l, err := census.FindLeaks(context.Background(), dumps, census.LeaksOptions{Exe: s.exe, Jobs: []int{every}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Last.Close()
	return accuracy.Measure(c, jobs, l)
}

func TestProto(t *testing.T) {
	s := build(t, "leaks")
	for i := range s.cases {
		c := &s.cases[i]
		t.Run(c.Name, func(t *testing.T) {
			jobs, every := 8, 2
			if !c.Leaks() {
				jobs, every = 24, 4
			}
			r := s.run(t, c, jobs, every, 1)
			if !r.Right() {
				t.Errorf("picked %q rank %d holder %v missed %v called %v\n\twhy: %s\n\tchain: %s", r.Picked, r.Rank, r.Holder, r.Missed, r.Called, r.Why, r.Chain)
			} else {
				t.Logf("%s: %s", r.Picked, r.Chain)
			}
		})
	}
}
