package store

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Point is what is known of the memory in a stretch of time; nil is not known.
type Point struct {
	Time                       time.Time // of its beginning
	RSS, RSSLow, Live, LiveLow *int64    // bytes: the highest and the lowest
	Goal, GoalLow, Goroutines  *int64
	Samples                    int
}

// Series is a worker's memory over time, oldest first.
type Series struct {
	Width  time.Duration // of each point; 0: they are the samples
	Points []Point
}

// The kinds of marks.
const (
	MarkStart = "start" // a process began; Text is its PID
	MarkCrash = "crash" // a process crashed; Text is the file with its words
)

// Mark is something that happened to a worker.
type Mark struct {
	Time       time.Time
	Kind, Text string
}

func addMark(ctx context.Context, tx *sql.Tx, worker string, m Mark) error {
	_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO marks VALUES (?, ?, ?, ?)", worker, m.Time.UnixMilli(), m.Kind, m.Text)
	return err
}

// Marks are what happened to a worker in a stretch of time, oldest first.
func (s *Store) Marks(ctx context.Context, worker string, from, to time.Time) (out []Mark, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT time, kind, text FROM marks WHERE worker = ? AND time BETWEEN ? AND ? ORDER BY time, kind LIMIT 1000", worker, from.UnixMilli(), to.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var m Mark
		var at int64
		if err := rows.Scan(&at, &m.Kind, &m.Text); err != nil {
			return nil, err
		}
		m.Time = time.UnixMilli(at)
		out = append(out, m)
	}
	return out, rows.Err()
}

// Memory is a worker's memory from one time to another, in about so many points at
// the most: the samples themselves if they are that few, else what the highest
// and the lowest was in stretches of equal length.
func (s *Store) Memory(ctx context.Context, worker string, from, to time.Time, most int) (Series, error) {
	length := to.Sub(from)
	var n int
	if err := s.db.QueryRowContext(ctx, "SELECT ifnull(sum(n), 0) FROM samples WHERE worker = ? AND width = ? AND time BETWEEN ? AND ?",
		worker, widths[0], from.UnixMilli()-widths[0], to.UnixMilli()).Scan(&n); err != nil {
		return Series{}, err
	}
	if n <= 2*most {
		if points, ok := s.raw(worker, from, to, 4*most); ok {
			return Series{Points: points}, nil
		}
	}
	width := widths[len(widths)-1]
	for _, w := range widths {
		if length.Milliseconds()/w <= int64(most) {
			width = w
			break
		}
	}
	for length.Milliseconds()/width > int64(most) {
		width *= 2
	}
	points, err := s.rolled(ctx, worker, from, to, width)
	return Series{Width: time.Duration(width) * time.Millisecond, Points: points}, err
}

// rolled are points of a width that is that of some rows, or a multiple of the
// largest.
func (s *Store) rolled(ctx context.Context, worker string, from, to time.Time, width int64) (out []Point, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT time - time % ?1 AS t, sum(n), max(rssHi), min(rssLo), max(liveHi), min(liveLo), max(goalHi), min(goalLo), max(goroutines)
FROM samples WHERE worker = ?2 AND width = ?3 AND time BETWEEN ?4 AND ?5 GROUP BY t ORDER BY t`,
		width, worker, min(width, widths[len(widths)-1]), from.UnixMilli()-width, to.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Point
		var at int64
		if err := rows.Scan(&at, &p.Samples, &p.RSS, &p.RSSLow, &p.Live, &p.LiveLow, &p.Goal, &p.GoalLow, &p.Goroutines); err != nil {
			return nil, err
		}
		p.Time = time.UnixMilli(at)
		out = append(out, p)
	}
	return out, rows.Err()
}

// raw are the samples themselves, from the end of the journal. ok is false if
// there are more than most, or they are there no more.
func (s *Store) raw(worker string, from, to time.Time, most int) (out []Point, ok bool) {
	f, err := os.Open(filepath.Join(s.Folder(worker), "memory.jsonl"))
	if err != nil {
		return nil, false
	}
	defer f.Close()
	at, whole := beginning(f, from)
	if !whole {
		return nil, false
	}
	text, err := io.ReadAll(io.NewSectionReader(f, at, piece))
	if err != nil {
		return nil, false
	}
	for line := range bytes.SplitSeq(text, []byte{'\n'}) {
		sample, ok := parse(line)
		switch {
		case !ok || sample.Time.Before(from):
			continue
		case sample.Time.UnixMilli() > to.UnixMilli(): // of which to has no more
			return out, true
		case len(out) == most:
			return nil, false
		}
		m := &sample.Memory
		out = append(out, Point{Time: sample.Time, RSS: m.RSS, RSSLow: m.RSS, Live: m.HeapLive, LiveLow: m.HeapLive,
			Goal: m.HeapGoal, GoalLow: m.HeapGoal, Goroutines: m.Goroutines, Samples: 1})
	}
	return out, len(text) < piece
}

// beginning is an offset in a journal before the first sample that is not before
// a time, found by halving: journals are in order of time. whole is false where the
// journal begins only after it.
func beginning(f *os.File, from time.Time) (at int64, whole bool) {
	info, err := f.Stat()
	if err != nil {
		return 0, false
	}
	if first, ok := sampleAt(f, 0); !ok || first.After(from) {
		_, older := os.Stat(filepath.Join(filepath.Dir(f.Name()), journals[0]))
		return 0, ok && older != nil
	}
	lo, hi := int64(0), info.Size()
	for hi-lo > maxLine {
		mid := (lo + hi) / 2
		if at, ok := sampleAt(f, mid); ok && at.Before(from) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo, true
}

// sampleAt is the time of the first whole sample from an offset on.
func sampleAt(f *os.File, at int64) (time.Time, bool) {
	buf := make([]byte, 8<<10)
	n, err := f.ReadAt(buf, at)
	if err != nil && err != io.EOF {
		return time.Time{}, false
	}
	for line := range bytes.SplitSeq(buf[:n], []byte{'\n'}) {
		if s, ok := parse(line); ok {
			return s.Time, true
		}
	}
	return time.Time{}, false
}
