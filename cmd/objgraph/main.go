// Objgraph finds out who holds the memory of a Go program, from its heap
// dumps. This package turns flags into the commands of package session, and
// their errors into exit codes:
//
//	0    an answer, also one from a damaged dump, which it then says
//	1    a gate that was asked for failed (--fail-on-leak, --fail-over)
//	2    bad use, or a file that gives nothing
//	130  interrupted with Ctrl-C; by another signal, 128 and its number
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	_ "github.com/objgraph/objgraph/internal/hugeheap"
	"github.com/objgraph/objgraph/session"
)

func main() { os.Exit(Main()) }

// Main is the program, for tests that run it in their own process.
func Main() int {
	p := newProcess(os.Args, os.Stdout, os.Stderr)
	p.env.Ends = true
	ctx, stop := p.obeySignals(context.Background())
	defer stop()
	return p.run(ctx, os.Args)
}

// run is one command from its arguments to its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return newProcess(args, stdout, stderr).run(ctx, args)
}

// process is one run of the program.
type process struct {
	meter *meter
	out   *bufio.Writer
	err   io.Writer
	env   *session.Env
	last  lastWord
}

func newProcess(args []string, stdout, stderr io.Writer) *process {
	p := &process{meter: newMeter(stderr)}
	p.out, p.err = bufio.NewWriterSize(p.meter.over(stdout), 1<<16), p.meter.over(stderr)
	p.env = session.NewEnv(p.out, p.err)
	p.env.Line, p.env.Progress, p.env.Busy = commandLine(args), p.meter.tell, p.meter.busy
	p.env.Terminal = isShown(stdout)
	return p
}

func (p *process) run(ctx context.Context, args []string) int {
	defer p.env.Close()
	defer p.meter.stop()
	root := newRoot(p.env, p.meter.start, args[1:])
	root.SetArgs(args[1:])
	root.SetOut(p.out)
	root.SetErr(p.err)
	err := root.ExecuteContext(ctx)
	p.meter.stop()
	if flushErr := p.out.Flush(); err == nil && flushErr != nil {
		err = fmt.Errorf("write the answer: %w", flushErr)
	}
	p.last.take()
	return exitCode(ctx, err, p.err)
}

const (
	exitGate        = 1
	exitError       = 2
	exitInterrupted = 130
)

func exitCode(ctx context.Context, err error, stderr io.Writer) int {
	var gate *session.GateError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "objgraph: interrupted")
		return interruptedBy(ctx)
	case errors.As(err, &gate):
		fmt.Fprintln(stderr, "objgraph:", err)
		return exitGate
	}
	fmt.Fprintln(stderr, "objgraph:", err)
	return exitError
}
