// Package engine lays out graphs with Graphviz, by go-graphviz, in a child
// process: Graphviz as WebAssembly heeds no context, serves one graph at a
// time, and never gives memory back; a child can be killed, and dies with its
// memory.
//
// The child is this same program, started again with an environment variable
// that an init of this package looks for. So a program needs to do nothing but
// import the package, and its main is not run a second time; inits of packages
// that come first are.
package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/objgraph/objgraph/layouts/internal/early"
)

// maxOutput bounds what a child may write: a layout of 300 nodes has 0.5 MB.
const maxOutput = 64 << 20

// ErrTimeout means that the child was killed at its time limit.
var ErrTimeout = errors.New("timeout")

// Layout returns Graphviz's json0 description of the laid-out graph dot. It
// fails with ctx's error when ctx ends, and with ErrTimeout after limit.
//
// A child that crashes may have read damaged code from the cache: it is tried
// once more with an empty cache.
func Layout(ctx context.Context, dot []byte, limit time.Duration) ([]byte, error) {
	return Start(ctx, limit).Layout(ctx, dot)
}

// Engine is a child that waits for a graph. One goroutine.
type Engine struct {
	limit time.Duration
	ready chan struct{} // closed when the next two are set
	child *process
	err   error // of starting it
}

// Start starts an engine that will have so much time from when it is given a
// graph, and does not wait for it. It is killed when ctx ends. Whoever does not call
// Layout calls Stop.
func Start(ctx context.Context, limit time.Duration) *Engine {
	e := &Engine{limit: limit, ready: make(chan struct{})}
	go func() {
		defer close(e.ready)
		cache, err := early.CacheDir()
		if err == nil {
			e.child, err = start(ctx, limit, cache)
		}
		if e.err = err; err == nil {
			yield(e.child.cmd.Process.Pid)
		}
	}()
	return e
}

// Layout is the function Layout by this engine, which it ends.
func (e *Engine) Layout(ctx context.Context, dot []byte) ([]byte, error) {
	timed, cancel := context.WithTimeoutCause(ctx, e.limit, ErrTimeout)
	defer cancel()
	if <-e.ready; e.err == nil {
		out, err := e.child.layOut(timed, dot)
		if err == nil || timed.Err() != nil || !crashed(err) {
			return out, cause(timed, err)
		}
	}
	out, err := runApart(timed, dot, e.limit)
	return out, cause(timed, err)
}

// Stop ends an engine, and returns when its process is gone.
func (e *Engine) Stop() {
	if <-e.ready; e.err == nil {
		e.child.kill()
	}
}

// crashed reports whether a child ended otherwise than by refusing the graph.
func crashed(err error) bool {
	var exit *exec.ExitError
	return !errors.As(err, &exit) || exit.ExitCode() != exitRefused
}

// cause replaces the error of a killed child by the reason for killing it.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// runApart runs a child with a cache of its own, removed afterwards.
func runApart(ctx context.Context, dot []byte, limit time.Duration) ([]byte, error) {
	cache, err := os.MkdirTemp("", "objgraph-engine-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(cache)
	c, err := start(ctx, limit, cache)
	if err != nil {
		return nil, err
	}
	return c.layOut(ctx, dot)
}

// process is a child that waits for a graph on its standard input.
type process struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *layout
	diag  *capped
	ended chan struct{} // closed when err is set
	err   error         // how the process ended
}

func start(ctx context.Context, limit time.Duration, cache string) (*process, error) {
	exe, err := executable()
	if err != nil {
		return nil, err
	}
	c := &process{out: &layout{capped: capped{max: maxOutput}, whole: make(chan []byte, 1)}, diag: &capped{max: 4 << 10}, ended: make(chan struct{})}
	c.cmd = exec.CommandContext(ctx, exe)
	c.cmd.Args = []string{"objgraph-layout"}
	c.cmd.Dir = cache
	c.cmd.Env = append(os.Environ(), early.ChildEnv+"="+limit.String(), early.TempVar()+"="+cache, "GOTRACEBACK=none", "GOGC=off")
	c.cmd.Stdout, c.cmd.Stderr = c.out, c.diag
	c.cmd.WaitDelay = time.Second
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		c.err = c.cmd.Wait()
		close(c.ended)
	}()
	return c, nil
}

// layOut gives the child its graph and waits for a layout or the child's end, or
// kills it when ctx ends. A child that has done its work takes 7 ms to end, for
// which nobody waits.
func (c *process) layOut(ctx context.Context, dot []byte) ([]byte, error) {
	stop := context.AfterFunc(ctx, func() { c.cmd.Process.Kill() })
	defer stop()
	_, sent := c.in.Write(dot)
	c.in.Close()
	select {
	case out := <-c.out.whole:
		c.cmd.Process.Kill()
		return between(out)
	case <-c.ended:
	}
	switch {
	case c.err != nil:
		return nil, fmt.Errorf("%w%s", c.err, c.diag.note())
	case sent != nil:
		return nil, sent
	}
	return between(c.out.kept)
}

func (c *process) kill() {
	c.cmd.Process.Kill()
	c.in.Close()
	<-c.ended
}

// executable is this program's file; on Linux the very one that runs, also
// when it was replaced or removed since.
func executable() (string, error) {
	const self = "/proc/self/exe"
	if _, err := os.Stat(self); err == nil {
		return self, nil
	}
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(exe)
}

// between cuts the layout out of what the child wrote.
func between(out []byte) ([]byte, error) {
	_, rest, ok := bytes.Cut(out, []byte(beginMark))
	body, _, whole := bytes.Cut(rest, []byte(endMark))
	if !ok || !whole {
		return nil, errors.New("the child wrote no whole layout")
	}
	return body, nil
}

// capped keeps the first max bytes written to it.
type capped struct {
	kept []byte
	max  int
}

func (c *capped) Write(p []byte) (int, error) {
	c.kept = append(c.kept, p[:min(len(p), c.max-len(c.kept))]...)
	return len(p), nil
}

// layout is what a child writes to its standard output.
type layout struct {
	capped
	whole chan []byte // gets all of it when the end mark is there, once
}

func (l *layout) Write(p []byte) (int, error) {
	n, err := l.capped.Write(p)
	if bytes.HasSuffix(l.kept, []byte(endMark)) {
		select {
		case l.whole <- l.kept:
		default: // something came after it, which is of no interest
		}
	}
	return n, err
}

// note is the first line kept, as the end of an error's text.
func (c *capped) note() string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(c.kept)), "\n")
	if line == "" {
		return ""
	}
	return ": " + line
}
