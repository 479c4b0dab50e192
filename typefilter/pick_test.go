package typefilter

import (
	"slices"
	"strings"
	"testing"
)

func defaultRules(t *testing.T) *Rules {
	t.Helper()
	rules, err := NewRules(DefaultRules())
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// leak is a type of which n objects came and stayed in three jobs, and
// nothing else is there. changes make it special.
func leak(name string, n int, changes ...func(*Candidate)) Candidate {
	var mods Modules
	c := Candidate{Name: name, FullName: fullOf(name), Origin: mods.OriginOf(name, fullOf(name), ""),
		Closure: FormOf(name) == Closure, Count: n, Bytes: uint64(n) * 64, Retained: uint64(n) * 100,
		Flow: Flow{New: n, Survivors: n}}
	for _, change := range changes {
		change(&c)
	}
	return c
}

func retains(bytes uint64) func(*Candidate) { return func(c *Candidate) { c.Retained = bytes } }
func live(n int) func(*Candidate)           { return func(c *Candidate) { c.Count = n } }
func gone(n int) func(*Candidate)           { return func(c *Candidate) { c.Gone = n } }
func deltas(d ...int64) func(*Candidate)    { return func(c *Candidate) { c.Deltas = d } }
func in(owner string) func(*Candidate)      { return func(c *Candidate) { c.Owner = fullOf(owner) } }
func held(c *Candidate)                     { c.HeldByUser = true }
func weak(c *Candidate)                     { c.WeakOnly = true }

func holders(flows ...Flow) func(*Candidate) {
	return func(c *Candidate) {
		for _, f := range flows {
			c.Holders = append(c.Holders, Holder{Flow: f})
		}
	}
}

// names joins the names of leaks.
func names(leaks []Leak) string {
	var list []string
	for _, l := range leaks {
		list = append(list, l.Name)
	}
	return strings.Join(list, ",")
}

var two = Series{Dumps: 2, Jobs: []int{3}}

func TestPick(t *testing.T) {
	four := Series{Dumps: 4, Jobs: []int{1, 1, 1}}
	for _, c := range []struct {
		about      string
		candidates []Candidate
		series     Series
		picked     string
		runnerUp   string // name of the first one
		why        string // part of why it lost, or of why nothing was picked
	}{
		{"nothing at all", nil, two, "", "", "Nothing leaked"},
		{"one leak", []Candidate{leak("main.Job", 3)}, two, "main.Job", "", ""},
		{"one dump", []Candidate{leak("main.Job", 3)}, Series{Dumps: 1}, "", "", "at least two"},
		{"as many gone as new", []Candidate{leak("main.Page", 3, gone(3))}, two, "", "", "as many objects went as came"},
		{"more gone than new", []Candidate{leak("main.Page", 3, gone(9))}, two, "", "", "as many objects went as came"},
		{"new that did not survive", []Candidate{leak("main.Page", 3, func(c *Candidate) { c.Survivors = 0 })}, two, "", "", "Nothing leaked"},

		// The tie rules, each decisive: the first named is picked only by its rule.
		{"fewest live objects", []Candidate{leak("main.B", 3, retains(1)), leak("main.A", 4)}, two, "main.B", "main.A", "4 live objects against 3"},
		{"live objects, not leaked ones", []Candidate{leak("main.B", 4), leak("main.A", 3, live(50))}, two, "main.B", "main.A", "50 live objects against 4"},
		{"grows with the jobs", []Candidate{leak("main.Job", 3), leak("main.Once", 1)}, two, "main.Job", "main.Once", "less than one a job"},
		{"main module before dependency", []Candidate{leak("main.Z", 3, retains(1)), leak("cron.Entry", 3)}, two, "main.Z", "cron.Entry", "main module before dependency"},
		{"dependency before standard library", []Candidate{leak("cron.Entry", 3, retains(1)), leak("http.Client", 3)}, two, "cron.Entry", "http.Client", "standard library, while"},
		{"named before closure", []Candidate{leak("main.Z", 3, retains(1)), leak("func main.a.func1", 3)}, two, "main.Z", "func main.a.func1", "before closures"},
		{"origin before form", []Candidate{leak("func main.a.func1", 3, retains(1)), leak("cron.Entry", 3)}, two, "func main.a.func1", "cron.Entry", "main module before"},
		{"most retained", []Candidate{leak("main.Job", 3, retains(900)), leak("main.Ctx", 3, retains(300))}, two, "main.Job", "main.Ctx", "300 bytes against 900"},
		{"by name", []Candidate{leak("main.B", 3), leak("main.A", 3)}, two, "main.A", "main.B", "later by name"},
		{"rarity before all other ties", []Candidate{leak("func cron.a.func1", 3, retains(1)), leak("main.A", 4)}, two, "func cron.a.func1", "main.A", "4 live objects"},

		// Wholes and parts.
		{"a whole with one object elsewhere", []Candidate{leak("main.Node", 3, live(4), retains(900)), leak("main.Order", 3, retains(700), in("main.Node"))}, two, "main.Node", "main.Order", "a part of main.Node, one in each"},
		{"and one with a part of the part", []Candidate{leak("main.Node", 3, live(4), retains(900)), leak("main.Order", 3, live(5), retains(700), in("main.Node")), leak("main.Sum", 3, retains(9), in("main.Order"))}, two, "main.Node", "main.Order", ""},
		{"a part alone is rarer than what is none", []Candidate{leak("main.Node", 3, live(4), retains(900)), leak("main.Order", 3, retains(700))}, two, "main.Order", "main.Node", "less rare"},
		{"a whole of which more leaked", []Candidate{leak("main.Node", 6, retains(900)), leak("main.Order", 3, retains(700), in("main.Node"))}, two, "main.Order", "main.Node", "less rare"},

		// Noise.
		{"noise put aside", []Candidate{leak("string", 3, held), leak("main.Job", 500)}, two, "main.Job", "string", "byte and string storage, while another type leaked"},
		{"strings alone, held by the user", []Candidate{leak("string", 3, held)}, two, "string", "", ""},
		{"strings alone, held by the library", []Candidate{leak("string", 3)}, two, "", "string", "outside the standard library"},
		{"slices alone", []Candidate{leak("[]*main.Job", 3, held)}, two, "[]*main.Job", "", ""},
		{"maps alone", []Candidate{leak("map[int]string", 3)}, two, "", "map[int]string", "outside the standard library"},
		{"library alone, two dumps", []Candidate{leak("http.Client", 3, held)}, two, "", "http.Client", "growth in two intervals"},
		{"library alone, growing steadily", []Candidate{leak("http.Client", 3, deltas(1, 1, 1))}, four, "http.Client", "", ""},
		{"library alone, with a plateau", []Candidate{leak("http.Client", 4, deltas(2, 0, 2))}, four, "", "http.Client", "no plateau"},
		{"runtime alone, by less than one a job", []Candidate{leak("runtime.sudog", 3, deltas(1, 1, 1))}, Series{Dumps: 4, Jobs: []int{5, 5, 5}}, "", "runtime.sudog", "does not grow with the jobs"},
		{"runtime alone, growing steadily", []Candidate{leak("runtime.timer", 3, deltas(1, 1, 1))}, four, "runtime.timer", "", ""},
		{"library before runtime", []Candidate{leak("http.Client", 3, deltas(1, 1, 1), retains(1)), leak("runtime.timer", 3, deltas(1, 1, 1))}, four, "http.Client", "runtime.timer", "standard library before runtime"},
		{"unknown types alone", []Candidate{leak("?48", 3)}, two, "?48", "", ""},
		{"unknown types aside", []Candidate{leak("?48", 3), leak("main.Job", 4)}, two, "main.Job", "?48", "unknown type, while"},

		// Conservative.
		{"weak aside", []Candidate{leak("main.Ghost", 3, weak), leak("main.Job", 500)}, two, "main.Job", "main.Ghost", "may be no pointers"},
		{"weak aside even for noise", []Candidate{leak("main.Ghost", 3, weak), leak("string", 500)}, two, "", "main.Ghost", "may be no pointers"},
		{"noise before weak", []Candidate{leak("main.Ghost", 3, weak), leak("string", 500, held)}, two, "string", "main.Ghost", "may be no pointers"},
		{"weak alone", []Candidate{leak("main.Ghost", 3, weak)}, two, "main.Ghost", "", ""},

		// Holders.
		{"one holder's loss", []Candidate{leak("main.Job", 3, gone(5), holders(Flow{3, 0, 3}, Flow{0, 5, 0}))}, two, "main.Job", "", ""},
		{"replaced in each holder", []Candidate{leak("main.Job", 3, gone(3), holders(Flow{1, 1, 1}, Flow{2, 2, 2}))}, two, "", "", "as many"},

		// Shape.
		{"grew once", []Candidate{leak("main.Warm", 3, deltas(3, 0, 0))}, four, "", "", "grew and stopped"},
		{"flattened, beside a leak", []Candidate{leak("main.Warm", 3, deltas(2, 1, 0)), leak("main.Job", 30, deltas(10, 10, 10))}, four, "main.Job", "", ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			d := Pick(c.candidates, c.series, defaultRules(t))
			checkDecision(t, &d, c.picked, c.runnerUp, c.why)
			slices.Reverse(c.candidates)
			d = Pick(c.candidates, c.series, defaultRules(t))
			checkDecision(t, &d, c.picked, c.runnerUp, c.why)
		})
	}
}

func checkDecision(t *testing.T, d *Decision, picked, runnerUp, why string) {
	t.Helper()
	got, second, reason := "", "", d.Why
	if d.Picked != nil {
		got = d.Picked.Name
	}
	if len(d.RunnersUp) > 0 {
		second, reason = d.RunnersUp[0].Name, d.RunnersUp[0].Why
	}
	if got != picked || second != runnerUp || !strings.Contains(reason, why) {
		t.Errorf("picked %q, second %q because %q; want %q, %q, %q", got, second, reason, picked, runnerUp, why)
	}
	if picked != "" && !strings.HasPrefix(d.Why, picked+" is the rarest") {
		t.Errorf("reason %q does not begin with %s", d.Why, picked)
	}
}

// Without its criterion each tie ends otherwise: no rule is there in vain.
func TestEveryCriterionDecides(t *testing.T) {
	pairs := [][2]Candidate{
		{leak("main.Z", 9), leak("string", 3)},
		{leak("main.Z", 9), leak("main.A", 1)},
		{leak("main.Z", 3), leak("main.A", 4)},
		{leak("main.Z", 3, retains(1)), leak("cron.Entry", 3)},
		{leak("main.Z", 3, retains(1)), leak("func main.a.func1", 3)},
		{leak("main.Z", 3, deltas(1, 1, 1), retains(1)), leak("main.A", 3, deltas(0, 1, 2))},
		{leak("main.Z", 3, retains(9)), leak("main.A", 3, retains(1))},
		{leak("main.A", 3), leak("main.B", 3)},
	}
	if len(pairs) != len(criteria) {
		t.Fatalf("%d pairs for %d criteria", len(pairs), len(criteria))
	}
	for i, pair := range pairs {
		series := two
		if pair[0].Deltas != nil {
			series = Series{Dumps: 4, Jobs: []int{1, 1, 1}}
		}
		d := growth(pair[:], &series, defaultRules(t))
		putAside(d.Leaked, &series)
		a, b := &d.Leaked[0], &d.Leaked[1]
		if order, by := decide(criteria, a, b); order >= 0 || by != &criteria[i] {
			t.Errorf("criterion %d: %s and %s compare to %d", i, a.Name, b.Name, order)
		}
		without := slices.Delete(slices.Clone(criteria), i, i+1)
		if order, _ := decide(without, a, b); order < 0 {
			t.Errorf("criterion %d: %s goes before %s without it, too", i, a.Name, b.Name)
		}
	}
}

func TestDecisionLists(t *testing.T) {
	series := Series{Dumps: 4, Jobs: []int{1, 1, 1}}
	d := Pick([]Candidate{
		leak("main.Warm", 3, deltas(3, 0, 0)),
		leak("string", 9, deltas(3, 3, 3)),
		leak("main.Page", 8, gone(8), deltas(0, 0, 0)),
		leak("main.Job", 3, deltas(1, 1, 1)),
		leak("main.Line", 40, gone(40), deltas(0, 0, 0)),
		leak("main.Batch", 4, deltas(0, 4, 0)),
	}, series, defaultRules(t))
	for _, c := range []struct{ list, got, want string }{
		{"leaked", names(d.Leaked), "main.Job,string"},
		{"replaced", names(d.Replaced), "main.Line,main.Page"},
		{"grew once", names(d.GrewOnce), "main.Batch,main.Warm"},
		{"shape", string(d.Picked.Shape), "ramp"},
		{"why", d.Why, "main.Job is the rarest type that leaked: 3 objects live, growing by exactly 1 a job in every interval."},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.list, c.got, c.want)
		}
	}
	if d.Picked.PerJob != 1 || d.Picked.Leaked != 3 {
		t.Errorf("%d leaked, %v per job; want 3 and 1", d.Picked.Leaked, d.Picked.PerJob)
	}
}

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		about  string
		deltas []int64
		series Series
		want   Shape
	}{
		{"two dumps", []int64{5}, Series{Dumps: 2}, ShapeUnknown},
		{"every interval", []int64{5, 6}, Series{Dumps: 3}, Steady},
		{"as many in each", []int64{5, 5}, Series{Dumps: 3}, Ramp},
		{"as many a job", []int64{5, 10, 15}, Series{Dumps: 4, Jobs: []int{1, 2, 3}}, Ramp},
		{"as many in each, of other jobs", []int64{5, 5, 5}, Series{Dumps: 4, Jobs: []int{1, 2, 3}}, Steady},
		{"up and down", []int64{5, -2, 4, 3}, Series{Dumps: 5}, Uneven},
		{"every interval, unevenly", []int64{1, 9, 2, 7}, Series{Dumps: 5}, Steady},
		{"from the second on", []int64{0, 3, 3}, Series{Dumps: 4}, Steady},
		{"only in the last", []int64{0, 0, 3}, Series{Dumps: 4}, Once},
		{"only in the first", []int64{9, 0, 0}, Series{Dumps: 4}, Once},
		{"only in the warm-up", []int64{9, 0, 0}, Series{Dumps: 4, Warmup: 1}, Shrunk},
		{"after the warm-up", []int64{0, 2, 2}, Series{Dumps: 4, Warmup: 1}, Ramp},
		{"one interval after the warm-up", []int64{0, 2}, Series{Dumps: 3, Warmup: 1}, Steady},
		{"every second interval", []int64{0, 4, 0, 4}, Series{Dumps: 5}, Steps},
		{"every second, from the first", []int64{4, 0, 4, 0}, Series{Dumps: 5}, Steps},
		{"every third interval", []int64{0, 0, 4, 0, 0, 4, 0, 0, 4}, Series{Dumps: 10}, Steps},
		{"every second, from later on", []int64{0, 0, 0, 4, 0, 4}, Series{Dumps: 7}, Steps},
		{"far apart, twice", []int64{4, 0, 0, 4}, Series{Dumps: 5}, Uneven},
		{"steps that ended", []int64{4, 0, 4, 0, 0, 0}, Series{Dumps: 7}, Flattened},
		{"steps without a rule", []int64{4, 0, 4, 0, 0, 4}, Series{Dumps: 7}, Uneven},
		{"steps that are lost again", []int64{4, -4, 4, -4, 9}, Series{Dumps: 6}, Uneven},
		{"steps that lose a little", []int64{4, -1, 4, -1, 4}, Series{Dumps: 6}, Steps},
		{"flattened", []int64{9, 4, 1, 0}, Series{Dumps: 5}, Flattened},
		{"missed the last", []int64{3, 3, 3, 0}, Series{Dumps: 5}, Flattened},
		{"no job ran in the last", []int64{3, 3, 3, 0}, Series{Dumps: 5, Jobs: []int{1, 1, 1, 0}}, Ramp},
		{"grew and shrank", []int64{9, -9}, Series{Dumps: 3}, Shrunk},
		{"nothing", []int64{0, 0}, Series{Dumps: 3}, Shrunk},
	} {
		if got := c.series.ShapeOf(c.deltas); got != c.want {
			t.Errorf("%s: %v is %q, want %q", c.about, c.deltas, got, c.want)
		}
	}
}

func TestJobs(t *testing.T) {
	for _, c := range []struct {
		series Series
		want   int
	}{
		{Series{Dumps: 2}, 1}, {Series{Dumps: 4}, 3}, {Series{Dumps: 2, Jobs: []int{3}}, 3},
		{Series{Dumps: 3, Jobs: []int{10, -1}}, 10}, {Series{Dumps: 2, Jobs: []int{0}}, 1}, {Series{}, 1},
	} {
		if got := c.series.jobs(); got != c.want {
			t.Errorf("%+v: %d jobs, want %d", c.series, got, c.want)
		}
	}
}

// TestPickByDump wants no word of jobs where nobody knows how many ran.
func TestPickByDump(t *testing.T) {
	ramp := leak("main.Job", 3, deltas(1, 1, 1))
	slow := leak("main.Once", 1, deltas(1, 0, 1))
	for assumed, want := range map[bool]string{false: "growing by exactly 1 a job in every interval", true: "growing by exactly 1 in every interval"} {
		series := Series{Dumps: 4}
		series.Assumed = assumed
		d := Pick([]Candidate{ramp, slow}, series, defaultRules(t))
		if !strings.Contains(d.Why, want) || strings.Contains(d.Why, "a job") == assumed {
			t.Errorf("assumed %v: %q", assumed, d.Why)
		}
	}
	l := Leak{PerJob: 0.5, ByDump: true}
	if got := perJob(&l); got != "0.5 per dump" {
		t.Errorf("%q", got)
	}
}

func TestPickSingle(t *testing.T) {
	const heap = 10_000
	for _, c := range []struct {
		about      string
		candidates []Candidate
		picked     string
		runnerUp   string
		why        string
	}{
		{"nothing", nil, "", "", "No type's objects"},
		{"small shares only", []Candidate{leak("main.Job", 5, retains(900))}, "", "", "No type's objects"},
		{"rarest with a large share", []Candidate{leak("main.Record", 500, retains(9000)), leak("main.Job", 5, retains(8000)), leak("main.Tiny", 2, retains(10))},
			"main.Job", "main.Record", "500 live objects against 5"},
		{"several before a single holder", []Candidate{leak("main.App", 1, retains(9900)), leak("main.Job", 5, retains(8000))},
			"main.Job", "main.App", "a single object"},
		{"a single holder alone", []Candidate{leak("main.App", 1, retains(9900))}, "main.App", "", ""},
		{"noise aside", []Candidate{leak("string", 5, retains(9000), held), leak("main.Job", 50, retains(8000))},
			"main.Job", "string", "while another type"},
		{"strings alone, held by the user", []Candidate{leak("string", 5, retains(9000), held)}, "string", "", ""},
		{"library alone", []Candidate{leak("http.Client", 5, retains(9000))}, "", "http.Client", "one dump shows no growth"},
		{"main module first", []Candidate{leak("cron.Entry", 5, retains(9000)), leak("main.Z", 5, retains(8000))}, "main.Z", "cron.Entry", "main module before"},
	} {
		t.Run(c.about, func(t *testing.T) {
			d := PickSingle(c.candidates, heap, 1, defaultRules(t))
			got, second, reason := "", "", d.Why
			if d.Picked != nil {
				got = d.Picked.Name
			}
			if len(d.RunnersUp) > 0 {
				second, reason = d.RunnersUp[0].Name, d.RunnersUp[0].Why
			}
			if got != c.picked || second != c.runnerUp || !strings.Contains(reason, c.why) {
				t.Errorf("picked %q, second %q because %q; want %q, %q, %q", got, second, reason, c.picked, c.runnerUp, c.why)
			}
			if !strings.HasPrefix(d.Why, "One dump only was given") {
				t.Errorf("%q does not say that there was one dump only", d.Why)
			}
		})
	}
	parts := []Candidate{leak("map[int]main.T", 1, retains(9000), held), leak("map[int]main.T (table)", 1, retains(8900), held)}
	if d := PickSingle(parts, heap, 1, defaultRules(t)); strings.Contains(d.Why, "Second") || len(d.RunnersUp) != 1 || d.RunnersUp[0].Why != "a part of it" {
		t.Errorf("a map and its table: %q, %+v; want the table as a part of the map, and no second", d.Why, d.RunnersUp)
	}
	left := PickSingle(nil, heap, 3, defaultRules(t))
	if want := "Of 3 dumps only one could be compared, so nothing is known of growth."; !strings.HasPrefix(left.Why, want) {
		t.Errorf("one that is left of three says %q, want %q", left.Why, want)
	}
}
