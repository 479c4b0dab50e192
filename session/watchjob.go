package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/jobtrace"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/watch"
)

const (
	// leastDumps is how many dumps it takes to judge: of less than four intervals
	// too many tell nothing, as jobs of other kinds ran in them.
	leastDumps = 5
	// What comes in such numbers is shown before there are so many dumps.
	manyObjects = 1000
	manyBytes   = 1 << 20

	mostRows   = 10  // types that grew
	mostTypes  = 100 // rows of each table of a report
	mostChains = 20
)

// job is a report in the making.
type job struct {
	report.Job
	dump     *watch.Dump
	whole    bool
	tally    census.Tally
	warnings []string
	crash    string // text of the process's crash
}

func (j *job) close() {
	if j.Leaks != nil {
		j.Leaks.Last.Close()
	}
}

// read opens the dump and compares it with those before. It returns the process,
// another than was thought if the dump proves it. The error is ctx's, or that of
// a file that went; what is wrong with the dump is in the report.
func (w *watcher) read(ctx context.Context, p *process, j *job) (*process, error) {
	d := j.dump
	s, err := p.shelf.Open(ctx, d.Path)
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	if watch.Gone(err) {
		if _, gone := os.Stat(d.Path); gone != nil {
			return p, err
		}
	}
	if err != nil {
		j.Error = explain(err, d.Path, w.Exe).Error()
		return p, nil
	}
	defer s.Close()
	j.whole, j.tally = s.Complete(), census.TallyOf(s)
	j.warnings = s.Warnings
	if !d.Traced() && !w.follows(ctx, p, s) {
		p = w.newProcess(d)
		return w.read(ctx, p, j)
	}
	if j.whole && !j.startsJob() {
		if before := w.tallyOf(ctx, p); before != nil {
			j.Rows = j.tally.Since(before, mostRows)
		}
	}
	w.note(j)
	if err := w.judge(ctx, p, j); err != nil {
		return p, err
	}
	w.keepOpen(p, j)
	return p, nil
}

// startsJob reports whether the dump is of the time before a job.
func (j *job) startsJob() bool {
	return j.dump.Manifest != nil && j.dump.Manifest.Kind == jobtrace.KindBefore
}

// follows reports whether a dump that does not say which process wrote it may be
// of this one.
func (w *watcher) follows(ctx context.Context, p *process, s *snapshot.Snapshot) bool {
	if p.prev == nil || !s.Complete() {
		return true
	}
	before, err := p.shelf.Open(ctx, w.pathOf(p.prev.Key()))
	if err != nil {
		return watch.Gone(err)
	}
	defer before.Close()
	return census.Follows(before, s) == nil
}

// tallyOf is what the dump before had, nil if there is none.
func (w *watcher) tallyOf(ctx context.Context, p *process) census.Tally {
	if p.tally != nil || p.prev == nil {
		return p.tally
	}
	s, err := p.shelf.Open(ctx, w.pathOf(p.prev.Key()))
	if err != nil {
		return nil
	}
	defer s.Close()
	return census.TallyOf(s)
}

// pathOf is where a dump lies now.
func (w *watcher) pathOf(key string) string {
	if k := w.kept[key]; k != nil {
		return k.Path
	}
	return key + ".dump"
}

// note says what is special about a dump.
func (w *watcher) note(j *job) {
	d := j.dump
	switch {
	case !j.whole:
		j.Note = "The dump is damaged: what could be read of it was."
	case j.startsJob():
		j.Note = "This is the state before the job."
	case d.InJob() && d.Manifest.Kind == jobtrace.KindMemory:
		j.Note = "Written when live memory came close to its limit: what a running job holds is in it."
	case d.InJob() && d.Manifest.Kind == jobtrace.KindManual:
		j.Note = "Asked for by the program: if a job ran, what it holds is in it."
	case d.InJob():
		j.Note = "Written while a panic went through the job: what the job holds is in it."
	}
	if d.InJob() {
		texts, _ := filepath.Glob(filepath.Join(d.Folder(), fmt.Sprintf("crash-%d-*.txt", d.Manifest.PID)))
		for _, path := range texts {
			if info, err := os.Stat(path); err == nil && info.Size() > 0 {
				j.crash = path
				j.Note += " The text of the crash: " + path + "."
			}
		}
	}
}

// judge compares the dump with the series, or, as long as that is too short,
// with the dump before.
func (w *watcher) judge(ctx context.Context, p *process, j *job) (err error) {
	d := j.dump
	points := w.points(p, d)
	typ := ""
	if d.Manifest != nil {
		typ = d.Manifest.TraceType
	}
	switch {
	case j.startsJob():
	case !j.whole || d.InJob() && len(points) < 2:
		j.Leaks, err = w.find(ctx, p, []string{d.Path}, typ)
	case len(points) >= leastDumps || d.InJob():
		j.Leaks, err = w.findTwice(ctx, p, points, typ)
	case p.prev != nil:
		j.Early = fmt.Sprintf("too early to judge from %s", numbered(len(points), "dump"))
		if len(points) == 1 {
			j.Early = "too early to judge, this is the warm-up"
		}
		j.Leaks, err = w.early(ctx, p, []string{w.pathOf(p.prev.Key()), d.Path}, typ)
	default:
		j.Early = "the first dump of its process, to compare others with"
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		j.Error = explain(err, blamed(err, append(points, d.Path)), w.Exe).Error()
	}
	return nil
}

// leastCoarse is how many dumps the second judgement wants.
const leastCoarse = 4

// findTwice judges by all dumps of the series and, if nothing leaked by these, by
// every other one: what only some kinds of job leak does not grow in every interval
// of a few jobs, but does in those of more.
func (w *watcher) findTwice(ctx context.Context, p *process, paths []string, typ string) (*report.Leaks, error) {
	fine, err := w.find(ctx, p, paths, typ)
	if err != nil || fine.Found() || fine.Asked {
		return fine, err
	}
	some := everyOther(paths)
	if len(some) < leastCoarse {
		return fine, nil
	}
	coarse, err := w.find(ctx, p, some, typ)
	if err != nil || !coarse.Found() {
		if err == nil {
			coarse.Last.Close()
		}
		return fine, nil
	}
	fine.Last.Close()
	return coarse, nil
}

// everyOther keeps the first, the last, and every other one back from that.
func everyOther(paths []string) (some []string) {
	for i, path := range paths {
		if i == 0 || (len(paths)-1-i)%2 == 0 {
			some = append(some, path)
		}
	}
	return some
}

// early compares two dumps, which is too few to judge: the answer is nil unless
// more came than a program loads once as a rule, or a type was asked for.
func (w *watcher) early(ctx context.Context, p *process, paths []string, typ string) (*report.Leaks, error) {
	a, err := w.find(ctx, p, paths, typ)
	if err != nil || a.Asked {
		return a, err
	}
	if a.Found() && a.Picked.Noise == typefilter.NotNoise && isMuch(a.Picked) {
		return a, nil
	}
	defer a.Last.Close()
	var most *typefilter.Leak
	for i := range a.Leaked {
		if l := &a.Leaked[i]; isMuch(l) && (most == nil || l.Leaked > most.Leaked) {
			most = l
		}
	}
	if most == nil {
		return nil, nil
	}
	much, err := w.find(ctx, p, paths, most.FullName)
	if err == nil {
		much.Why = "It is the one that came in great numbers."
	}
	return much, err
}

// isMuch reports whether more came of a type than a program loads once as a rule.
func isMuch(l *typefilter.Leak) bool {
	own := l.Noise == typefilter.NotNoise || l.Noise == typefilter.Parts && l.HeldByUser
	return own && (l.Leaked >= manyObjects || l.Retained >= manyBytes)
}

// points are the paths of the dumps that a dump is judged by, itself the last.
func (w *watcher) points(p *process, d *watch.Dump) (paths []string) {
	p.series.Points = slices.DeleteFunc(p.series.Points, func(pt watch.Point) bool {
		_, err := os.Stat(w.pathOf(pt.Key))
		return err != nil // somebody removed it
	})
	for _, pt := range p.series.Upto(watch.Point{Key: d.Key(), Jobs: w.jobsAt(p, d)}) {
		if pt.Key == d.Key() {
			paths = append(paths, d.Path)
		} else {
			paths = append(paths, w.pathOf(pt.Key))
		}
	}
	return paths
}

// find is FindLeaks over some dumps of a process. A type that was asked for and
// that the dump does not have is not asked for, which is said once: it may be
// misspelt.
func (w *watcher) find(ctx context.Context, p *process, paths []string, typ string) (*report.Leaks, error) {
	o := census.LeaksOptions{Type: typ, MaxChains: mostChains, Workers: w.Workers, Open: p.shelf.Open}
	found, err := census.FindLeaks(ctx, paths, o)
	var missing *census.NoMatchError
	if errors.As(err, &missing) {
		w.sayOnce("type "+typ, "the type that was asked for (--trace_memory_type): %v", missing)
		o.Type = ""
		found, err = census.FindLeaks(ctx, paths, o)
	}
	if err != nil {
		return nil, err
	}
	a := &report.Leaks{Leaks: found, About: report.AboutOfLeaks(found), Limit: w.rows(mostTypes)}
	a.Warnings = found.Warnings
	return a, nil
}

// keepOpen keeps the dumps of the series open that there is room for, and the
// last one.
func (w *watcher) keepOpen(p *process, j *job) {
	var paths []string
	for _, pt := range p.series.Points {
		paths = append(paths, w.pathOf(pt.Key))
	}
	if j.whole && !j.dump.InJob() {
		paths = append(paths, j.dump.Path)
	}
	p.shelf.Keep(paths...)
}

// leaked reports whether the job left more of the type that leaks.
func (j *job) leaked() bool {
	if !j.Found() {
		return false
	}
	picked := j.Leaks.Picked
	return picked.Store != nil || slices.ContainsFunc(j.Rows, func(g census.Growth) bool { return g.Type == picked.Name })
}

// line is the command that gives the same answer.
func (j *job) line() string {
	words := []string{"objgraph leaks"}
	for _, d := range j.Leaks.Dumps {
		words = append(words, report.Quote(watch.Key(d)+".dump"))
	}
	return strings.Join(words, " ")
}

// object is the report as JSON: that of leaks, and what is of the job.
func (j *job) object() (watch.Object, error) {
	var o watch.Object
	if j.Leaks != nil {
		var text bytes.Buffer
		if err := j.Leaks.JSON(&text); err != nil {
			return o, err
		}
		if err := o.UnmarshalJSON(text.Bytes()); err != nil {
			return o, err
		}
	}
	rows := []jobtrace.Row{}
	for _, g := range j.Rows {
		rows = append(rows, jobtrace.Row{Type: g.Type, Total: int64(g.Total), Delta: int64(g.Delta), Bytes: int64(g.Bytes)})
	}
	picture := ""
	if j.Leaks != nil && len(j.Leaks.Pictures) > 0 {
		picture = j.Leaks.Pictures[0]
	}
	var err error
	set := func(name string, value any) {
		if err == nil {
			err = o.Set(name, value)
		}
	}
	set("complete", j.whole)
	set("leak", j.leaked())
	set("early", j.Early)
	set("rows", rows)
	set("picture", picture)
	set("verdict", j.Verdict())
	set("error", j.Error)
	if j.Leaks == nil {
		set("picked", nil)
	}
	if j.crash != "" {
		set("crash", j.crash)
	}
	return o, err
}
