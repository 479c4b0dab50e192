package session

import (
	"bytes"
	"context"
	"fmt"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/pprofile"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// pprofOptions are the flags of `pprof`.
type pprofOptions struct {
	out, by   string
	fresh     bool
	maxStacks int
}

// What the stacks of a profile are.
const (
	byDominators = "dominators"
	byPaths      = "paths"
)

func pprofCommand() *Command {
	o := pprofOptions{by: byDominators, maxStacks: pprofile.DefaultMaxStacks}
	return &Command{
		Name: "pprof", Args: "DUMP [DUMP…]", Least: 1, Most: -1,
		Short: "Write retained memory as a profile for go tool pprof",
		Long: `Pprof writes the reachable objects of a dump as a profile in which the stack of
an object is who holds it: the variable or goroutine as the outermost frame,
then holder by holder down the dominator tree. What pprof cumulates for a frame
is therefore what it retains. Frames are named by type and field:
main.registry, map[string]*main.Job, main.Job.payload []uint8. What several
roots hold together lies below "(several roots)".

With several dumps of one process, oldest first, only what is new since the
first counts, as in leaks: objects that came and are still there. That includes
what only replaced others; -diff_base with a profile of each dump takes it off.

References that lead back to frames of the same stack, as in lists and trees,
are folded. The smallest stacks are merged if there are too many.`,
		Example: `  objgraph pprof job-17.dump --exe ./worker -o heap.pb.gz
  objgraph pprof start.dump job-17.dump --new --exe ./worker -o new.pb.gz
  objgraph pprof job-17.dump --exe ./worker --by paths > paths.pb.gz`,
		Flags: []Flag{
			{Name: "out", Short: "o", Value: &o.out, Arg: "FILE", Help: "write FILE, such as heap.pb.gz (default: standard output, if that is no terminal)"},
			{Name: "new", Value: &o.fresh, Help: "only what is new since the first dump; several dumps mean it"},
			{Name: "by", Value: &o.by, Arg: "dominators|paths", Help: "what stacks are: dominators, or the shortest path from a root to each object"},
			{Name: "max-stacks", Value: &o.maxStacks, Arg: "N", Help: "distinct stacks at the most; the smallest are merged into (merged) frames"},
		},
		Run: func(ctx context.Context, e *Env, args []string) error {
			if err := o.check(e, args); err != nil {
				return err
			}
			return o.run(ctx, e, args)
		},
	}
}

func (o *pprofOptions) check(e *Env, dumps []string) error {
	switch {
	case o.by != byDominators && o.by != byPaths:
		return usage("--by %s: want dominators or paths", o.by)
	case o.maxStacks < 1:
		return usage("--max-stacks %d: want 1 or more", o.maxStacks)
	case o.fresh && len(dumps) == 1:
		return usage("--new: with one dump nothing is known of what came; give an earlier one before it")
	case o.out == "" && e.JSON:
		return usage("--json says what is in the profile, which itself needs a file: name one with -o FILE")
	case o.out == "" && e.Terminal:
		return usage("a profile is not for a terminal: name a file with -o FILE, or redirect it into one")
	}
	return e.checkOutput("-o", o.out, dumps...)
}

func (o *pprofOptions) run(ctx context.Context, e *Env, dumps []string) error {
	if len(dumps) == 1 {
		s, err := e.snapshot(ctx, dumps[0])
		if err != nil {
			return err
		}
		return o.write(ctx, e, s, nil, o.answer(s))
	}
	if err := e.checkDebug(); err != nil {
		return err
	}
	if err := e.checkMemory(ctx, dumps...); err != nil {
		return err
	}
	n, err := census.FindNew(ctx, dumps, census.LeaksOptions{
		Exe: e.Exe, Debug: e.Debug, FullNames: e.FullNames, Workers: e.Workers, Progress: e.Progress, Verify: e.Verify})
	if err != nil {
		return explain(err, blamed(err, dumps), e.Exe)
	}
	defer e.release(n.Last)
	a := o.answer(n.Last)
	a.Since, a.Ambiguous, a.Redacted, a.Warnings = n.Dumps[0], n.Ambiguous, n.Uncompared, n.Warnings
	e.warn(a.Warnings)
	return o.write(ctx, e, n.Last, &n.Objects, a)
}

// answer is what is known before there is a profile.
func (o *pprofOptions) answer(s *snapshot.Snapshot) *report.Pprof {
	in := census.NewInfo(s)
	a := &report.Pprof{About: report.AboutOf(s), File: o.out, By: o.by, MaxStacks: o.maxStacks, Unreached: in.Unreached}
	for _, row := range in.Evidence {
		if row.Evidence == typing.Layout {
			a.Guessed = row.Objects
		}
	}
	return a
}

// write makes the profile of the objects that count, nil for all.
func (o *pprofOptions) write(ctx context.Context, e *Env, s *snapshot.Snapshot, only *graph.Set, a *report.Pprof) error {
	e.Progress.Tell(mem.StageDominators, 0, 0)
	p, err := pprofile.New(ctx, s, pprofile.Options{Paths: o.by == byPaths, Only: only, MaxStacks: o.maxStacks})
	if err != nil {
		return explainIn(s, err)
	}
	a.Total, a.Merged, a.Stacks = p.Total, p.Merged, p.Stacks
	p.Comment(a.Notes()...)
	var data bytes.Buffer
	if err := p.Write(&data); err != nil {
		return fmt.Errorf("make the profile: %w", err)
	}
	if o.out != "" {
		if err := e.Files.write(ctx, o.out, data.Bytes()); err != nil {
			return err
		}
		return e.print(a)
	}
	if _, err := e.Out.Write(data.Bytes()); err != nil {
		return fmt.Errorf("write the profile: %w", err)
	}
	if e.Quiet {
		return nil
	}
	return a.Text(e.Err)
}
