package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/objgraph/objgraph/watch"
)

// runOptions are the flags of `run`.
type runOptions struct {
	leaksOptions
	jobs, points int
	timeout      string
	limit        time.Duration
}

func runCommand() *Command {
	o := runOptions{leaksOptions: leaksOptions{out: DefaultOut, format: "svg", style: "one", warmup: 10}, jobs: 100, points: 6}
	return &Command{
		Name: "run", Args: "-- WORKER…", Wants: "the worker", Least: 1, Most: -1,
		Short: "Drive a worker through a number of jobs, and say what leaked",
		Long: `Run starts a worker that uses package jobtrace, lets it do --warmup jobs and
then --jobs more, with a few dumps on the way, stops it, and prints what leaks
would say of the dumps. Between the dumps nothing is done but counting jobs, so
a leak that takes a thousand jobs to show takes little longer than they do.

The worker gets what it needs in its environment, and its output goes to
standard error. If it ends by itself, the dumps that there are by then are
compared.`,
		Example: `  objgraph run --warmup 10 --jobs 1000 -- ./worker -queue mail
  objgraph run --jobs 200 --points 3 --fail-on-leak --timeout 10m -- ./worker`,
		Flags: append([]Flag{
			{Name: "warmup", Value: &o.warmup, Arg: "W", Help: "jobs before the first dump: what they leave was loaded once"},
			{Name: "jobs", Value: &o.jobs, Arg: "N", Help: "jobs between the first dump and the last"},
			{Name: "points", Value: &o.points, Arg: "K", Help: "dumps in all, 2 or more; three or more tell a leak from what grew once"},
			{Name: "timeout", Value: &o.timeout, Arg: "TIME", Help: "stop the worker after this time at the latest: 90s, 10m, 2h (default: none)"},
		}, o.answerFlags()...),
		Run: func(ctx context.Context, e *Env, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return o.run(ctx, e, args)
		},
	}
}

func (o *runOptions) check() (err error) {
	switch {
	case o.warmup < 0:
		return usage("--warmup %d: want a number of jobs, 0 or more", o.warmup)
	case o.jobs < 1:
		return usage("--jobs %d: want a number of jobs, 1 or more", o.jobs)
	case o.points < 2 || o.points-1 > o.jobs:
		return usage("--points %d: want 2 dumps or more, and no more than one a job", o.points)
	}
	if o.timeout != "" {
		if o.limit, err = time.ParseDuration(o.timeout); err != nil || o.limit <= 0 {
			return usage("--timeout %s: want a time: 90s, 10m, 2h", o.timeout)
		}
	}
	warmup := o.warmup
	o.warmup = 0 // leaks knows nothing of what came before the first dump
	err = o.leaksOptions.check(o.points)
	o.warmup = warmup
	return err
}

// at are the numbers of jobs after which there is to be a dump.
func (o *runOptions) at() (at []int) {
	for i := range o.points {
		at = append(at, o.warmup+i*o.jobs/(o.points-1))
	}
	return at
}

// environment is what makes the worker write the dumps.
func (o *runOptions) environment() []string {
	var at []string
	for _, n := range o.at() {
		at = append(at, strconv.Itoa(n))
	}
	return append(os.Environ(), "TRACE_MEMORY=1", "TRACE_MEMORY_NO_REPORT=1", "TRACE_MEMORY_OUTPUT_DIR="+o.out, "TRACE_MEMORY_AT="+strings.Join(at, ","))
}

func (o *runOptions) run(ctx context.Context, e *Env, args []string) error {
	if err := cmp.Or(e.checkExe(), e.checkFolder(o.out), o.checkOutputs(e, args[:1])); err != nil {
		return err
	}
	if err := makeDir(o.out); err != nil {
		return err
	}
	r := driver{scanner: watch.Scanner{Dir: o.out}, last: o.warmup + o.jobs, found: map[string][]*watch.Dump{}}
	err := r.work(ctx, e, o, args)
	r.scanner.Crashes() // of which the empty ones go
	if err != nil {
		return err
	}
	dumps := r.dumps()
	if len(dumps) == 0 {
		return r.nothing(args[0])
	}
	if !r.done() && !e.Quiet {
		fmt.Fprintf(e.Err, "objgraph: %s; this is of the %s that it wrote before\n", r.why, numbered(len(dumps), "dump"))
	}
	if len(dumps) == 1 && (o.gates.failOnLeak || o.gates.over != "") {
		return fmt.Errorf("%s wrote one dump and ended, which shows no growth; lower --warmup or --jobs", args[0])
	}
	o.leaksOptions.warmup = 0
	return o.leaksOptions.run(ctx, e, dumps)
}

// driver is a run of a worker. One goroutine.
type driver struct {
	scanner watch.Scanner
	begun   time.Time
	last    int // jobs after which it is over
	why     string
	found   map[string][]*watch.Dump // by process, in order
}

const (
	runPoll = 100 * time.Millisecond
	// patience is how long a worker may take to end once it is told to.
	patience = 10 * time.Second
)

// work runs the worker until it has written the last dump, or ended, or the time
// is over.
func (r *driver) work(ctx context.Context, e *Env, o *runOptions, args []string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = o.environment(), os.Stdin, e.Err, e.Err
	cmd.WaitDelay = time.Second                       // for programs that it leaves with its output
	if _, _, err := r.scanner.Look(ctx); err != nil { // what lies there is of others
		return err
	}
	r.begun = time.Now()
	if err := cmd.Start(); err != nil {
		return explainStart(err, args[0])
	}
	e.Child.began(cmd.Process)
	defer e.Child.ended()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var over <-chan time.Time
	if o.limit > 0 {
		over = time.After(o.limit)
	}
	for !r.done() {
		select {
		case <-ctx.Done():
			stop(cmd.Process, ended, patience)
			return ctx.Err()
		case err := <-ended:
			r.why = fmt.Sprintf("%s ended %s", args[0], afterwards(err))
			return r.look(ctx)
		case <-over:
			r.why = fmt.Sprintf("%s was stopped after %v (--timeout)", args[0], o.limit)
			stop(cmd.Process, ended, patience)
			return r.look(ctx)
		case <-time.After(runPoll):
			if err := r.look(ctx); err != nil {
				return err
			}
		}
	}
	stop(cmd.Process, ended, patience)
	return nil
}

func explainStart(err error, name string) error {
	if errors.Is(err, exec.ErrNotFound) || watch.Gone(err) {
		return fmt.Errorf("%s: no such program; name the worker after --, as in objgraph run -- ./worker", name)
	}
	return fmt.Errorf("%s could not be started: %w", name, err)
}

// afterwards is how a program ended, in words.
func afterwards(err error) string {
	if err == nil {
		return "by itself"
	}
	return "with " + err.Error()
}

// stop ends a program: it is asked to, and made to if it does not.
func stop(p *os.Process, ended <-chan error, patience time.Duration) {
	if p.Signal(syscall.SIGTERM) != nil {
		p.Kill() // a system that has no such signal
	}
	select {
	case <-ended:
	case <-time.After(patience):
		p.Kill()
		<-ended
	}
}

// look takes in the dumps that the worker wrote since the last look.
func (r *driver) look(ctx context.Context) error {
	changed, _, err := r.scanner.Look(ctx)
	if err != nil {
		return err
	}
	for _, d := range changed {
		if d.Traced() && !d.InJob() && d.Manifest.Started.After(r.begun) {
			r.found[d.Process()] = append(r.found[d.Process()], d)
		}
	}
	return nil
}

// process is the one that did most jobs, if the worker started several; of equals
// the first by number.
func (r *driver) process() []*watch.Dump {
	var best []*watch.Dump
	for _, id := range slices.Sorted(maps.Keys(r.found)) {
		if all := r.found[id]; best == nil || jobsOf(all) > jobsOf(best) {
			best = all
		}
	}
	return best
}

func jobsOf(dumps []*watch.Dump) int { return dumps[len(dumps)-1].Manifest.JobsSoFar }

// done reports whether the last dump is there.
func (r *driver) done() bool {
	all := r.process()
	return len(all) > 0 && jobsOf(all) >= r.last
}

func (r *driver) dumps() (paths []string) {
	for _, d := range r.process() {
		paths = append(paths, d.Path)
	}
	return paths
}

// nothing says why there may be no dump.
func (r *driver) nothing(worker string) error {
	crashed, _ := filepath.Glob(filepath.Join(r.scanner.Dir, "*", "memory.jsonl"))
	for _, path := range crashed {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(r.begun) {
			return fmt.Errorf("%s, before it wrote a dump; lower --warmup, or give it more jobs to do", r.why)
		}
	}
	return fmt.Errorf("%s and wrote no dump into %s; does %s use package jobtrace (jobtrace.New or jobtrace.FromFlags, and Do around each job)?", r.why, r.scanner.Dir, worker)
}
