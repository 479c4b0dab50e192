package accuracy

import (
	"strings"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/typefilter"
)

// TestMeasure shows that a wrong answer is seen to be wrong.
func TestMeasure(t *testing.T) {
	leak := &Case{Name: "leak", Types: []string{"main.Job"}, Also: []string{"main.Draft"}, Root: "global main.jobs", Field: ".queue"}
	innocent := &Case{Name: "innocent", Types: leak.Types, Innocent: []string{"main.Line"}, Root: leak.Root}
	twice := &Case{Name: "twice", Types: leak.Types, Root: leak.Root, Besides: "global main.cache"}
	control := &Case{Name: "control"}
	job, line := typefilter.Leak{Candidate: typefilter.Candidate{Name: "main.Job"}}, typefilter.Leak{Candidate: typefilter.Candidate{Name: "main.Line"}}
	draft := typefilter.Leak{Candidate: typefilter.Candidate{Name: "main.Draft"}}
	held := census.Chain{RootName: "global main.jobs", Steps: []census.Step{{Edge: ".queue[*]", Type: "main.Job"}}}
	other := census.Chain{RootName: "global main.cache", Steps: held.Steps}
	behind := []typefilter.RunnerUp{{Leak: &draft}, {Leak: &job}}
	for _, c := range []struct {
		about string
		c     *Case
		l     census.Leaks
		right bool
		rank  int
	}{
		{"right", leak, census.Leaks{Picked: &job, Leaked: []typefilter.Leak{job, draft}, Chains: []census.Chain{held}}, true, 1},
		{"another holder", leak, census.Leaks{Picked: &job, Leaked: []typefilter.Leak{job, draft}, Chains: []census.Chain{other}}, false, 1},
		{"the second leak missed", leak, census.Leaks{Picked: &job, Leaked: []typefilter.Leak{job}, Chains: []census.Chain{held}}, false, 1},
		{"an innocent one called leaking", innocent, census.Leaks{Picked: &job, Leaked: []typefilter.Leak{job, draft, line}, Chains: []census.Chain{held}}, false, 1},
		{"an innocent one not called", innocent, census.Leaks{Picked: &job, Leaked: []typefilter.Leak{job, draft}, Chains: []census.Chain{held}}, true, 1},
		{"both holders", twice, census.Leaks{Picked: &job, Chains: []census.Chain{held}, Also: []census.Chain{other}}, true, 1},
		{"the other holder missed", twice, census.Leaks{Picked: &job, Chains: []census.Chain{held}}, false, 1},
		{"another type first", leak, census.Leaks{Picked: &line, RunnersUp: behind, Leaked: []typefilter.Leak{line, draft, job}, Chains: []census.Chain{held}}, false, 3},
		{"nothing", leak, census.Leaks{}, false, 0},
		{"a control that is quiet", control, census.Leaks{}, true, 0},
		{"a control called leaking", control, census.Leaks{Picked: &line}, false, 0},
		{"a control with a leak on the list", control, census.Leaks{Leaked: []typefilter.Leak{line}}, false, 0},
	} {
		r := Measure(c.c, 8, &c.l)
		if r.Right() != c.right || r.Rank != c.rank {
			t.Errorf("%s: right %v, rank %d; want %v, %d", c.about, r.Right(), r.Rank, c.right, c.rank)
		}
	}
}

func TestSummarize(t *testing.T) {
	leak, control := &Case{Name: "leak", Types: []string{"main.Job"}}, &Case{Name: "control"}
	s := Summarize([]Row{
		{Case: leak, Picked: "main.Job", Rank: 1, Holder: true},
		{Case: leak, Picked: "main.Line", Rank: 2, Holder: true},
		{Case: leak},
		{Case: control, Picked: "main.Line", Called: []string{"main.Line"}},
		{Case: control},
	})
	if s.Held != 1 || s.Precision() != 1.0/3 || s.Recall() != 2.0/3 || s.MeanReciprocalRank() != 0.5 || s.Called != 1 {
		t.Errorf("%+v: precision %v, recall %v, rank %v", s, s.Precision(), s.Recall(), s.MeanReciprocalRank())
	}
}

func TestParseCases(t *testing.T) {
	for text, want := range map[string]string{
		`[{"Name":"a","Cause":"x","Types":["T"],"Root":"r"},{"Name":"b","Cause":"x"}]`: "",
		`[{"Name":"a","Cause":"x"},{"Name":"a","Cause":"x"}]`:                          "as one before",
		`[{"Name":"a"}]`: "no cause",
		`[{"Name":"a","Cause":"x","Types":["T"]}]`: "both or neither",
		`{`: "list of cases",
	} {
		_, err := ParseCases([]byte(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestDocument(t *testing.T) {
	s := &Section{Heading: "B", Text: []string{"Text."}, Table: [][]string{{"leak", "rank", "picked"}, {"x", "1", "`T`"}}}
	doc := "# A\n\n## B\n\nold\n\n## C\n\nend\n"
	got := Replace(doc, s)
	if want := "# A\n\n" + s.String() + "\n## C\n\nend\n"; got != want || Replace(got, s) != want {
		t.Errorf("%q, want %q", got, want)
	}
	if diff := Differences(got, s, "rank"); diff != nil {
		t.Errorf("differs from itself: %v", diff)
	}
	s.Table[1][1], s.Table[1][2] = "2", "`U`"
	if diff := Differences(got, s, "rank"); len(diff) != 1 {
		t.Errorf("one rank is another, and the differences are %v", diff)
	}
	s.Table = append(s.Table, []string{"y", "1", "`T`"})
	if diff := Differences(got, s, "rank"); len(diff) != 3 {
		t.Errorf("a row is missing, and the differences are %v", diff)
	}
}
