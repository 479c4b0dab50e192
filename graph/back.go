package graph

import (
	"context"
	"slices"

	"github.com/objgraph/objgraph/mem"
)

// BackChains finds one shortest chain to the object from every root that
// reaches it: at most max of them (0: all), the shortest first, ties by the
// lowest root, then by the lowest objects seen from the object. A weak object
// has chains from conservative roots only, any other none from those. The
// error is the context's.
//
// With opts.Skip the referrers are collected anew, which costs as much as
// building the graph did.
func (g *Graph) BackChains(ctx context.Context, id mem.ObjID, max int, opts PathOptions) ([]Chain, error) {
	reach, err := g.Reach(ctx)
	if err != nil || !reach.Has(id) || opts.Avoid.Has(id) {
		return nil, err
	}
	in := &g.in
	if opts.Skip != nil {
		kept := g.out.transpose(opts.Skip, g.workers)
		in = &kept
	}
	if max <= 0 {
		max = g.roots.Len()
	}
	b := backward{g: g, in: in, opts: &opts, within: &reach.Strong, max: max,
		seen: NewSet(g.n), found: NewSet(g.roots.Len()), pulse: pulse{ctx: ctx}}
	if reach.Weak.Has(id) {
		b.within, b.weak = &reach.Weak, true
	}
	if !b.search(id) {
		return nil, ctx.Err()
	}
	return b.chains, nil
}

// backward is a breadth-first search over referrers. What it keeps grows with
// the objects it visits, but for a bit each.
type backward struct {
	g      *Graph
	in     *referrers
	opts   *PathOptions
	within *Set // the objects as strong as the target: others hold nothing here
	weak   bool // conservative roots count, and only they
	max    int

	seen    Set
	found   Set      // roots with a chain
	visited []uint64 // object<<32 | index in visited of the next one towards the target
	chains  []Chain
	pulse   pulse
}

func (b *backward) search(id mem.ObjID) bool {
	b.seen.put(id)
	b.visited = append(b.visited, uint64(id)<<32)
	for lo, hi := 0, 1; lo < hi && len(b.chains) < b.max; lo, hi = hi, len(b.visited) {
		b.collect(lo, hi)
		for at := lo; at < hi; at++ {
			row := b.in.row(b.object(at))
			if b.pulse.stop(1 + len(row)) {
				return false
			}
			b.expand(at, row)
		}
		slices.Sort(b.visited[hi:]) // lowest object first, on every level
	}
	return true
}

func (b *backward) object(at int) mem.ObjID { return mem.ObjID(b.visited[at] >> 32) }

func (b *backward) expand(at int, referrers []mem.ObjID) {
	for _, from := range referrers {
		if b.within.Has(from) && !b.opts.Avoid.Has(from) && b.seen.put(from) {
			b.visited = append(b.visited, uint64(from)<<32|uint64(at))
		}
	}
}

// collect makes the chains of the roots that point into one level.
func (b *backward) collect(lo, hi int) {
	var ends []uint64 // root<<32 | index in visited
	for at := lo; at < hi; at++ {
		for _, r := range b.g.RootsOf(b.object(at)) {
			if b.g.roots.weak(r) == b.weak && b.holds(r, b.object(at)) {
				ends = append(ends, uint64(r)<<32|uint64(at))
			}
		}
	}
	slices.Sort(ends)
	for _, e := range ends {
		if len(b.chains) == b.max {
			return
		}
		if b.found.put(mem.ObjID(e >> 32)) {
			b.chains = append(b.chains, b.chain(RootID(e>>32), int(uint32(e))))
		}
	}
}

// holds reports whether some slot of a root that points to an object is left in.
func (b *backward) holds(r RootID, id mem.ObjID) bool {
	if b.opts.skipsRoot(r) {
		return false
	}
	if b.opts.SkipTarget == nil {
		return true
	}
	return slotOf(b.g.roots.Targets(r), id, func(slot int) bool { return b.opts.skipsTarget(r, slot) }) >= 0
}

func (b *backward) chain(root RootID, at int) Chain {
	objs := []mem.ObjID{b.object(at)}
	for at != 0 {
		at = int(uint32(b.visited[at]))
		objs = append(objs, b.object(at))
	}
	return b.g.chain(root, objs, b.opts)
}
