package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/watch"
)

// watcher is `watch` at work. One goroutine.
type watcher struct {
	*Env
	o       *watchOptions
	dir     string
	scanner watch.Scanner
	locks   watch.Locks
	latest  map[string]*process    // by folder: the one that wrote last
	kept    map[string]*watch.Kept // by key: dumps that are reported
	said    map[string]bool        // reasons, see sayOnce
	later   []delayed

	crashing int // texts of crashes that may still be written
}

// process is what is kept of a process that writes dumps.
type process struct {
	id     string
	shelf  snapshot.Shelf
	series watch.Series
	dumps  int            // that were taken in
	prev   *watch.Dump    // the last one that was read whole, nil before
	tally  census.Tally   // of prev; nil if it was not read by this watcher
	at     map[string]int // jobs done, by key, of the series' dumps and prev
}

// shelfRoom is how much memory the dumps of a series may take that are kept open:
// those of a heap of some hundred thousand objects. What is beyond it is read again
// for each job.
const shelfRoom = 512 << 20

func newWatcher(e *Env, o *watchOptions, dir string) *watcher {
	own := *e
	own.Progress = nil
	w := &watcher{Env: &own, o: o, dir: filepath.Clean(dir)}
	w.scanner.Dir, w.scanner.Settle = w.dir, time.Duration(o.settle)*time.Second
	w.latest, w.kept, w.said = map[string]*process{}, map[string]*watch.Kept{}, map[string]bool{}
	return w
}

func (w *watcher) close() {
	for _, p := range w.latest {
		p.shelf.Close()
	}
	w.locks.Close()
}

// process is the one that wrote a dump. Where nothing tells, it is taken for the
// last one, until it is read.
func (w *watcher) process(d *watch.Dump) *process {
	p := w.latest[d.Folder()]
	if p == nil || d.Process() != "" && d.Process() != p.id {
		p = w.newProcess(d)
	}
	return p
}

func (w *watcher) newProcess(d *watch.Dump) *process {
	if old := w.latest[d.Folder()]; old != nil {
		old.shelf.Close() // its series has ended
	}
	p := &process{id: d.Process(), at: map[string]int{}}
	p.shelf = snapshot.Shelf{Room: shelfRoom, Options: snapshot.Options{
		Exe: w.Exe, Debug: w.Debug, FullNames: w.FullNames, Workers: w.Workers, Verify: w.Verify}}
	w.latest[d.Folder()] = p
	return p
}

// jobsAt is how many jobs the process had done: of dumps that do not say it, how many
// there were.
func (w *watcher) jobsAt(p *process, d *watch.Dump) int {
	if d.Manifest != nil && d.Manifest.HasJobs {
		return d.Manifest.JobsSoFar
	}
	return w.o.warmup + p.dumps
}

// known takes in a dump that was reported before.
func (w *watcher) known(d *watch.Dump) {
	if k := w.kept[d.Key()]; k != nil { // it was packed
		k.Path, k.Size = d.Path, d.Size
		return
	}
	var r struct {
		Complete bool   `json:"complete"`
		Error    string `json:"error"`
		Leak     bool   `json:"leak"`
	}
	if json.Unmarshal(d.Manifest.Report, &r) != nil {
		return
	}
	whole := r.Complete && r.Error == ""
	w.kept[d.Key()] = &watch.Kept{Dump: *d, Whole: whole, Leaked: r.Leak}
	w.join(w.process(d), d, whole, nil, (*watch.Series).Again)
}

// join adds a dump to the series of its process.
func (w *watcher) join(p *process, d *watch.Dump, whole bool, tally census.Tally, add func(*watch.Series, watch.Point)) {
	jobs := w.jobsAt(p, d)
	p.dumps++
	if !whole || d.InJob() {
		return
	}
	p.prev, p.tally, p.at[d.Key()] = d, tally, jobs
	if jobs >= w.o.warmup {
		add(&p.series, watch.Point{Key: d.Key(), Jobs: jobs})
	}
}

// report reads a dump, writes its report and prints it. Nothing is printed of a
// report that could not be written.
func (w *watcher) report(ctx context.Context, d *watch.Dump) error {
	if err := w.refuse(d); err != nil {
		return err
	}
	p := w.process(d)
	j := &job{Job: report.Job{Job: d.Job(), Seq: d.Seq(), Foreign: !d.Traced()}, dump: d}
	if d.Folder() != w.dir {
		j.Worker = filepath.Base(d.Folder())
	}
	defer j.close()
	p, err := w.read(ctx, p, j)
	if err != nil {
		return err
	}
	if err := w.draw(ctx, j); err != nil {
		return err
	}
	text, err := w.write(ctx, j)
	if err != nil {
		return err
	}
	w.kept[d.Key()] = &watch.Kept{Dump: *d, Whole: j.whole, Leaked: j.leaked()}
	w.join(p, d, j.whole, j.tally, (*watch.Series).Add)
	w.warn(j.warnings)
	if j.startsJob() && j.whole && j.Error == "" {
		return nil // nothing happened yet
	}
	return w.print(&j.Job, text)
}

// refuse keeps a file that is beside a dump and no manifest from being lost.
func (w *watcher) refuse(d *watch.Dump) error {
	if d.Manifest != nil {
		return nil
	}
	_, err := watch.ReadManifest(d.Key() + ".json")
	if err == nil || watch.Gone(err) {
		return nil
	}
	return fmt.Errorf("%w; it lies where the report of %s belongs: move it away", err, filepath.Base(d.Path))
}

// write puts the report into the manifest, and returns that.
func (w *watcher) write(ctx context.Context, j *job) ([]byte, error) {
	m := j.dump.Manifest
	if m == nil {
		m = watch.Foreign(j.dump)
	}
	r, err := j.object()
	if err != nil {
		return nil, err
	}
	text, err := m.With("report", r)
	if err != nil {
		return nil, err
	}
	return text, w.Files.write(ctx, j.dump.Key()+".json", append(text, '\n'))
}

// draw writes the pictures of what the job's report is about.
func (w *watcher) draw(ctx context.Context, j *job) error {
	if j.Leaks == nil || j.Leaks.Picked == nil || !(j.Leaks.Found() || j.Leaks.Asked || j.Leaks.Single) {
		return nil
	}
	env := *w.Env
	env.Line = j.line()
	return w.o.view.paint(ctx, &env, j.Leaks, nil, j.dump.Job(), func(name string, data []byte) (string, error) {
		ext := filepath.Ext(name)
		base := filepath.Join(w.top(j.dump), strings.TrimSuffix(name, ext))
		for n := 1; ; n++ {
			path := base + ext
			if n > 1 {
				path = fmt.Sprintf("%s-%d%s", base, n, ext)
			}
			err := w.Files.writeNew(ctx, path, data)
			if errors.Is(err, fs.ErrExist) {
				if !isPicture(path, j.dump) {
					continue
				}
				err = w.Files.write(ctx, path, data) // of a watcher that was killed
			}
			return path, err
		}
	})
}

// isPicture reports whether a picture is of a dump: it names the command.
func isPicture(path string, d *watch.Dump) bool {
	data, err := os.ReadFile(path)
	return err == nil && bytes.Contains(data, []byte(report.Quote(watch.Key(d.Path)+".dump")))
}

// crash says that a process left the text of its crash, and notes it in the
// report of its last dump.
func (w *watcher) crash(ctx context.Context, path string) {
	last := w.lastOf(filepath.Dir(path), watch.CrashOf(path))
	if last == nil {
		fmt.Fprintf(w.Out, "a process crashed: %s\n", path)
		w.flush()
		return
	}
	m, err := watch.ReadManifest(last.Key() + ".json")
	if err != nil {
		return
	}
	var r watch.Object
	if r.UnmarshalJSON(m.Report) != nil || r.Get("crash") != nil {
		return
	}
	if r.Set("crash", path) != nil {
		return
	}
	if text, err := m.With("report", r); err == nil {
		err = w.Files.write(ctx, last.Key()+".json", append(text, '\n'))
		if err == nil {
			fmt.Fprintf(w.Out, "process %d crashed: %s; its last dump is %s\n", m.PID, path, last.Path)
			w.flush()
		}
	}
}

// lastOf is the last dump of a process, nil if there is none.
func (w *watcher) lastOf(dir string, pid int) (last *watch.Kept) {
	for _, k := range w.kept {
		if k.Folder() == dir && k.Traced() && k.Manifest.PID == pid && (last == nil || k.Seq() > last.Seq()) {
			last = k
		}
	}
	return last
}

// retain removes and packs dumps as far as they are not needed.
func (w *watcher) retain(ctx context.Context) {
	all := w.all()
	r := watch.Retention{Keep: w.o.keep, Leaks: w.o.keepLeaks, MaxBytes: int64(w.o.limit), Foreign: w.o.keep != keepUnset}
	if w.o.keep == keepUnset {
		r.Keep = keepDefault
	}
	for _, i := range r.Surplus(all, folderBytes(w.dir)) {
		if err := os.Remove(all[i].Path); err != nil && !watch.Gone(err) {
			w.sayOnce("remove", "%v", err)
			continue
		}
		delete(w.kept, all[i].Key())
	}
	w.pack(ctx, time.Time{})
}

// all are the reported dumps in order, with those that are needed marked.
func (w *watcher) all() []watch.Kept {
	var out []watch.Kept
	for _, key := range slices.Sorted(maps.Keys(w.kept)) {
		k := *w.kept[key]
		p := w.latest[k.Folder()]
		k.Needed = p != nil && p.needs(key)
		out = append(out, k)
	}
	return out
}

// needs reports whether later dumps are compared with one.
func (p *process) needs(key string) bool {
	return p.prev != nil && p.prev.Key() == key ||
		slices.ContainsFunc(p.series.Points, func(pt watch.Point) bool { return pt.Key == key })
}

// pack packs the dumps that are not open, until a time if it is not zero.
func (w *watcher) pack(ctx context.Context, until time.Time) {
	if !w.o.compress || w.o.noCompress {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(w.kept)) {
		k := w.kept[key]
		p := w.latest[k.Folder()]
		open := p != nil && (p.shelf.Keeps(k.Path) || p.prev != nil && p.prev.Key() == key && until.IsZero())
		if k.Packed() || !k.Whole || !k.Traced() || open {
			continue
		}
		if ctx.Err() != nil || !until.IsZero() && time.Now().After(until) {
			return
		}
		path, err := watch.Pack(k.Path)
		switch {
		case watch.Gone(err):
		case err != nil:
			w.sayOnce("pack", "%s could not be packed and stays as it is: %v", k.Path, err)
		default:
			k.Path = path
			if info, err := os.Stat(path); err == nil {
				k.Size = info.Size()
			}
		}
	}
}

// finish packs what is open, too.
func (w *watcher) finish(ctx context.Context) error {
	for _, p := range w.latest {
		p.shelf.Close()
	}
	w.pack(ctx, time.Now().Add(packAtEnd))
	return ctx.Err()
}

// folderBytes is the size of all files in a folder and those in it.
func folderBytes(dir string) (sum int64) {
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // gone, or not ours to read
		case d.IsDir() && strings.Count(strings.TrimPrefix(path, dir), string(filepath.Separator)) > 1:
			return fs.SkipDir
		case d.Type().IsRegular():
			if info, err := d.Info(); err == nil {
				sum += info.Size()
			}
		}
		return nil
	})
	return sum
}
