package watch

import (
	"errors"
	"os"
	"path/filepath"
)

// ErrWatched says that another watcher has a folder.
var ErrWatched = errors.New("another objgraph watch looks after this folder already")

// lockName is the file whose lock a watcher holds.
const lockName = ".watch.lock"

// Locks are the folders that a watcher has for itself, until its process ends.
// The zero value has none.
type Locks struct{ files map[string]*os.File }

// Has reports whether a folder was taken.
func (l *Locks) Has(dir string) bool { return l.files[dir] != nil }

// Take takes a folder. The error is ErrWatched, or that of the file.
func (l *Locks) Take(dir string) error {
	if l.files[dir] != nil {
		return nil
	}
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := lockFile(f); err != nil {
		f.Close()
		return err
	}
	if l.files == nil {
		l.files = map[string]*os.File{}
	}
	l.files[dir] = f
	return nil
}

// Close gives all folders up.
func (l *Locks) Close() {
	for _, f := range l.files {
		f.Close()
	}
	l.files = nil
}
