package census

import (
	"cmp"
	"context"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/typing"
)

// TypeRow is one type's objects.
type TypeRow struct {
	Type, FullName string
	Count          int
	Bytes          uint64 // of the slots
	Retained       uint64 // bytes freed if all objects of the type went
	Guessed        int    // objects whose type is a guess
	Known          bool   // the type is known, see typing.Type.Known

	ids []typing.TypeID // rows of the table of types with this name
}

// TypesTable counts the reachable objects by type, most bytes first, then by
// name.
type TypesTable struct {
	Rows      []TypeRow
	Total     Sum // of all reachable objects, those of rows cut away too
	Unreached Sum
	Cut       int // rows left out
}

// TypesOptions says which rows a table has.
type TypesOptions struct {
	All    bool                // count unreached objects too
	Limit  int                 // rows at the most, 0 for all
	Filter *typefilter.Pattern // only these types, nil for all
}

// Types makes the table. With All, the rows count unreached objects too;
// retained sizes are always of the reachable ones.
func Types(ctx context.Context, s *snapshot.Snapshot, o TypesOptions) (*TypesTable, error) {
	t := countTypes(s, o.All)
	if o.Filter != nil {
		t.Rows = slices.DeleteFunc(t.Rows, func(r TypeRow) bool { return !o.Filter.Match(r.Type, r.FullName) })
	}
	slices.SortFunc(t.Rows, func(a, b TypeRow) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Type, b.Type))
	})
	if o.Limit > 0 && len(t.Rows) > o.Limit {
		t.Cut = len(t.Rows) - o.Limit
		t.Rows = t.Rows[:o.Limit]
	}
	return t, retain(ctx, s, t.Rows)
}

// countTypes makes a row of each name, in no order.
func countTypes(s *snapshot.Snapshot, all bool) *TypesTable {
	sums := make([]Sum, len(s.Typing.Types))
	guessed := make([]int, len(s.Typing.Types))
	t := &TypesTable{}
	sizes := s.Heap.Sizes()
	for i, to := range s.Typing.Of {
		id := mem.ObjID(i)
		size := sizes(id)
		if !s.Reach.Has(id) {
			t.Unreached.add(size)
			if !all {
				continue
			}
		} else {
			t.Total.add(size)
		}
		sums[to].add(size)
		if s.Typing.Evidence[i] == typing.Layout {
			guessed[to]++
		}
	}
	t.Rows = mergeRows(s, sums, guessed)
	return t
}

// mergeRows joins the rows of types that people see under one name.
func mergeRows(s *snapshot.Snapshot, sums []Sum, guessed []int) []TypeRow {
	byName := map[string]int{}
	var rows []TypeRow
	for i := range sums {
		if sums[i].Count == 0 {
			continue
		}
		id := typing.TypeID(i)
		name := s.NameOf(id)
		at, ok := byName[name]
		if !ok {
			at = len(rows)
			byName[name] = at
			ty := &s.Typing.Types[id]
			rows = append(rows, TypeRow{Type: name, FullName: ty.FullName, Known: ty.Known()})
		}
		r := &rows[at]
		r.Count += sums[i].Count
		r.Bytes += sums[i].Bytes
		r.Guessed += guessed[i]
		r.ids = append(r.ids, id)
	}
	return rows
}

// retain fills in what the rows retain, graph.Classes at a time.
func retain(ctx context.Context, s *snapshot.Snapshot, rows []TypeRow) error {
	class := make([]int8, len(s.Typing.Types))
	for len(rows) > 0 {
		batch := rows[:min(len(rows), graph.Classes)]
		rows = rows[len(batch):]
		for i := range class {
			class[i] = -1
		}
		for i := range batch {
			for _, id := range batch[i].ids {
				class[id] = int8(i)
			}
		}
		kept, err := s.Graph.RetainedOfSets(ctx, func(id mem.ObjID) int { return int(class[s.Typing.Of[id]]) }, s.Heap.Sizes)
		if err != nil {
			return err
		}
		for i := range batch {
			batch[i].Retained = kept[i].Bytes
		}
	}
	return nil
}
