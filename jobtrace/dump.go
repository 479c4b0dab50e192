package jobtrace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"
)

// request asks the goroutine that writes for a dump.
type request struct {
	m    *Manifest
	path string
	err  error
	done chan struct{}
}

// dumping writes the dumps that are asked for. It is a goroutine of its own so
// that the stack of the job, which waits, has no frames of the work, in which
// words of the job's finished calls would be lying about.
func (t *Tracer) dumping() {
	for {
		select {
		case r := <-t.requests:
			t.serve(r)
		case <-t.stop:
			return
		}
	}
}

func (t *Tracer) serve(r *request) {
	defer close(r.done)
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("panic: %v", p)
		}
	}()
	r.path, r.err = t.write(r.m)
}

// dump writes a dump and its manifest, of which the caller fills in what it
// knows of the job. Errors are logged, once each.
func (t *Tracer) dump(m *Manifest) (path string, err error) {
	r := &request{m: m, done: make(chan struct{})}
	select {
	case t.requests <- r:
		<-r.done
	case <-t.stop:
		return "", errClosed
	}
	if r.err != nil {
		t.log.once("a heap dump is not written (the jobs run all the same)", r.err)
	}
	return r.path, r.err
}

// collect drops what is not needed: caches, garbage, what only finalizers and
// the victims of a sync.Pool hold.
func (t *Tracer) collect() {
	for _, drop := range t.o.DropCaches {
		t.hook(drop)
	}
	runtime.GC()
	t.awaitFinalizers()
	runtime.GC()
}

func (t *Tracer) hook(drop func()) {
	defer func() {
		if p := recover(); p != nil {
			t.log.once("a function of DropCaches failed", fmt.Errorf("panic: %v", p))
		}
	}()
	drop()
}

// patience is how long finalizers get to do their work.
const patience = 100 * time.Millisecond

// awaitFinalizers waits until the finalizers and cleanups that the last
// collection queued have run.
func (t *Tracer) awaitFinalizers() {
	deadline := time.Now().Add(patience)
	for wait := 50 * time.Microsecond; t.pending() > 0 && time.Now().Before(deadline); wait *= 2 {
		time.Sleep(wait)
	}
}

func (t *Tracer) pending() int64 {
	t.work.Lock()
	defer t.work.Unlock()
	return t.meter.pending()
}

// write writes one dump, whole or not at all, and then its manifest.
func (t *Tracer) write(m *Manifest) (path string, err error) {
	t.work.Lock()
	defer t.work.Unlock()
	if err := t.ready(); err != nil {
		return "", err
	}
	if err := t.mayDump(m.Kind); err != nil {
		return "", err
	}
	t.report() // so that what the child takes is there before the first dump
	t.folder.skipTaken(m.Job)
	t.describe(m)
	path = t.folder.path(m.Job, ".dump")
	m.Dump = filepath.Base(path)
	if err := t.heapDump(path, m); err != nil {
		return "", err
	}
	manifest := t.folder.path(m.Job, ".json")
	t.folder.next++
	t.folder.bytes += m.DumpBytes
	if err := writeJSON(manifest, m); err != nil {
		return path, fmt.Errorf("the dump has no manifest: %w", err)
	}
	return path, nil
}

// errCrowded forbids a dump while there are many goroutines.
var errCrowded = errors.New("writing a dump might kill it")

// mayDump says what forbids a dump of a kind.
func (t *Tracer) mayDump(kind string) error {
	if n := runtime.NumGoroutine(); t.o.MaxGoroutines >= 0 && n > t.o.MaxGoroutines {
		return fmt.Errorf("the process has more than %d goroutines, and %w (Options.MaxGoroutines)", t.o.MaxGoroutines, errCrowded)
	}
	if kind == KindMemory {
		return nil // there is one at most, and no other chance
	}
	return t.folder.full(t.o.MaxBytes)
}

// describe fills in what a manifest says of the process and the moment.
func (t *Tracer) describe(m *Manifest) {
	mem := t.memory()
	if m.Kind == KindBefore {
		m.MemoryBefore = &mem
	} else {
		m.MemoryAfter = &mem
	}
	if m.JobsSoFar == 0 {
		_, m.JobsSoFar = t.now()
	}
	s := &t.self
	m.Schema, m.Worker, m.Seq, m.PID = s.Schema, s.Worker, t.folder.next, s.PID
	m.Started, m.Executable, m.BuildID, m.GoVersion, m.Build = s.Started, s.Executable, s.BuildID, s.GoVersion, s.Build
	m.TraceType = t.o.Type
	m.Collections = t.meter.pointer(collections)
}

// heapDump writes the dump at path and notes its size and how long it took.
func (t *Tracer) heapDump(path string, m *Manifest) error {
	f, err := createTemp(path)
	if err != nil {
		return err
	}
	fd := f.Fd()
	m.Written = time.Now()
	debug.WriteHeapDump(fd)
	m.Pause = time.Since(m.Written).Seconds()
	m.DumpBytes, err = checkWhole(f)
	return finish(f, path, err)
}

// checkWhole wants a dump that ends where its last record does, and returns its
// size. WriteHeapDump itself ignores what the system says of its writes.
func checkWhole(f *os.File) (size int64, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	size = info.Size()
	tail := make([]byte, min(size, tailReach))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil {
		return 0, err
	}
	if endsWhole(tail) {
		return size, nil
	}
	// A full disk is the likely cause, and more writing says so.
	if _, err := f.Write(make([]byte, tailReach)); err != nil {
		return 0, err
	}
	return 0, errors.New("the dump is not whole; was the disk full, or is an object of 2 GiB or more in the heap?")
}
