package engine

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/goccy/go-graphviz/cgraph"
	"github.com/goccy/go-graphviz/gvc"

	"github.com/objgraph/objgraph/layouts/internal/early"
)

// Layouts are written between these two lines: an init of the program that
// this package is linked into may have written something before, and a layout
// without its end is not whole.
const (
	beginMark = "\n--- objgraph layout begin\n"
	endMark   = "\n--- objgraph layout end\n"
)

// Exit codes of a child; a panic's is 2.
const (
	exitRefused = 1 // the graph cannot be laid out: standard error says why
	exitLate    = 3 // the time is up, and the parent did not kill the child
)

// init turns a process that Layout started into a layout engine: it never
// reaches main. It runs after the init of go-graphviz, which it needs.
func init() {
	early.Restore()
	limit := os.Getenv(early.ChildEnv)
	if limit == "" {
		return
	}
	if err := serve(limit); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitRefused)
	}
	os.Exit(0)
}

// smallGraph is the most bytes of a graph for which no garbage is collected. One of
// that size, with 150 nodes and 150 labels, leaves 13 MB of it.
const smallGraph = 32 << 10

// serve lays out the graph on standard input. The engine is made ready first:
// the parent may have started it ahead, and the graph comes later.
func serve(limit string) error {
	runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0))) // the engine never yields, and watch wants to run
	ctx := context.Background()
	gv, err := gvc.NewWithPlugins(ctx)
	if err != nil {
		return err
	}
	dot, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	if err := watch(limit); err != nil {
		return err
	}
	if len(dot) > smallGraph {
		debug.SetGCPercent(100)
	}
	if _, err := io.WriteString(os.Stdout, beginMark); err != nil {
		return err
	}
	if err := layOut(ctx, gv, dot, os.Stdout); err != nil {
		return err
	}
	_, err = io.WriteString(os.Stdout, endMark)
	return err
}

// watch ends the process a little after its time, should the parent be gone.
func watch(limit string) error {
	d, err := time.ParseDuration(limit)
	if err != nil {
		return fmt.Errorf("%s: %w", early.ChildEnv, err)
	}
	time.AfterFunc(d+time.Second, func() { os.Exit(exitLate) })
	return nil
}

func layOut(ctx context.Context, gv *gvc.Context, dot []byte, w io.Writer) error {
	graph, err := cgraph.ParseBytes(dot)
	if err != nil {
		return err
	}
	if err := gv.Layout(ctx, graph, "dot"); err != nil {
		return err
	}
	return gv.RenderData(ctx, graph, "json0", w)
}
