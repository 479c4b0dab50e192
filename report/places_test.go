package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/census"
)

// located is leak with places in the source and samples of allocations.
func located(sampled ...int) *Leaks {
	l := leak(10)
	l.Places = Places{
		Type:   "job.go:12",
		Chains: []ChainPlaces{{Root: "main.go:41", Steps: []StepPlaces{{}, {Type: "job.go:12", Field: "queue.go:7", FieldName: "main.Queue.jobs"}}}},
		File:   func(path string) string { return strings.TrimPrefix(path, "/app/") },
	}
	for i, n := range sampled {
		l.Sites = append(l.Sites, census.Site{Count: n, Own: 1, Stack: []census.Call{
			{Func: "strings.Clone", File: "/go/src/strings/clone.go", Line: 20}, {Func: "main.read", File: "/app/read.go", Line: 60 + i}}})
	}
	return l
}

func TestPlaces(t *testing.T) {
	const declared = "first seen after job 5; main.jobs is declared at main.go:41, main.Queue.jobs at queue.go:7, main.Job at job.go:12"
	for _, c := range []struct {
		sampled []int
		want    string
	}{
		{nil, declared + ". It is"},
		{[]int{10}, declared + "; all were allocated in main.read at read.go:60. It is"},
		{[]int{3, 1}, declared + "; 3 of them, sampled, were allocated in main.read at read.go:60. It is"},
		{[]int{1}, declared + "; one of them, sampled, was allocated in main.read at read.go:60. It is"},
	} {
		if got := located(c.sampled...).Verdict(); !strings.Contains(got, c.want) {
			t.Errorf("%v sampled:\n%s\nwant\n%s", c.sampled, got, c.want)
		}
	}
	var out bytes.Buffer
	l := located(3, 1)
	l.chains(&out)
	l.allocated(&out)
	for _, want := range []string{
		"  global main.jobs  main.go:41\n", "-> main.Job", "queue.go:7\n",
		"(4 of 10):\n  3  main.read  read.go:60\n  1  main.read  read.go:61\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, out.String())
		}
	}
}

func TestJUnit(t *testing.T) {
	l := leak(10)
	l.Picked.Name = `main.Job[<"]]>">]`
	got, err := l.JUnit([]Gate{{Name: "nothing leaked", Failed: true}, {Name: "small", Asked: true}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<testsuite name="objgraph leaks" tests="2" failures="1" errors="0" skipped="0">`,
		`<testcase classname="objgraph.c" name="small">`,
		`message="10 of main.Job[&lt;&#34;]]&gt;&#34;&gt;] stay`,
		"]]]]><![CDATA[>", // the end of CDATA inside of it
		"\nall 10 new main.Job",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the report lacks %q:\n%s", want, got)
		}
	}
}
