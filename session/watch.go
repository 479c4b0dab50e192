package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/watch"
)

// watchOptions are the flags of `watch`.
type watchOptions struct {
	once, untilClosed, rows bool
	compress, noCompress    bool
	keep, keepLeaks, warmup int
	maxBytes                string
	settle                  int // seconds

	view  leaksOptions // of the pictures
	limit uint64       // maxBytes
}

func watchCommand() *Command {
	o := watchOptions{compress: true, keep: keepUnset, keepLeaks: 20, warmup: 1, maxBytes: "10GiB"}
	o.settle, o.view.format, o.view.style = int(watch.DefaultSettle/time.Second), "svg", "one"
	return &Command{
		Name: "watch", Args: "DIR", Wants: "a folder", Least: 1, Most: 1, Waits: true,
		Short: "Turn the dumps that arrive in a folder into reports and pictures",
		Long: `Watch looks after memdbg, or the folder of one worker in it: each dump that
arrives there, however it does, is read once, compared with the dumps before it,
and reported. The report goes into the manifest beside the dump, as leaks --json
prints it, with the types of which there are more than before the job; the
picture of who holds what leaks goes to the top of memdbg. Jobtrace starts it by
itself.

A job is judged within the series so far, not alone: by the first dump after the
warm-up, some between, and the last, so that what was loaded once is no leak.
Until there are five dumps, only what came in great numbers is shown.

Then most dumps go: those stay that the series needs, of the last jobs, around
jobs that leaked, from crashes, and all that could not be read. What stays is
packed. Dumps that jobtrace did not write are left as they are, unless --keep is
given. Watch may be stopped and started again at any time.`,
		Example: `  objgraph watch memdbg
  objgraph watch memdbg --once --rows
  objgraph watch memdbg/worker --keep 20 --max-bytes 5GB --format svg,png`,
		Flags: append([]Flag{
			{Name: "once", Value: &o.once, Help: "end when everything is reported that is there now"},
			{Name: "until-stdin-closes", Value: &o.untilClosed, Help: "end when standard input does, and everything is reported"},
			{Name: "rows", Value: &o.rows, Help: "print the types of which a job left more, ten at the most, with its verdict"},
			{Name: "warmup", Value: &o.warmup, Arg: "N", Help: "jobs of a process that are not judged: what they leave was loaded once"},
			{Name: "keep", Value: &o.keep, Arg: "N", NoDefault: true, Help: "keep the dumps of the last N jobs of each worker (default: 8, and all that jobtrace did not write)"},
			{Name: "keep-leaks", Value: &o.keepLeaks, Arg: "N", Help: "keep the dumps around the last N jobs of each worker that leaked"},
			{Name: "max-bytes", Value: &o.maxBytes, Arg: "SIZE", Help: "keep the folder below this, the oldest dumps go first: 500MB, 10GiB, 0 for no limit"},
			{Name: "compress", Value: &o.compress, Help: "pack dumps with zstd once later ones need them no more"},
			{Name: "no-compress", Value: &o.noCompress, Help: "leave dumps as they are"},
			{Name: "settle", Value: &o.settle, Arg: "SECONDS", Help: "take a file that is not whole for all that will come, once it has not changed for so long"},
			{Name: "format", Value: &o.view.format, Arg: "LIST", Help: "formats of the pictures: svg, png, dot, tree (text), or several with commas"},
		}, append(viewFlags(&o.view.view), o.view.look.themeFlags()...)...),
		Run: func(ctx context.Context, e *Env, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if err := e.checkDebug(); err != nil {
				return err
			}
			return o.run(ctx, e, args[0])
		},
	}
}

const (
	keepUnset   = -1
	keepDefault = 8
)

func (o *watchOptions) check() (err error) {
	for _, f := range []struct {
		name string
		n    int
	}{{"warmup", o.warmup}, {"keep-leaks", o.keepLeaks}, {"keep", o.keep - keepUnset}, {"settle", o.settle}} {
		if f.n < 0 {
			return usage("--%s: want 0 or more", f.name)
		}
	}
	if o.once && o.untilClosed {
		return usage("--once excludes --until-stdin-closes")
	}
	if o.limit, err = parseSize(o.maxBytes); err != nil {
		return usage("--max-bytes %s: want a size: 500MB, 10GB, 10GiB, or 0 for no limit", o.maxBytes)
	}
	return o.view.check(2)
}

func (o *watchOptions) run(ctx context.Context, e *Env, dir string) error {
	info, err := os.Stat(dir)
	switch {
	case watch.Gone(err):
		return fmt.Errorf("%s: no such folder; name the one that dumps arrive in, or make it first", dir)
	case err != nil:
		return explain(err, dir, "")
	case !info.IsDir():
		return fmt.Errorf("%s: this is a file; name the folder that dumps arrive in", dir)
	}
	w := newWatcher(e, o, dir)
	defer w.close()
	if err := w.locks.Take(dir); err != nil {
		return explainLock(err, dir)
	}
	watch.Tidy(dir, time.Now())
	watch.Nice()
	var closed <-chan struct{}
	if o.untilClosed {
		closed = whenClosed(os.Stdin)
	}
	return w.loop(ctx, closed)
}

// whenClosed tells when a file has ended; what is in it is thrown away.
func whenClosed(f io.Reader) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		io.Copy(io.Discard, f)
		close(ended)
	}()
	return ended
}

const (
	pollBusy  = 250 * time.Millisecond
	pollIdle  = time.Second
	idleAfter = 20                     // looks without news
	pollRetry = 5 * time.Second        // for what failed
	packAtEnd = 10 * time.Second       // whoever waits for the end is not kept longer
	lastWords = time.Second            // for the text of a crash of the process that closed our standard input
	soon      = 100 * time.Millisecond // while a file is waited for that may come at any moment
)

// loop looks at the folder until it is to end and everything is reported.
func (w *watcher) loop(ctx context.Context, closed <-chan struct{}) error {
	ending := w.o.once
	var end time.Time // from when on no text of a crash is waited for
	for quiet := 0; ; quiet++ {
		growing, news, err := w.turn(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		if news || growing > 0 {
			quiet = 0
		}
		if ending && growing == 0 && !news && (w.crashing == 0 || time.Now().After(end)) {
			return w.finish(ctx)
		}
		wait := pollBusy
		switch {
		case ending && news:
			continue
		case ending:
			wait = soon
		case quiet > idleAfter:
			wait = pollIdle
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-closed:
			ending, closed, end = true, nil, time.Now().Add(lastWords)
		case <-time.After(wait):
		}
	}
}

// turn looks once and handles what is new.
func (w *watcher) turn(ctx context.Context) (growing int, news bool, err error) {
	changed, growing, err := w.scanner.Look(ctx)
	if err != nil {
		if watch.Gone(err) && !w.o.once {
			return 0, false, ctx.Err() // it may come back
		}
		return 0, false, err
	}
	changed = append(w.takeLater(), changed...)
	for _, d := range changed {
		if err := w.handle(ctx, d); err != nil {
			return growing, true, err
		}
	}
	crashes, crashing := w.scanner.Crashes()
	for _, path := range crashes {
		w.crash(ctx, path)
	}
	w.crashing = crashing
	if len(changed) > 0 {
		w.retain(ctx)
	}
	return growing, len(changed) > 0, ctx.Err()
}

// handle takes a dump in. What fails because of the folder (no room, somebody
// else's) is tried again later; the error is ctx's.
func (w *watcher) handle(ctx context.Context, d *watch.Dump) error {
	if folder := d.Folder(); folder != w.dir && !w.locks.Has(folder) {
		err := w.locks.Take(folder)
		if err == nil {
			watch.Tidy(folder, time.Now())
		} else {
			w.sayOnce(folder, "%v", explainLock(err, folder))
			if !errors.Is(err, watch.ErrWatched) || !w.o.once {
				w.putOff(d)
			}
			return nil
		}
	}
	if d.State == watch.Reported {
		w.known(d)
		return nil
	}
	err := w.report(ctx, d)
	switch {
	case err == nil:
		w.said["room"] = false
	case ctx.Err() != nil:
		return ctx.Err()
	case watch.Gone(err): // it went while it was read
	case w.o.once:
		return err
	default:
		w.sayOnce("room", "%v; objgraph watch tries again every %v", err, pollRetry)
		w.putOff(d)
	}
	return nil
}

// sayOnce prints a line on standard error, unless it did for the same reason.
func (w *watcher) sayOnce(reason, format string, args ...any) {
	if w.said[reason] || w.Quiet {
		return
	}
	w.said[reason] = true
	fmt.Fprintf(w.Err, "objgraph: %s\n", fmt.Sprintf(format, args...))
}

// putOff has a dump handled again later, as it then is.
func (w *watcher) putOff(d *watch.Dump) {
	w.later = append(w.later, delayed{d, time.Now().Add(pollRetry)})
}

type delayed struct {
	dump *watch.Dump
	due  time.Time
}

// takeLater are the dumps whose time has come. While the end is waited for, they
// are not.
func (w *watcher) takeLater() (due []*watch.Dump) {
	var rest []delayed
	for _, l := range w.later {
		if time.Now().Before(l.due) {
			rest = append(rest, l)
			continue
		}
		if m, err := watch.ReadManifest(l.dump.Key() + ".json"); err == nil {
			l.dump.Manifest = m
			if m.HasReport() {
				l.dump.State = watch.Reported
			}
		}
		due = append(due, l.dump)
	}
	w.later = rest
	return due
}

// print writes what is to be read at once.
func (w *watcher) print(j *report.Job, manifest []byte) error {
	if !w.JSON {
		if err := j.Text(w.Out, w.o.rows); err != nil {
			return err
		}
		return w.flush()
	}
	var line bytes.Buffer
	if err := json.Compact(&line, manifest); err != nil {
		return err
	}
	fmt.Fprintf(w.Out, "%s\n", line.Bytes())
	return w.flush()
}

func (w *watcher) flush() error {
	if f, ok := w.Out.(interface{ Flush() error }); ok {
		return f.Flush()
	}
	return nil
}

// top is the folder for the pictures of a dump's report: memdbg.
func (w *watcher) top(d *watch.Dump) string {
	if d.Folder() == w.dir && d.Traced() {
		return filepath.Join(w.dir, "..")
	}
	return w.dir
}
