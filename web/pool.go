package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/session"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/watch"
)

// pool holds the dumps that are open: as many as there is room for, those that
// were looked into last. They are opened one after the other. Safe for
// concurrent use.
type pool struct {
	ctx     context.Context
	o       *Options
	opening chan struct{} // has one element while nothing is being opened

	mu      sync.Mutex
	entries map[string]*entry // by path without the ending of packed dumps
	clock   int64             // counts uses
	closed  bool
	work    sync.WaitGroup
}

// entry is a dump that is open, or being opened.
type entry struct {
	path   string
	stamp  string
	need   uint64 // memory, once estimated; guarded by the pool
	users  int    // guarded by the pool
	beside int    // of users: work that nobody waits for; guarded by the pool
	used   int64  // guarded by the pool
	stage  atomic.Value

	ready chan struct{} // closed when it is open or failed; then valid:
	view  *dumpView
	err   error
}

func newPool(ctx context.Context, o *Options) *pool {
	p := &pool{ctx: ctx, o: o, entries: map[string]*entry{}, opening: make(chan struct{}, 1)}
	p.opening <- struct{}{}
	return p
}

// patience is how long a page waits for a dump to be open before it says that it
// is being opened.
const patience = 1500 * time.Millisecond

// busy is the error of a dump that is still being opened.
type busy struct{ stage string }

func (b *busy) Error() string { return "the dump is being opened: " + b.stage }

// use gives an open dump, which stays open until release is called. The error is a
// *busy if it takes longer than wait.
func (p *pool) use(ctx context.Context, path string, wait time.Duration) (v *dumpView, release func(), err error) {
	e, err := p.entry(path)
	if err != nil {
		return nil, nil, err
	}
	release = sync.OnceFunc(func() { p.release(e) })
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-e.ready:
	case <-timer.C:
		stage, _ := e.stage.Load().(string)
		release()
		return nil, nil, &busy{stage}
	case <-ctx.Done():
		release()
		return nil, nil, ctx.Err()
	}
	if e.err != nil {
		release()
		p.drop(e)
		return nil, nil, e.err
	}
	return e.view, release, nil
}

// entry finds the entry of a dump and begins to open it if there is none. A dump
// that was written anew is opened anew; one that was packed meanwhile is not.
func (p *pool) entry(path string) (*entry, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	stamp := fmt.Sprint(info.Size(), info.ModTime().UnixNano())
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, context.Canceled
	}
	key := watch.Key(path)
	e := p.entries[key]
	if e != nil && e.stamp != stamp && !wasPacked(e.path, path) {
		p.forget(e)
		e = nil
	}
	if e == nil {
		e = &entry{path: path, stamp: stamp, ready: make(chan struct{})}
		e.stage.Store("waiting for others")
		p.entries[key] = e
		e.users++ // until it is open
		p.work.Go(func() { p.open(e) })
	}
	e.users++
	p.clock++
	e.used = p.clock
	return e, nil
}

func wasPacked(was, is string) bool { return strings.HasPrefix(is, was) && was != is }

// release ends a use of an entry.
func (p *pool) release(e *entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.users--
	if e.users == 0 && p.entries[watch.Key(e.path)] != e {
		e.close()
	}
}

// forget takes an entry out; it is closed when nobody uses it. Under p.mu.
func (p *pool) forget(e *entry) {
	if p.entries[watch.Key(e.path)] == e {
		delete(p.entries, watch.Key(e.path))
	}
	if e.users == 0 {
		e.close()
	}
}

func (p *pool) drop(e *entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(e)
}

// close closes what was opened.
func (e *entry) close() {
	select {
	case <-e.ready:
		if e.view != nil {
			e.view.s.Close()
			e.view = nil
		}
	default:
	}
}

// open opens a dump when its turn comes and there is room.
func (p *pool) open(e *entry) {
	defer p.release(e)
	defer close(e.ready)
	select {
	case <-p.opening:
		defer func() { p.opening <- struct{}{} }()
	case <-p.ctx.Done():
		e.err = p.ctx.Err()
		return
	}
	if e.err = p.reserve(e, e.path); e.err != nil {
		return
	}
	if e.view, e.err = p.read(e); e.err == nil {
		e.view.soon = func(f func()) { p.beside(e, f) }
		p.beside(e, e.view.ahead(p.ctx)...)
	}
}

// yielding is how long work beside requests stands back before it looks again.
const yielding = 10 * time.Millisecond

// beside works for an entry that the caller uses, piece by piece, while nobody waits
// for an answer from it.
func (p *pool) beside(e *entry, pieces ...func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	e.users++
	e.beside++
	p.work.Go(func() {
		defer func() {
			p.mu.Lock()
			e.beside--
			p.mu.Unlock()
			p.release(e)
		}()
		for _, f := range pieces {
			for p.asked(e) && p.ctx.Err() == nil {
				time.Sleep(yielding)
			}
			if p.ctx.Err() != nil {
				return
			}
			f()
		}
	})
}

// asked reports whether somebody waits for an answer from an entry.
func (p *pool) asked(e *entry) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return e.users > e.beside
}

// reserve makes room for an entry that needs the memory of some dumps.
func (p *pool) reserve(e *entry, paths ...string) error {
	var need uint64
	e.stage.Store("estimating its size")
	for _, path := range paths {
		est, err := snapshot.EstimateOf(p.ctx, path)
		if err != nil {
			return explainDump(err, path)
		}
		need += est.Memory + viewMemory*uint64(est.Objects)
	}
	if need > p.o.MaxMemory {
		return &failure{http.StatusInsufficientStorage, fmt.Sprintf("%s would take about %s of memory, more than --max-memory %s",
			filepath.Base(paths[0]), report.Bytes(need), report.Bytes(p.o.MaxMemory)), "start objgraph serve with a larger --max-memory"}
	}
	e.stage.Store("waiting for memory")
	for end := time.Now().Add(roomPatience); ; {
		p.mu.Lock()
		e.need = need
		ok := p.evict(p.o.MaxMemory - need)
		p.mu.Unlock()
		if ok {
			return nil
		}
		if time.Now().After(end) {
			return &failure{http.StatusServiceUnavailable, "the dumps that are being looked at take all the memory that --max-memory allows", "try again in a moment"}
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-p.ctx.Done():
			return p.ctx.Err()
		}
	}
}

// roomPatience is how long a dump waits for those that are being looked at.
const roomPatience = 30 * time.Second

// evict closes the dumps that were not used for the longest time, until the others
// take no more than room. ok is false if those do that are in use. Under p.mu.
func (p *pool) evict(room uint64) (ok bool) {
	for {
		var total uint64
		var oldest *entry
		for _, e := range p.entries {
			select {
			case <-e.ready:
			default:
				continue
			}
			total += e.need
			if e.users == 0 && (oldest == nil || e.used < oldest.used) {
				oldest = e
			}
		}
		if total <= room || oldest == nil {
			return total <= room
		}
		p.forget(oldest)
	}
}

// read opens the dump itself, and computes what all views want.
func (p *pool) read(e *entry) (*dumpView, error) {
	o := snapshot.Options{Exe: p.o.Exe, FullNames: p.o.FullNames, Progress: func(stage string, done, total int64) {
		if total > 0 {
			stage = fmt.Sprintf("%s, %d %%", stage, 100*done/total)
		}
		e.stage.Store(stage)
	}}
	e.stage.Store("reading")
	snap, err := snapshot.Open(p.ctx, e.path, o)
	var mismatch *program.MismatchError
	if errors.As(err, &mismatch) && o.Exe != "" { // --exe is that of another worker
		o.Exe = ""
		snap, err = snapshot.Open(p.ctx, e.path, o)
	}
	if err != nil {
		return nil, explainDump(err, e.path)
	}
	e.stage.Store("computing dominators")
	if err := snap.Prepare(); err != nil {
		snap.Close()
		return nil, explainDump(err, e.path)
	}
	return newDumpView(snap), nil
}

// explainDump says what is wrong with a dump.
func explainDump(err error, path string) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return gone(filepath.Base(path))
	}
	return &failure{http.StatusUnprocessableEntity, session.Explain(err, filepath.Base(path), "").Error(), ""}
}

func gone(name string) error {
	return &failure{http.StatusGone, name + " is gone: somebody, or objgraph watch, removed it", "its job's page still has the report, if there was one"}
}

// close waits for what is being opened, and closes all.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.work.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.entries {
		p.forget(e)
	}
}
