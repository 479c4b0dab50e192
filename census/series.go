package census

import (
	"context"
	"slices"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/typing"
)

// series is the dumps of one process in order, seen from the last one: which
// of its objects are new since the first, and how many of each type there
// were in each.
type series struct {
	paths []string
	open  func(path string) (*snapshot.Snapshot, error)

	last     *snapshot.Snapshot
	used     []bool // by dump: whole, and so compared
	names    typeNames
	first    []uint16 // by object of last: index of the first dump that has it, 0 if it was there from the start; reachable ones only; nil with one dump
	rows     []seriesRow
	living   []int                 // goroutines in each dump
	held     map[heldType]*heldRow // of the user's own types, see byHolder
	ways     *ways                 // of last; nil where holders are not looked at
	peak     bool                  // growth is told against the highest count so far
	born     []uint64              // numbers of the first dump's goroutines, ascending
	warnings []string
	stats    []*heapdump.MemStats // of each dump, nil where there are none
	jobs     []int                // between neighbouring dumps
	after    int                  // number of the dump that was compared before
	stores   []*store             // of last that grew so far
	next     moment               // of the dump read before, which comes after the one to be read
	redacted []bool               // by dump: contents were taken out, so that they are compared with no others
	// the words of last's variables, by the object that they point to
	variables map[mem.ObjID][]mem.Addr
}

// seriesRow is one type over the series.
type seriesRow struct {
	counts  []int // reachable objects in each dump
	entries []int // of a map: in all of them, in each dump; nil for other types
	stray   []int // objects in each dump that no root reaches; nil where there are none, or the type is not the user's own
	now     Sum   // in the last dump
	fresh   Sum   // new since the first dump
	gone    int   // reachable in the first dump, and no more
	came    []int // by dump: objects of the last that are there since then
	// ambiguous counts objects that stand where one of the same type stood in the
	// first dump and have other contents: changed, or another in the same slot.
	ambiguous int
	weak      int // of fresh: held by conservative roots only
}

// typeNames numbers types across dumps by their full names.
type typeNames struct {
	ids  map[string]int
	list []typeName
}

type typeName struct {
	shown, full, pkg string
	known            bool
	own              bool   // of the main module or a dependency
	mapName          string // full name of the map that it is a part of, "" for none
}

// of gives the numbers of a snapshot's types, by typing.TypeID.
func (n *typeNames) of(s *snapshot.Snapshot) []int32 {
	out := make([]int32, len(s.Typing.Types))
	mods := modules(s)
	for i := range out {
		t := &s.Typing.Types[i]
		id, ok := n.ids[t.FullName]
		if !ok {
			id = len(n.list)
			n.ids[t.FullName] = id
			name := typeName{shown: s.NameOf(typing.TypeID(i)), full: t.FullName, pkg: t.PkgPath, known: t.Known()}
			name.mapName = mapOf(s, t)
			name.own = mods.OriginOf(name.shown, name.full, name.pkg) <= typefilter.Dependency
			n.list = append(n.list, name)
		}
		out[i] = int32(id)
	}
	return out
}

// read opens the dumps, last first, one beside the last at a time. The last
// one stays open. A damaged dump may lack the very roots that hold everything,
// so it is left out if there is a whole one; used says which were compared.
func (r *series) read(ctx context.Context) (err error) {
	r.names.ids = map[string]int{}
	r.used, r.living, r.stats = make([]bool, len(r.paths)), make([]int, len(r.paths)), make([]*heapdump.MemStats, len(r.paths))
	r.redacted = make([]bool, len(r.paths))
	n := len(r.paths) - 1
	for ; ; n-- {
		s, err := r.open(r.paths[n])
		if err != nil {
			return err
		}
		r.warn(r.paths[n], s)
		if s.Complete() || n == 0 {
			r.last, r.next = s, momentOf(r.paths[n], s)
			break
		}
		s.Close()
	}
	keys := r.names.of(r.last)
	r.after = n
	if len(r.paths) > 2 {
		r.findStores(r.last) // two dumps tell nothing of them
	}
	if len(r.paths) > 1 {
		r.first = make([]uint16, r.last.Heap.NumObjects())
		r.redacted[n] = isRedacted(r.last)
	}
	r.count(r.last, keys, n)
	r.ways, err = r.hold(ctx, r.last, keys, n)
	for i := n - 1; i >= 0 && err == nil; i-- {
		err = r.step(ctx, i, n, keys)
	}
	if err != nil {
		r.last.Close()
		return err
	}
	r.sum(keys)
	return nil
}

func (r *series) step(ctx context.Context, i, n int, keys []int32) error {
	s, err := r.open(r.paths[i])
	if err != nil {
		return err
	}
	defer s.Close()
	r.warn(r.paths[i], s)
	if !s.Complete() {
		return ctx.Err()
	}
	at := momentOf(r.paths[i], s)
	if err := at.before(&r.next); err != nil {
		return err
	}
	r.next = at
	old := r.names.of(s)
	r.count(s, old, i)
	w, err := r.hold(ctx, s, old, i)
	if err != nil {
		return err
	}
	r.redacted[i] = isRedacted(s)
	silent := r.redacted[i] || r.redacted[n]
	r.followStores(s, i, silent)
	m := matcher{was: s, now: r.last, wasKeys: old, nowKeys: keys, names: r.names.list, ambiguous: r.ambiguousOf()}
	if silent {
		m.ambiguous = nil
	}
	r.match(&m, uint16(i+1))
	r.countGone(&m, w)
	r.born = goroutinesOf(s)
	return ctx.Err()
}

// ambiguousOf counts the ambiguous objects of one dump anew: the first dump's
// count is what stays.
func (r *series) ambiguousOf() func(name int32) {
	for i := range r.rows {
		r.rows[i].ambiguous = 0
	}
	return func(name int32) { r.rows[name].ambiguous++ }
}

// ambiguous is how many there are of all types.
func (r *series) ambiguous() (n int) {
	for i := range r.rows {
		n += r.rows[i].ambiguous
	}
	return n
}

// uncompared reports whether contents of the first and the last dump were not compared,
// so that nothing is known of ambiguous objects.
func (r *series) uncompared() bool {
	first, last := slices.Index(r.used, true), len(r.used)-1
	for last > first && !r.used[last] {
		last--
	}
	return first < last && (r.redacted[first] || r.redacted[last])
}

// warn takes over what is odd about a dump; what all have in common is said
// once.
func (r *series) warn(path string, s *snapshot.Snapshot) {
	for _, w := range s.Warnings {
		if !s.Complete() {
			w = path + ": " + w
		}
		if !slices.Contains(r.warnings, w) {
			r.warnings = append(r.warnings, w)
		}
	}
	if !s.Complete() && len(r.paths) > 1 {
		r.warnings = append(r.warnings, path+" is damaged and was not compared with the others")
	}
}

// count adds a dump's reachable objects to the rows.
func (r *series) count(s *snapshot.Snapshot, keys []int32, dump int) {
	r.used[dump], r.living[dump], r.stats[dump] = true, len(s.Heap.Goroutines), s.Heap.MemStats
	for len(r.rows) < len(r.names.list) {
		r.rows = append(r.rows, seriesRow{counts: make([]int, len(r.paths)), came: make([]int, len(r.paths))})
	}
	for i, to := range s.Typing.Of {
		id := mem.ObjID(i)
		row := &r.rows[keys[to]]
		if !s.Counted().Has(id) {
			if !s.Reach.Has(id) && r.names.list[keys[to]].own {
				row.strays(dump)
			}
			continue
		}
		row.counts[dump]++
		if s.Typing.Types[to].Form == typing.MapHeader {
			if row.entries == nil {
				row.entries = make([]int, len(r.paths))
			}
			row.entries[dump] += entries(s, id)
		}
	}
}

// match notes which of the last dump's objects the earlier one does not have:
// they came with dump number from.
func (r *series) match(m *matcher, from uint16) {
	for i := range r.first {
		id := mem.ObjID(i)
		if r.first[i] == 0 && r.last.Counted().Has(id) && !m.same(id) {
			r.first[i] = from
		}
	}
}

// countGone counts the earlier dump's objects that the last one has no more;
// the first dump's count is what stays.
func (r *series) countGone(m *matcher, w *ways) {
	for i := range r.rows {
		r.rows[i].gone = 0
	}
	for _, row := range r.held {
		row.gone = 0
	}
	for i := range m.was.Heap.NumObjects() {
		id := mem.ObjID(i)
		if m.was.Counted().Has(id) && !r.stays(m, id) {
			key := m.wasKeys[m.was.Typing.Of[id]]
			r.rows[key].gone++
			if w != nil && r.names.list[key].own {
				r.heldRow(key, w.of(id)).gone++
			}
		}
	}
}

// sum fills the rows' totals of the last dump.
func (r *series) sum(keys []int32) {
	sizes := r.last.Heap.Sizes()
	for i, to := range r.last.Typing.Of {
		id := mem.ObjID(i)
		if !r.last.Counted().Has(id) {
			continue
		}
		row := &r.rows[keys[to]]
		size := sizes(id)
		row.now.add(size)
		if r.isNew(id) {
			if r.ways != nil && r.names.list[keys[to]].own {
				r.heldRow(keys[to], r.ways.of(id)).fresh++
			}
			row.fresh.add(size)
			row.came[r.first[id]]++
			if r.last.Reach.Weak.Has(id) {
				row.weak++
			}
		}
	}
}

// isNew reports whether an object of the last dump was not in the first.
func (r *series) isNew(id mem.ObjID) bool { return r.first != nil && r.first[id] > 0 }

// matcher tells whether an object of one dump is that of another.
type matcher struct {
	was, now         *snapshot.Snapshot
	wasKeys, nowKeys []int32
	names            []typeName
	ambiguous        func(name int32) // notes one of a type; nil if nobody asks
}

// same reports whether the later dump's object was there before: reachable at
// the same address, with the same type and allocation sample. An object that
// is typed in one dump only counts as the same.
func (m *matcher) same(id mem.ObjID) bool {
	a := m.now.Heap.Addr(id)
	was, ok := m.was.Heap.Find(a)
	if !ok || m.was.Heap.Addr(was) != a || !m.was.Counted().Has(was) || !m.alike(was, id) {
		return false
	}
	if m.ambiguous != nil && !m.sampled(id) && m.changed(was, id) {
		m.ambiguous(m.nowKeys[m.now.Typing.Of[id]])
	}
	return true
}

// stays reports whether the first dump's object is in the last one, and was in
// all between.
func (r *series) stays(m *matcher, was mem.ObjID) bool {
	a := m.was.Heap.Addr(was)
	id, ok := m.now.Heap.Find(a)
	return ok && m.now.Heap.Addr(id) == a && m.now.Counted().Has(id) && m.alike(was, id) && !r.isNew(id)
}

func (m *matcher) alike(was, id mem.ObjID) bool {
	if m.was.Size(was) != m.now.Size(id) {
		return false
	}
	a, b := m.wasKeys[m.was.Typing.Of[was]], m.nowKeys[m.now.Typing.Of[id]]
	if a != b && m.names[a].known && m.names[b].known {
		return false
	}
	x, okx := m.was.Heap.Sample(was)
	y, oky := m.now.Heap.Sample(id)
	return okx == oky && x == y
}

func (m *matcher) sampled(id mem.ObjID) bool {
	_, ok := m.now.Heap.Sample(id)
	return ok
}

func (m *matcher) changed(was, id mem.ObjID) bool {
	return string(m.was.Heap.Object(was).Contents) != string(m.now.Heap.Object(id).Contents)
}

// inUse is the heap in use in each dump that was compared.
func (r *series) inUse() (out []uint64) {
	for i, st := range r.stats {
		switch {
		case !r.used[i]:
		case st == nil:
			return nil
		default:
			out = append(out, st.HeapAlloc)
		}
	}
	return out
}

// compared is what is left of the dumps and the jobs between them without the
// damaged ones.
func (r *series) compared(jobs []int) (paths []string, between []int) {
	sum := 0
	for i, used := range r.used {
		if i > 0 {
			sum += jobs[i-1]
		}
		if !used {
			continue
		}
		if len(paths) > 0 {
			between = append(between, sum)
		}
		paths, sum = append(paths, r.paths[i]), 0
	}
	return paths, between
}
