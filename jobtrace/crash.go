package jobtrace

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"
)

// crashOutput is the file for the text of a crash. Guarded by the Tracer's work.
type crashOutput struct {
	path     string
	watching bool // the memory
}

// crashing has the output of the process: the last that was opened.
var crashing atomic.Pointer[crashOutput]

// OnCrash starts a Tracer with its OnCrash: for programs that have no jobs, and
// those whose jobs are not traced.
func OnCrash(o Options) (*Tracer, error) {
	o.OnCrash = true
	return New(o)
}

// OnCrash makes the process leave something that can be read if it dies:
//
//   - a dump, once, when live memory passes Options.MemoryShare of GOMEMLIMIT, or
//     the memory in use that share of the cgroup's limit, or what is 48 MB below
//     it (half of a limit below 96 MB), with kind "memory" and no collection first;
//   - the stacks of what cannot be caught (concurrent map writes, a stack overflow,
//     a panic in another goroutine) as crash-<pid>-<time>.txt, by
//     debug.SetCrashOutput, of which a process has only one. The words "fatal error"
//     and the reason the runtime writes to standard error alone.
//
// A job that panics leaves a dump in any case, see Do. An empty text is removed
// by Close, by objgraph watch and run when the process is no more, or by the next
// one in the folder.
func (t *Tracer) OnCrash() error {
	if t.off() {
		return nil
	}
	t.work.Lock()
	defer t.work.Unlock()
	if t.off() {
		return nil
	}
	if !t.crash.watching {
		t.crash.watching = true
		t.running.Go(t.guarding)
	}
	if t.crash.path != "" {
		return nil
	}
	if err := t.ready(); err != nil {
		return err
	}
	return t.crash.open(t.folder.dir)
}

// open makes the file. While the process lives its lock is held, by the copy that
// SetCrashOutput makes: so others can tell an empty text that nobody will fill.
func (c *crashOutput) open(dir string) error {
	path := filepath.Join(dir, fmt.Sprintf("%s%d-%d.txt", crashPrefix, os.Getpid(), time.Now().Unix()))
	f, err := openLocked(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := debug.SetCrashOutput(f, debug.CrashOptions{}); err != nil {
		os.Remove(path)
		return err
	}
	c.path = path
	crashing.Store(c)
	return nil
}

// moved opens the file anew if it lay in a folder that was removed.
func (c *crashOutput) moved(dir string) error {
	if c.path == "" {
		return nil
	}
	if _, err := os.Lstat(c.path); err == nil {
		return nil
	}
	return c.open(dir)
}

// openLocked opens a file to append to. Before it is locked, someone may take it for
// that of a process that has gone, and remove it.
func openLocked(path string) (f *os.File, err error) {
	for range 100 {
		if f, err = openOwn(path, os.O_WRONLY|os.O_APPEND); err != nil {
			return nil, err
		}
		held := holdLock(f)
		opened, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, err
		}
		if there, err := os.Lstat(path); held && err == nil && os.SameFile(there, opened) {
			return f, nil
		}
		f.Close()
		time.Sleep(time.Millisecond)
	}
	return nil, fmt.Errorf("%s is locked or removed again and again", path)
}

// close ends the file, and removes it if it is empty.
func (c *crashOutput) close() {
	if c.path == "" {
		return
	}
	if crashing.CompareAndSwap(c, nil) {
		_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
	}
	if info, err := os.Stat(c.path); err == nil && info.Size() == 0 {
		os.Remove(c.path)
	}
	c.path = ""
}

const crashPrefix = "crash-"

func isCrashFile(name string) bool {
	return strings.HasPrefix(name, crashPrefix) && strings.HasSuffix(name, ".txt")
}
