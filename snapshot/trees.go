package snapshot

import (
	"cmp"
	"context"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
)

// Dominators is the dominator tree with retained sizes, computed on first use and
// checked: no number of what an object retains is given that does not agree with the
// graph. The error is that of the context that the snapshot was opened with, or a
// graph.ErrTree, and stays.
func (s *Snapshot) Dominators() (*graph.Dominators, error) {
	d, err := s.Unchecked()
	if err == nil {
		s.checking.Wait()
		err = s.checked
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Unchecked is Dominators for who goes on while they are checked. He asks
// Dominators, too, before he tells anybody.
func (s *Snapshot) Unchecked() (*graph.Dominators, error) { return s.doms() }

// check checks a tree beside what comes next, if there are workers and memory for
// both.
func (s *Snapshot) check(ctx context.Context, d *graph.Dominators, verify bool) {
	check := d.Check
	if verify {
		check = d.Verify
	}
	run := func() { s.checked = check(ctx) }
	if mem.Workers(s.workers) < 2 || s.Heap.NumObjects() > manyObjects {
		run()
		return
	}
	s.checking.Go(run)
}

// ShortestTree is the tree of shortest paths from the roots, without exceptions,
// likewise.
func (s *Snapshot) ShortestTree() (*graph.Tree, error) { return s.tree() }

// manyObjects is from where on memory counts for more than time.
const manyObjects = 4_000_000

// Prepare computes both, at the same time; of a heap of many objects the
// dominators only, as both at once take more memory than one after the other. It does
// not wait for the check.
func (s *Snapshot) Prepare() error {
	if s.Heap.NumObjects() > manyObjects {
		_, err := s.doms()
		return err
	}
	var doms, tree error
	mem.Both(s.workers, func() { _, doms = s.doms() }, func() { _, tree = s.tree() })
	return cmp.Or(doms, tree)
}
