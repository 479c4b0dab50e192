package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/objgraph/objgraph/jobtrace"
)

// The files with samples, the older first: jobtrace begins the second anew when
// it is large.
var journals = []string{"memory.old.jsonl", "memory.jsonl"}

const (
	piece   = 4 << 20  // bytes that one transaction takes in
	maxLine = 64 << 10 // longer ones are no samples
)

// journal takes in what is new of a worker's samples.
func (s *Store) journal(ctx context.Context, worker, dir string) (changed bool, err error) {
	for _, name := range journals {
		more, err := s.readJournal(ctx, worker, filepath.Join(dir, name))
		changed = changed || more
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return changed, err
		}
	}
	return changed, nil
}

func (s *Store) readJournal(ctx context.Context, worker, path string) (changed bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head, err := headOf(f)
	if err != nil || head == "" {
		return false, err
	}
	for {
		more, err := s.takePiece(ctx, worker, head, f)
		if err != nil || !more {
			return changed, err
		}
		changed = true
	}
}

// headOf tells a journal by its first line, which stays the same when it is
// renamed; "" as long as there is none.
func headOf(f *os.File) (string, error) {
	buf := make([]byte, 4<<10)
	n, err := f.ReadAt(buf, 0)
	if err != nil && err != io.EOF {
		return "", err
	}
	end := bytes.IndexByte(buf[:n], '\n')
	if end < 0 && n < len(buf) {
		return "", nil
	}
	if end < 0 {
		end = n
	}
	sum := sha256.Sum256(buf[:end])
	return hex.EncodeToString(sum[:8]), nil
}

// takePiece takes in the next whole lines of a journal. more is false if there
// are none.
func (s *Store) takePiece(ctx context.Context, worker, head string, f *os.File) (more bool, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		var at int64
		row := tx.QueryRowContext(ctx, "SELECT read FROM files WHERE worker = ? AND head = ?", worker, head)
		if err := row.Scan(&at); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		lines, n, err := wholeLines(f, at)
		if err != nil || n == 0 {
			return err
		}
		more = true
		if err := take(ctx, tx, worker, lines); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO files VALUES (?, ?, ?)", worker, head, at+n)
		return err
	})
	return more, err
}

// wholeLines reads lines from an offset, and says how many bytes they are; what is too long
// for a line is skipped.
func wholeLines(f *os.File, at int64) (lines []byte, n int64, err error) {
	buf := make([]byte, piece)
	got, err := f.ReadAt(buf, at)
	if err != nil && err != io.EOF {
		return nil, 0, fmt.Errorf("%s: %w", f.Name(), err)
	}
	if end := bytes.LastIndexByte(buf[:got], '\n'); end >= 0 {
		return buf[:end], int64(end + 1), nil
	}
	if got > maxLine {
		return nil, int64(got), nil
	}
	return nil, 0, nil
}

// take takes lines in: what they say of each minute, who started, and the last.
func take(ctx context.Context, tx *sql.Tx, worker string, lines []byte) error {
	last, err := readState(ctx, tx, worker)
	if err != nil {
		return err
	}
	r := newRollup()
	for line := range bytes.SplitSeq(lines, []byte{'\n'}) {
		sample, ok := parse(line)
		if !ok {
			continue
		}
		r.add(&sample)
		if sample.PID != last.pid {
			if err := addMark(ctx, tx, worker, Mark{Time: sample.Time, Kind: MarkStart, Text: fmt.Sprint(sample.PID)}); err != nil {
				return err
			}
		}
		last.follow(&sample)
	}
	if err := r.write(ctx, tx, worker); err != nil {
		return err
	}
	return last.write(ctx, tx, worker)
}

// parse reads a line; half a line, or one of something else, is none.
func parse(line []byte) (s jobtrace.Sample, ok bool) {
	if len(line) == 0 || len(line) > maxLine {
		return s, false
	}
	err := json.Unmarshal(line, &s)
	return s, err == nil && !s.Time.IsZero()
}
