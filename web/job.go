package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/jobtrace"
	"github.com/objgraph/objgraph/watch"
	"github.com/objgraph/objgraph/web/store"
)

// found is the dump that an address names.
func (s *Server) found(r *http.Request) (d store.Dump, err error) {
	worker, name := r.PathValue("worker"), r.PathValue("name")
	d, ok, err := s.store.Dump(r.Context(), worker, name)
	if err != nil {
		return d, err
	}
	if !ok {
		if whole, _ := s.store.State(); !whole {
			return d, &failure{http.StatusServiceUnavailable, "the folder is still being read, and this dump was not met yet", "try again in a moment"}
		}
		return d, notFound(fmt.Sprintf("there is no dump %s of worker %s in the folder, and no manifest of one", name, worker))
	}
	return d, nil
}

// finding is what a page shows of the report in a manifest: what leaks prints as JSON.
type finding struct {
	jobtrace.Report
	Early    string   `json:"early"`
	Crash    string   `json:"crash"`
	JobsFrom string   `json:"jobsFrom"`
	Dumps    []string `json:"dumps"`
	Warnings []string `json:"warnings"`
	Unknown  []string `json:"unknown"`
	Pictures []string `json:"pictures"`
	Picked   *struct {
		Type     string   `json:"type"`
		Count    int64    `json:"count"`
		New      *int64   `json:"new"`
		Bytes    uint64   `json:"bytes"`
		Retained uint64   `json:"retained"`
		PerJob   *float64 `json:"perJob"`
		Why      string   `json:"why"`
		Holder   *struct {
			Name string `json:"name"`
		} `json:"holder"`
	} `json:"picked"`
	Leaked []struct {
		Type     string   `json:"type"`
		Count    int64    `json:"count"`
		Delta    *int64   `json:"delta"`
		Bytes    uint64   `json:"bytes"`
		Retained uint64   `json:"retained"`
		PerJob   *float64 `json:"perJob"`
		Shape    *string  `json:"shape"`
	} `json:"leaked"`
	Chains []struct {
		Count int `json:"count"`
		Root  struct {
			Name string `json:"name"`
		} `json:"root"`
		Roots int `json:"roots"`
		Steps []struct {
			Type string `json:"type"`
			Edge string `json:"edge"`
			Addr string `json:"addr"`
		} `json:"steps"`
	} `json:"chains"`
}

// job is the page of one job: its dump, its memory, its report and its picture.
func (s *Server) job(r *http.Request) (*Page, error) {
	d, err := s.found(r)
	if err != nil {
		return nil, err
	}
	p := &Page{Title: d.Job, Live: !d.Reported, Place: []Link{{"Workers", "/"}, {s.workerName(d.Worker), link([]string{"worker", d.Worker})}}}
	p.Facts = s.jobFacts(&d)
	p.Blocks = append(p.Blocks, Block{Links: s.jobLinks(r, &d)})
	m, err := watch.ReadManifest(filepath.Join(s.store.Folder(d.Worker), d.Name+".json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.Lead = "The dump has no manifest yet, and no report. objgraph watch makes them."
	case err != nil:
		p.Warn = append(p.Warn, "the manifest cannot be read: "+err.Error())
	case !m.HasReport():
		p.Lead = "There is no report yet. objgraph watch makes it; what is in the dump can be looked at now."
	default:
		return p, s.reportOf(p, &d, m.Report)
	}
	return p, nil
}

func (s *Server) jobFacts(d *store.Dump) []Fact {
	var facts []Fact
	add := func(name string, c Cell) {
		if c.Text != "" {
			facts = append(facts, Fact{Name: name, Text: c.Text, Raw: c.Raw, Href: c.Href})
		}
	}
	add("Outcome", text(d.Outcome))
	add("Dump written", text(map[string]string{"before": "before the job", "after": "after the job", "memory": "close to a limit",
		"panic": "during a panic", "manual": "as asked"}[d.Kind]))
	add("At", timeAt(d.Written))
	add("Duration", seconds(d.Duration))
	add("Growth of the live heap", grown(d.Growth))
	add("Heap live before", maybeBytes(d.LiveBefore))
	add("Heap live after", maybeBytes(d.LiveAfter))
	add("RSS before", maybeBytes(d.RSSBefore))
	add("RSS after", maybeBytes(d.RSSAfter))
	add("Pause for the dump", pauseOf(d))
	if d.Kind != "" { // nobody counted them for others
		add("Jobs so far", count(d.Jobs))
	}
	add("PID", maybePID(d.PID))
	if d.File != "" {
		add("Dump", Cell{Text: signedBytes(d.Size), Raw: d.Size, Href: link([]string{"dump", d.Worker, d.Name})})
	} else {
		add("Dump", text("gone"))
	}
	return facts
}

// jobLinks lead to the dump, and to what it may be compared with.
func (s *Server) jobLinks(r *http.Request, d *store.Dump) (links []Link) {
	if d.File != "" {
		links = append(links, Link{"What is in the dump", link([]string{"dump", d.Worker, d.Name})})
	}
	all, _, err := s.store.Jobs(r.Context(), store.JobQuery{Worker: d.Worker, Sort: "seq", Up: true})
	if err != nil {
		return links
	}
	first, before, at := -1, -1, -1
	for i := range all {
		switch {
		case all[i].Name == d.Name:
			at = i
		case at < 0 && all[i].PID == d.PID && all[i].File != "":
			before = i
			if first < 0 {
				first = i
			}
		}
	}
	if before >= 0 && d.File != "" {
		links = append(links, Link{"Compare with the dump before", compareLink(&all[before], d)})
	}
	if first != before && d.File != "" {
		links = append(links, Link{"Compare with the first of the process", compareLink(&all[first], d)})
	}
	if at > 0 {
		links = append(links, Link{"Previous job", link([]string{"job", d.Worker, all[at-1].Name})})
	}
	if at >= 0 && at+1 < len(all) {
		links = append(links, Link{"Next job", link([]string{"job", d.Worker, all[at+1].Name})})
	}
	return links
}

func compareLink(a, b *store.Dump) string {
	return withQuery("/compare", "a", a.Worker+"/"+a.Name, "b", b.Worker+"/"+b.Name)
}

// reportOf puts a report on a page.
func (s *Server) reportOf(p *Page, d *store.Dump, report json.RawMessage) error {
	var f finding
	if err := json.Unmarshal(report, &f); err != nil {
		p.Warn = append(p.Warn, "the report in the manifest cannot be read: "+err.Error())
		return nil
	}
	p.Lead, p.Warn = f.Verdict, append(p.Warn, f.Warnings...)
	if f.Error != "" && !strings.Contains(f.Verdict, f.Error) {
		p.Warn = append(p.Warn, f.Error)
	}
	if f.Crash != "" {
		p.Blocks = append(p.Blocks, Block{Links: []Link{{"Words of the crash", link([]string{"crash", d.Worker, filepath.Base(f.Crash)})}}})
	}
	s.pickedOf(p, d, &f)
	if len(f.Rows) > 0 {
		p.Blocks = append(p.Blocks, Block{Table: grewTable(d, &f)})
	}
	if len(f.Leaked) > 0 {
		p.Blocks = append(p.Blocks, Block{Table: leakedTable(d, &f)})
	}
	if len(f.Chains) > 0 {
		p.Blocks = append(p.Blocks, Block{Table: chainTable(d, &f)})
	}
	s.pictureOf(p, d, &f)
	if len(f.Unknown) > 0 {
		p.Blocks = append(p.Blocks, Block{Heading: "What the evidence cannot say", List: f.Unknown})
	}
	return nil
}

// heldBy names who holds by a chain: one root, or the many goroutines that do alike.
func (f *finding) heldBy(chain int) string {
	c := &f.Chains[chain]
	return (&census.Chain{RootName: c.Root.Name, Roots: c.Roots}).Holder()
}

func (s *Server) pickedOf(p *Page, d *store.Dump, f *finding) {
	k := f.Picked
	if k == nil {
		return
	}
	add := func(name string, c Cell) {
		p.Facts = append(p.Facts, Fact{Name: name, Text: c.Text, Raw: c.Raw, Href: c.Href})
	}
	c := text(k.Type)
	if d.File != "" {
		c.Href = objectsLink(d.Worker, d.Name, k.Type)
	}
	add("Leaked type", c)
	if k.Holder != nil {
		name := k.Holder.Name
		for i := range f.Chains {
			if f.Chains[i].Root.Name == name {
				name = f.heldBy(i)
				break
			}
		}
		add("Held by", text(name))
	}
	if k.New != nil {
		add("New objects", count(*k.New))
	}
	add("Retained by what leaked", bytesOf(k.Retained))
}

func objectsLink(worker, name, typ string) string {
	return withQuery(link([]string{"dump", worker, name, "objects"}), "type", typ)
}

// typeCell is a type, which leads to its objects while the dump is there.
func typeCell(d *store.Dump, typ string) Cell {
	if d.File == "" {
		return text(typ)
	}
	return linked(typ, objectsLink(d.Worker, d.Name, typ))
}

func grewTable(d *store.Dump, f *finding) *Table {
	t := &Table{Name: "grew", Caption: "Grew since the dump before", Total: len(f.Rows), Pages: 1, Columns: []Column{
		{Key: "type", Title: "Type", Fixed: true}, {Key: "delta", Title: "More", Number: true, Fixed: true}, {Key: "total", Title: "Objects", Number: true, Fixed: true}, {Key: "bytes", Title: "Bytes", Number: true, Fixed: true}}}
	for _, row := range f.Rows {
		more := count(row.Delta)
		if row.Delta > 0 {
			more.Text = "+" + more.Text
		}
		t.Rows = append(t.Rows, []Cell{typeCell(d, row.Type), more, count(row.Total), bytesOf(uint64(max(0, row.Bytes)))})
	}
	return t
}

func leakedTable(d *store.Dump, f *finding) *Table {
	each := "A job"
	if f.JobsFrom == census.JobsAssumed {
		each = "A dump"
	}
	t := &Table{Name: "leaked", Caption: "Leaked over the series", Total: len(f.Leaked), Pages: 1, Columns: []Column{
		{Key: "type", Title: "Type", Fixed: true}, {Key: "delta", Title: "Leaked", Number: true, Fixed: true}, {Key: "perJob", Title: each, Number: true, Fixed: true},
		{Key: "count", Title: "Objects", Number: true, Fixed: true}, {Key: "bytes", Title: "Bytes", Number: true, Fixed: true}, {Key: "retained", Title: "Retained", Number: true, Fixed: true}, {Key: "shape", Title: "Growth", Fixed: true}}}
	for _, row := range f.Leaked {
		perJob, shape := Cell{}, Cell{}
		if row.PerJob != nil {
			perJob = Cell{Text: fmt.Sprintf("%.4g", *row.PerJob), Raw: *row.PerJob}
		}
		if row.Shape != nil {
			shape = text(*row.Shape)
		}
		t.Rows = append(t.Rows, []Cell{typeCell(d, row.Type), maybeCount(row.Delta), perJob, count(row.Count), bytesOf(row.Bytes), bytesOf(row.Retained), shape})
	}
	return t
}

func chainTable(d *store.Dump, f *finding) *Table {
	t := &Table{Name: "chains", Caption: "Who holds what leaked", Total: len(f.Chains), Pages: 1, Columns: []Column{
		{Key: "root", Title: "Root", Fixed: true}, {Key: "chain", Title: "Chain", Fixed: true}, {Key: "count", Title: "Objects", Number: true, Fixed: true}, {Key: "addr", Title: "One of them", Fixed: true}}}
	for i, c := range f.Chains {
		var way []string
		addr := ""
		for _, st := range c.Steps {
			way, addr = append(way, st.Edge+" → "+st.Type), st.Addr
		}
		last := Cell{Text: addr, Raw: addr, Class: "mono"}
		if d.File != "" && addr != "" {
			last.Href = withQuery(link([]string{"dump", d.Worker, d.Name, "picture"}), "addr", addr)
		}
		t.Rows = append(t.Rows, []Cell{text(f.heldBy(i)), Cell{Text: strings.Join(way, " "), Raw: strings.Join(way, " "), Class: "way"}, count(c.Count), last})
	}
	return t
}

// pictureOf shows the picture of the report, and leads to the one that unfolds.
func (s *Server) pictureOf(p *Page, d *store.Dump, f *finding) {
	if len(f.Chains) > 0 && d.File != "" {
		if steps := f.Chains[0].Steps; len(steps) > 0 {
			p.Blocks = append(p.Blocks, Block{Links: []Link{{"Picture whose nodes unfold", withQuery(link([]string{"dump", d.Worker, d.Name, "picture"}), "addr", steps[len(steps)-1].Addr)}}})
		}
	}
	names := f.Pictures
	if len(names) == 0 && f.Picture != "" {
		names = []string{f.Picture}
	}
	for _, name := range names {
		name = filepath.Base(filepath.FromSlash(name))
		if _, err := os.Stat(filepath.Join(s.store.Dir, name)); err != nil || !isPicture(name) {
			continue
		}
		p.Blocks = append(p.Blocks, Block{Heading: "Picture", Image: Link{"Picture of who holds " + d.Type, link([]string{"file", name})}})
		return
	}
}
