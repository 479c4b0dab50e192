package session

import (
	"context"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/report"
)

func rootsCommand() *Command {
	return &Command{
		Name: "roots", Args: "DUMP", Least: 1, Most: 1,
		Short: "List what each global variable and each goroutine retains",
		Long: `Roots lists the global variables, goroutines and finalizers that hold memory,
the one that retains the most first. A goroutine with all its stack is one row.

"retained" is what would go free with that root alone: memory that two roots
hold is in neither row.`,
		Example: `  objgraph roots job-17.dump --exe ./worker
  objgraph roots job-17.dump --exe ./worker --json --limit 5`,
		Run: func(ctx context.Context, e *Env, args []string) error {
			s, err := e.snapshot(ctx, args[0])
			if err != nil {
				return err
			}
			rows, cut, err := census.Roots(s, e.rows(20))
			if err != nil {
				return err
			}
			return e.print(&report.Roots{About: report.AboutOf(s), Rows: rows, Cut: cut})
		},
	}
}
