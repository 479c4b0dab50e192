package typing

import (
	"context"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Result is the types of a heap's objects. Immutable; safe for concurrent
// readers.
type Result struct {
	Types     []Type     // by TypeID; 0 is not used by any object
	Of        []TypeID   // by mem.ObjID
	Evidence  []Evidence // by mem.ObjID
	Conflicts Conflicts
	Literals  []Literal // by address

	h     *heap.Heap
	tb    *table
	head  headerRule
	ptr   uint64
	swiss bool
}

// Run types the objects of h. img is nil where there is no executable: then
// types are those that the dump itself names. What is kept of each object lies in
// m for as long as the Result, in the collector's memory if m is nil.
func Run(ctx context.Context, h *heap.Heap, img *program.Image, m *mem.Scratch) (*Result, error) {
	w := newWalker(h, img, m)
	defer w.scratch.Free()
	if img == nil {
		w.head.learn(h)
	}
	for _, seed := range []func(){w.seedHeaders, w.seedFinalizers, w.seedGlobals, w.seedStacks, w.seedNames, w.seedCode, w.seedWords, w.seedOwners, w.seedGuesses, w.seedGuesses, w.seedGuesses} {
		seed()
		if err := w.drain(ctx); err != nil {
			return nil, err
		}
	}
	w.nameUnknown()
	of, evidence := w.results(m)
	return &Result{
		Types: w.types, Of: of, Evidence: evidence, Conflicts: w.conflicts, Literals: w.sortedLiterals(),
		h: h, tb: w.table, head: w.head, ptr: w.ptr, swiss: w.swiss,
	}, nil
}

// Type is the row of an object's type.
func (r *Result) Type(id mem.ObjID) *Type { return &r.Types[r.Of[id]] }

// Known reports whether the object's type is known.
func (r *Result) Known(id mem.ObjID) bool { return r.Type(id).Known() }
