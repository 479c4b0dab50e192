package census

import (
	"context"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

const (
	alsoAsked  = 8  // objects of the commonest way that are asked for another holder
	alsoChains = 16 // chains of one object that are looked at
	alsoKept   = 3  // other holders that are named
)

// takeAlso finds who else holds the objects of the commonest way, so that cutting
// its suspect references would free none. Some of the objects are asked; all of
// them must be held by others.
func (f *finder) takeAlso(ctx context.Context) error {
	if f.Single || len(f.Chains) == 0 || f.Chains[0].Weak || f.Picked.Store != nil {
		return nil
	}
	tree, err := f.Last.ShortestTree()
	if err != nil {
		return err
	}
	ids := spread(f.Chains[0].ids, alsoAsked)
	p := newPatterns(f.Last, tree, ids)
	var also []Chain
	for i, id := range ids {
		others, err := f.besides(ctx, p, id)
		if err != nil || len(others) == 0 {
			return err
		}
		if i == 0 {
			also = others
		}
	}
	f.Also = also
	return nil
}

// spread is at most n of the objects, evenly.
func spread(ids []mem.ObjID, n int) (some []mem.ObjID) {
	n = min(n, len(ids))
	for i := range n {
		some = append(some, ids[i*len(ids)/n])
	}
	return some
}

// besides gives chains to an object that do without the holder of its shortest
// one, one for each pattern of roots.
func (f *finder) besides(ctx context.Context, p *patterns, id mem.ObjID) (others []Chain, err error) {
	shortest, _ := p.chain(id)
	c := p.render(shortest)
	f.holderIn(&c)
	found, err := f.Last.Graph.BackChains(ctx, id, alsoChains, f.without(&c))
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{f.Last.RootPattern(c.Root): true}
	holders, stacks := map[mem.ObjID]bool{}, map[graph.GroupID]bool{}
	for _, o := range found {
		pattern, group := f.Last.RootPattern(o.Root), f.Last.Graph.Roots().Group(o.Root)
		if seen[pattern] || len(others) == alsoKept || slices.ContainsFunc(o.Objs, func(id mem.ObjID) bool { return holders[id] }) {
			continue
		}
		chain := p.render(o)
		if pattern == timersRoot && !chain.throughTimers() {
			continue
		}
		f.holderIn(&chain)
		if id, ok := chain.holder(); ok {
			holders[id] = true
		} else if group != graph.NoGroup { // another word of its stack is no other holder
			if stacks[group] {
				continue
			}
			stacks[group] = true
		}
		seen[pattern] = true
		chain.Count, chain.ByRoot, chain.Roots = 1, 1, 1
		others = append(others, chain)
	}
	return others, nil
}

// holder is the object behind which a chain's references are suspect; ok is false
// if all of them are, so that its root is the holder.
func (c *Chain) holder() (id mem.ObjID, ok bool) {
	if c.Suspects == len(c.Steps) {
		return 0, false
	}
	return c.Steps[len(c.Steps)-1-c.Suspects].ID, true
}

// without leaves the holder of a chain out: the object, or the root and, if that
// is a goroutine's, all of the goroutine. What the runtime keeps of its own is no
// holder: its lists, and the descriptors of goroutines, whose roots are known.
func (f *finder) without(c *Chain) graph.PathOptions {
	s := f.Last
	o := graph.PathOptions{Avoid: graph.NewSet(s.Heap.NumObjects())}
	for i := range s.Heap.Goroutines {
		if id, ok := s.Heap.Find(s.Heap.Goroutines[i].Addr); ok {
			o.Avoid.Add(id)
		}
	}
	holder, isObject := c.holder()
	if isObject {
		o.Avoid.Add(holder)
	}
	roots := s.Graph.Roots()
	group := roots.Group(c.Root)
	o.SkipRoot = func(r graph.RootID) bool {
		return isRuntimeList(s, r) || !isObject && (r == c.Root || group != graph.NoGroup && roots.Group(r) == group)
	}
	return o
}

// timersRoot is the variable that leads to the timers that have not fired
// (runtime/runtime2.go, p.timers).
const timersRoot = "global runtime.allp"

// isRuntimeList reports whether a root is a variable of the runtime's other than
// that of the timers.
func isRuntimeList(s *snapshot.Snapshot, r graph.RootID) bool {
	g := s.RootGlobal(r)
	return g != nil && g.PkgPath == "runtime" && s.RootPattern(r) != timersRoot
}

func (c *Chain) throughTimers() bool {
	for _, st := range c.Steps {
		if strings.HasPrefix(st.Edge, ".timers") {
			return true
		}
	}
	return false
}
