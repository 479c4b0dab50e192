package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

// Worker is the last that is known of a worker.
type Worker struct {
	Name    string
	PID     int       // 0: it left no samples
	Seen    time.Time // of the last sample, or the last dump
	First   time.Time // of the oldest, likewise
	Every   time.Duration
	Memory  jobtrace.Memory
	Job     string // that runs; "" for none
	Jobs    int
	Dumps   int
	Leaks   int
	Crashes int
}

// Runs reports whether the worker left a sample so lately that it lives.
func (w *Worker) Runs(now time.Time) bool {
	return w.PID > 0 && now.Sub(w.Seen) < max(3*w.Every, 5*time.Second)
}

// Workers are all workers, by name.
func (s *Store) Workers(ctx context.Context) (out []Worker, err error) {
	rows, err := s.db.QueryContext(ctx, `
WITH names AS (SELECT name FROM workers UNION SELECT worker FROM dumps UNION SELECT worker FROM marks WHERE kind = 'crash'),
d AS (SELECT worker, count(*) AS n, sum(leak) AS leaks, min(written) AS first, max(written) AS last FROM dumps GROUP BY worker)
SELECT names.name, ifnull(d.n, 0), ifnull(d.leaks, 0), ifnull(d.first, 0), ifnull(d.last, 0),
  (SELECT count(*) FROM marks WHERE worker = names.name AND kind = 'crash'),
  ifnull((SELECT min(time) FROM samples WHERE worker = names.name AND width = 60000), 0),
  ifnull((SELECT min(time) FROM marks WHERE worker = names.name AND kind = 'start'), 0),
  ifnull(pid, 0), ifnull(time, 0), ifnull(every, 0), rss, live, goal, idle, swap, goroutines, ifnull(job, ''), ifnull(jobs, 0)
FROM names LEFT JOIN workers ON workers.name = names.name LEFT JOIN d ON d.worker = names.name ORDER BY names.name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		w, err := scanWorker(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, rows.Err()
}

func scanWorker(rows *sql.Rows) (w Worker, err error) {
	var st state
	var firstDump, lastDump, firstSample, firstStart int64
	err = st.scan(rows, &w.Name, &w.Dumps, &w.Leaks, &firstDump, &lastDump, &w.Crashes, &firstSample, &firstStart)
	if firstStart-firstSample < widths[0] { // in the same minute, and exact
		firstSample = max(firstSample, firstStart)
	}
	w.PID, w.Every, w.Memory, w.Job, w.Jobs = st.pid, time.Duration(st.every)*time.Millisecond, st.memory, st.job, st.jobs
	w.Seen = time.UnixMilli(max(st.time, lastDump))
	if st.time > 0 {
		w.Seen = time.UnixMilli(st.time)
	}
	first := firstDump
	if first == 0 || firstSample > 0 && firstSample < first {
		first = firstSample
	}
	w.First = time.UnixMilli(first)
	return w, err
}

// Worker is one of them.
func (s *Store) Worker(ctx context.Context, name string) (w Worker, ok bool, err error) {
	all, err := s.Workers(ctx)
	for _, w := range all {
		if w.Name == name {
			return w, true, nil
		}
	}
	return w, false, err
}

// JobQuery says which dumps are wanted. The zero value wants all, newest first.
type JobQuery struct {
	Worker   string
	Search   string // in the job's name, its types and its verdict
	Type     string // that leaked or grew, or a part of its name
	Leaks    bool   // only jobs that left some of what leaks
	Kind     string
	From, To time.Time // written
	Sort     string    // one of JobSorts, "" for "written"
	Up       bool      // lowest first
	Limit    int       // 0 for all
	Offset   int
}

// jobSorts are the columns that jobs are sorted by.
var jobSorts = map[string]string{
	"": "written", "written": "written", "job": "job COLLATE NOCASE", "worker": "worker", "seq": "seq", "kind": "kind", "outcome": "outcome",
	"duration": "duration", "growth": "growth", "type": "type", "leaked": "leaked", "leakedBytes": "leakedBytes", "rss": "rssAfter",
	"live": "liveAfter", "size": "size", "pause": "pause",
}

// ErrSort is an order that there is none of.
var ErrSort = errors.New("there is no such column to sort by")

// Jobs are the dumps that are wanted, and how many there are without the limit.
// What is not known comes last.
func (s *Store) Jobs(ctx context.Context, q JobQuery) (out []Dump, total int, err error) {
	by, ok := jobSorts[q.Sort]
	if !ok {
		return nil, 0, fmt.Errorf("%w: %q", ErrSort, q.Sort)
	}
	where, args := q.where()
	if err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM dumps"+where, args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	way := " DESC"
	if q.Up {
		way = " ASC"
	}
	limit := q.Limit
	if limit <= 0 {
		limit = -1
	}
	column, _, _ := strings.Cut(by, " ")
	rows, err := s.db.QueryContext(ctx, "SELECT "+columns+" FROM dumps"+where+" ORDER BY "+column+" IS NULL OR "+column+" = '', "+
		by+way+", written DESC, worker, name LIMIT ? OFFSET ?", append(args, limit, q.Offset)...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var d Dump
		if err := d.scan(rows); err != nil {
			return nil, 0, err
		}
		out = append(out, d)
	}
	return out, total, rows.Err()
}

func (q *JobQuery) where() (text string, args []any) {
	var all []string
	add := func(cond string, values ...any) { all, args = append(all, cond), append(args, values...) }
	if q.Worker != "" {
		add("worker = ?", q.Worker)
	}
	if q.Search != "" {
		p := like(q.Search)
		add(`(job LIKE ? ESCAPE '\' OR name LIKE ? ESCAPE '\' OR types LIKE ? ESCAPE '\' OR verdict LIKE ? ESCAPE '\')`, p, p, p, p)
	}
	if q.Type != "" {
		add(`types LIKE ? ESCAPE '\'`, like(q.Type))
	}
	if q.Leaks {
		add("leak")
	}
	if q.Kind != "" {
		add("kind = ?", q.Kind)
	}
	if !q.From.IsZero() {
		add("written >= ?", q.From.UnixMilli())
	}
	if !q.To.IsZero() {
		add("written <= ?", q.To.UnixMilli())
	}
	if len(all) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(all, " AND "), args
}

// like is a pattern of what contains a text.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
}

// Dump is one dump. ok is false if there is none.
func (s *Store) Dump(ctx context.Context, worker, name string) (d Dump, ok bool, err error) {
	err = d.scan(s.db.QueryRowContext(ctx, "SELECT "+columns+" FROM dumps WHERE worker = ? AND name = ?", worker, name))
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, err
}
