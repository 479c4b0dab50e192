package session

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// Env is what a command runs in. One goroutine.
type Env struct {
	Common
	Out, Err io.Writer
	Line     string // the command as typed, for the pictures it makes
	Terminal bool   // Out is one: not for what is no text
	// Ends says that the process ends with its command. Dumps then stay open: what
	// the system unmaps at the end takes less time than what is unmapped before.
	Ends bool
	// Progress, if not nil, is told how far the work is.
	Progress mem.Progress
	// Busy, if not nil, is told when a session begins to work and when it waits
	// for its user, where nothing is to be shown of progress.
	Busy func(is bool)

	// Files are what commands write; whoever ends the process abandons them.
	Files *Files
	// Child is the program that a command runs; whoever ends the process kills it.
	Child *Child

	interrupt *atomic.Pointer[func()] // see Interruptible

	open   map[string]*snapshot.Snapshot
	warned map[string]bool
	came   map[string]string // by URL: the file that it was saved to
}

// NewEnv makes an environment that writes there.
func NewEnv(out, err io.Writer) *Env {
	return &Env{Common: Common{Limit: DefaultLimit}, Out: out, Err: err, Files: new(Files), Child: new(Child), interrupt: new(atomic.Pointer[func()])}
}

// Close closes the dumps that commands opened.
func (e *Env) Close() {
	for _, s := range e.open {
		e.release(s)
	}
	e.open = nil
}

// release closes a dump that a command opened for itself.
func (e *Env) release(s *snapshot.Snapshot) {
	if !e.Ends {
		s.Close()
	}
}

// snapshot opens a dump, once.
func (e *Env) snapshot(ctx context.Context, path string) (*snapshot.Snapshot, error) {
	if s := e.open[path]; s != nil {
		return s, nil
	}
	if err := e.checkDebug(); err != nil {
		return nil, err
	}
	path, err := e.local(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := e.checkMemory(ctx, path); err != nil {
		return nil, err
	}
	s, err := snapshot.Open(ctx, path, snapshot.Options{
		Exe: e.Exe, Debug: e.Debug, FullNames: e.FullNames, Workers: e.Workers, Progress: e.Progress, Verify: e.Verify})
	if err != nil {
		return nil, explain(err, path, e.Exe)
	}
	if e.open == nil {
		e.open = map[string]*snapshot.Snapshot{}
	}
	e.open[path] = s
	e.warn(s.Warnings)
	return s, nil
}

// warn prints each warning once.
func (e *Env) warn(warnings []string) {
	if e.Quiet {
		return
	}
	if e.warned == nil {
		e.warned = map[string]bool{}
	}
	for _, w := range warnings {
		if !e.warned[w] {
			e.warned[w] = true
			fmt.Fprintf(e.Err, "objgraph: warning: %s\n", w)
		}
	}
}

// answer is what package report makes of each command.
type answer interface {
	Text(io.Writer) error
	JSON(io.Writer) error
}

func (e *Env) print(a answer) error {
	if e.JSON {
		return a.JSON(e.Out)
	}
	return a.Text(e.Out)
}

// named reports whether an executable was given.
func (c *Common) named() bool { return c.Exe != "" && c.Exe != snapshot.NoExe }

// checkDebug refuses symbols without the executable that they were split off.
func (c *Common) checkDebug() error {
	if c.Debug != "" && !c.named() {
		return usage("--debug FILE holds the symbols of an executable: name that with --exe")
	}
	return nil
}
