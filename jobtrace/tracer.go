package jobtrace

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Tracer traces jobs. A nil Tracer, the zero value and a closed one run jobs and
// do nothing else. All methods are safe for concurrent use.
type Tracer struct {
	on   atomic.Bool
	o    Options
	log  *speaker
	self Manifest // what is the same in all manifests

	mu    sync.Mutex // of state
	state state
	idle  sync.Cond // on mu: a window was closed

	requests chan *request
	stop     chan struct{}  // closed by Close
	running  sync.WaitGroup // goroutines of the Tracer

	// work is held by whoever writes, reads figures or uses what follows: so
	// no goroutine of the Tracer is in a system call while the world stands still.
	work   sync.Mutex
	folder folder
	meter  *meter
	torn   bool // memory.jsonl may end in half a line
	child  *child

	crash crashOutput
}

// state is what is known of the jobs of this process.
type state struct {
	active    int  // jobs that run
	ended     int  // jobs that ended
	begun     int  // jobs that began
	window    bool // some job is traced, until its last dump is written
	current   *Job // began last and runs
	traced    time.Time
	candidate int // jobs that sampling counted
	clean     int // begun when the last dump after a job was asked for, -1 if nothing can be taken from that
}

// started is when this process began, near enough.
var started = time.Now()

var errClosed = errors.New("jobtrace: the tracer is off or closed")

// New starts a Tracer, unless TRACE_MEMORY in the environment is 0. A folder that
// cannot be written is no error: that is said in the log, and the jobs run. The
// error is that of Options or an environment that make no sense; the Tracer is
// nil then, and may be used.
func New(o Options) (*Tracer, error) { return newTracer(o, nil, true) }

func newTracer(o Options, set settings, byDefault bool) (*Tracer, error) {
	o, on, err := set.resolve(o, byDefault)
	if err != nil || !on {
		return nil, err
	}
	t := &Tracer{o: o, log: newSpeaker(o.Logger), meter: newMeter(), requests: make(chan *request), stop: make(chan struct{})}
	t.idle.L = &t.mu
	t.state.clean = -1
	t.self = Process()
	if o.Worker == "" {
		t.o.Worker = filepath.Base(t.self.Executable)
	}
	t.o.Worker = SafeName(t.o.Worker)
	t.start()
	if o.OnCrash {
		if err := t.OnCrash(); err != nil {
			t.log.once("a crash leaves no text", err)
		}
	}
	return t, nil
}

// start does what must not first happen in the middle of a job: it makes what
// the packages below keep for ever.
func (t *Tracer) start() {
	runtime.MemProfile(nil, true) // so that the linker leaves memory profiling on
	t.warm()
	t.running.Go(t.dumping)
	if t.o.SampleEvery > 0 {
		t.running.Go(t.sampling)
	}
	t.on.Store(true)
	latest.Store(t)
}

// warm uses once what will be used later.
func (t *Tracer) warm() {
	t.work.Lock()
	defer t.work.Unlock()
	m := t.self
	mem := t.memory()
	m.MemoryBefore, m.Collections, m.Duration = &mem, mem.HeapIdle, &m.Pause
	if err := t.ready(); err != nil {
		t.log.once("the folder for dumps cannot be used (the jobs run all the same)", err)
		return
	}
	path := filepath.Join(t.folder.dir, ".json")
	if err := writeJSON(path, &m); err == nil {
		os.Remove(path)
	}
}

// ready opens the worker's folder, or again if it was removed. Under t.work.
func (t *Tracer) ready() error {
	if t.folder.dir != "" {
		if _, err := os.Stat(t.folder.dir); err == nil {
			return nil
		}
		t.folder.close()
	}
	if err := t.folder.open(t.o.Dir, t.o.Worker); err != nil {
		return err
	}
	t.self.Worker = t.folder.name
	if err := t.crash.moved(t.folder.dir); err != nil {
		t.log.once("a crash leaves no text", err)
	}
	return nil
}

// latest is the Tracer that was started last.
var latest atomic.Pointer[Tracer]

// Jobs is what the Tracer that was started last knows of the jobs of this process:
// the one that began last and still runs, and how many ended. ok is false if no
// Tracer is on.
func Jobs() (job string, soFar int, ok bool) {
	t := latest.Load()
	if t.off() {
		return "", 0, false
	}
	job, soFar = t.now()
	return job, soFar, true
}

// Process says of this process what a manifest does.
func Process() Manifest {
	m := Manifest{Schema: Schema, PID: os.Getpid(), Started: started, GoVersion: runtime.Version()}
	if exe, err := os.Executable(); err == nil {
		m.Executable, m.BuildID = exe, buildID(exe)
	} else {
		m.Executable = os.Args[0]
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		m.Build.Path, m.Build.Version = info.Path, info.Main.Version
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				m.Build.Revision = s.Value
			case "vcs.modified":
				m.Build.Modified = s.Value == "true"
			}
		}
	}
	return m
}

// off reports whether there is nothing to do.
func (t *Tracer) off() bool { return t == nil || !t.on.Load() }

// now is the job that began last and still runs, and how many ended.
func (t *Tracer) now() (job string, ended int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state.current != nil {
		job = t.state.current.id
	}
	return job, t.state.ended
}

// Dump writes a dump at once, without collections, and returns its path. reason
// is for the manifest. The error is also logged, once.
func (t *Tracer) Dump(reason string) (path string, err error) {
	if t.off() {
		return "", errClosed
	}
	m := &Manifest{Kind: KindManual, Reason: cut(reason, maxJob), Job: "manual"}
	return t.dump(m)
}

// Close waits for what is being written and for the reports under way, at most
// Options.CloseTimeout, and gives the folder up. Jobs that run or come later are
// not traced. The error says that reports are not done.
func (t *Tracer) Close() error {
	if t == nil || !t.turnOff() {
		return nil
	}
	t.running.Wait()
	t.crash.close()
	err := t.child.close(t.o.CloseTimeout)
	t.work.Lock()
	defer t.work.Unlock()
	t.folder.close()
	return err
}

// turnOff reports whether the Tracer was on. Under t.work no goroutine of it is
// started.
func (t *Tracer) turnOff() bool {
	if t.off() {
		return false
	}
	t.work.Lock()
	defer t.work.Unlock()
	if !t.on.CompareAndSwap(true, false) {
		return false
	}
	close(t.stop)
	return true
}
