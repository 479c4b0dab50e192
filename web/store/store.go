package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver
)

// FileName is the database's in the folder.
const FileName = ".objgraph.sqlite"

// layout is the version of the tables. A database of another version is made anew.
const layout = 1

const schema = `
CREATE TABLE workers (name TEXT PRIMARY KEY, pid INTEGER, time INTEGER, every INTEGER,
  rss INTEGER, live INTEGER, goal INTEGER, idle INTEGER, swap INTEGER, goroutines INTEGER, job TEXT, jobs INTEGER) WITHOUT ROWID;
CREATE TABLE files (worker TEXT, head TEXT, read INTEGER, PRIMARY KEY (worker, head)) WITHOUT ROWID;
CREATE TABLE samples (worker TEXT, width INTEGER, time INTEGER, n INTEGER,
  rssLo INTEGER, rssHi INTEGER, liveLo INTEGER, liveHi INTEGER, goalLo INTEGER, goalHi INTEGER, goroutines INTEGER,
  PRIMARY KEY (worker, width, time)) WITHOUT ROWID;
CREATE TABLE marks (worker TEXT, time INTEGER, kind TEXT, text TEXT, PRIMARY KEY (worker, time, kind, text)) WITHOUT ROWID;
CREATE TABLE dumps (worker TEXT, name TEXT, file TEXT, stamp TEXT, size INTEGER, job TEXT, seq INTEGER, kind TEXT, outcome TEXT,
  written INTEGER, pid INTEGER, duration REAL, pause REAL, jobs INTEGER, dumpBytes INTEGER, exe TEXT,
  rssBefore INTEGER, rssAfter INTEGER, liveBefore INTEGER, liveAfter INTEGER, growth INTEGER,
  type TEXT, leaked INTEGER, leakedBytes INTEGER, leak INTEGER, verdict TEXT, picture TEXT, error TEXT, reported INTEGER, types TEXT,
  PRIMARY KEY (worker, name)) WITHOUT ROWID;
CREATE INDEX dumpsByTime ON dumps (worker, written);
`

// Store is the index of one folder. Safe for concurrent use.
type Store struct {
	Dir  string // absolute
	Path string // of the database; "" where it is in memory alone
	// Note says why the database is not in the folder, "" if it is.
	Note string

	db   *sql.DB
	look sync.Mutex // one look at a time

	mu      sync.Mutex
	changed chan struct{} // closed when the index changes
	first   chan struct{} // closed after the first look
	err     error         // of the last look
}

// Open opens the index of a folder, and makes it if there is none. Nothing is
// read of the folder before Index. Where the folder cannot be written to, the
// database lies in the user's cache folder, or else in memory.
func Open(ctx context.Context, dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s: this is a file; name the folder that dumps arrive in", dir)
	}
	s := &Store{Dir: dir, changed: make(chan struct{}), first: make(chan struct{})}
	return s, s.open(ctx)
}

// open opens the database in the first place that takes one.
func (s *Store) open(ctx context.Context) error {
	var why error
	for _, path := range []string{filepath.Join(s.Dir, FileName), cachePath(s.Dir)} {
		if path == "" {
			continue
		}
		err := s.openAt(ctx, path)
		if err == nil {
			s.Path = path
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		why = errors.Join(why, err)
	}
	if s.Path == "" {
		if err := s.connect(ctx, "file:objgraph?mode=memory&cache=private"); err != nil {
			return errors.Join(why, err)
		}
		s.db.SetMaxOpenConns(1) // each connection has a memory of its own
	}
	if why != nil {
		s.Note = "the index is not kept in the folder: " + firstLine(why)
	}
	return nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// cachePath is where the database lies if not in the folder, "" for nowhere.
func cachePath(dir string) string {
	base, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(base, "objgraph", "index", hex.EncodeToString(sum[:8])+".sqlite")
}

// openAt opens the database at a path. One that is damaged is made anew.
func (s *Store) openAt(ctx context.Context, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	err := s.connectFile(ctx, path)
	if err == nil || ctx.Err() != nil || !isDamage(err) {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		os.Remove(path + suffix)
	}
	return s.connectFile(ctx, path)
}

// isDamage reports whether an error is SQLite's of a file that is no database.
func isDamage(err error) bool {
	return strings.Contains(err.Error(), "not a database") || strings.Contains(err.Error(), "malformed")
}

// connectFile makes the file first, for its owner alone; SQLite gives those that it
// makes beside it the same mode.
func (s *Store) connectFile(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	f.Close()
	at := url.URL{Scheme: "file", Path: filepath.ToSlash(path),
		RawQuery: "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate"}
	return s.connect(ctx, at.String())
}

func (s *Store) connect(ctx context.Context, name string) error {
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return err
	}
	s.db = db
	if err := s.prepare(ctx); err != nil {
		db.Close()
		return fmt.Errorf("index: %w", err)
	}
	return nil
}

// prepare makes the tables, unless there are those of this version.
func (s *Store) prepare(ctx context.Context) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		var has int
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&has); err != nil || has == layout {
			return err
		}
		for _, table := range []string{"workers", "files", "samples", "marks", "dumps"} {
			if _, err := tx.ExecContext(ctx, "DROP TABLE IF EXISTS "+table); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, schema+fmt.Sprintf("PRAGMA user_version = %d", layout))
		return err
	})
}

// change runs f in one transaction, which no other process writes in.
func (s *Store) change(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }
