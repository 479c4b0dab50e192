package session

import (
	"context"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/report"
)

func infoCommand() *Command {
	var header, untyped bool
	return &Command{
		Name: "info", Args: "DUMP", Least: 1, Most: 1,
		Short: "Say what a dump is: Go version, sizes, whether it is whole, how much is typed",
		Long: `Info says what a heap dump is: which Go wrote it, how many objects it holds and
whether that agrees with the program's own counters, how much of it some root
reaches, how many objects have a known type and by which evidence, and whether
the file is whole. Ask it first of a dump that you do not know.

With --header it reads the file once, from its beginning to its end, and keeps
nothing but counts: it takes the same few megabytes of memory for any dump, and
says what the other commands would take.`,
		Example: `  objgraph info job-17.dump --exe ./worker
  objgraph info huge.dump.zst --header
  objgraph info job-17.dump --exe ./worker --untyped`,
		Flags: []Flag{
			{Name: "header", Value: &header, Help: "read the file only, in one pass: no types, no graph, a few megabytes of memory"},
			{Name: "untyped", Value: &untyped, Help: "list what has no known type, and which fields point at it"},
		},
		Run: func(ctx context.Context, e *Env, args []string) error {
			if header && untyped {
				return usage("--untyped wants the graph, which --header leaves out")
			}
			if header {
				return e.header(ctx, args[0])
			}
			s, err := e.snapshot(ctx, args[0])
			if err != nil {
				return err
			}
			answer := &report.Info{Dump: s.Path, Info: census.NewInfo(s)}
			if untyped {
				if answer.Untyped, answer.UntypedCut, err = census.Untyped(ctx, s, e.rows(untypedRows)); err != nil {
					return err
				}
			}
			return e.print(answer)
		},
	}
}

// untypedRows is how many groups of untyped objects text shows.
const untypedRows = 20
