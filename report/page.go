package report

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/typefilter"
)

// Page is the answer of `leaks` as words and numbers that are ready to be shown,
// for faces that lay them out themselves. It has no markup. Names and lists are
// cut to what a page can bear, and say so.
type Page struct {
	Title    string // in a few words
	Found    bool   // something leaked that is worth a look
	Verdict  string
	Facts    []Fact
	Charts   []Chart
	Leaked   Table
	Ways     []Way
	MoreWays int
	Sites    Table
	Aside    []Fact // types that were not picked, and why
	Others   []Fact // what grew without leaking, by how it went
	Accepted []string
	Unknown  []string // what the evidence cannot say
	Warnings []string
	Dumps    Table
	Command  string
}

// Fact is a name and what is to be said of it.
type Fact struct{ Name, Says string }

// Table has a heading for each column; those that begin with ">" are of numbers.
type Table struct {
	Head []string
	Rows [][]string
	Cut  int // rows left out
}

// Chart is one line over the dumps.
type Chart struct {
	Name string
	Unit string // what Values count: "objects", "bytes", "entries"
	X    []int  // jobs that had run, or the dumps' numbers
	Of   string // what X counts: "jobs" or "dump"
	Y    []float64
	Says []string // each value for people
}

// Way is one way to hold the objects.
type Way struct {
	Says        string // "all 10 new main.Job"
	Root        Step
	Steps       []Step
	Fingerprint string
	Note        string // of the root, "" for none
}

// Step is one object of a way.
type Step struct {
	Edge, Type, Addr, At string // At is a line of the source, "" for none
	Suspect              bool   // Edge is one of those that should have been cut
	Gap                  bool   // Type says how many are left out here
}

// What a page has at the most.
const (
	pageRows   = 100
	pageWays   = 10
	pageList   = 30
	pageCharts = 5
	pagePoints = 400
	pageName   = 150  // columns of a name
	pageText   = 1000 // and of a sentence
)

// PageWays is how many chains a page shows.
const PageWays = pageWays

// Page sums the answer up. command is what was typed.
func (l *Leaks) Page(command string) *Page {
	p := &Page{Title: "Nothing leaked that is worth a look", Found: l.Found(), Verdict: middle(l.Verdict(), 4*pageText),
		Unknown: l.unknowns(), Warnings: short(l.Warnings, pageList, pageText), Command: middle(command, pageText), Dumps: l.dumpTable()}
	switch {
	case l.Picked != nil && l.Single:
		p.Title = "Memory accumulates in " + middle(l.Picked.Name, pageName)
	case p.Found:
		p.Title = middle(l.Picked.Name, pageName) + " leaks"
	case l.Picked != nil:
		p.Title = middle(l.Picked.Name, pageName) + " was looked at"
	}
	p.Facts = l.facts()
	p.Charts = l.charts()
	if l.Picked != nil {
		p.Leaked = l.leakedTable(pageRows)
		p.Ways, p.MoreWays = l.ways()
		p.Sites = l.siteTable()
	}
	p.Aside, p.Others, p.Accepted = l.aside(), l.others(), short(l.acceptedLines(), pageList, pageText)
	return p
}

// short cuts a list and its texts.
func short(list []string, n, columns int) (out []string) {
	shown, cut := head(list, n)
	for _, text := range shown {
		out = append(out, middle(text, columns))
	}
	if cut > 0 {
		out = append(out, fmt.Sprintf("… and %s more", count(cut)))
	}
	return out
}

// facts are the figures that come first.
func (l *Leaks) facts() (out []Fact) {
	say := func(name, says string) { out = append(out, Fact{name, says}) }
	if p := l.Picked; p != nil {
		switch {
		case p.Store != nil:
			say("more in it", amount(p.Store, p.More))
		case !l.Single:
			say("leaked objects", count(p.Leaked))
			if !l.JobsAssumed {
				say("a job", perJob(p.PerJob))
			}
		default:
			say("objects", count(p.Count))
		}
		say("keep alive", Bytes(p.Retained))
	}
	if !l.Single && l.Retained > 0 {
		say("all that leaked keeps", Bytes(l.Retained))
	}
	say("dumps compared", count(len(l.Dumps)))
	if !l.Single && !l.JobsAssumed {
		say("jobs between them", count(l.jobs()))
	}
	say("objects with a known type", percent(l.About.Typed.ObjectsShare))
	return out
}

// leakedTable is the table of leaked types, the picked one first.
func (l *Leaks) leakedTable(limit int) Table {
	rows := l.Leaked
	if l.Asked || l.Single {
		rows = []typefilter.Leak{*l.Picked}
	}
	shown, cut := head(rows, limit)
	each := ">a job"
	if l.JobsAssumed {
		each = ">a dump"
	}
	t := Table{Head: []string{"type", ">total", ">delta", each, ">bytes", ">retained"}, Cut: cut}
	if l.Single {
		t.Head = []string{"type", ">total", ">bytes", ">retained"}
	}
	for i := range shown {
		r := &shown[i]
		delta, pace := signed(delta(r)), perJob(r.PerJob)
		if st := r.Store; st != nil {
			delta, pace = "+"+amount(st, r.More), amount(st, int64(r.MorePerJob))
		}
		row := []string{r.Name, count(r.Count), delta, pace, Bytes(r.Bytes), Bytes(r.Retained)}
		if l.Single {
			row = []string{r.Name, count(r.Count), Bytes(r.Bytes), Bytes(r.Retained)}
		}
		row[0] = middle(row[0], pageName)
		t.Rows = append(t.Rows, row)
	}
	return t
}

// ways are the chains.
func (l *Leaks) ways() (out []Way, more int) {
	shown, cut := head(l.Chains, pageWays)
	n := len(l.Objects)
	for i := range shown {
		c := &shown[i]
		at := placesOf(l.Places.Chains, i, c)
		w := Way{Says: l.part(c.Count, n) + l.flowOf(c, n), Fingerprint: c.Fingerprint, Note: pending(c),
			Root: Step{Type: middle(c.Holder(), pageName), At: at.Root}, Steps: pageSteps(c, at)}
		if c.Weak {
			w.Note = strings.TrimPrefix(w.Note+"; a word that looks like a pointer: perhaps stale", "; ")
		}
		out = append(out, w)
	}
	return out, cut + l.Cut
}

func pageSteps(c *census.Chain, at ChainPlaces) (out []Step) {
	for i := range c.Steps {
		if left := gapAt(c, i); left > 0 {
			out = append(out, Step{Edge: "…", Type: plural(left, "more object"), Gap: true})
		}
		if inGap(c, i) {
			continue
		}
		st := &c.Steps[i]
		out = append(out, Step{Edge: middle(stepLabel(st), pageName), Type: middle(st.Type, pageName), Addr: address(st.Addr),
			At: cmp.Or(at.Steps[i].Field, at.Steps[i].Type), Suspect: isSuspect(c, i)})
	}
	return out
}

func (l *Leaks) siteTable() Table {
	shown, cut := head(l.Sites, pageList)
	t := Table{Head: []string{">objects", "function", "line"}, Cut: cut}
	for i := range shown {
		call := shown[i].Stack[shown[i].Own]
		t.Rows = append(t.Rows, []string{count(shown[i].Count), middle(call.Func, pageName), middle(fmt.Sprintf("%s:%d", l.file(call.File), call.Line), pageName)})
	}
	return t
}

func (l *Leaks) aside() (out []Fact) {
	shown, cut := head(l.RunnersUp, pageList)
	for _, r := range shown {
		out = append(out, Fact{middle(r.Name, pageName), middle(r.Why, pageText)})
	}
	if cut > 0 {
		out = append(out, Fact{"…", plural(cut, "more type", "more types")})
	}
	return out
}

func (l *Leaks) others() (out []Fact) {
	stopped, uneven := l.notGrowing()
	for _, o := range []struct {
		what string
		rows []typefilter.Leak
	}{
		{"Replaced, as many gone as new (a cache at its bound does that)", l.Replaced},
		{"Grew and stopped", stopped},
		{"Grew now and then, or went up and down", uneven},
		{"Background: came without jobs, too, and with them no more than that", l.Leaks.Background},
	} {
		if len(o.rows) > 0 {
			out = append(out, Fact{o.what, flows(o.rows, pageList, pageName)})
		}
	}
	return out
}

// acceptedLines says what is held in accepted ways.
func (l *Leaks) acceptedLines() (out []string) {
	for _, a := range l.Accepted {
		says := "nothing leaked that way"
		if a.Count > 0 {
			says = fmt.Sprintf("%s, held by %s: %s", plural(a.Count, "object"), a.Root, listed(a.Types, maxLost))
		}
		out = append(out, strings.Join(strings.Fields(a.Fingerprint+" "+a.Comment), " ")+": "+says)
	}
	return out
}

func (l *Leaks) dumpTable() Table {
	t := Table{Head: []string{"dump", ">jobs before it"}}
	shown, cut := head(l.Dumps, pageRows)
	t.Cut = cut
	ran := l.WarmupJobs
	for i, d := range shown {
		if i > 0 {
			ran += l.Jobs[i-1]
		}
		jobs := count(ran)
		if l.Single || l.JobsAssumed {
			jobs = "not known"
		}
		t.Rows = append(t.Rows, []string{middle(filepath.Base(d), pageName), jobs})
	}
	return t
}

// charts are those of the heap and of the types that leaked, the picked one
// first.
func (l *Leaks) charts() (out []Chart) {
	if l.Single || l.Picked == nil {
		return nil
	}
	rows := l.Leaked
	if l.Asked {
		rows = []typefilter.Leak{*l.Picked}
	}
	shown, _ := head(rows, pageCharts-1)
	for i := range shown {
		r := &shown[i]
		values := make([]float64, len(r.Counts))
		for k, n := range r.Counts {
			values[k] = float64(n)
		}
		unit := "objects"
		if r.Store != nil {
			unit = "bytes"
			if r.Store.Entries {
				unit = "entries"
			}
		}
		out = l.chart(out, middle(r.Name, pageName), unit, values)
	}
	values := make([]float64, len(l.InUse))
	for k, n := range l.InUse {
		values[k] = float64(n)
	}
	return l.chart(out, "heap in use, with what is not collected yet", "bytes", values)
}

// chart adds one, if there is a value for every dump. Of many dumps it has some.
func (l *Leaks) chart(charts []Chart, name, unit string, values []float64) []Chart {
	if len(values) != len(l.Dumps) {
		return charts
	}
	c := Chart{Name: name, Unit: unit, Of: "jobs"}
	ran, every := l.WarmupJobs, (len(values)+pagePoints-1)/pagePoints
	for i, v := range values {
		if i > 0 {
			ran += l.Jobs[i-1]
		}
		if i%every != 0 && i < len(values)-1 {
			continue
		}
		x := ran
		if l.JobsAssumed {
			c.Of, x = "dump", i+1
		}
		says := count(int(v))
		if unit == "bytes" {
			says = Bytes(uint64(max(0, v)))
		}
		c.X, c.Y = append(c.X, x), append(c.Y, v)
		c.Says = append(c.Says, fmt.Sprintf("%s: %s", middle(filepath.Base(l.Dumps[i]), pageName), says))
	}
	return append(charts, c)
}
