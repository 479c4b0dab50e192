package session

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
)

// local is the file that an argument names. What a program serves is fetched first
// and stays in the folder for dumps.
func (e *Env) local(ctx context.Context, arg string) (string, error) {
	if !isRemote(arg) {
		return arg, nil
	}
	r, err := newRemote(arg)
	if err != nil {
		return "", err
	}
	if path := e.came[arg]; path != "" {
		return path, nil
	}
	path, _, err := e.fetch(ctx, r, DefaultOut)
	if err == nil {
		if e.came == nil {
			e.came = map[string]string{}
		}
		e.came[arg] = path
	}
	return path, err
}

// fetch saves one dump of a program with its manifest below dir, 0600.
func (e *Env) fetch(ctx context.Context, r *remote, dir string) (string, *fetched, error) {
	e.Progress.Tell(mem.StageDump, 0, 0)
	dir = filepath.Join(dir, r.folder())
	if err := e.checkFolder(dir); err != nil {
		return "", nil, err
	}
	resp, err := r.get(ctx, r.dump)
	if err != nil {
		return "", nil, err
	}
	defer resp.Body.Close()
	if err := makeDir(dir); err != nil {
		return "", nil, err
	}
	f := newFetched(resp.Header)
	if f.Seq, err = nextSeq(dir); err != nil {
		return "", nil, err
	}
	base := filepath.Join(dir, fmt.Sprintf("%06d-%s", f.Seq, f.Job))
	f.Worker, f.Dump = r.folder(), filepath.Base(base)+".dump"
	err = e.Files.stream(ctx, base+".dump", func(w io.Writer) (err error) {
		f.DumpBytes, err = r.body(ctx, resp, w)
		return err
	})
	if err != nil {
		os.Remove(dir) // if there is nothing else
		return "", nil, err
	}
	manifest, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return "", nil, err
	}
	if err := e.Files.write(ctx, base+".json", append(manifest, '\n')); err != nil {
		return "", nil, err
	}
	e.note("fetched %s, %s; the program stood still for %.2f s", base+".dump", report.Bytes(uint64(f.DumpBytes)), f.Pause)
	return base + ".dump", f, nil
}

// note says something on the way, on standard error.
func (e *Env) note(format string, args ...any) {
	if !e.Quiet {
		fmt.Fprintf(e.Err, "objgraph: "+format+"\n", args...)
	}
}

// nextSeq is one more than the highest number that a name in dir begins with.
func nextSeq(dir string) (int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	last := 0
	for _, entry := range entries {
		digits, _, ok := strings.Cut(entry.Name(), "-")
		if n, err := strconv.Atoi(digits); ok && err == nil && n > last {
			last = n
		}
	}
	return last + 1, nil
}

// between says how long to wait between two dumps: until so many jobs have ended
// or, if that is 0, for a while.
type between struct {
	wait time.Duration
	jobs int
}

// fetchTwice saves two dumps of a program.
func (e *Env) fetchTwice(ctx context.Context, arg, dir string, b between) ([]string, error) {
	r, err := newRemote(arg)
	if err != nil {
		return nil, err
	}
	if b.jobs > 0 {
		if s, err := r.state(ctx); err != nil {
			return nil, err
		} else if s.Jobs == nil {
			return nil, r.jobless()
		}
	}
	first, was, err := e.fetch(ctx, r, dir)
	if err != nil {
		return nil, err
	}
	if was.Executable != "" && e.Exe == "" {
		if _, err := os.Stat(was.Executable); err != nil {
			e.note("its executable %s is not on this machine; give it with --exe", was.Executable)
		}
	}
	if err := e.await(ctx, r, was, b); err != nil {
		return nil, err
	}
	second, is, err := e.fetch(ctx, r, dir)
	if err != nil {
		return nil, err
	}
	if is.PID != was.PID || is.Started != was.Started {
		return nil, r.restarted()
	}
	return []string{first, second}, nil
}

func (r *remote) jobless() error {
	return fmt.Errorf("%s: the program does not count jobs: use package jobtrace there or jobtrace/http.SetJobs, or say with --wait how long to wait instead", r.dump)
}

func (r *remote) restarted() error {
	return fmt.Errorf("%s: the program was started anew meanwhile, so the dumps are of two processes; try again", r.dump)
}

// pollEvery is how often a program is asked for its jobs.
const pollEvery = 250 * time.Millisecond

// await waits between the dumps.
func (e *Env) await(ctx context.Context, r *remote, was *fetched, b between) error {
	if b.jobs == 0 {
		e.note("waiting for %v (--wait)", b.wait)
		return sleep(ctx, b.wait)
	}
	if was.Jobs == nil {
		return r.jobless()
	}
	e.note("waiting until %d more jobs have ended (--jobs)", b.jobs)
	for {
		s, err := r.state(ctx)
		switch {
		case err != nil:
			return err
		case s.PID != was.PID || s.Started != was.Started:
			return r.restarted()
		case s.Jobs == nil:
			return r.jobless()
		case *s.Jobs >= *was.Jobs+b.jobs:
			return nil
		}
		if err := sleep(ctx, pollEvery); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
