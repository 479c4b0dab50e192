package jobtrace

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// ErrBusy is what Begin returns while another job runs: what one leaks could not
// be told from what the other does. Run one job at a time to trace, or set
// Options.Overlap.
var ErrBusy = errors.New("jobtrace: another job is running, so this one is not traced; run one at a time, or set Options.Overlap")

// NoName stands for the name of a job that was given none, or blanks alone.
const NoName = "(no name)"

// maxJob is how much of a job's name is kept, in bytes.
const maxJob = 4 << 10

// Job is a job that runs. End ends it. A nil Job does nothing.
type Job struct {
	t      *Tracer
	id     string
	ctx    context.Context // until it ends
	f      func(context.Context) error
	began  time.Time
	before *Memory // nil if it is not traced
	traced bool
	others int // that ran when it began
	begun  int // of state, with this one
	ended  bool
}

// Do runs f and returns what it returns, whatever the tracing does. A panic goes
// on to the caller, and so does runtime.Goexit. While another job runs, f is run
// untraced unless Options.Overlap is set.
func (t *Tracer) Do(ctx context.Context, jobID string, f func(context.Context) error) error {
	if t.off() {
		return f(ctx)
	}
	// From here on the Job alone holds f: a dump would show it in this frame.
	return t.run(newJob(t, ctx, jobID, f))
}

//go:noinline
func newJob(t *Tracer, ctx context.Context, id string, f func(context.Context) error) *Job {
	if strings.TrimSpace(id) == "" {
		id = NoName
	}
	return &Job{t: t, id: strings.Clone(cut(id, maxJob)), ctx: ctx, f: f}
}

//go:noinline
func (t *Tracer) run(j *Job) error {
	if err := t.begin(j, true); err != nil {
		t.log.once("a job is not traced", err)
	}
	defer j.unwind()
	err := j.call()
	j.finish(j.outcome(err), false)
	return err
}

// call runs the function, which nothing but its own frame holds then.
//
//go:noinline
func (j *Job) call() error {
	f := j.f
	j.f = nil
	return f(j.ctx)
}

// Begin begins a job that the caller runs, and ends with End. The error is
// ErrBusy if another job runs and Options.Overlap is not set; the Job is nil
// then, and may be used.
func (t *Tracer) Begin(ctx context.Context, jobID string) (*Job, error) {
	if t.off() {
		return nil, nil
	}
	j := newJob(t, ctx, jobID, nil)
	if err := t.begin(j, false); err != nil {
		return nil, err
	}
	return j, nil
}

// End ends the job with its error, nil for success. Only the first call counts.
// Called by defer, it sees a panic too.
func (j *Job) End(err error) {
	if j == nil {
		return
	}
	if unwinding() {
		j.unwind()
		return
	}
	j.finish(j.outcome(err), false)
}

// unwind ends a job whose frames still stand, if it has not ended: it panicked
// or called runtime.Goexit.
func (j *Job) unwind() {
	if j.ended {
		return
	}
	outcome := OutcomePanicked
	if exiting() {
		outcome = OutcomeFailed
	}
	j.finish(outcome, true)
}

// outcome is a word for a job's error.
func (j *Job) outcome(err error) string {
	switch {
	case err == nil:
		return OutcomeOK
	case errors.Is(err, context.DeadlineExceeded), j.ctx != nil && errors.Is(j.ctx.Err(), context.DeadlineExceeded):
		return OutcomeTimedOut
	}
	return OutcomeFailed
}

// begin counts a job and writes the dump before it, if it is to be traced. The
// error is ErrBusy, for a job that is not; with always it is counted even so.
func (t *Tracer) begin(j *Job, always bool) error {
	defer t.guard()
	write, err := t.admit(j, always)
	if err != nil && !always {
		return err
	}
	if write {
		t.collect()
		t.dump(&Manifest{Kind: KindBefore, Job: j.id, Overlapping: j.others})
	}
	if j.traced {
		t.work.Lock()
		j.before = &Memory{}
		*j.before = t.memory()
		t.work.Unlock()
	}
	j.began = time.Now()
	return err
}

// admit decides what becomes of a job, and whether a dump comes before it.
func (t *Tracer) admit(j *Job, always bool) (write bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := &t.state
	for s.window && s.active == 0 {
		t.idle.Wait() // only a dump is being written: they are one after the other
	}
	switch {
	case len(t.o.At) > 0:
		write = s.begun == 0 && slices.Contains(t.o.At, 0)
	case !t.due():
	case t.busy():
		if err = ErrBusy; !always {
			return false, err
		}
	default:
		j.traced, s.window, s.traced = true, true, time.Now()
		write = s.active > 0 || s.clean != s.begun
	}
	j.others = s.active
	s.active++
	s.begun++
	j.begun = s.begun
	s.current = j
	return write, err
}

// due reports whether sampling wants the job that begins. Under t.mu.
func (t *Tracer) due() bool {
	s := &t.state
	s.candidate++
	return s.candidate%t.o.Every == 0 && (s.traced.IsZero() || time.Since(s.traced) >= t.o.MinInterval)
}

// busy reports whether a job that begins would not be alone. Under t.mu; there
// is no window without active jobs then.
func (t *Tracer) busy() bool {
	return !t.o.Overlap && t.state.active > 0
}

// finish counts the end of a job and writes the dump after it. standing says
// that the job's frames are still on the stack, so that the dump cannot be
// another job's "before".
func (j *Job) finish(outcome string, standing bool) {
	if j.ended {
		return
	}
	j.ended = true
	took := time.Since(j.began).Seconds()
	j.ctx, j.f = nil, nil
	t := j.t
	defer t.guard()
	m := &Manifest{Kind: KindAfter, Job: j.id, Outcome: outcome, Duration: &took, MemoryBefore: j.before}
	if standing {
		m.Kind = KindPanic
	}
	write, begun := t.leave(j, m)
	defer t.left(j)
	if !write || t.off() {
		return
	}
	t.collect()
	_, err := t.dump(m)
	if j.traced {
		t.settle(begun, err == nil && !standing && m.Overlapping == 0)
	}
}

// leave counts a job out and completes what its manifest says of others.
func (t *Tracer) leave(j *Job, m *Manifest) (write bool, begun int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := &t.state
	s.active--
	s.ended++
	if s.current == j {
		s.current = nil
	}
	m.JobsSoFar = s.ended
	m.Overlapping = j.others + s.begun - j.begun
	return j.traced || slices.Contains(t.o.At, s.ended), s.begun
}

// settle notes whether the dump just written can stand before the next job.
func (t *Tracer) settle(begun int, clean bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state.clean = -1; clean {
		t.state.clean = begun
	}
}

// left lets the next job be traced.
func (t *Tracer) left(j *Job) {
	if !j.traced {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state.window = false
	t.idle.Broadcast()
}

// guard keeps a panic of the tracer's own, or of a hook, from the job.
func (t *Tracer) guard() {
	if p := recover(); p != nil {
		t.log.once("a job is not traced in full", fmt.Errorf("panic: %v", p))
	}
}

// unwinding reports whether a panic or runtime.Goexit called the function that
// called, or the one that called that.
func unwinding() bool { return calledBy("runtime.gopanic") || exiting() }

func exiting() bool { return calledBy("runtime.Goexit") }

func calledBy(name string) bool {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for range 5 {
		f, more := frames.Next()
		if f.Function == name {
			return true
		}
		if !more {
			break
		}
	}
	return false
}
