package census

import (
	"context"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// Changes are what came and went between two dumps of one process.
type Changes struct {
	New  graph.Set // of the later dump: reachable, and not so in the earlier one
	Gone graph.Set // of the earlier dump: reachable, and not so in the later one
}

// Compare finds what came and went between two dumps, told by address, type, size
// and allocation sample. The error says that they are not of one process or not in
// order, or it is the context's.
func Compare(ctx context.Context, was, now *snapshot.Snapshot) (*Changes, error) {
	earlier, later := momentOf(was.Path, was), momentOf(now.Path, now)
	if err := earlier.before(&later); err != nil {
		return nil, err
	}
	names := typeNames{ids: map[string]int{}}
	nowKeys, wasKeys := names.of(now), names.of(was)
	forth := matcher{was: was, now: now, wasKeys: wasKeys, nowKeys: nowKeys, names: names.list}
	back := matcher{was: now, now: was, wasKeys: nowKeys, nowKeys: wasKeys, names: names.list}
	c := &Changes{}
	var err error
	if c.New, err = unmatched(ctx, now, &forth); err == nil {
		c.Gone, err = unmatched(ctx, was, &back)
	}
	return c, err
}

// unmatched are the counted objects of a dump that the other one does not have.
func unmatched(ctx context.Context, s *snapshot.Snapshot, m *matcher) (graph.Set, error) {
	return s.Counted().In(s.Reach.Strong.Or(s.Reach.Weak)).Filter(ctx, 0, func() func(mem.ObjID) bool {
		return func(id mem.ObjID) bool { return !m.same(id) }
	})
}
