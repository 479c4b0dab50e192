package report

import (
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
)

// leak is an answer with n objects of main.Job, held by a list in a global.
func leak(n int) *Leaks {
	steps := []census.Step{{Type: "[]*main.Job"}, {Type: "main.Job"}}
	return &Leaks{Leaks: &census.Leaks{
		Dumps: []string{"a.dump", "b.dump", "dir/c.dump"}, Jobs: []int{5, 5},
		Picked:  &typefilter.Leak{Candidate: typefilter.Candidate{Name: "main.Job", Count: n, Retained: 4_100_000}, Judgement: typefilter.Judgement{Leaked: n}, PerJob: float64(n) / 10},
		Why:     "It is the rarest.",
		Objects: make([]mem.ObjID, n),
		Chains:  []census.Chain{{Count: n, RootName: "global main.jobs", Steps: steps}},
		First:   &census.Seen{Job: 5, Dump: "dir/b.dump"},
		Holder:  &census.Holder{Name: "global main.jobs", Root: true},
	}}
}

// TestCaption wants a picture to speak of jobs only where it is known how many ran.
func TestCaption(t *testing.T) {
	for _, c := range []struct {
		assumed bool
		jobs    []int
		want    string
	}{
		{false, []int{5, 5}, "Who holds the 10 main.Job that came in 10 jobs"},
		{true, []int{1, 1}, "Who holds the 10 main.Job that came in 2 intervals between dumps"},
		{true, []int{1}, "Who holds the 10 main.Job that came between the two dumps"},
	} {
		l := leak(10)
		l.JobsAssumed, l.Jobs = c.assumed, c.jobs
		if got, _ := l.Caption(); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		about  string
		n      int
		change func(*Leaks)
		want   string
	}{
		{"a global that grew", 10, func(*Leaks) {},
			"10 of main.Job stay after 10 jobs, one a job, 4.1 MB retained in all; all 10 are held by global main.jobs through []*main.Job; main.jobs was there before and grew; first seen after job 5. It is the rarest."},
		{"one object", 1, func(*Leaks) {},
			"1 of main.Job stays after 10 jobs, 0.1 a job, 4.1 MB retained in all; it is held by global main.jobs through []*main.Job; main.jobs was there before and grew; first seen after job 5. It is the rarest."},
		{"a new goroutine", 25, func(l *Leaks) {
			l.Chains[0].Count, l.Chains[0].RootName = 7, "goroutine 12 main.serve: jobs"
			l.Holder = &census.Holder{Name: "goroutine 12 main.serve: jobs", Root: true, New: true}
		}, "25 of main.Job stay after 10 jobs, 2.5 a job, 4.1 MB retained in all; 7 of 25 are held by goroutine 12 main.serve: jobs through []*main.Job; goroutine 12 is itself new since the first dump; first seen after job 5. It is the rarest."},
		{"goroutines that hold alike", 25, func(l *Leaks) {
			l.Chains[0].Roots, l.Chains[0].RootName = 25, "goroutine 12 main.serve: jobs"
			l.Holder = &census.Holder{Name: "goroutine 12 main.serve: jobs", Root: true, New: true}
		}, "25 of main.Job stay after 10 jobs, 2.5 a job, 4.1 MB retained in all; all 25 are held by 25 goroutines in main.serve: jobs (one is goroutine 12) through []*main.Job; goroutine 12 is itself new since the first dump; first seen after job 5. It is the rarest."},
		{"a tree, of which most are on one side", 10, func(l *Leaks) {
			l.Chains[0].Count, l.Chains[0].ByRoot, l.Chains[0].Roots = 6, 10, 1
		}, "10 of main.Job stay after 10 jobs, one a job, 4.1 MB retained in all; all 10 are held by global main.jobs, 6 of them through []*main.Job; main.jobs was there before and grew; first seen after job 5. It is the rarest."},
		{"two ways of one global, and another one", 10, func(l *Leaks) {
			l.Chains[0].Count, l.Chains[0].ByRoot, l.Chains[0].Roots = 6, 8, 1
			l.Chains[0].Steps = l.Chains[0].Steps[1:]
		}, "10 of main.Job stay after 10 jobs, one a job, 4.1 MB retained in all; 8 of 10 are held by global main.jobs, 6 of them directly; main.jobs was there before and grew; first seen after job 5. It is the rarest."},
		{"a new session, jobs not known", 10, func(l *Leaks) {
			l.JobsAssumed = true
			l.Holder = &census.Holder{Name: "main.Session", New: true}
		}, "10 of main.Job stay after 2 intervals between dumps, one in each, 4.1 MB retained in all; all 10 are held by global main.jobs through []*main.Job; the main.Session that holds them is itself new since the first dump; first seen in b.dump. It is the rarest."},
		{"two dumps, no chain", 10, func(l *Leaks) {
			l.JobsAssumed, l.Jobs, l.Chains, l.First = true, l.Jobs[:1], nil, nil
		}, "10 of main.Job stay in the second dump, 4.1 MB retained in all. It is the rarest."},
		{"asked for, and not leaked", 3, func(l *Leaks) {
			l.Picked.Leaked, l.Picked.New, l.Picked.Gone, l.Chains, l.First = 0, 2, 4, nil, nil
		}, "No more of main.Job than before after 10 jobs: 2 new, 4 gone. It is the rarest."},
		{"one dump", 3, func(l *Leaks) { l.Single = true },
			"It is the rarest. All 3 are held by global main.jobs through []*main.Job. They keep 4.1 MB alive."},
	} {
		l := leak(c.n)
		if c.change(l); l.Verdict() != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.about, l.Verdict(), c.want)
		}
	}
}

func TestStraySentence(t *testing.T) {
	l := leak(1)
	for _, name := range []string{"main.A", "main.B", "main.C", "main.D"} {
		l.Stray = append(l.Stray, census.Growth{Type: name, Total: 30, Delta: 20})
	}
	const want = "No root that dumps list reaches ever more of main.A (30, 20 more than at first), main.B (30, 20 more than at first), " +
		"main.C (30, 20 more than at first), 1 other type: garbage, if no collection ran before the dumps, or held by cleanups that have not run, or by memory of C."
	if got := l.stray(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
