package census

import (
	"cmp"
	"context"
	"encoding/binary"
	"hash/fnv"
	"maps"
	"slices"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
)

// way is a number for how an object is held: the same in every dump for the
// same root, types and folded labels; 0 for no way at all.
type way uint64

// heldType is the objects of one type that are held one way.
type heldType struct {
	typ int32 // of typeNames
	way way
}

// heldRow is what a heldType has over a series.
type heldRow struct {
	counts      []int // in each dump
	fresh, gone int   // as in seriesRow
}

// ways says how the objects of a set are held in one dump.
type ways struct {
	by     holding
	number []way // by pattern
}

func newWays(ctx context.Context, s *snapshot.Snapshot, set []mem.ObjID) (*ways, error) {
	tree, err := s.ShortestTree()
	if err != nil {
		return nil, err
	}
	p := newPatterns(s, tree, set)
	w := &ways{p.holding, make([]way, len(p.last))}
	for i := 1; i < len(p.last); i++ { // a pattern comes after the one that it goes on from
		st := p.last[i]
		if st.before != 0 && s.Typing.Types[st.typ].Folded() { // entries move to other parts of their map
			w.number[i] = w.number[st.before]
			continue
		}
		h := fnv.New64a()
		var before [8]byte
		binary.LittleEndian.PutUint64(before[:], uint64(w.number[st.before]))
		h.Write(before[:])
		if st.before != 0 {
			h.Write([]byte(s.Typing.Types[st.typ].FullName + "\n"))
		}
		h.Write([]byte(st.label))
		w.number[i] = way(h.Sum64())
	}
	return w, nil
}

func (w *ways) of(id mem.ObjID) way { return w.number[w.by.of(id)] }

// hold counts the objects of the user's own types by how they are held. It
// gives nil if that is not wanted.
func (r *series) hold(ctx context.Context, s *snapshot.Snapshot, keys []int32, dump int) (*ways, error) {
	if !r.byHolder() {
		return nil, nil
	}
	var set []mem.ObjID
	for i, to := range s.Typing.Of {
		if id := mem.ObjID(i); r.names.list[keys[to]].own && s.Counted().Has(id) {
			set = append(set, id)
		}
	}
	w, err := newWays(ctx, s, set)
	if err != nil {
		return nil, err
	}
	for _, id := range set {
		r.heldRow(keys[s.Typing.Of[id]], w.of(id)).counts[dump]++
	}
	return w, nil
}

func (r *series) heldRow(typ int32, w way) *heldRow {
	k := heldType{typ, w}
	row := r.held[k]
	if row == nil {
		row = &heldRow{counts: make([]int, len(r.paths))}
		if r.held == nil {
			r.held = map[heldType]*heldRow{}
		}
		r.held[k] = row
	}
	return row
}

// flows are the holders of every type, in a fixed order.
func (r *series) flows() map[int32][]typefilter.Holder {
	keys := slices.SortedFunc(maps.Keys(r.held), func(a, b heldType) int {
		return cmp.Or(cmp.Compare(a.typ, b.typ), cmp.Compare(a.way, b.way))
	})
	out := map[int32][]typefilter.Holder{}
	for _, k := range keys {
		row := r.held[k]
		out[k.typ] = append(out[k.typ], typefilter.Holder{
			ID: uint64(k.way), Flow: typefilter.Flow{New: row.fresh, Gone: row.gone, Survivors: row.fresh}, Deltas: r.deltas(row.counts)})
	}
	return out
}

// deltas are the differences between neighbouring dumps that were compared, in
// the counts or in the highest ones so far.
func (r *series) deltas(counts []int) (out []int64) {
	if r.peak {
		counts = highest(counts, r.used)
	}
	wide := make([]int64, len(counts))
	for i, n := range counts {
		wide[i] = int64(n)
	}
	return r.allDeltas(wide)
}

// allDeltas are the differences, whatever growth is told against.
func (r *series) allDeltas(values []int64) (out []int64) {
	before := -1
	for i, used := range r.used {
		if used && before >= 0 {
			out = append(out, values[i]-values[before])
		}
		if used {
			before = i
		}
	}
	return out
}

// usedOf are the values of the dumps that were compared.
func (r *series) usedOf(counts []int) (out []int64) {
	for i, n := range counts {
		if r.used[i] {
			out = append(out, int64(n))
		}
	}
	return out
}
