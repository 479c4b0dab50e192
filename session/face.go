package session

import (
	"context"
	"fmt"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/snapshot"
)

// What other faces than the command line do with an Env.

// Open opens a dump, once; the Env closes it. Its warnings are printed. The error
// is one line that says what to do.
func (e *Env) Open(ctx context.Context, path string) (*snapshot.Snapshot, error) {
	return e.snapshot(ctx, path)
}

// Warn prints a warning, once.
func (e *Env) Warn(text string) { e.warn([]string{text}) }

// CheckFormat refuses names of pictures whose ending says no format.
func CheckFormat(path string) error {
	if formatOf(path) == "" {
		return fmt.Errorf("%s: the name must end in .svg, .png or .dot", path)
	}
	return nil
}

// Draw writes a picture in the format that the path's name asks for.
func (e *Env) Draw(ctx context.Context, path string, pic *layouts.Picture) error {
	if err := CheckFormat(path); err != nil {
		return err
	}
	view := report.PictureOptions{MaxNodes: report.DefaultMaxNodes}
	return e.drawTo(ctx, path, formatOf(path), &report.Graph{Picture: pic}, &view, nil)
}

// Chains finds the shortest chains to the objects of a set: of one object from
// every root, of several those of all of them by pattern. The chains are put in p.
func Chains(ctx context.Context, s *snapshot.Snapshot, set []mem.ObjID, o census.ChainOptions, p *report.Paths) error {
	return findPaths(ctx, s, set, o, p)
}

// Typical is the object of a set that stands for it: the first of those that are
// held in the most frequent way. The set is not empty.
func Typical(ctx context.Context, s *snapshot.Snapshot, set []mem.ObjID) (mem.ObjID, error) {
	return typical(ctx, s, set)
}

// Usage is the error of a command that was not used as its help says.
func Usage(format string, args ...any) error { return usage(format, args...) }

// Rows is how many rows a table has at the most, 0 for all: what was asked for, or
// as many as text and json say.
func (c *Common) Rows(text, json int) int { return c.limit(text, json) }

// Work tells that work begins; rest, that it has ended.
func (e *Env) Work() (rest func()) {
	if e.Busy == nil || e.Quiet || e.NoProgress {
		return func() {}
	}
	e.Busy(true)
	return func() { e.Busy(false) }
}

// Interruptible says that Ctrl-C calls stop, as long as undo was not called,
// and does not end the process. A second one does, if the work goes on.
func (e *Env) Interruptible(stop func()) (undo func()) {
	e.interrupt.Store(&stop)
	return func() { e.interrupt.Store(nil) }
}

// Interrupt is called at Ctrl-C. It reports whether that ended no more than a
// piece of the command's work.
func (e *Env) Interrupt() bool {
	stop := e.interrupt.Swap(nil)
	if stop == nil {
		return false
	}
	(*stop)()
	return true
}

// ParseSize reads a size in bytes: "500MB", "8GiB".
func ParseSize(text string) (uint64, error) { return parseSize(text) }

// Explain turns the error of a dump into one line: which file, what is wrong, and
// what to do.
func Explain(err error, dump, exe string) error { return explain(err, dump, exe) }

// ParseAddr reads a hexadecimal address, with 0x or without.
func ParseAddr(text string) (mem.Addr, error) { return parseAddr(text) }
