package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/web/store"
)

// comparisons are the answers of leaks over two dumps, those that were asked for
// last. One is computed at a time, while no dump is being opened.
type comparisons struct {
	s    *Server
	mu   sync.Mutex
	of   map[string]*comparison
	last []string
}

// mostComparisons is how many answers are kept.
const mostComparisons = 32

// comparison is one answer, or the work on it.
type comparison struct {
	done   chan struct{} // closed when the rest is there
	report []byte        // as leaks --json prints it
	svg    []byte        // picture of who holds what leaked; nil for none
	err    error
}

func (c *comparisons) start(s *Server) { c.s, c.of = s, map[string]*comparison{} }

// get is the comparison of two files with a type to look at ("" for any), begun if
// there is none.
func (c *comparisons) get(paths []string, typ string) *comparison {
	key := strings.Join(append(paths, typ), "\x00")
	c.mu.Lock()
	defer c.mu.Unlock()
	if found := c.of[key]; found != nil {
		return found
	}
	if len(c.last) == mostComparisons {
		delete(c.of, c.last[0])
		c.last = c.last[1:]
	}
	out := &comparison{done: make(chan struct{})}
	c.of[key], c.last = out, append(c.last, key)
	c.s.pool.work.Go(func() {
		defer close(out.done)
		out.report, out.svg, out.err = c.s.leaks(paths, typ)
	})
	return out
}

// forget drops a comparison, for one that failed.
func (c *comparisons) forget(of *comparison) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, found := range c.of {
		if found == of {
			delete(c.of, key)
		}
	}
}

// leaks compares dumps of one process, oldest first.
func (s *Server) leaks(paths []string, typ string) (text, svg []byte, err error) {
	p := s.pool
	select {
	case <-p.opening:
		defer func() { p.opening <- struct{}{} }()
	case <-p.ctx.Done():
		return nil, nil, p.ctx.Err()
	}
	e := &entry{}
	if err := p.reserve(e, paths...); err != nil {
		return nil, nil, err
	}
	found, err := census.FindLeaks(p.ctx, paths, census.LeaksOptions{Exe: s.o.Exe, FullNames: s.o.FullNames, Type: typ, MaxChains: 20})
	if err != nil {
		return nil, nil, explainDump(err, paths[len(paths)-1])
	}
	defer found.Last.Close()
	a := &report.Leaks{Leaks: found, About: report.AboutOfLeaks(found), Limit: 100}
	a.Warnings = found.Warnings
	var out bytes.Buffer
	if err := a.JSON(&out); err != nil {
		return nil, nil, err
	}
	return out.Bytes(), s.leakPicture(p.ctx, a), nil
}

// leakPicture is nil where there is nothing to draw, or it cannot be drawn.
func (s *Server) leakPicture(ctx context.Context, a *report.Leaks) []byte {
	id, ok := a.Target()
	if a.Picked == nil || !ok {
		return nil
	}
	o := report.PictureOptions{View: report.Both, About: &a.About, FanOut: 6, MaxNodes: 80, Theme: layouts.Auto}
	o.Title, o.Notes = a.Caption()
	o.Way = a.Way()
	pic, err := report.NewPicture(ctx, a.Last, id, o)
	if err != nil {
		return nil
	}
	svg, err := layouts.SVG(ctx, pic, layouts.Options{})
	if err != nil {
		return nil
	}
	return svg
}

// comparison is the page that compares any two dumps.
func (s *Server) comparison(r *http.Request) (*Page, error) {
	p := &Page{Title: "Compare two dumps"}
	form, err := s.compareForm(r)
	if err != nil {
		return nil, err
	}
	p.Blocks = []Block{{Form: form}}
	if r.FormValue("a") == "" || r.FormValue("b") == "" {
		p.Lead = "Choose two dumps of one process, the older first: what came between them and is still there may have leaked."
		return p, nil
	}
	dumps, paths, err := s.twoDumps(r)
	if err != nil {
		return p.without(err), nil
	}
	p.Title = fmt.Sprintf("%s → %s", dumps[0].Name, dumps[1].Name)
	c := s.compare.get(paths, r.FormValue("type"))
	if !waitFor(r, c.done) {
		p.Status, p.Retry, p.Lead = http.StatusAccepted, 1, "The dumps are being compared. The page comes by itself."
		return p, nil
	}
	if c.err != nil {
		s.compare.forget(c)
		return p.without(c.err), nil
	}
	if err := s.reportOf(p, &dumps[1], c.report); err != nil {
		return nil, err
	}
	if c.svg != nil {
		p.Blocks = append(p.Blocks, Block{Heading: "Picture", Class: "picture", SVG: inline(c.svg)})
	}
	return p, nil
}

// waitFor waits for as long as a request is to take; programs wait for the end.
func waitFor(r *http.Request, done <-chan struct{}) bool {
	wait := patience
	if f := r.FormValue("format"); f == "json" || f == "csv" {
		wait = time.Hour
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
	case <-r.Context().Done():
	}
	return false
}

// twoDumps are those that the address names.
func (s *Server) twoDumps(r *http.Request) (dumps []store.Dump, paths []string, err error) {
	for _, key := range []string{"a", "b"} {
		worker, name, _ := strings.Cut(r.FormValue(key), "/")
		d, ok, err := s.store.Dump(r.Context(), worker, name)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			return nil, nil, notFound(fmt.Sprintf("%s=%s: there is no such dump; want WORKER/NAME", key, r.FormValue(key)))
		}
		if d.File == "" {
			return nil, nil, gone(d.Name)
		}
		dumps, paths = append(dumps, d), append(paths, s.fileOf(&d))
	}
	if paths[0] == paths[1] {
		return nil, nil, badRequest("these are the same dump", "choose two")
	}
	return dumps, paths, nil
}

// mostChoices is how many dumps there are to choose from.
const mostChoices = 1000

func (s *Server) compareForm(r *http.Request) (*Form, error) {
	list, _, err := s.store.Jobs(r.Context(), store.JobQuery{Limit: mostChoices})
	if err != nil {
		return nil, err
	}
	options := []Option{{"", "choose"}}
	for i := range list {
		if d := &list[i]; d.File != "" {
			options = append(options, Option{d.Worker + "/" + d.Name, fmt.Sprintf("%s %s %s", s.workerName(d.Worker), d.Name, timeAt(d.Written).Text)})
		}
	}
	return &Form{Action: "/compare", Submit: "Compare", Fields: []Field{
		{Name: "a", Label: "Older", Value: r.FormValue("a"), Options: options},
		{Name: "b", Label: "Newer", Value: r.FormValue("b"), Options: options},
		{Name: "type", Label: "Type (any)", Value: r.FormValue("type"), Hint: "main.Job"}}}, nil
}
