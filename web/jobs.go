package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
	"github.com/objgraph/objgraph/web/store"
)

// jobs is the table of all jobs that left a dump.
func (s *Server) jobs(r *http.Request) (*Page, error) {
	q, err := ask(r, "", "written", true)
	if err != nil {
		return nil, err
	}
	want := store.JobQuery{Worker: r.FormValue("worker"), Search: r.FormValue("q"), Type: r.FormValue("type"), Kind: r.FormValue("kind"), Leaks: r.FormValue("leaks") == "1"}
	for name, at := range map[string]*time.Time{"from": &want.From, "to": &want.To} {
		if text := r.FormValue(name); text != "" {
			if *at, err = time.Parse(time.RFC3339, text); err != nil {
				return nil, badRequest(fmt.Sprintf("%s=%s: want a time such as 2006-01-02T15:04:05Z", name, text), "")
			}
		}
	}
	t, err := s.jobTable(r.Context(), want, q)
	if err != nil {
		return nil, err
	}
	form, err := s.jobForm(r, &want)
	if err != nil {
		return nil, err
	}
	p := &Page{Title: "Jobs", Live: true, Blocks: []Block{{Form: form}, {Table: t}}}
	s.tell(p)
	return p, nil
}

func (s *Server) jobForm(r *http.Request, q *store.JobQuery) (*Form, error) {
	workers, err := s.store.Workers(r.Context())
	if err != nil {
		return nil, err
	}
	choices := []Option{{"", "all"}}
	for _, w := range workers {
		choices = append(choices, Option{w.Name, s.workerName(w.Name)})
	}
	kinds := []Option{{"", "all"}}
	for _, k := range []string{jobtrace.KindAfter, jobtrace.KindBefore, jobtrace.KindMemory, jobtrace.KindPanic, jobtrace.KindManual} {
		kinds = append(kinds, Option{k, k})
	}
	leaks := ""
	if q.Leaks {
		leaks = "1"
	}
	f := &Form{Action: "/jobs", Submit: "Search", Fields: []Field{
		{Name: "q", Label: "Search", Value: q.Search, Hint: "job, type or verdict"},
		{Name: "type", Label: "Type", Value: q.Type, Hint: "main.Job"},
		{Name: "worker", Label: "Worker", Value: q.Worker, Options: choices},
		{Name: "kind", Label: "Kind of dump", Value: q.Kind, Options: kinds},
		{Name: "leaks", Label: "Left a leak", Value: leaks, Check: true}}}
	for _, name := range []string{"sort", "from", "to"} {
		if v := r.FormValue(name); v != "" {
			f.Hidden = append(f.Hidden, Field{Name: name, Value: v})
		}
	}
	return f, nil
}

// jobTable is a table of dumps with what is known of their jobs.
func (s *Server) jobTable(ctx context.Context, want store.JobQuery, q query) (*Table, error) {
	want.Sort, want.Up, want.Limit, want.Offset = q.sort, !q.down, q.limit, (q.page-1)*q.limit
	list, total, err := s.store.Jobs(ctx, want)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "jobs", Caption: "Jobs", Total: total, Empty: "No job left a dump, or none that is searched for.", Columns: []Column{
		{Key: "job", Title: "Job"}, {Key: "worker", Title: "Worker"}, {Key: "seq", Title: "Seq", Number: true}, {Key: "kind", Title: "Kind", Help: "what the dump was written for: after a job, before it, memory close to a limit, a panic, or by hand"}, {Key: "outcome", Title: "Outcome"},
		{Key: "type", Title: "Leaked type"}, {Key: "leaked", Title: "Leaked", Number: true, Help: "objects, by the report"}, {Key: "leakedBytes", Title: "Bytes", Number: true, Help: "of the leaked type, by the report"},
		{Key: "growth", Title: "Growth", Number: true, Help: "of the live heap over the job"}, {Key: "live", Title: "Heap live", Number: true, Help: "after the job"}, {Key: "rss", Title: "RSS", Number: true, Help: "after the job"},
		{Key: "duration", Title: "Duration", Number: true}, {Key: "pause", Title: "Pause", Number: true, Help: "while the dump was written"},
		{Key: "size", Title: "Dump", Number: true, Help: "the file's size"}, {Key: "written", Title: "Written"}}}
	for i := range list {
		t.Rows = append(t.Rows, s.jobRow(&list[i]))
	}
	t.paged(q)
	if want.Worker != "" { // which is then known
		t.Columns = slices.Delete(t.Columns, 1, 2)
		for i := range t.Rows {
			t.Rows[i] = slices.Delete(t.Rows[i], 1, 2)
		}
	}
	return t, nil
}

// pauseOf is how long the process stood still; nothing for a dump that jobtrace did
// not write.
func pauseOf(d *store.Dump) Cell {
	if d.Pause == 0 {
		return Cell{}
	}
	return seconds(&d.Pause)
}

func (s *Server) jobRow(d *store.Dump) []Cell {
	job := Cell{Text: cut(d.Job, 100), Href: link([]string{"job", d.Worker, d.Name}), Raw: d.Job}
	typ, leaked, leakedBytes := Cell{}, Cell{}, Cell{}
	switch {
	case d.Error != "":
		typ = Cell{Text: "not read", Class: "bad"}
	case !d.Reported:
		typ = Cell{Text: "no report yet", Class: "empty"}
	case d.Type != "":
		typ, leaked, leakedBytes = text(d.Type), count(d.Leaked), bytesOf(uint64(d.LeakedBytes))
	}
	if d.Leak {
		typ.Class = "bad"
	}
	typ.Class = strings.TrimSpace(typ.Class + " type")
	file := Cell{Text: "gone", Class: "empty"}
	if d.File != "" {
		file = Cell{Text: signedBytes(d.Size), Href: link([]string{"dump", d.Worker, d.Name}), Raw: d.Size}
	}
	outcome := text(d.Outcome)
	if d.Outcome != "" && d.Outcome != jobtrace.OutcomeOK {
		outcome.Class = "bad"
	}
	outcome.Class = strings.TrimSpace(outcome.Class + " short")
	return []Cell{job, {Text: s.workerName(d.Worker), Href: link([]string{"worker", d.Worker}), Raw: d.Worker}, count(d.Seq), {Text: d.Kind, Raw: d.Kind, Class: "short"}, outcome,
		typ, leaked, leakedBytes, grown(d.Growth), maybeBytes(d.LiveAfter), maybeBytes(d.RSSAfter), seconds(d.Duration), pauseOf(d), file, timeAt(d.Written)}
}
