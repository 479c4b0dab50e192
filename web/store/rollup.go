package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

// widths are how long the rows of samples are, in milliseconds.
var widths = []int64{60_000, 600_000, 3_600_000}

// span is the lowest and the highest of a figure; nil where it was not known.
type span struct{ lo, hi *int64 }

func (s *span) add(v *int64) {
	if v == nil {
		return
	}
	if s.lo == nil || *v < *s.lo {
		s.lo = v
	}
	if s.hi == nil || *v > *s.hi {
		s.hi = v
	}
}

// bucket is what the samples of one stretch of time come to.
type bucket struct {
	n                          int
	rss, live, goal, goroutine span
}

func (b *bucket) add(m *jobtrace.Memory) {
	b.n++
	b.rss.add(m.RSS)
	b.live.add(m.HeapLive)
	b.goal.add(m.HeapGoal)
	b.goroutine.add(m.Goroutines)
}

type bucketKey struct{ width, time int64 }

// rollup adds samples up.
type rollup struct{ buckets map[bucketKey]*bucket }

func newRollup() *rollup { return &rollup{map[bucketKey]*bucket{}} }

func (r *rollup) add(s *jobtrace.Sample) {
	at := s.Time.UnixMilli()
	for _, w := range widths {
		k := bucketKey{w, at - at%w}
		b := r.buckets[k]
		if b == nil {
			b = &bucket{}
			r.buckets[k] = b
		}
		b.add(&s.Memory)
	}
}

// SQLite's min and max of several values are NULL if one of them is.
const addBucket = `INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET n = n + excluded.n,
  rssLo = min(ifnull(rssLo, excluded.rssLo), ifnull(excluded.rssLo, rssLo)), rssHi = max(ifnull(rssHi, excluded.rssHi), ifnull(excluded.rssHi, rssHi)),
  liveLo = min(ifnull(liveLo, excluded.liveLo), ifnull(excluded.liveLo, liveLo)), liveHi = max(ifnull(liveHi, excluded.liveHi), ifnull(excluded.liveHi, liveHi)),
  goalLo = min(ifnull(goalLo, excluded.goalLo), ifnull(excluded.goalLo, goalLo)), goalHi = max(ifnull(goalHi, excluded.goalHi), ifnull(excluded.goalHi, goalHi)),
  goroutines = max(ifnull(goroutines, excluded.goroutines), ifnull(excluded.goroutines, goroutines))`

func (r *rollup) write(ctx context.Context, tx *sql.Tx, worker string) error {
	stmt, err := tx.PrepareContext(ctx, addBucket)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for k, b := range r.buckets {
		if _, err := stmt.ExecContext(ctx, worker, k.width, k.time, b.n, b.rss.lo, b.rss.hi, b.live.lo, b.live.hi,
			b.goal.lo, b.goal.hi, b.goroutine.hi); err != nil {
			return err
		}
	}
	return nil
}

// state is the last that is known of a worker.
type state struct {
	time, every int64 // milliseconds
	pid         int
	memory      jobtrace.Memory
	job         string
	jobs        int
}

func readState(ctx context.Context, tx *sql.Tx, worker string) (s state, err error) {
	row := tx.QueryRowContext(ctx, "SELECT pid, time, every, rss, live, goal, idle, swap, goroutines, job, jobs FROM workers WHERE name = ?", worker)
	err = s.scan(row)
	if err == sql.ErrNoRows {
		err = nil
	}
	return s, err
}

func (s *state) scan(row interface{ Scan(...any) error }, before ...any) error {
	m := &s.memory
	return row.Scan(append(before, &s.pid, &s.time, &s.every, &m.RSS, &m.HeapLive, &m.HeapGoal, &m.HeapIdle, &m.Swap, &m.Goroutines, &s.job, &s.jobs)...)
}

// follow goes on to a sample.
func (s *state) follow(sample *jobtrace.Sample) {
	at := sample.Time.UnixMilli()
	if at < s.time {
		return
	}
	if s.pid == sample.PID && s.time > 0 && at-s.time < time.Hour.Milliseconds() {
		s.every = at - s.time
	}
	s.time, s.pid, s.memory, s.job, s.jobs = at, sample.PID, sample.Memory, sample.Job, sample.JobsSoFar
}

func (s *state) write(ctx context.Context, tx *sql.Tx, worker string) error {
	m := &s.memory
	_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO workers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		worker, s.pid, s.time, s.every, m.RSS, m.HeapLive, m.HeapGoal, m.HeapIdle, m.Swap, m.Goroutines, s.job, s.jobs)
	return err
}
