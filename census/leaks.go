package census

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
)

// LeaksOptions says how leaks are looked for.
type LeaksOptions struct {
	Exe       string
	Debug     string // see snapshot.Options
	FullNames bool
	Jobs      []int    // that ran between neighbouring dumps; one number stands for all, none for 1
	Type      string   // a pattern that overrides the pick, "" for none
	MaxChains int      // 0 for all
	Warmup    int      // jobs at the beginning that tell nothing of leaks
	Accept    []Accept // ways to hold objects that do not count
	Peak      bool     // growth is what exceeds the highest count of the dumps before
	Workers   int      // see snapshot.Options
	Verify    bool     // likewise
	Progress  mem.Progress
	// Open opens a dump instead of snapshot.Open with Exe, Debug, FullNames,
	// Workers and Verify; nil for that. What it gives is closed once.
	Open func(ctx context.Context, path string) (*snapshot.Snapshot, error)
}

// Leaks is the answer to what leaked.
type Leaks struct {
	Dumps       []string  // compared, oldest first
	Jobs        []int     // per interval
	Times       []float64 // seconds of each interval; nil if not known
	InUse       []uint64  // bytes of the heap's live and dead objects when each dump was written; nil if a dump does not say
	JobsAssumed bool      // nobody said how many
	JobsFrom    string    // JobsGiven, JobsManifests or JobsAssumed; "" with one dump
	Single      bool      // one dump: nothing is known of growth
	Complete    bool      // every dump that was given is whole
	WarmupJobs  int       // left out at the beginning: those that were asked for, up to the next dump
	WarmupDumps int       // left out with them
	Peak        bool      // growth was told against the highest count

	Picked    *typefilter.Leak // nil when nothing leaked
	Asked     bool             // Picked is what was asked for with Type
	Why       string
	RunnersUp []typefilter.RunnerUp
	Leaked    []typefilter.Leak
	Replaced  []typefilter.Leak
	GrewOnce  []typefilter.Leak

	Background []typefilter.Leak // grew no more with jobs than without
	Ambiguous  int               // objects that may be new, in slots used again for the same type
	Stray      []Growth          // the user's own types of which ever more objects are reached from no root, see strayGrowth
	Redacted   []string          // of Dumps: those without contents, which are compared with no others
	Uncompared bool              // the first or the last is one of them: nothing is known of Ambiguous

	Objects []mem.ObjID // of the picked type: the leaked ones, in the last dump
	Chains  []Chain     // how they are held, the commonest way first
	First   *Seen       // when the first of Objects came, nil if they were there from the start
	Holder  *Holder     // who gained them; nil if that is not known
	Also    []Chain     // by whom else all of the commonest way are held, to one of them; cutting that way frees none of them
	Sites   []Site      // where they were allocated, as far as there are samples
	Cut     int         // chains left out
	Lost    int         // of Objects without a chain

	Retained    uint64     // what would go free with all that leaked and is not accepted
	Accepted    []Accepted // as in the options
	AllAccepted bool       // Objects are all held in accepted ways, and are here because they were asked for

	Last     *snapshot.Snapshot // for the caller to draw from and to close
	Typed    Typed
	Weak     Sum // objects of the last dump held by conservative roots only
	Warnings []string
}

// Target is the object to draw: the one at the end of the first chain. ok is
// false if there is none.
func (l *Leaks) Target() (id mem.ObjID, ok bool) {
	if len(l.Chains) > 0 {
		steps := l.Chains[0].Steps
		return steps[len(steps)-1].ID, true
	}
	if len(l.Objects) > 0 {
		return l.Objects[0], true
	}
	return 0, false
}

// Way is how Target is held, as the first chain says; without objects if there is none.
func (l *Leaks) Way() (way graph.Chain) {
	if len(l.Chains) > 0 {
		way = l.Chains[0].Way
	}
	return way
}

// FindLeaks compares the dumps of one process, oldest first, and decides what
// leaked; of a single dump it says what accumulates. The caller closes
// Leaks.Last.
func FindLeaks(ctx context.Context, paths []string, o LeaksOptions) (*Leaks, error) {
	f, err := newFinder(ctx, paths, o)
	if err != nil {
		return nil, err
	}
	err = f.run(ctx)
	if err == nil && f.treed {
		_, err = f.Last.Dominators() // checked
	}
	if err != nil {
		if f.series.last != nil {
			f.series.last.Close()
		}
		return nil, err
	}
	return f.Leaks, nil
}

// dominators are those of the last dump, which are checked while they are used.
func (f *finder) dominators() (*graph.Dominators, error) {
	f.treed = true
	return f.Last.Unchecked()
}

// newFinder prepares to read dumps.
func newFinder(ctx context.Context, paths []string, o LeaksOptions) (*finder, error) {
	if len(paths) == 0 {
		return nil, errors.New("no dump was given")
	}
	l := &Leaks{Dumps: paths, Single: len(paths) == 1}
	if err := distinct(paths); err != nil {
		return nil, err
	}
	if err := l.takeJobs(o.Jobs, len(paths)-1); err != nil {
		return nil, err
	}
	if err := l.skipWarmup(o.Warmup); err != nil {
		return nil, err
	}
	l.Peak = o.Peak && !l.Single
	f := &finder{Leaks: l, o: o}
	f.series.paths, f.series.peak, f.series.jobs = l.Dumps, l.Peak, l.Jobs
	opened := int64(0)
	f.series.open = func(path string) (*snapshot.Snapshot, error) {
		o.Progress.Tell(mem.StageDump, opened, int64(len(l.Dumps)))
		opened++
		if o.Open != nil {
			return o.Open(ctx, path)
		}
		so := snapshot.Options{Exe: o.Exe, Debug: o.Debug, FullNames: o.FullNames, Workers: o.Workers, Progress: o.Progress, Verify: o.Verify, Ahead: f.series.last == nil}
		if last := f.series.last; last != nil { // opened first; the others are of the same process
			so.Program = last.Program
			if last.Program == nil {
				so.Exe, so.Debug = snapshot.NoExe, ""
			}
		}
		return snapshot.Open(ctx, path, so)
	}
	return f, nil
}

func (l *Leaks) takeJobs(jobs []int, intervals int) error {
	if intervals == 0 {
		return nil
	}
	l.JobsFrom = JobsGiven
	if len(jobs) == 0 {
		jobs, l.JobsFrom = jobsOfManifests(l.Dumps), JobsManifests
	}
	if len(jobs) == 0 {
		l.JobsAssumed, l.JobsFrom = true, JobsAssumed
	}
	if !l.JobsAssumed && total(jobs) == 0 {
		return errors.New("no job ran between any of the dumps: nothing can have grown with the jobs")
	}
	switch len(jobs) {
	case intervals:
		l.Jobs = jobs
		return nil
	case 0:
		jobs = []int{1}
	case 1:
	default:
		return fmt.Errorf("%d numbers of jobs were given for %d dumps: give one, or one for each of the %d intervals", len(jobs), intervals+1, intervals)
	}
	for range intervals {
		l.Jobs = append(l.Jobs, jobs[0])
	}
	return nil
}

// finder is FindLeaks at work.
type finder struct {
	*Leaks
	o       LeaksOptions
	series  series
	keys    []int32 // of the last dump's types in the series' names
	chosen  map[int32]bool
	rules   *typefilter.Rules
	known   acceptance
	goneBy  map[way]int                     // of the picked type; nil if none went
	waysNow *ways                           // of its new objects, with goneBy
	treed   bool                            // dominators were asked for
	stores  map[*typefilter.Store]mem.ObjID // the objects that grew, of the candidates with a Store
}

func (f *finder) run(ctx context.Context) error {
	if err := f.series.read(ctx); err != nil {
		return err
	}
	f.Last, f.Ambiguous, f.Uncompared = f.series.last, f.series.ambiguous(), f.series.uncompared()
	for i, redacted := range f.series.redacted {
		if redacted {
			f.Redacted = append(f.Redacted, f.series.paths[i])
		}
	}
	f.Stray = f.series.strayGrowth()
	f.Complete = f.Last.Complete() && !slices.Contains(f.series.used, false)
	f.Dumps, f.Jobs = f.series.compared(f.Jobs)
	f.Single, f.Times = len(f.Dumps) == 1, f.series.times()
	f.InUse = f.series.inUse()
	f.keys = f.series.names.of(f.Last)
	in := NewInfo(f.Last)
	f.Typed, f.Weak = in.Typed, in.Conservative
	f.Warnings = append(f.Warnings, f.series.warnings...)
	f.o.Progress.Tell(mem.StageDominators, 0, 0)
	if err := f.decide(ctx, in); err != nil {
		return err
	}
	if f.o.Type != "" {
		if err := f.override(ctx); err != nil {
			return err
		}
	}
	if f.Picked == nil {
		return nil
	}
	for _, step := range []func(context.Context) error{f.takeObjects, f.dropAccepted, f.sumUp} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	var err error
	f.o.Progress.Tell(mem.StageChains, 0, 0)
	if f.Chains, f.Cut, f.Lost, err = Chains(ctx, f.Last, f.Objects, ChainOptions{Max: f.o.MaxChains}); err != nil {
		return err
	}
	if f.Picked.Store == nil { // that was filled since ever
		f.First = f.seen(f.Objects)
	}
	f.takeHolder()
	if err := f.takeAlso(ctx); err != nil {
		return err
	}
	f.Sites = Sites(f.Last, f.Objects)
	return f.takeFlows(ctx)
}

func (f *finder) decide(ctx context.Context, in *Info) (err error) {
	if f.rules, err = typefilter.NewRules(typefilter.DefaultRules()); err != nil {
		return err
	}
	var d typefilter.Decision
	if f.Single {
		c, err := f.accumulating(ctx, in.Reachable.Bytes)
		if err != nil {
			return err
		}
		d = typefilter.PickSingle(c, in.Reachable.Bytes, len(f.series.paths), f.rules)
	} else {
		c, err := f.grown(ctx)
		if err != nil {
			return err
		}
		if len(f.o.Accept) > 0 {
			d = typefilter.Pick(c, f.dumps(), f.rules)
			if err := f.besideAccepted(ctx, c, d.Leaked); err != nil {
				return err
			}
		}
		stores, err := f.grownStores(ctx)
		if err != nil {
			return err
		}
		d = typefilter.Pick(append(c, stores...), f.dumps(), f.rules)
	}
	f.Picked, f.Why, f.RunnersUp = d.Picked, d.Why, d.RunnersUp
	f.Leaked, f.Replaced, f.GrewOnce, f.Background = d.Leaked, d.Replaced, d.GrewOnce, d.Background
	if f.Picked != nil {
		f.choose(f.Picked.FullName)
	}
	return nil
}

func (f *finder) choose(full ...string) {
	f.chosen = map[int32]bool{}
	for _, name := range full {
		f.chosen[int32(f.series.names.ids[name])] = true
	}
}

// objects are the last dump's objects of the chosen types: the new ones if
// there are any, else all that are reachable.
func (f *finder) objects() (out []mem.ObjID) {
	for _, onlyNew := range []bool{true, false} {
		if onlyNew && f.Single {
			continue
		}
		for i, to := range f.Last.Typing.Of {
			id := mem.ObjID(i)
			if f.chosen[f.keys[to]] && f.Last.Counted().Has(id) && (!onlyNew || f.series.isNew(id)) {
				out = append(out, id)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return out
}

// override picks what was asked for by name instead.
func (f *finder) override(ctx context.Context) error {
	match, err := typesLike(f.Last, f.o.Type)
	if err != nil {
		return err
	}
	var full []string
	var all []typefilter.Candidate
	for i, to := range f.keys {
		name := f.series.names.list[to].full
		if match[i] && f.series.rows[to].now.Count > 0 && !slices.Contains(full, name) {
			full = append(full, name)
			all = append(all, f.candidate(to))
		}
	}
	if len(all) == 0 {
		return noMatch(f.Last, f.o.Type)
	}
	f.choose(full...)
	c := joined(all, f.o.Type)
	c.Retained, err = f.retainedByChosen(ctx)
	f.Picked = &typefilter.Leak{Candidate: c, Judgement: typefilter.Judgement{Leaked: max(0, c.New-c.Gone)}}
	f.Picked.PerJob = float64(f.Picked.Leaked) / float64(max(1, total(f.Jobs)))
	f.Asked, f.Why = true, "It was asked for by name."
	return err
}

func total(jobs []int) (n int) {
	for _, j := range jobs {
		n += j
	}
	return n
}
