package repl

import (
	"context"
	"os"

	"github.com/objgraph/objgraph/session"
)

// options are the flags of `heap`.
type options struct {
	expr, script string
	csv          bool
	values       bool
}

// Command is the entry of the session in the table of commands.
func Command() *session.Command {
	var o options
	return &session.Command{
		Name: "heap", Args: "DUMP [DUMP…]", Least: 1, Most: -1,
		Short: "Ask about sets of objects in a session like guppy's heapy",
		Long: `Heap opens a session in which sets of objects are divided, followed and drawn,
like guppy's heapy for Python:

  >>> h                                   all objects, by type
  >>> h[0].byvia                          the first row, by what refers to it
  >>> h[0].byvia[0].referrers.bysize      who refers to those, by size
  >>> h.where(type="main.*", min_size=64) those that meet a condition
  >>> new                                 with several dumps: what came

The syntax is Python's (Starlark). help() lists the names to begin with, and
help(h) what may be asked of a set. Dumps of one process are given oldest first;
h is the last one, and d[0] the first.

With -e one expression is answered, and with -f a script is run.`,
		Example: `  objgraph heap job-17.dump --exe ./worker
  objgraph heap job-1.dump job-17.dump --exe ./worker -e 'new.byvia'
  objgraph heap job-17.dump --exe ./worker -e 'h.where(type="main.*").bysite' --csv
  objgraph heap job-17.dump --exe ./worker -f questions.star`,
		Flags: []session.Flag{
			{Name: "expr", Short: "e", Value: &o.expr, Arg: "EXPR", Help: "answer this expression and end"},
			{Name: "file", Short: "f", Value: &o.script, Arg: "FILE", Help: "run a script and end; it prints what it wants printed"},
			{Name: "csv", Value: &o.csv, Help: "with -e: answer as CSV, sizes in bytes"},
			{Name: "show-values", Value: &o.values, Help: "show what strings and numbers say; dumps hold secrets"},
		},
		Run: func(ctx context.Context, e *session.Env, args []string) error { return o.run(ctx, e, args) },
	}
}

func (o *options) run(ctx context.Context, e *session.Env, dumps []string) error {
	switch {
	case o.expr != "" && o.script != "":
		return session.Usage("-e and -f exclude each other")
	case o.csv && e.JSON:
		return session.Usage("--csv and --json exclude each other")
	case (o.csv || e.JSON) && o.expr == "":
		return session.Usage("--csv and --json are for the answer to one expression: give it with -e")
	}
	script := ""
	if o.script != "" {
		text, err := os.ReadFile(o.script)
		if err != nil {
			return session.Usage("-f: %v", err)
		}
		script = string(text)
	}
	s, err := open(ctx, e, dumps, o.values)
	if err != nil {
		return err
	}
	switch {
	case o.expr != "":
		return s.answer(o.expr, o.csv)
	case o.script != "":
		return s.script(o.script, script)
	}
	return s.converse(os.Stdin)
}
