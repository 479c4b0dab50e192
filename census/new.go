package census

import (
	"context"
	"errors"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// New is what came between two dumps of one process and is still there.
type New struct {
	Dumps     []string           // compared, oldest first
	Last      *snapshot.Snapshot // for the caller to close
	Objects   graph.Set          // of Last: the survivors, reachable
	Ambiguous int                // objects that may be new, in slots used again for the same type
	Warnings  []string

	Uncompared bool // contents of the first or the last dump were redacted: nothing is known of Ambiguous
}

// FindNew compares the dumps of one process, oldest first, and tells which objects
// came since the first and are reachable in all that follow up to the last: those
// that FindLeaks counts as new. Of the options, what says how dumps are opened
// counts. The caller closes New.Last.
func FindNew(ctx context.Context, paths []string, o LeaksOptions) (*New, error) {
	o.Jobs, o.Warmup = []int{1}, 0
	f, err := newFinder(ctx, paths, o)
	if err != nil {
		return nil, err
	}
	r := &f.series
	if err := r.read(ctx); err != nil {
		return nil, err
	}
	n := &New{Last: r.last, Objects: graph.NewSet(r.last.Heap.NumObjects()), Ambiguous: r.ambiguous(), Uncompared: r.uncompared(), Warnings: r.warnings}
	if n.Dumps, _ = r.compared(f.Jobs); len(n.Dumps) < 2 {
		r.last.Close()
		return nil, errors.New("no two of the dumps are whole: nothing is known of what came between them")
	}
	for id := range mem.ObjID(len(r.first)) {
		if r.isNew(id) {
			n.Objects.Add(id)
		}
	}
	return n, nil
}
