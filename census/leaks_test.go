package census_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/examples"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/typefilter"
)

// worker runs the example worker and returns its executable and dumps.
func worker(t *testing.T, args ...string) (exe string, dumps []string) {
	t.Helper()
	src := t.TempDir()
	if err := examples.WriteLeakyWorker(src); err != nil {
		t.Fatal(err)
	}
	exe = filepath.Join(src, "worker")
	run(t, src, "go", "build", "-o", exe, ".")
	run(t, src, exe, append([]string{"-dumps", filepath.Join(src, "dumps")}, args...)...)
	dumps, err := filepath.Glob(filepath.Join(src, "dumps", "*.dump"))
	if err != nil || len(dumps) == 0 {
		t.Fatal("no dumps", err)
	}
	return exe, dumps
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

func find(t *testing.T, dumps []string, o census.LeaksOptions) *census.Leaks {
	t.Helper()
	l, err := census.FindLeaks(context.Background(), dumps, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Last.Close() })
	return l
}

func TestLeakPicked(t *testing.T) {
	exe, dumps := worker(t, "-jobs", "7")
	for _, c := range []struct {
		name  string
		dumps []string
		jobs  []int
		fresh int
		shape typefilter.Shape
	}{
		{"two dumps, three jobs apart", []string{dumps[2], dumps[5]}, []int{3}, 3, typefilter.ShapeUnknown},
		{"all dumps", dumps, []int{1}, 7, typefilter.Ramp},
		{"three dumps, a list of jobs", []string{dumps[0], dumps[2], dumps[7]}, []int{2, 5}, 7, typefilter.Ramp},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := find(t, c.dumps, census.LeaksOptions{Exe: exe, Jobs: c.jobs})
			p := l.Picked
			if p == nil || p.Name != examples.LeakedType || p.New != c.fresh || p.Gone != 0 || p.PerJob != 1 || p.Shape != c.shape {
				t.Fatalf("picked %+v, want %d new %s, one a job", p, c.fresh, examples.LeakedType)
			}
			if len(l.Chains) != 1 || l.Chains[0].Count != c.fresh || l.Chains[0].RootName != "global "+examples.LeakedHolder {
				t.Errorf("chains %+v, want one to global %s", l.Chains, examples.LeakedHolder)
			}
			if flow := l.Chains[0].Flow; flow == nil || flow.New != c.fresh || flow.Gone != 0 || flow.PerJob != 1 || flow.Retained != p.Retained {
				t.Errorf("by this holder %+v, want all of the %d", flow, c.fresh)
			}
			if n := l.Chains[0].Suspects; n != 2 { // global main.leaks to its array, the array to an invoice
				t.Errorf("%d suspect references, want 2", n)
			}
			if len(l.Objects) != c.fresh || l.Lost != 0 {
				t.Errorf("%d objects, %d without a chain", len(l.Objects), l.Lost)
			}
		})
	}
}

func TestNoLeak(t *testing.T) {
	exe, dumps := worker(t, "-jobs", "6", "-leak=false")
	for _, d := range [][]string{dumps, {dumps[1], dumps[5]}} {
		l := find(t, d, census.LeaksOptions{Exe: exe, Jobs: []int{6 / (len(d) - 1)}})
		if l.Picked != nil && l.Picked.Origin == typefilter.MainModule {
			t.Errorf("%d dumps: picked %s, and nothing of the program's leaked: %s", len(d), l.Picked.Name, l.Why)
		}
		for _, r := range l.Leaked {
			if r.Origin == typefilter.MainModule {
				t.Errorf("%d dumps: %s is said to leak: %+v", len(d), r.Name, r.Flow)
			}
		}
	}
}

// TestReplaced looks at a cache at its bound, whose entries are replaced.
func TestReplaced(t *testing.T) {
	exe, truths := testprog.Series(t, testprog.Spec{Dir: "cache"})
	var dumps []string
	for _, tr := range truths {
		dumps = append(dumps, tr.Dump)
	}
	l := find(t, dumps, census.LeaksOptions{Exe: exe})
	for _, r := range append(l.Leaked, l.GrewOnce...) {
		if strings.HasPrefix(r.Name, "main.") {
			t.Errorf("%s is listed as grown: %+v, deltas %v", r.Name, r.Flow, r.Deltas)
		}
	}
	if l.Picked != nil && l.Picked.Origin == typefilter.MainModule {
		t.Errorf("picked %s: %s", l.Picked.Name, l.Why)
	}
}

// TestReplacedInSlots replaces all entries of the cache: the values that came
// into slots of values that went are ambiguous, however many there are, and each
// of the others is new.
func TestReplacedInSlots(t *testing.T) {
	exe, truths := testprog.Series(t, testprog.Spec{Dir: "cache"})
	l := find(t, []string{truths[0].Dump, truths[3].Dump}, census.LeaksOptions{Exe: exe})
	i := slices.IndexFunc(l.Replaced, func(r typefilter.Leak) bool { return r.Name == "main.Value" })
	if i < 0 {
		t.Fatalf("main.Value is not among the replaced: %v", l.Replaced)
	}
	r := &l.Replaced[i]
	if r.New != r.Gone || r.New+r.Ambiguous != 100 || r.New == 0 {
		t.Errorf("main.Value: %d new, %d gone, %d ambiguous; want as many new as gone, and with the ambiguous 100", r.New, r.Gone, r.Ambiguous)
	}
	if l.Ambiguous < r.Ambiguous {
		t.Errorf("%d ambiguous of all types, %d of main.Value", l.Ambiguous, r.Ambiguous)
	}
}

// TestShapes looks at types that leak, grow once, flatten, churn and shrink.
func TestShapes(t *testing.T) {
	exe, truths := testprog.Series(t, testprog.Spec{Dir: "shapes"})
	var dumps []string
	for _, tr := range truths {
		dumps = append(dumps, tr.Dump)
	}
	l := find(t, dumps, census.LeaksOptions{Exe: exe})
	first, last := truths[0], truths[len(truths)-1]
	listed := map[string]string{}
	for list, rows := range map[string][]typefilter.Leak{"leaked": l.Leaked, "grew once": l.GrewOnce, "replaced": l.Replaced} {
		for _, r := range rows {
			listed[r.Name] = list
			if want := last.Count[r.Name] - first.Count[r.Name]; last.Count[r.Name] > 0 && r.New-r.Gone != want {
				t.Errorf("%s: %d new, %d gone, want %d more", r.Name, r.New, r.Gone, want)
			}
		}
	}
	for name, want := range map[string]string{
		"main.Steady": "leaked", "main.Heavy": "leaked", "main.Stairs": "leaked",
		"main.Once": "grew once", "main.Flat": "grew once", "main.Churn": "replaced",
		"main.Shrink": "", "main.Still": "",
	} {
		if listed[name] != want {
			t.Errorf("%s is listed as %q, want %q", name, listed[name], want)
		}
	}
}

func TestSingleDump(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "80000")
	l := find(t, []string{dump}, census.LeaksOptions{Exe: exe, MaxChains: 1})
	if l.Picked == nil || l.Picked.Name != "main.Job" || !l.Single || !strings.Contains(l.Why, "One dump only") {
		t.Fatalf("picked %+v: %s", l.Picked, l.Why)
	}
	if l.Chains[0].RootName != "global main.registry" {
		t.Errorf("held by %s", l.Chains[0].RootName)
	}
}

func TestTypeAsked(t *testing.T) {
	exe, dumps := worker(t, "-jobs", "2")
	l := find(t, dumps, census.LeaksOptions{Exe: exe, Type: "main.Line"})
	if l.Picked == nil || l.Picked.Name != "main.Line" || l.Picked.New != 16 || len(l.Objects) != 16 {
		t.Fatalf("picked %+v, %d objects", l.Picked, len(l.Objects))
	}
	_, err := census.FindLeaks(context.Background(), dumps, census.LeaksOptions{Exe: exe, Type: "main.Lime"})
	if err == nil || !strings.Contains(err.Error(), "main.Line") {
		t.Errorf("a type that is not there: %v", err)
	}
}

func TestBadSeries(t *testing.T) {
	_, dumps := worker(t, "-jobs", "2")
	_, other, _ := testprog.Dump(t, testprog.Spec{Dir: "fanin"})
	for _, c := range []struct {
		dumps []string
		jobs  []int
		want  string
	}{
		{[]string{dumps[2], dumps[0]}, nil, "oldest first"},
		{[]string{other, dumps[0]}, nil, "not of one process"},
		{dumps, []int{1, 2, 3}, "3 numbers of jobs"},
		{nil, nil, "no dump"},
	} {
		_, err := census.FindLeaks(context.Background(), c.dumps, census.LeaksOptions{Jobs: c.jobs})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, jobs %v: %v, want %q", c.dumps, c.jobs, err, c.want)
		}
	}
}

// TestDamagedInSeries cuts dumps of a series: they are left out, and it is
// said so.
func TestDamagedInSeries(t *testing.T) {
	exe, dumps := worker(t, "-jobs", "4")
	cut := func(path string) string {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), filepath.Base(path))
		if err := os.WriteFile(to, b[:len(b)/2], 0o600); err != nil {
			t.Fatal(err)
		}
		return to
	}
	for _, c := range []struct {
		name  string
		dumps []string
		fresh int
	}{
		{"first", []string{cut(dumps[0]), dumps[1], dumps[4]}, 3},
		{"middle", []string{dumps[0], cut(dumps[2]), dumps[4]}, 4},
		{"last", []string{dumps[0], dumps[3], cut(dumps[4])}, 3},
	} {
		l := find(t, c.dumps, census.LeaksOptions{Exe: exe})
		if l.Picked == nil || l.Picked.Name != examples.LeakedType || l.Picked.New != c.fresh || l.Complete || len(l.Dumps) != 2 {
			t.Errorf("%s cut: picked %+v, complete %v, compared %v", c.name, l.Picked, l.Complete, l.Dumps)
		}
		if !strings.Contains(strings.Join(l.Warnings, "\n"), "was not compared") {
			t.Errorf("%s cut: warnings %q", c.name, l.Warnings)
		}
	}
	l := find(t, []string{cut(dumps[0]), dumps[4]}, census.LeaksOptions{Exe: exe})
	if !l.Single || !strings.Contains(l.Why, "Of 2 dumps only one could be compared") {
		t.Errorf("one whole dump of two: %s", l.Why)
	}
}

// TestTwoProcesses compares dumps of two runs of one program.
func TestTwoProcesses(t *testing.T) {
	exe, first := worker(t, "-jobs", "1")
	_, second := worker(t, "-jobs", "3")
	_, err := census.FindLeaks(context.Background(), []string{first[0], second[3]}, census.LeaksOptions{Exe: exe})
	if err == nil || !strings.Contains(err.Error(), "not of one process") {
		t.Errorf("dumps of two processes: %v", err)
	}
}

func TestHolder(t *testing.T) {
	for _, c := range []struct {
		chain census.Chain
		want  string
	}{
		{census.Chain{Roots: 1, RootName: "goroutine 5 main.park: v"}, "goroutine 5 main.park: v"},
		{census.Chain{Roots: 40, RootName: "goroutine 5 main.park: v"}, "40 goroutines in main.park: v (one is goroutine 5)"},
		{census.Chain{Roots: 1, RootName: "global main.m"}, "global main.m"},
	} {
		if got := c.chain.Holder(); got != c.want {
			t.Errorf("%+v is held by %q, want %q", c.chain, got, c.want)
		}
	}
}

// TestIgnoreNothing leaves out a field that no object has.
func TestIgnoreNothing(t *testing.T) {
	exe, dumps := worker(t, "-jobs", "1")
	l := find(t, dumps, census.LeaksOptions{Exe: exe})
	for field, refused := range map[string]bool{".Lines": true, "[*]": false} {
		_, _, _, err := census.Chains(context.Background(), l.Last, l.Objects, census.ChainOptions{
			Ignore: []census.Ignore{{Type: "[]*main.Invoice", Field: field}}})
		if (err != nil) != refused {
			t.Errorf("without %s: %v", field, err)
		}
	}
}
