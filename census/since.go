package census

import (
	"fmt"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
)

// Seen is when something came.
type Seen struct {
	Job  int    // jobs that had run, those of the warm-up included
	Dump string // the first one that has it
}

// Holder is what gained the objects that leaked: the innermost holder on their
// commonest way that was there from the start, or one that came since and holds
// several of them. Holders that came with each of the objects are a part of the
// leak.
type Holder struct {
	Name string
	Root bool // it is the root of the way
	New  bool
}

// skipWarmup leaves out the dumps from before the end of the first n jobs, so
// that growth is told from the first dump written after them; an interval in
// the middle of which the warm-up ends is left out whole.
func (l *Leaks) skipWarmup(n int) error {
	if n <= 0 || l.Single {
		return nil
	}
	done, at := 0, 0
	for ; at < len(l.Jobs) && done < n; at++ {
		done += l.Jobs[at]
	}
	if total(l.Jobs[at:]) == 0 {
		return fmt.Errorf("a warm-up of %d jobs leaves no two dumps to compare: %d ran between the first dump and the last", n, total(l.Jobs))
	}
	l.WarmupJobs, l.WarmupDumps = done, at
	l.Dumps, l.Jobs = l.Dumps[at:], l.Jobs[at:]
	return nil
}

// seen is when the first of some objects came, nil if they were there from the
// start.
func (f *finder) seen(ids []mem.ObjID) *Seen {
	if f.series.first == nil {
		return nil
	}
	var first uint16
	for _, id := range ids {
		if at := f.series.first[id]; at > 0 && (first == 0 || at < first) {
			first = at
		}
	}
	if first == 0 {
		return nil
	}
	at := f.series.interval(first) + 1
	return &Seen{Job: f.WarmupJobs + total(f.Jobs[:at]), Dump: f.Dumps[at]}
}

// takeHolder finds who gained the objects, in the commonest chain, and in each
// chain the references behind its own holder.
func (f *finder) takeHolder() {
	if f.Single {
		return
	}
	for i := range f.Chains {
		h := f.holderIn(&f.Chains[i])
		if i == 0 {
			f.Holder = h
		}
	}
}

// holderIn finds who gained the objects of a chain; what comes behind is
// suspect. Parts of slices and maps do not count: they come anew whenever those
// grow.
func (f *finder) holderIn(c *Chain) (h *Holder) {
	if kind := f.Last.Graph.Roots().Kind(c.Root); kind == graph.Global || f.Last.Graph.Roots().Group(c.Root) != graph.NoGroup {
		h = &Holder{Name: c.RootName, Root: true, New: f.series.newRoot(f.Last, c.Root)}
	}
	c.Suspects = len(c.Steps)
	for i, st := range c.Steps[:len(c.Steps)-1] {
		key := f.keys[f.Last.Typing.Of[st.ID]]
		form := typefilter.FormOf(st.Type)
		old := !f.series.isNew(st.ID)
		switch {
		case form != typefilter.Named && form != typefilter.Closure || f.chosen[key] && !old:
			continue
		case f.chosen[key]: // one of the type that was there before: it holds, and names nobody
		case old:
			h = &Holder{Name: st.Type}
		case f.series.rows[key].fresh.Count < len(f.Objects):
			h = &Holder{Name: st.Type, New: true}
		default:
			continue
		}
		c.Suspects = len(c.Steps) - 1 - i
	}
	return h
}

// newRoot reports whether a root belongs to a goroutine that came after the
// first dump.
func (r *series) newRoot(s *snapshot.Snapshot, root graph.RootID) bool {
	group := s.Graph.Roots().Group(root)
	if group == graph.NoGroup {
		return false
	}
	_, old := slices.BinarySearch(r.born, s.Heap.Goroutines[group].ID)
	return !old
}

// goroutinesOf are the numbers of a dump's goroutines, ascending.
func goroutinesOf(s *snapshot.Snapshot) []uint64 {
	ids := make([]uint64, len(s.Heap.Goroutines))
	for i := range ids {
		ids[i] = s.Heap.Goroutines[i].ID
	}
	slices.Sort(ids)
	return ids
}

// highest turns the counts of a type in each dump into the highest so far.
func highest(counts []int, used []bool) []int {
	out := make([]int, len(counts))
	peak := 0
	for i, n := range counts {
		if used[i] {
			peak = max(peak, n)
		}
		out[i] = peak
	}
	return out
}
