package session

import (
	"context"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/typefilter"
)

func typesCommand() *Command {
	var all bool
	var only string
	by := byType
	return &Command{
		Name: "types", Args: "DUMP", Least: 1, Most: 1,
		Short: "List types by memory: objects, bytes, and what would go free with them",
		Long: `Types counts the reachable objects by type, the type with the most bytes first.
"retained" is what would go free if all objects of the type went: their own
bytes, and whatever nothing else holds.

A slice's array is []T, a closure is "func name", and the parts of a map are
rows of their own. ?48 is an object of 48 bytes whose type is not known.

With --by size it makes no graph: it reads the file once and counts all objects,
reachable or not, by the size of their slots, whether they hold pointers, and
the type that Go 1.22 and later put before values of 0.5 to 32 KiB. It takes a
few megabytes of memory for any dump.`,
		Example: `  objgraph types job-17.dump --exe ./worker
  objgraph types job-17.dump --exe ./worker --type 'main.*' --limit 0
  objgraph types job-17.dump.zst --exe ./worker --json
  objgraph types huge.dump.zst --exe ./worker --by size`,
		Flags: []Flag{
			{Name: "all", Value: &all, Help: "count unreached objects too"},
			{Name: "by", Value: &by, Arg: "type|size", Help: "what to count by; size needs one pass over the file and little memory"},
			{Name: "type", Value: &only, Arg: "NAME", Help: "only these types: main.Job, a glob (main.*), pkg:PATH or /regexp/"},
		},
		Run: func(ctx context.Context, e *Env, args []string) error {
			switch {
			case by == bySize && (all || only != ""):
				return usage("--by size counts all objects, of whatever type: leave out --all and --type")
			case by == bySize:
				return e.sizes(ctx, args[0])
			case by != byType:
				return usage("--by %s: want type or size", by)
			}
			return e.types(ctx, args[0], only, all)
		},
	}
}

// What types counts by.
const (
	byType = "type"
	bySize = "size"
)

// types answers by type, of those that only matches; all adds what is unreached.
func (e *Env) types(ctx context.Context, path, only string, all bool) error {
	s, err := e.snapshot(ctx, path)
	if err != nil {
		return err
	}
	o := census.TypesOptions{All: all, Limit: e.rows(20)}
	if only != "" {
		if _, err := census.SelectType(s, only); err != nil && !all {
			return explainIn(s, err)
		}
		if o.Filter, err = typefilter.Parse(only); err != nil {
			return err
		}
	}
	e.Progress.Tell(mem.StageDominators, 0, 0)
	table, err := census.Types(ctx, s, o)
	if err != nil {
		return err
	}
	return e.print(&report.Types{About: report.AboutOf(s), TypesTable: table, All: all})
}
