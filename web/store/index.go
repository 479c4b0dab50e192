package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/objgraph/objgraph/watch"
)

// Top is the worker that dumps at the folder's top belong to.
const Top = "~"

// Folder is where a worker's files lie.
func (s *Store) Folder(worker string) string {
	if worker == Top {
		return s.Dir
	}
	return filepath.Join(s.Dir, worker)
}

// every is how long Follow waits between two looks.
const every = time.Second

// Follow looks at the folder again and again until ctx ends.
func (s *Store) Follow(ctx context.Context) {
	for {
		s.Index(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
	}
}

// Index looks at the folder once and takes in what is new. The error is the
// folder's or the database's; files that cannot be read are left out.
func (s *Store) Index(ctx context.Context) error {
	s.look.Lock()
	defer s.look.Unlock()
	changed, err := s.index(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() == nil && fmt.Sprint(err) != fmt.Sprint(s.err) {
		s.err, changed = err, true
	}
	if changed {
		close(s.changed)
		s.changed = make(chan struct{})
	}
	select {
	case <-s.first:
	default:
		if err == nil {
			close(s.first)
		}
	}
	return err
}

// Changed is closed at the next change of the index.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// State says whether the folder was read whole, and what went wrong at the last
// look.
func (s *Store) State() (whole bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.first:
		whole = true
	default:
	}
	return whole, s.err
}

// index takes in the dumps of all workers before any samples, of which there may
// be many.
func (s *Store) index(ctx context.Context) (changed bool, err error) {
	workers, err := s.folders()
	if err != nil {
		return false, err
	}
	for _, step := range []func(context.Context, string, string) (bool, error){s.dumps, s.journal} {
		for _, w := range workers {
			more, err := step(ctx, w, s.Folder(w))
			changed = changed || more
			if ctx.Err() != nil {
				return changed, ctx.Err()
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
				return changed, err
			}
		}
	}
	return changed, nil
}

// folders are the workers there are, and were.
func (s *Store) folders() (workers []string, err error) {
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		return nil, err
	}
	workers = []string{Top}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != Top {
			workers = append(workers, e.Name())
		}
	}
	return workers, nil
}

// dumps takes in what changed of a worker's dumps and manifests.
func (s *Store) dumps(ctx context.Context, worker, dir string) (changed bool, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, err
	}
	found := filesOf(entries)
	known, err := s.stamps(ctx, worker)
	if err != nil {
		return false, err
	}
	var news []string
	for name, f := range found {
		if known[name] != f.stamp() {
			news = append(news, name)
		}
	}
	slices.Sort(news)
	for len(news) > 0 {
		batch := news[:min(100, len(news))]
		news = news[len(batch):]
		if err := s.takeDumps(ctx, worker, dir, batch, found); err != nil {
			return changed, err
		}
		changed = true
	}
	gone, err := s.forget(ctx, worker, known, found)
	crashed, err2 := s.crashes(ctx, worker, entries)
	return changed || gone || crashed, errors.Join(err, err2)
}

// files are those of one dump; nil where there is none.
type files struct {
	dump, manifest fs.FileInfo
}

func (f *files) stamp() string { return stampOf(f.dump) + " " + stampOf(f.manifest) }

func stampOf(info fs.FileInfo) string {
	if info == nil {
		return "-"
	}
	return fmt.Sprint(info.Name(), "/", info.Size(), "/", info.ModTime().UnixNano())
}

// filesOf are the dumps and manifests in a folder, by name.
func filesOf(entries []os.DirEntry) map[string]*files {
	found := map[string]*files{}
	at := func(name string) *files {
		if found[name] == nil {
			found[name] = &files{}
		}
		return found[name]
	}
	for _, e := range entries {
		name, isDump := nameOf(e.Name())
		manifest, isManifest := strings.CutSuffix(e.Name(), ".json")
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		switch {
		case isDump && (at(name).dump == nil || strings.HasSuffix(e.Name(), ".dump")): // a plain one goes before a packed one
			at(name).dump = info
		case isManifest:
			at(manifest).manifest = info
		}
	}
	for name, f := range found {
		if f.dump == nil && !numbered().MatchString(name) { // JSON of something else
			delete(found, name)
		}
	}
	return found
}

var numbered = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([0-9]{6,})-`) })

// nameOf is a dump's name without .dump and the ending of a packed one.
func nameOf(file string) (name string, ok bool) {
	name = watch.Key(file)
	return name, name != file && strings.HasPrefix(file[len(name):], ".dump")
}

// stamps are what is known of each dump of a worker.
func (s *Store) stamps(ctx context.Context, worker string) (map[string]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT name, stamp FROM dumps WHERE worker = ?", worker)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := map[string]string{}
	for rows.Next() {
		var name, stamp string
		if err := rows.Scan(&name, &stamp); err != nil {
			return nil, err
		}
		known[name] = stamp
	}
	return known, rows.Err()
}

func (s *Store) takeDumps(ctx context.Context, worker, dir string, names []string, found map[string]*files) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		for _, name := range names {
			d := newDump(worker, dir, name, found[name])
			if err := d.write(ctx, tx, found[name].stamp()); err != nil {
				return err
			}
		}
		return nil
	})
}

func newDump(worker, dir, name string, f *files) *Dump {
	d := &Dump{Worker: worker, Name: name, Job: name}
	if m := numbered().FindStringSubmatch(name); m != nil {
		d.Seq, _ = strconv.Atoi(m[1])
	}
	for _, info := range []fs.FileInfo{f.manifest, f.dump} {
		if info != nil {
			d.Written = info.ModTime()
		}
	}
	if f.manifest != nil {
		m, err := watch.ReadManifest(filepath.Join(dir, f.manifest.Name()))
		if err == nil {
			d.describe(&m.Manifest)
		} else {
			d.Error = "the manifest cannot be read: " + err.Error()
		}
	}
	if f.dump != nil {
		d.File, d.Size = f.dump.Name(), f.dump.Size()
	}
	return d
}

// forget drops the dumps of which neither file is left.
func (s *Store) forget(ctx context.Context, worker string, known map[string]string, found map[string]*files) (gone bool, err error) {
	for name := range known {
		if found[name] == nil {
			gone = true
			if _, err := s.db.ExecContext(ctx, "DELETE FROM dumps WHERE worker = ? AND name = ?", worker, name); err != nil {
				return gone, err
			}
		}
	}
	return gone, nil
}

// crashes marks the texts of crashes, crash-<pid>-<unix time>.txt. An empty one
// is of a process that runs.
func (s *Store) crashes(ctx context.Context, worker string, entries []os.DirEntry) (changed bool, err error) {
	for _, e := range entries {
		if !isCrash(e.Name()) {
			continue
		}
		info, err := e.Info()
		if err != nil || info.Size() == 0 {
			continue
		}
		res, err := s.db.ExecContext(ctx, "INSERT OR IGNORE INTO marks VALUES (?, ?, ?, ?)", worker, info.ModTime().UnixMilli(), MarkCrash, e.Name())
		if err != nil {
			return changed, err
		}
		if n, _ := res.RowsAffected(); n > 0 {
			changed = true
		}
	}
	return changed, nil
}

func isCrash(name string) bool {
	return strings.HasPrefix(name, "crash-") && strings.HasSuffix(name, ".txt")
}
