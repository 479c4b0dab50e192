package session

import (
	"context"
	"fmt"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
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
the file is whole. Ask it first of a dump that you do not know.`,
		Example: `  objgraph info job-17.dump --exe ./worker
  objgraph info huge.dump.zst --header
  objgraph info job-17.dump --exe ./worker --untyped`,
		Flags: []Flag{
			{Name: "header", Value: &header, Help: "read the file only: no types, no graph, a fraction of the time and memory"},
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

// header answers from the records alone.
func (e *Env) header(ctx context.Context, path string) error {
	f, err := heapdump.Open(path)
	if err != nil {
		return explain(err, path, "")
	}
	defer f.Close()
	h, err := heap.Build(ctx, f.Data(), heap.Options{In: f.In()})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	in := &census.Info{
		GoVersion: string(h.GoVersion), Arch: h.Params.Arch, FileBytes: f.Size(),
		Complete: h.Complete() && f.Damage() == nil,
		Objects:  census.Sum{Count: h.NumObjects(), Bytes: h.Bytes()}, SpanTailSlots: h.SpanTailSlots,
		Goroutines: len(h.Goroutines),
	}
	if m := h.MemStats; m != nil {
		in.HasMemStats, in.HeapObjects, in.HeapAlloc = true, m.HeapObjects, m.HeapAlloc
	}
	for _, damage := range []error{f.Damage(), h.Damage} {
		if damage != nil {
			in.Warnings = append(in.Warnings, fmt.Sprintf("the dump is damaged: %v", damage))
		}
	}
	e.warn(in.Warnings)
	return e.print(&report.Info{Dump: path, Info: in, HeaderOnly: true})
}
