package htmlreport

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/internal/browser" // drives chromium by chromedp
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/typefilter"
)

// sample is a page with all that a page may have, and hostile names.
func sample() *report.Page {
	const evil = `main.T"><script>alert(1)</script>&'{{.}}`
	chart := func(name, unit string, y ...float64) report.Chart {
		c := report.Chart{Name: name, Unit: unit, Of: "jobs", Y: y}
		for i, v := range y {
			c.X, c.Says = append(c.X, 5*i), append(c.Says, fmt.Sprintf("job-%d.dump: %.0f", i, v))
		}
		return c
	}
	p := &report.Page{
		Title: "main.Invoice leaks", Found: true,
		Verdict: "10 of main.Invoice stay after 10 jobs, one a job, 15.5 kB retained in all; all 10 are held by global main.leaks through []*main.Invoice; main.leaks was there before and grew.",
		Facts:   []report.Fact{{Name: "leaked objects", Says: "10"}, {Name: "a job", Says: "1"}, {Name: "keep alive", Says: "15.5 kB"}},
		Charts:  []report.Chart{chart("main.Invoice", "objects", 0, 5, 10, 15, 20), chart(evil, "bytes", 1e6, 1.2e6, 3e6), chart("flat", "objects", 7, 7), chart("one", "entries", 3)},
		Leaked: report.Table{Head: []string{"type", ">total", ">delta", ">a job", ">bytes", ">retained"}, Cut: 3,
			Rows: [][]string{{"main.Invoice", "10", "+10", "1", "800 B", "15.5 kB"}, {evil, "80", "+80", "8", "3.8 kB", "3.8 kB"}, {"map[string]github.com/example/inventory/catalogue.Entry[github.com/example/money.Amount]", "1,234,567", "+1,234,567", "123,456.7", "1.2 GB", "3.4 GB"}}},
		Ways: []report.Way{{Says: "all 10 new main.Invoice", Root: report.Step{Type: "global main.leaks", At: "main.go:41"}, Fingerprint: "0123456789abcdef",
			Steps: []report.Step{{Edge: "points to", Type: "[]*main.Invoice", Addr: "0xc000010000"}, {Edge: "[0]", Type: evil, Addr: "0xc000020000", At: "main.go:12", Suspect: true}, {Edge: "…", Type: "7 more objects", Gap: true}}}},
		MoreWays: 2,
		Sites:    report.Table{Head: []string{">objects", "function", "line"}, Rows: [][]string{{"10", "main.(*worker).job", "main.go:88"}}},
		Aside:    []report.Fact{{Name: evil, Says: "less rare"}},
		Others:   []report.Fact{{Name: "Grew and stopped", Says: "main.Cache (100 new, 0 gone)."}},
		Accepted: []string{"0123456789abcdef known: nothing leaked that way"},
		Unknown:  []string{"99.0 % of the reachable objects have a known type.", "Dumps omit some roots."},
		Warnings: []string{evil},
		Dumps:    report.Table{Head: []string{"dump", ">jobs before it"}, Rows: [][]string{{"start.dump", "0"}, {"job-10.dump", "10"}}},
		Command:  "objgraph leaks *.dump --report '" + evil + "'",
	}
	return p
}

func samplePicture(t *testing.T) []byte {
	t.Helper()
	p := &layouts.Picture{Title: "Who holds the 10 main.Invoice", Style: layouts.Merged, Theme: layouts.Auto,
		Nodes: []layouts.Node{
			{Role: layouts.Target, Lines: []string{"main.Invoice", "10 objects, 800 B"}, Count: 10},
			{Role: layouts.Holder, Depth: 1, Lines: []string{"[]*main.Invoice", "128 B, retains 15.6 kB"}, Dominator: true},
			{Role: layouts.Root, Lines: []string{"global main.leaks"}, Dominator: true},
		},
		Edges: []layouts.Edge{{From: 1, To: 0, Label: "[*] (10 times)", Count: 10}, {From: 2, To: 1, Label: "points to"}},
	}
	d, err := layouts.Draw(context.Background(), p, layouts.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	return d.Inline()
}

func made(t *testing.T, p *report.Page, svg []byte) []byte {
	t.Helper()
	out, err := Write(p, svg)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEscaped(t *testing.T) {
	out := made(t, sample(), samplePicture(t))
	if n := bytes.Count(out, []byte("<script")); n != 1 {
		t.Errorf("%d scripts, want the page's own", n)
	}
	if bytes.Contains(out, []byte("alert(1)</script>")) {
		t.Error("markup came through")
	}
	if !bytes.Contains(out, []byte("main.T&#34;&gt;&lt;script&gt;")) {
		t.Error("the name is not there")
	}
	// A namespace is a name and no address.
	if m := regexp.MustCompile(`(?i)(src|href)="?[a-z]|url\(|@import|https?://[^w]|http://www\.(?:[^w]|w[^3])`).Find(out); m != nil {
		t.Errorf("the page leads somewhere: %s", m)
	}
}

func TestSameBytes(t *testing.T) {
	svg := samplePicture(t)
	if !bytes.Equal(made(t, sample(), svg), made(t, sample(), svg)) {
		t.Error("two reports of one answer differ")
	}
}

// TestSize wants a picture that is too large to be left out, and the page to say
// so.
func TestSize(t *testing.T) {
	out := made(t, sample(), bytes.Repeat([]byte("<g></g>"), 300_000))
	if len(out) > MaxBytes || !bytes.Contains(out, []byte("CUT: the picture has 2100 kB")) {
		t.Errorf("%d bytes", len(out))
	}
	if bytes.Contains(out, []byte("<script")) {
		t.Error("a script for no picture")
	}
}

// TestSizeOfHostile wants an answer with thousands of names of thousands of
// characters that need escapes to keep to the limit.
func TestSizeOfHostile(t *testing.T) {
	name := strings.Repeat("\"<&", 5000)
	l := &report.Leaks{Leaks: &census.Leaks{Why: name, Jobs: make([]int, 2999), Complete: true}, About: report.About{Dump: name}}
	for i := range 3000 {
		leak := typefilter.Leak{Candidate: typefilter.Candidate{Name: name, Count: i, Counts: make([]int64, 3000), Flow: typefilter.Flow{New: 3}}}
		chain := census.Chain{Count: 1, RootName: name, Fingerprint: "0123456789abcdef"}
		for range 60 {
			chain.Steps = append(chain.Steps, census.Step{Type: name, Edge: name, Repeat: 1})
		}
		l.Leaks.Dumps = append(l.Leaks.Dumps, fmt.Sprint(name, i))
		l.Leaked, l.Replaced, l.GrewOnce = append(l.Leaked, leak), append(l.Replaced, leak), append(l.GrewOnce, leak)
		l.RunnersUp = append(l.RunnersUp, typefilter.RunnerUp{Leak: &leak, Why: name})
		l.Chains, l.Warnings = append(l.Chains, chain), append(l.Warnings, name)
	}
	l.Picked, l.Objects = &l.Leaked[0], make([]mem.ObjID, 3000)
	if out := made(t, l.Page(name), nil); len(out) > MaxBytes || len(out) < MaxBytes/4 {
		t.Errorf("%d bytes", len(out))
	}
}

func TestEmpty(t *testing.T) {
	out := made(t, &report.Page{Title: "Nothing leaked", Verdict: "Nothing."}, nil)
	for _, no := range []string{"Growth", "What leaked", "Chains", "<script", "Not picked"} {
		if bytes.Contains(out, []byte(no)) {
			t.Errorf("an empty page has %q", no)
		}
	}
}

func TestScale(t *testing.T) {
	for _, c := range []struct {
		values          []float64
		low, high, step float64
	}{
		{[]float64{0, 10}, 0, 10, 5},
		{[]float64{7, 7}, 0, 8, 2},
		{[]float64{0}, 0, 1, 1},
		{[]float64{3e6, 1e6}, 0, 3e6, 1e6},
		{[]float64{-3, 3}, -4, 4, 2},
	} {
		if low, high, step := scaleOf(c.values); low != c.low || high != c.high || step != c.step {
			t.Errorf("%v: %v to %v by %v, want %v to %v by %v", c.values, low, high, step, c.low, c.high, c.step)
		}
	}
}

// TestInBrowser looks at the page as people do: wide and narrow, light and dark,
// with script and without.
func TestInBrowser(t *testing.T) {
	out := made(t, sample(), samplePicture(t))
	tab := browser.Open(t)
	for _, width := range []int{1280, 400} {
		for _, dark := range []bool{false, true} {
			tab.Look(width, 900, 1, dark)
			tab.Load("report.html", out)
			if got := browser.Ask[int](tab, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("at %d pixels the page is %d wide", width, got)
			}
			ground := browser.Ask[string](tab, "getComputedStyle(document.body).backgroundColor")
			box := browser.Ask[string](tab, "getComputedStyle(document.querySelector('.picture svg > rect')).fill")
			if want := map[bool]string{false: "rgb(255, 255, 255)", true: "rgb(13, 17, 23)"}[dark]; ground != want || box != want {
				t.Errorf("dark %v: page %s, picture %s, want %s", dark, ground, box, want)
			}
			_, shot := tab.Whole()
			keep(t, fmt.Sprintf("report-%d-%v.png", width, map[bool]string{false: "light", true: "dark"}[dark]), shot)
		}
	}
	checkZoom(t, tab)
	checkStill(t, tab, out)
	if r, e := tab.Requests(), tab.Errors(); len(r)+len(e) > 0 {
		t.Errorf("requests %q, errors %q", r, e)
	}
}

func checkZoom(t *testing.T, tab *browser.Tab) {
	t.Helper()
	wide := func() float64 {
		return browser.Ask[float64](tab, "document.querySelector('.picture svg').viewBox.baseVal.width")
	}
	tab.Click("[data-zoom=fit]")
	fit := wide()
	tab.Click("[data-zoom=in]")
	near := wide()
	if near >= fit {
		t.Errorf("zoomed in from %v to %v points", fit, near)
	}
	browser.Ask[bool](tab, "document.querySelector('.picture').focus() || true")
	tab.Keys("-")
	if far := wide(); far <= near {
		t.Errorf("the minus key zooms from %v to %v points", near, far)
	}
}

// checkStill wants the page to be whole without script: the picture scrolls.
func checkStill(t *testing.T, tab *browser.Tab, out []byte) {
	t.Helper()
	tab.Script(false)
	tab.Look(400, 900, 1, false)
	tab.Load("still.html", out)
	_, shot := tab.Whole()
	keep(t, "report-400-still.png", shot)
	tab.Script(true)
	if n := browser.Ask[int](tab, "document.querySelectorAll('.live, .tools:not([hidden])').length"); n != 0 {
		t.Errorf("%d parts want a script that does not run", n)
	}
	if !browser.Ask[bool](tab, "(b => b.scrollWidth > b.clientWidth)(document.querySelector('.picture'))") {
		t.Error("the picture does not scroll")
	}
}

// keep writes a picture into the folder OBJGRAPH_PICTURES, for people to look at.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	if dir := os.Getenv("OBJGRAPH_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "_")), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
