package jobtrace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// folder is a worker's folder. It belongs to one process at a time: while the
// lock is held, nobody else counts in it.
type folder struct {
	dir   string // "" until open succeeds
	name  string // of the worker: the last element of dir
	lock  *os.File
	next  int   // number of the next dump
	bytes int64 // of its files, as far as known

	counted time.Time // when bytes was counted
}

// errLocked says that another process has the folder.
var errLocked = errors.New("the folder belongs to another process")

// maxWorkers is how many processes of one name share a folder's parent.
const maxWorkers = 1000

// open makes the folder for a worker, or "<worker>-2" and so on if a living
// process has it, and finds out what lies in it.
func (f *folder) open(base, worker string) error {
	for n := 1; n <= maxWorkers; n++ {
		name := worker
		if n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		err := f.take(filepath.Join(base, name))
		if err == nil {
			f.name = name
			return nil
		}
		if !errors.Is(err, errLocked) {
			return err
		}
	}
	return fmt.Errorf("%s: %d processes have folders of their own there", filepath.Join(base, worker), maxWorkers)
}

func (f *folder) take(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	lock, err := lockFile(filepath.Join(dir, ".lock"))
	if err != nil {
		return err
	}
	if err := f.survey(dir, true); err != nil {
		lock.Close()
		return err
	}
	f.dir, f.lock = dir, lock
	return nil
}

// close gives the folder up.
func (f *folder) close() {
	if f.lock != nil {
		f.lock.Close()
	}
	f.dir, f.lock = "", nil
}

// survey counts what lies in dir, and with tidy removes what a process left
// that is no more: unfinished dumps and empty crash files.
func (f *folder) survey(dir string, tidy bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	f.bytes, f.counted = 0, time.Now()
	for _, e := range entries {
		f.next = max(f.next, sequence(e.Name())+1)
		info, err := e.Info()
		if err != nil {
			continue // gone
		}
		if path := filepath.Join(dir, e.Name()); tidy && left(info) && !isHeld(path) {
			os.Remove(path)
			continue
		}
		f.bytes += info.Size()
	}
	return nil
}

// left reports whether a file is the remains of a process.
func left(info fs.FileInfo) bool {
	name := info.Name()
	if strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".tmp") {
		return strings.Contains(name, ".dump.") && !strings.Contains(name, ".dump.zst.")
	}
	return isCrashFile(name) && info.Size() == 0
}

// sequence is the number that a file's name begins with, 0 if it has none.
func sequence(name string) int {
	digits, _, ok := strings.Cut(name, "-")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 || len(digits) < 6 {
		return 0
	}
	return n
}

// full says whether the folder has more bytes than allowed. Files that went
// since they were counted last are seen after some seconds.
func (f *folder) full(limit int64) error {
	if limit < 0 || f.bytes <= limit {
		return nil
	}
	if time.Since(f.counted) > 2*time.Second {
		if err := f.survey(f.dir, false); err != nil {
			return err
		}
	}
	if f.bytes <= limit {
		return nil
	}
	return fmt.Errorf("%s has more than %d MB, the limit (Options.MaxBytes); objgraph watch removes what is analysed", f.dir, limit>>20)
}

// skipTaken passes over numbers that somebody else gave to a file for a job: where the
// file system knows no locks, another process may count in the folder.
func (f *folder) skipTaken(job string) {
	for {
		taken := false
		for _, ext := range []string{".dump", ".dump.zst", ".json"} {
			_, err := os.Lstat(f.path(job, ext))
			taken = taken || err == nil
		}
		if !taken {
			return
		}
		f.next++
	}
}

// openOwn opens a file of the folder to write to. In a folder that others may write to
// it may be a link that leads elsewhere, or a pipe that waits for a reader.
func openOwn(path string, flags int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|flags|plainOnly, 0o600)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fmt.Errorf("%s is no plain file; move it away", path)
	}
	return f, nil
}

// path is that of the next file with the extension for a job.
func (f *folder) path(job, ext string) string {
	return filepath.Join(f.dir, fmt.Sprintf("%06d-%s%s", f.next, SafeName(job), ext))
}
