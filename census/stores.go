package census

import (
	"bytes"
	"context"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/typing"
)

// A buffer or a map of numbers that is written to for ever is one object in
// every dump, and most often another one: a larger array takes the place of the
// one before. What stays is where it is held, the words of the slice in a
// variable or in an object. They tell, in every dump, how much is in it, to the
// byte, whatever its array could hold; and the contents tell whether it was
// appended to or filled anew.

const (
	leastStore   = 256 // bytes; of a map leastEntries
	leastEntries = 16
	mostHolders  = 4 // of an array: more do not own it
)

// store is a slice, a string or a map of the last dump without pointers in it,
// followed backwards through the series.
type store struct {
	id    mem.ObjID // the array, or the map's header
	at    mem.Addr  // where the slice or string is; of a map its own
	start uint64    // of the data in the array
	unit  uint64    // bytes of an element; 0 for a map
	later int64     // bytes, or entries, in the dump looked at last
	used  []int64   // the same in each dump; nil as long as it is known of one only
	blind bool      // contents were not compared, as some were redacted
	route *route    // if not nil, leads to at, which differs from dump to dump
}

// findStores finds those of a dump that are large enough to be looked at.
func (r *series) findStores(s *snapshot.Snapshot) {
	r.variables = variableWords(s)
	for i, to := range s.Typing.Of {
		id := mem.ObjID(i)
		t := &s.Typing.Types[to]
		switch {
		case !s.Counted().Has(id) || s.Reach.Weak.Has(id):
		case t.Form == typing.MapHeader && ofNumbers(t):
			if n := entries(s, id); n >= leastEntries {
				r.stores = append(r.stores, &store{id: id, at: s.Heap.Addr(id), later: int64(n)})
			}
		case (t.Form == typing.Array || t.Form == typing.String) && s.Heap.Size(id) >= leastStore:
			if o := s.Heap.Object(id); o.Slots.Empty() {
				r.addArray(s, id, headersOf(s, id, r.variables))
			}
		}
	}
}

// ofNumbers reports whether neither keys nor values of a map have pointers.
func ofNumbers(t *typing.Type) bool {
	return t.Go != nil && t.Go.Key != nil && t.Go.Elem != nil && t.Go.Key.PtrBytes == 0 && t.Go.Elem.PtrBytes == 0
}

// addArray adds the slices and strings that an array belongs to.
func (r *series) addArray(s *snapshot.Snapshot, id mem.ObjID, headers []mem.Addr) {
	t := s.Typing.Type(id)
	unit := t.Size
	if t.Form == typing.String {
		unit = 1
	}
	if unit == 0 {
		return
	}
	for _, at := range headers {
		h, ok := headerAt(s, at, t.Form == typing.String, unit)
		if ok && h.array == id {
			r.stores = append(r.stores, &store{id: id, at: at, start: h.start, unit: unit, later: int64(h.bytes)})
		}
	}
}

// headersOf are the places of the words that point into an array, in objects
// and in variables.
func headersOf(s *snapshot.Snapshot, id mem.ObjID, variables map[mem.ObjID][]mem.Addr) (at []mem.Addr) {
	holders := s.Graph.In(id)
	if len(variables[id])+len(holders) > mostHolders {
		return nil
	}
	at = slices.Clone(variables[id])
	for _, h := range holders {
		o := s.Heap.Object(h)
		s.Heap.Pointers(&o, func(off uint64, to mem.ObjID) {
			if to == id && s.Reach.Has(h) {
				at = append(at, s.Heap.Addr(h)+mem.Addr(off))
			}
		})
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// variableWords are the words of variables, and of what the linker laid out
// with them, that point to objects.
func variableWords(s *snapshot.Snapshot) map[mem.ObjID][]mem.Addr {
	words := map[mem.ObjID][]mem.Addr{}
	for i := range s.Heap.Segments {
		seg := &s.Heap.Segments[i]
		for slots := s.Heap.SlotsOf(seg.Fields); ; {
			off, rest, ok := slots.Next()
			if !ok {
				break
			}
			slots = rest
			if id, found := s.Heap.Find(mem.Addr(s.Heap.Arch.WordAt(seg.Contents, off))); found {
				words[id] = append(words[id], seg.Addr+mem.Addr(off))
			}
		}
	}
	return words
}

// memory is what a dump has of so many bytes at an address, perhaps fewer.
func memory(s *snapshot.Snapshot, addr mem.Addr, size uint64) []byte {
	if id, ok := s.Heap.Find(addr); ok {
		return from(s.Heap.Object(id).Contents, uint64(addr-s.Heap.Addr(id)), size)
	}
	if seg := s.Heap.Segment(addr); seg != nil {
		return from(seg.Contents, uint64(addr-seg.Addr), size)
	}
	return nil
}

func from(b []byte, off, size uint64) []byte {
	if off >= uint64(len(b)) {
		return nil
	}
	return b[off:min(uint64(len(b)), off+min(size, uint64(len(b))))]
}

// header is a slice or a string: its array, where in it the data starts, and
// how many bytes that has.
type header struct {
	array        mem.ObjID
	start, bytes uint64
}

// headerAt reads the words at an address. ok is false if they are no slice or
// string that has a place in the array they point to. An empty one has none.
func headerAt(s *snapshot.Snapshot, at mem.Addr, text bool, unit uint64) (h header, ok bool) {
	word := uint64(s.Heap.Arch.PtrSize)
	b := memory(s, at, 3*word)
	if uint64(len(b)) < 2*word || !text && uint64(len(b)) < 3*word {
		return h, false
	}
	data, n := mem.Addr(s.Heap.Arch.WordAt(b, 0)), s.Heap.Arch.WordAt(b, word)
	room := n
	if !text {
		room = s.Heap.Arch.WordAt(b, 2*word)
	}
	id, found := s.Heap.Find(data)
	if !found {
		return h, n == 0
	}
	h = header{id, uint64(data - s.Heap.Addr(id)), n * unit}
	left := s.Heap.Size(id) - h.start
	return h, n <= room && room <= left/unit
}

// followStores looks the stores up in a dump that is before the one looked at
// last, and forgets those that did not grow since or were filled anew. With silent
// nothing is known of the latter.
func (r *series) followStores(s *snapshot.Snapshot, dump int, silent bool) {
	idle := r.idleBetween(dump, r.after)
	r.stores = slices.DeleteFunc(r.stores, func(st *store) bool {
		used, kept := r.usedIn(s, st)
		if st.used == nil && (!kept || used == 0) {
			used, kept = r.usedByRoute(s, st, used, kept)
		}
		if !kept && !silent || used > st.later || used == st.later && used > 0 && !idle {
			return true
		}
		if st.used == nil {
			st.used = make([]int64, len(r.paths))
			st.used[r.after] = st.later
		}
		st.blind = st.blind || silent
		st.used[dump], st.later = used, used
		return false
	})
	r.after = dump
}

// usedIn is how much of a store an earlier dump has. It was not kept if that had
// something else in it than the last dump has at its beginning.
func (r *series) usedIn(s *snapshot.Snapshot, st *store) (used int64, kept bool) {
	if st.unit == 0 {
		id, found := s.Heap.Find(st.at)
		if !found || s.Heap.Addr(id) != st.at || !s.Reach.Has(id) || s.TypeName(id) != r.last.TypeName(st.id) {
			return 0, true
		}
		return int64(entries(s, id)), true
	}
	at := st.at
	if st.route != nil {
		there, ok := st.route.in(s)
		if !ok {
			return 0, true
		}
		at = there
	}
	h, ok := headerAt(s, at, r.last.Typing.Type(st.id).Form == typing.String, st.unit)
	if !ok || h.bytes == 0 {
		return 0, true // not there yet
	}
	was := from(s.Heap.Object(h.array).Contents, h.start, h.bytes)
	now := from(r.last.Heap.Object(st.id).Contents, st.start, h.bytes)
	return int64(h.bytes), bytes.Equal(was, now)
}

// usedByRoute is usedIn for a slice or string that is not where it was: by the
// route to it, if that leads to one that was appended to, else what is given.
func (r *series) usedByRoute(s *snapshot.Snapshot, st *store, used int64, kept bool) (int64, bool) {
	if st.unit == 0 {
		return used, kept
	}
	if st.route = r.routeTo(st); st.route != nil {
		if n, same := r.usedIn(s, st); same && n > 0 {
			return n, true
		}
		st.route = nil
	}
	return used, kept
}

// grownStores are the stores that grew, as candidates.
func (f *finder) grownStores(ctx context.Context) (out []typefilter.Candidate, err error) {
	if len(f.series.stores) == 0 {
		return nil, nil
	}
	tree, err := f.Last.Graph.ShortestTree(ctx, graph.PathOptions{SkipRoot: func(r graph.RootID) bool { return !f.isUsers(r) }})
	if err != nil {
		return nil, err
	}
	var ids []mem.ObjID
	for _, st := range f.series.stores {
		ids = append(ids, st.id)
	}
	slices.Sort(ids)
	if err := f.accept(ctx, slices.Compact(ids)); err != nil {
		return nil, err
	}
	series := f.dumps()
	f.stores = map[*typefilter.Store]mem.ObjID{}
	seen := map[mem.ObjID]bool{} // one array may have two slices
	for _, st := range f.series.stores {
		c := f.storeCandidate(st)
		if j := series.Judge(&c); j.Leaked == 0 || f.isAccepted(st.id) || seen[st.id] {
			continue
		}
		seen[st.id] = true
		c.HeldByUser = tree.Dist(st.id) > 0
		if c.Retained, err = f.retainedOf(ctx, []mem.ObjID{st.id}); err != nil {
			return nil, err
		}
		f.stores[c.Store] = st.id
		out = append(out, c)
	}
	return out, nil
}

func (f *finder) storeCandidate(st *store) typefilter.Candidate {
	n := f.series.names.list[f.keys[f.Last.Typing.Of[st.id]]]
	deltas := f.series.allDeltas(st.used)
	was := st.used[slices.Index(f.series.used, true)]
	now := was
	counts := []int64{was}
	for _, d := range deltas {
		now += d
		counts = append(counts, now)
	}
	c := typefilter.Candidate{
		Name: n.shown, FullName: n.full, Origin: modules(f.Last).OriginOf(n.shown, n.full, n.pkg),
		Count: 1, Bytes: f.Last.Size(st.id), Deltas: deltas, Counts: counts,
		Store: &typefilter.Store{Entries: st.unit == 0, Kept: st.unit > 0 && !st.blind, Was: was, Now: now},
	}
	if f.series.isNew(st.id) {
		c.Flow = typefilter.Flow{New: 1, Gone: 1, Survivors: 1}
	}
	return c
}
