package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strings"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

// Dump is a dump of a worker, with what its manifest says. One whose file is gone
// is still known by its manifest.
type Dump struct {
	Worker, Name string // Name: without .dump and what follows
	File         string // base name; "" where the file is gone
	Size         int64  // of the file, bytes
	Job          string
	Seq          int
	Kind         string
	Outcome      string
	Written      time.Time
	PID          int
	Duration     *float64 // of the job, seconds
	Pause        float64  // seconds
	Jobs         int      // that had ended
	DumpBytes    int64    // unpacked
	Exe          string

	RSSBefore, RSSAfter, LiveBefore, LiveAfter *int64
	Growth                                     *int64 // of the live heap over the job, bytes

	Type        string // that leaks, by the report
	Leaked      int64  // objects
	LeakedBytes int64
	Leak        bool // the job left some
	Verdict     string
	Picture     string // base name
	Error       string
	Reported    bool
	Types       string // that grew, one a line
}

// columns are those of dumps that are read into a Dump, in this order.
const columns = `worker, name, file, size, job, seq, kind, outcome, written, pid, duration, pause, jobs, dumpBytes, exe,
  rssBefore, rssAfter, liveBefore, liveAfter, growth, type, leaked, leakedBytes, leak, verdict, picture, error, reported, types`

func (d *Dump) scan(row interface{ Scan(...any) error }) error {
	var written int64
	err := row.Scan(&d.Worker, &d.Name, &d.File, &d.Size, &d.Job, &d.Seq, &d.Kind, &d.Outcome, &written, &d.PID, &d.Duration, &d.Pause,
		&d.Jobs, &d.DumpBytes, &d.Exe, &d.RSSBefore, &d.RSSAfter, &d.LiveBefore, &d.LiveAfter, &d.Growth,
		&d.Type, &d.Leaked, &d.LeakedBytes, &d.Leak, &d.Verdict, &d.Picture, &d.Error, &d.Reported, &d.Types)
	d.Written = time.UnixMilli(written)
	return err
}

func (d *Dump) write(ctx context.Context, tx *sql.Tx, stamp string) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO dumps (stamp, `+columns+`) VALUES (?`+strings.Repeat(", ?", strings.Count(columns, ",")+1)+`)`,
		stamp, d.Worker, d.Name, d.File, d.Size, d.Job, d.Seq, d.Kind, d.Outcome, d.Written.UnixMilli(), d.PID, d.Duration, d.Pause,
		d.Jobs, d.DumpBytes, d.Exe, d.RSSBefore, d.RSSAfter, d.LiveBefore, d.LiveAfter, d.Growth,
		d.Type, d.Leaked, d.LeakedBytes, d.Leak, d.Verdict, d.Picture, d.Error, d.Reported, d.Types)
	return err
}

// describe fills in what a manifest says.
func (d *Dump) describe(m *jobtrace.Manifest) {
	if m.Job != "" {
		d.Job = m.Job
	}
	d.Seq, d.Kind, d.Outcome, d.PID, d.Duration, d.Pause = m.Seq, m.Kind, m.Outcome, m.PID, m.Duration, m.Pause
	d.Jobs, d.DumpBytes, d.Exe = m.JobsSoFar, m.DumpBytes, m.Executable
	if !m.Written.IsZero() {
		d.Written = m.Written
	}
	if b := m.MemoryBefore; b != nil {
		d.RSSBefore, d.LiveBefore = b.RSS, b.HeapLive
	}
	if a := m.MemoryAfter; a != nil {
		d.RSSAfter, d.LiveAfter = a.RSS, a.HeapLive
	}
	if d.LiveBefore != nil && d.LiveAfter != nil {
		grown := *d.LiveAfter - *d.LiveBefore
		d.Growth = &grown
	}
	d.report(m.Report)
}

// finding is what a report says that tables are sorted and searched by.
type finding struct {
	jobtrace.Report
	Leak   *bool `json:"leak"`
	Picked *struct {
		Type  string `json:"type"`
		New   *int64 `json:"new"`
		Count int64  `json:"count"`
		Bytes int64  `json:"bytes"`
	} `json:"picked"`
	Leaked []struct {
		Type  string `json:"type"`
		Delta int64  `json:"delta"`
	} `json:"leaked"`
}

func (d *Dump) report(text json.RawMessage) {
	if len(text) == 0 || string(text) == "null" {
		return
	}
	d.Reported = true
	var f finding
	if err := json.Unmarshal(text, &f); err != nil {
		d.Error = "the report in the manifest cannot be read: " + err.Error()
		return
	}
	d.Verdict, d.Error = f.Verdict, f.Error
	if f.Picture != "" {
		d.Picture = filepath.Base(filepath.FromSlash(f.Picture))
	}
	var types []string
	for _, r := range f.Rows {
		types = append(types, r.Type)
	}
	if p := f.Picked; p != nil {
		d.Type, d.LeakedBytes, d.Leaked = p.Type, p.Bytes, p.Count
		if p.New != nil {
			d.Leaked = *p.New
		}
		types = append(types, p.Type)
		d.Leak = f.Leak == nil || *f.Leak
	}
	for _, l := range f.Leaked {
		types = append(types, l.Type)
	}
	d.Types = strings.Join(types, "\n")
}
