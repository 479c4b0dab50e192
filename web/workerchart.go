package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
	"github.com/objgraph/objgraph/web/chart"
	"github.com/objgraph/objgraph/web/store"
)

// mostSpans is how many jobs are looked at for a chart.
const mostSpans = 20_000

// workerChart is a worker's memory, with its jobs and what happened to it.
func (s *Server) workerChart(ctx context.Context, w *store.Worker, series *store.Series, from, to time.Time) ([]Block, error) {
	jobs, total, err := s.store.Jobs(ctx, store.JobQuery{Worker: w.Name, From: from, To: to.Add(time.Minute), Limit: mostSpans})
	if err != nil {
		return nil, err
	}
	marks, err := s.store.Marks(ctx, w.Name, from, to)
	if err != nil {
		return nil, err
	}
	rss := s.emptyChart("Resident memory of "+w.Name, w, from, to)
	rss.Lines = []chart.Line{lineOf("RSS", "rss", series, func(p *store.Point) (*int64, *int64) { return p.RSS, p.RSSLow }, w.Every)}
	heap := s.emptyChart("Heap of "+w.Name, w, from, to)
	heap.Lines = []chart.Line{
		lineOf("Heap goal", "goal", series, func(p *store.Point) (*int64, *int64) { return p.Goal, p.GoalLow }, w.Every),
		lineOf("Heap live", "live", series, func(p *store.Point) (*int64, *int64) { return p.Live, p.LiveLow }, w.Every)}
	for _, c := range []*chart.Chart{rss, heap} {
		for i := len(jobs) - 1; i >= 0; i-- { // oldest first
			addJob(c, &jobs[i])
		}
		for _, m := range marks {
			c.Marks = append(c.Marks, happened(w.Name, &m))
		}
	}
	out := []Block{chartBlock("rss", "Resident memory (RSS)", rss), chartBlock("heap", "Heap: live (solid) and goal (dashed)", heap)}
	out[1].Text = legend(series)
	if total > mostSpans {
		out[1].Text += fmt.Sprintf(" Of %d jobs the last %d are marked.", total, mostSpans)
	}
	return out, nil
}

// emptyChart is a chart of a worker without anything in it.
func (s *Server) emptyChart(title string, w *store.Worker, from, to time.Time) *chart.Chart {
	return &chart.Chart{Title: title, From: from, To: to, Format: axisBytes, Zone: time.Local, Classes: []string{"job", "failed", "leak"},
		Many: func(from, to time.Time) string {
			return withQuery("/jobs", "worker", w.Name, "from", from.UTC().Format(time.RFC3339Nano), "to", to.UTC().Format(time.RFC3339Nano))
		}}
}

func chartBlock(id, heading string, c *chart.Chart) Block {
	b := drawing(id, heading, func(width float64) []byte {
		if width == narrow {
			return c.SVG(width, 190)
		}
		return c.SVG(width, 230)
	})
	b.Class = "card"
	return b
}

// legend says what stands below the lines.
func legend(s *store.Series) string {
	text := "The strip below: jobs that left a dump, red where they left a leak. Flags: starts of processes, crashes, and dumps of crashes."
	if s.Width > 0 {
		text += fmt.Sprintf(" Each point stands for %s: the line is the highest, the area reaches down to the lowest.", lasting(s.Width.Seconds()))
	}
	return text
}

// addJob puts a dump into a chart: a job as a span, a crash as a mark.
func addJob(c *chart.Chart, d *store.Dump) {
	href := link([]string{"job", d.Worker, d.Name})
	switch d.Kind {
	case jobtrace.KindBefore:
		return
	case jobtrace.KindMemory, jobtrace.KindPanic:
		c.Marks = append(c.Marks, chart.Mark{Time: d.Written, Class: "crashdump", Text: fmt.Sprintf("dump (%s) of %s", d.Kind, d.Job), Href: href})
		if d.Duration == nil {
			return
		}
	}
	from := d.Written.Add(-time.Duration(d.Pause * float64(time.Second)))
	if d.Duration != nil {
		from = d.Written.Add(-time.Duration(*d.Duration * float64(time.Second)))
	}
	sp := chart.Span{From: from, To: d.Written, Class: "job", Text: d.Job, Href: href}
	if d.Outcome != "" && d.Outcome != jobtrace.OutcomeOK {
		sp.Class, sp.Text = "failed", d.Job+", "+d.Outcome
	}
	if d.Leak {
		sp.Class, sp.Text = "leak", d.Job+" left "+d.Type
	}
	c.Spans = append(c.Spans, sp)
}

func happened(worker string, m *store.Mark) chart.Mark {
	out := chart.Mark{Time: m.Time, Class: m.Kind, Text: "process " + m.Text + " started"}
	if m.Kind == store.MarkCrash {
		out.Text, out.Href = "crash: "+m.Text, link([]string{"crash", worker, m.Text})
	}
	return out
}

// workerJobs is the table of the worker's last jobs in the time that is shown.
func (s *Server) workerJobs(r *http.Request, worker string, from, to time.Time) (*Table, error) {
	q, err := ask(r, "", "written", true)
	if err != nil {
		return nil, err
	}
	return s.jobTable(r.Context(), store.JobQuery{Worker: worker, From: from, To: to.Add(time.Minute)}, q)
}
