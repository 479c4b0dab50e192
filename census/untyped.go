package census

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// UntypedRow is a group of reachable objects whose type is not known, alike in
// size and in where they hold pointers.
type UntypedRow struct {
	Type string
	Sum
	Holders []HolderRow // most objects first
	Example mem.Addr    // the lowest
}

// HolderRow is a kind of reference: a field of a type, or a root.
type HolderRow struct {
	Name  string // "bytes.Buffer.buf", "[]*main.Job[*]", "global main.cache"
	Count int    // references to the group's objects
}

// maxHolders is how many kinds of reference a row names.
const maxHolders = 5

// Untyped lists what is not typed, most bytes first, with what points at it:
// limit rows at the most (0: all), and how many were cut.
func Untyped(ctx context.Context, s *snapshot.Snapshot, limit int) (rows []UntypedRow, cut int, err error) {
	u := untyped{s: s, rows: map[typing.TypeID]*UntypedRow{}, held: map[typing.TypeID]map[string]int{}}
	for i, to := range s.Typing.Of {
		id := mem.ObjID(i)
		if i&0xffff == 0 && ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		if s.Reach.Has(id) && !s.Typing.Types[to].Known() {
			u.add(id, to)
		}
	}
	for to, r := range u.rows {
		r.Holders = top(u.held[to])
		rows = append(rows, *r)
	}
	slices.SortFunc(rows, func(a, b UntypedRow) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Type, b.Type))
	})
	if limit > 0 && len(rows) > limit {
		return rows[:limit], len(rows) - limit, nil
	}
	return rows, 0, nil
}

// untyped collects the rows.
type untyped struct {
	s    *snapshot.Snapshot
	rows map[typing.TypeID]*UntypedRow
	held map[typing.TypeID]map[string]int
}

func (u *untyped) add(id mem.ObjID, to typing.TypeID) {
	r := u.rows[to]
	if r == nil {
		r = &UntypedRow{Type: u.s.NameOf(to), Example: u.s.Addr(id)}
		u.rows[to], u.held[to] = r, map[string]int{}
	}
	r.Sum.add(u.s.Size(id))
	for _, from := range slices.Compact(slices.Clone(u.s.Graph.In(id))) {
		u.referrer(from, id, u.held[to])
	}
	for _, root := range u.s.Graph.RootsOf(id) {
		u.held[to][u.s.RootPattern(root)]++
	}
}

// maxWordsRead bounds the words of a holder that are looked through.
const maxWordsRead = 4096

// referrer counts the references of one holder to an object.
func (u *untyped) referrer(from, id mem.ObjID, held map[string]int) {
	if !u.s.Reach.Has(from) {
		return
	}
	name := u.s.TypeName(from)
	if len(u.s.Graph.Out(from)) > maxWordsRead {
		held[name+"…"]++
		return
	}
	o := u.s.Heap.Object(from)
	u.s.Heap.Pointers(&o, func(off uint64, to mem.ObjID) {
		if to == id {
			held[field(name, Fold(u.s.Typing.Label(from, off)))]++
		}
	})
}

// field joins a type and the label of a reference in it.
func field(typ, label string) string {
	if strings.HasPrefix(label, ".") || strings.HasPrefix(label, "[") {
		return typ + label
	}
	return typ + " " + label
}

func top(held map[string]int) (rows []HolderRow) {
	for name, n := range held {
		rows = append(rows, HolderRow{name, n})
	}
	slices.SortFunc(rows, func(a, b HolderRow) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return rows[:min(len(rows), maxHolders)]
}
