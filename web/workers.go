package web

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/objgraph/objgraph/web/chart"
	"github.com/objgraph/objgraph/web/store"
)

// workerName is how a worker is called on pages.
func (s *Server) workerName(worker string) string {
	if worker == store.Top {
		return "(folder's top)"
	}
	return worker
}

// cards is how many workers have a picture of their own on the page of all.
const cards = 60

// workers is the page of all workers.
func (s *Server) workers(r *http.Request) (*Page, error) {
	q, err := ask(r, "", "worker", false)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Workers(r.Context())
	if err != nil {
		return nil, err
	}
	now := s.now()
	t := &Table{Name: "workers", Caption: "Workers", Empty: "No worker has left anything in the folder yet.", Columns: []Column{
		{Key: "worker", Title: "Worker"}, {Key: "state", Title: "State"},
		{Key: "rss", Title: "RSS", Number: true, Help: "resident memory"}, {Key: "live", Title: "Heap live", Number: true}, {Key: "goal", Title: "Heap goal", Number: true},
		{Key: "goroutines", Title: "Goroutines", Number: true}, {Key: "job", Title: "Job"}, {Key: "jobs", Title: "Jobs done", Number: true},
		{Key: "dumps", Title: "Dumps", Number: true}, {Key: "leaks", Title: "Leaks", Number: true}, {Key: "crashes", Title: "Crashes", Number: true},
		{Key: "pid", Title: "PID", Number: true}, {Key: "seen", Title: "Seen last"}}}
	for i := range all {
		t.Rows = append(t.Rows, s.workerRow(&all[i], now))
	}
	if err := t.sort(q); err != nil {
		return nil, err
	}
	t.cut(q)
	p := &Page{Title: "Workers", Live: true, Blocks: []Block{{Table: t}}}
	s.tell(p)
	if r.FormValue("format") == "" {
		sparks, err := s.sparks(r.Context(), all, now)
		if err != nil {
			return nil, err
		}
		p.Blocks = append(p.Blocks, sparks)
	}
	return p, nil
}

// tell says how far the index is, and what is wrong with it.
func (s *Server) tell(p *Page) {
	whole, err := s.store.State()
	switch {
	case err != nil:
		p.Warn = append(p.Warn, "the folder cannot be read at the moment: "+err.Error())
	case !whole:
		p.Lead = "The folder is being read; what is known so far is here."
	}
}

func (s *Server) workerRow(w *store.Worker, now time.Time) []Cell {
	state := Cell{Text: "ended", Raw: "ended"}
	if w.Runs(now) {
		state = Cell{Text: "runs", Raw: "runs", Class: "good"}
	} else if w.PID == 0 {
		state = Cell{Text: "no samples", Raw: "no samples"}
	}
	leaks := count(w.Leaks)
	if w.Leaks > 0 {
		leaks.Class, leaks.Href = "bad", withQuery("/jobs", "worker", w.Name, "leaks", "1")
	}
	dumps := count(w.Dumps)
	dumps.Href = withQuery("/jobs", "worker", w.Name)
	return []Cell{{Text: s.workerName(w.Name), Href: link([]string{"worker", w.Name}), Raw: w.Name}, state,
		maybeBytes(w.Memory.RSS), maybeBytes(w.Memory.HeapLive), maybeBytes(w.Memory.HeapGoal), maybeCount(w.Memory.Goroutines),
		text(cut(w.Job, 60)), count(w.Jobs), dumps, leaks, count(w.Crashes), maybePID(w.PID), timeAt(w.Seen)}
}

func maybeCount(n *int64) Cell {
	if n == nil {
		return Cell{}
	}
	return count(*n)
}

func maybePID(pid int) Cell {
	if pid == 0 {
		return Cell{}
	}
	return Cell{Text: fmt.Sprint(pid), Raw: pid}
}

// sparks are small pictures of each worker's last day.
func (s *Server) sparks(ctx context.Context, all []store.Worker, now time.Time) (b Block, err error) {
	for i := range all {
		if all[i].PID == 0 || len(b.Cards) == cards {
			continue
		}
		c, err := s.spark(ctx, &all[i], now)
		if err != nil {
			return b, err
		}
		b.Cards = append(b.Cards, c)
	}
	return b, nil
}

func (s *Server) spark(ctx context.Context, w *store.Worker, now time.Time) (Card, error) {
	to := w.Seen
	if w.Runs(now) {
		to = now
	}
	from := later(to.Add(-24*time.Hour), w.First)
	series, err := s.store.Memory(ctx, w.Name, from, to, 300)
	line := lineOf("RSS", "rss", &series, func(p *store.Point) (*int64, *int64) { return p.RSS, p.RSSLow }, w.Every)
	last := w.Memory.RSS
	if len(line.Points) == 0 {
		line = lineOf("Heap live", "live", &series, func(p *store.Point) (*int64, *int64) { return p.Live, p.LiveLow }, w.Every)
		last = w.Memory.HeapLive
	}
	return Card{Link: Link{s.workerName(w.Name), link([]string{"worker", w.Name})},
		Text: fmt.Sprintf("%s %s, over %s", line.Name, maybeBytes(last).Text, lasting(to.Sub(from).Seconds())),
		SVG:  template.HTML(chart.Spark(w.Name, line, from, to, 320, 64, axisBytes))}, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// lineOf is one figure of a series.
func lineOf(name, class string, s *store.Series, of func(*store.Point) (high, low *int64), every time.Duration) chart.Line {
	l := chart.Line{Name: name, Class: class, Gap: max(3*s.Width, 4*every, 10*time.Second)}
	for i := range s.Points {
		if high, low := of(&s.Points[i]); high != nil && low != nil {
			l.Points = append(l.Points, chart.Point{Time: s.Points[i].Time, High: float64(*high), Low: float64(*low)})
		}
	}
	return l
}

// ranges are the stretches of time that a page is asked for.
var ranges = []struct {
	name, says string
	length     time.Duration
}{{"10m", "10 minutes", 10 * time.Minute}, {"1h", "1 hour", time.Hour}, {"6h", "6 hours", 6 * time.Hour}, {"1d", "1 day", 24 * time.Hour},
	{"7d", "7 days", 7 * 24 * time.Hour}, {"30d", "30 days", 30 * 24 * time.Hour}, {"all", "all", 0}}

// rangeOf is the time that is asked for: from and to, or the last range.
func (s *Server) rangeOf(r *http.Request, w *store.Worker) (from, to time.Time, name string, err error) {
	to = w.Seen
	if w.Runs(s.now()) {
		to = s.now()
	}
	name = r.FormValue("range")
	for key, at := range map[string]*time.Time{"from": &from, "to": &to} {
		if text := r.FormValue(key); text != "" {
			if *at, err = time.Parse(time.RFC3339, text); err != nil {
				return from, to, "", badRequest(fmt.Sprintf("%s=%s: want a time such as 2006-01-02T15:04:05Z", key, text), "")
			}
			name = "other"
		}
	}
	if name == "" {
		name = "all"
	}
	for _, x := range ranges {
		if x.name == name && from.IsZero() {
			from = w.First
			if x.length > 0 {
				from = to.Add(-x.length)
			}
		}
	}
	if from.IsZero() || !from.Before(to) {
		if name != "other" && from.IsZero() {
			return from, to, "", badRequest("range="+name+": want 10m, 1h, 6h, 1d, 7d, 30d or all", "")
		}
		from = to.Add(-time.Minute)
	}
	return from, to, name, nil
}

// points is how many a chart has at the most.
const points = 1200

// worker is the page of one worker.
func (s *Server) worker(r *http.Request) (*Page, error) {
	name := r.PathValue("worker")
	w, ok, err := s.store.Worker(r.Context(), name)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, notFound(fmt.Sprintf("there is no worker %q in the folder", name))
	}
	from, to, rangeName, err := s.rangeOf(r, &w)
	if err != nil {
		return nil, err
	}
	p := &Page{Title: s.workerName(name), Live: true, Place: []Link{{"Workers", "/"}}}
	s.tell(p)
	p.Facts = s.workerFacts(&w)
	for _, x := range ranges {
		p.Tabs = append(p.Tabs, Tab{Link{x.says, withQuery(link([]string{"worker", name}), "range", x.name)}, x.name == rangeName})
	}
	series, err := s.store.Memory(r.Context(), name, from, to, points)
	if err != nil {
		return nil, err
	}
	if p.Blocks, err = s.workerChart(r.Context(), &w, &series, from, to); err != nil {
		return nil, err
	}
	jobs, err := s.workerJobs(r, name, from, to)
	if err != nil {
		return nil, err
	}
	p.Blocks = append(p.Blocks, Block{Table: jobs})
	if format := r.FormValue("format"); format == "json" || format == "csv" {
		p.Blocks = append(p.Blocks, Block{Table: memoryTable(&series)})
	} else {
		p.Blocks = append(p.Blocks, Block{Text: "The memory as a table:", Links: []Link{
			{"JSON", withQuery("", "range", rangeName, "from", r.FormValue("from"), "to", r.FormValue("to"), "format", "json")},
			{"CSV", withQuery("", "range", rangeName, "from", r.FormValue("from"), "to", r.FormValue("to"), "format", "csv", "table", "memory")}}})
	}
	return p, nil
}

func (s *Server) workerFacts(w *store.Worker) []Fact {
	state := "ended, last sample " + timeAt(w.Seen).Text
	if w.Runs(s.now()) {
		state = "runs"
	}
	facts := []Fact{{Name: "State", Text: state}}
	add := func(name string, c Cell) {
		if c.Text != "" {
			facts = append(facts, Fact{Name: name, Text: c.Text, Raw: c.Raw, Href: c.Href})
		}
	}
	add("RSS", maybeBytes(w.Memory.RSS))
	add("Heap live", maybeBytes(w.Memory.HeapLive))
	add("Heap goal", maybeBytes(w.Memory.HeapGoal))
	add("Heap idle", maybeBytes(w.Memory.HeapIdle))
	add("Swap", maybeBytes(w.Memory.Swap))
	add("Goroutines", maybeCount(w.Memory.Goroutines))
	add("Job that runs", text(cut(w.Job, 60)))
	add("Jobs done", count(w.Jobs))
	dumps := count(w.Dumps)
	dumps.Href = withQuery("/jobs", "worker", w.Name)
	add("Dumps", dumps)
	add("PID", maybePID(w.PID))
	return facts
}

func memoryTable(s *store.Series) *Table {
	t := &Table{Name: "memory", Caption: "Memory over time", Total: len(s.Points), Columns: []Column{
		{Key: "time", Title: "Time"}, {Key: "rss", Title: "RSS", Number: true}, {Key: "rssLow", Title: "RSS, lowest", Number: true},
		{Key: "live", Title: "Heap live", Number: true}, {Key: "liveLow", Title: "Heap live, lowest", Number: true},
		{Key: "goal", Title: "Heap goal", Number: true}, {Key: "goroutines", Title: "Goroutines", Number: true}, {Key: "samples", Title: "Samples", Number: true}}}
	for i := range s.Points {
		p := &s.Points[i]
		t.Rows = append(t.Rows, []Cell{timeAt(p.Time), maybeBytes(p.RSS), maybeBytes(p.RSSLow), maybeBytes(p.Live), maybeBytes(p.LiveLow),
			maybeBytes(p.Goal), maybeCount(p.Goroutines), count(p.Samples)})
	}
	return t
}
