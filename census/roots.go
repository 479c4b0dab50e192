package census

import (
	"cmp"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/snapshot"
)

// RootRow is what one global, goroutine or other root holds.
type RootRow struct {
	Kind     string // graph.RootKind, or "goroutine"
	Name     string
	Objects  int    // that it points at itself
	Retained uint64 // bytes that would go free with it
	Node     graph.Node
}

// Roots lists globals and goroutines, a goroutine with all its stack as one
// row, by retained bytes, then by name: limit rows at the most (0: all), and
// how many were cut.
func Roots(s *snapshot.Snapshot, limit int) (rows []RootRow, cut int, err error) {
	d, err := s.Dominators()
	if err != nil {
		return nil, 0, err
	}
	rows = append(loneRoots(s, d), groupRoots(s, d)...)
	slices.SortFunc(rows, func(a, b RootRow) int {
		return cmp.Or(cmp.Compare(b.Retained, a.Retained), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	if limit > 0 && len(rows) > limit {
		return rows[:limit], len(rows) - limit, nil
	}
	return rows, 0, nil
}

func loneRoots(s *snapshot.Snapshot, d *graph.Dominators) (rows []RootRow) {
	roots := s.Graph.Roots()
	for r := range graph.RootID(roots.Len()) {
		if roots.Group(r) == graph.NoGroup && len(roots.Targets(r)) > 0 {
			rows = append(rows, RootRow{roots.Kind(r).String(), s.RootName(r), len(roots.Targets(r)), d.RetainedRoot(r), s.Graph.NodeOfRoot(r)})
		}
	}
	return rows
}

func groupRoots(s *snapshot.Snapshot, d *graph.Dominators) (rows []RootRow) {
	roots := s.Graph.Roots()
	held := make([]int, roots.NumGroups())
	for r := range graph.RootID(roots.Len()) {
		if g := roots.Group(r); g != graph.NoGroup {
			held[g] += len(roots.Targets(r))
		}
	}
	for g, n := range held {
		if n > 0 {
			id := graph.GroupID(g)
			rows = append(rows, RootRow{"goroutine", s.GroupName(id), n, d.RetainedGroup(id), s.Graph.NodeOfGroup(id)})
		}
	}
	return rows
}
