package graph

import (
	"context"

	"github.com/objgraph/objgraph/mem"
)

// FreedWithout is the set of objects that would go free if the references, roots
// and objects that the options leave out held nothing. What only a conservative
// root would still lead to, and is reached by others now, goes free as well: as in
// Freed and in retained sizes. An object left out is not entered, and so goes free
// itself. The error is the context's.
func (g *Graph) FreedWithout(ctx context.Context, opts PathOptions) (Set, error) {
	reach, err := g.Reach(ctx)
	if err != nil {
		return Set{}, err
	}
	w := without{g: g, opts: &opts, seen: NewSet(g.n), pulse: pulse{ctx: ctx}}
	w.stack.Chunk = min(g.n, 1<<18)
	if !w.fromRoots(false) {
		return Set{}, ctx.Err()
	}
	freed := reach.Strong.AndNot(w.seen)
	w.only = &reach.Weak
	if !w.fromRoots(true) {
		return Set{}, ctx.Err()
	}
	return freed.Or(reach.Weak.AndNot(w.seen)), nil
}

// without is a search that leaves out single slots, so leaves aside are nothing
// special to it.
type without struct {
	g     *Graph
	opts  *PathOptions
	only  *Set // if not nil, objects outside are not entered
	seen  Set
	stack mem.Stack[mem.ObjID]
	pulse pulse
}

func (w *without) fromRoots(weak bool) bool {
	roots := w.g.roots
	for r := range RootID(roots.Len()) {
		if roots.weak(r) != weak || w.opts.skipsRoot(r) {
			continue
		}
		for slot, t := range roots.Targets(r) {
			if !w.opts.skipsTarget(r, slot) {
				w.enter(t)
			}
		}
		if !w.drain() {
			return false
		}
	}
	return true
}

func (w *without) enter(t mem.ObjID) {
	if w.opts.Avoid.Has(t) || w.only != nil && !w.only.Has(t) {
		return
	}
	if w.seen.put(t) && !w.g.leaf.Has(t) {
		w.stack.Push(t)
	}
}

func (w *without) drain() bool {
	for {
		from, ok := w.stack.Pop()
		if !ok {
			return true
		}
		row := w.g.out.row(from)
		for slot, t := range row {
			if !w.seen.Has(t) && !w.opts.skips(from, slot) {
				w.enter(t)
			}
		}
		if w.pulse.stop(1 + len(row)) {
			return false
		}
	}
}
