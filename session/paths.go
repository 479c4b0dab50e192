package session

import (
	"context"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
)

func pathsCommand() *Command {
	var t target
	var ignore []string
	return &Command{
		Name: "paths", Args: "DUMP", Least: 1, Most: 1,
		Short: "Show the shortest chains from roots to objects: why they are still in memory",
		Long: `Paths shows why objects are still in memory: the shortest chain of references
from a root (a global variable, a goroutine's local, a finalizer) to each of
them. For a type, chains through the same root and fields are one, with the
number of objects that it holds. For one object there is a chain for every root
that leads to it.

A holder that is known and meant to hold the objects, such as a cache, is left
out with --ignore; what remains shows who else does.`,
		Example: `  objgraph paths job-17.dump --exe ./worker --type main.Job
  objgraph paths job-17.dump --exe ./worker --addr 0xc0001a2000
  objgraph paths job-17.dump --exe ./worker --type main.Job --ignore main.Cache.entries --ignore main.recent`,
		Flags: append(t.flags(),
			Flag{Name: "ignore", Value: &ignore, Arg: "TYPE.field", Help: "search as if this field, or this global variable, held nothing (repeatable)"}),
		Run: func(ctx context.Context, e *Env, args []string) error {
			if err := t.check(); err != nil {
				return err
			}
			s, err := e.snapshot(ctx, args[0])
			if err != nil {
				return err
			}
			return e.paths(ctx, s, &t, ignore)
		},
	}
}

func (e *Env) paths(ctx context.Context, s *snapshot.Snapshot, t *target, ignore []string) error {
	set, err := t.set(s)
	if err != nil {
		return explainIn(s, err)
	}
	without, err := parseIgnores(s, ignore)
	if err != nil {
		return err
	}
	p := &report.Paths{About: report.AboutOf(s), Type: t.typ, Objects: len(set), Ignored: ignore}
	if t.addr != "" {
		p.Type, p.Addr = s.TypeName(set[0]), s.Addr(set[0])
	}
	e.Progress.Tell(mem.StageChains, 0, 0)
	if err := findPaths(ctx, s, set, census.ChainOptions{Max: e.chains(10), Ignore: without}, p); err != nil {
		return err
	}
	return e.print(p)
}

// findPaths fills in the chains: of one object from every root, of several
// those of all of them by pattern.
func findPaths(ctx context.Context, s *snapshot.Snapshot, set []mem.ObjID, o census.ChainOptions, p *report.Paths) (err error) {
	if len(set) > 1 {
		p.Chains, p.Cut, p.Lost, err = census.Chains(ctx, s, set, o)
		return err
	}
	max := o.Max
	if max > 0 {
		o.Max++ // one more tells that there are more
	}
	p.Chains, err = census.AllChains(ctx, s, set[0], o)
	if max > 0 && len(p.Chains) > max {
		p.Chains, p.Cut = p.Chains[:max], report.Uncounted
	}
	if err == nil && len(p.Chains) == 0 {
		p.Lost = 1
	}
	return err
}
