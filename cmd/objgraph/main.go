// Objgraph finds out who holds the memory of a Go program, from its heap
// dumps. This package turns flags into the commands of package session, and
// their errors into exit codes:
//
//	0    an answer, also one from a damaged dump, which it then says
//	1    a gate that was asked for failed (--fail-on-leak, --fail-over)
//	2    bad use, or a file that gives nothing
//	130  interrupted
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/objgraph/objgraph/session"
)

func main() { os.Exit(Main()) }

// Main is the program, for tests that run it in their own process.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it at once
	return run(ctx, os.Args, os.Stdout, os.Stderr)
}

// run is one command from its arguments to its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	out := bufio.NewWriterSize(stdout, 1<<16)
	env := &session.Env{Out: out, Err: stderr, Line: commandLine(args), Progress: progress(stderr)}
	defer env.Close()
	root := newRoot(env)
	root.SetArgs(args[1:])
	root.SetOut(out)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if flushErr := out.Flush(); err == nil && flushErr != nil {
		err = fmt.Errorf("write the answer: %w", flushErr)
	}
	return exitCode(err, stderr)
}

const (
	exitGate        = 1
	exitError       = 2
	exitInterrupted = 130
)

func exitCode(err error, stderr io.Writer) int {
	var gate *session.GateError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "objgraph: interrupted")
		return exitInterrupted
	case errors.As(err, &gate):
		fmt.Fprintln(stderr, "objgraph:", err)
		return exitGate
	}
	fmt.Fprintln(stderr, "objgraph:", err)
	return exitError
}
