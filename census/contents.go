package census

import (
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// Some objects come and stay though nothing is kept in them. A map under churn
// takes overflow buckets and splits tables while its entries stay as many as
// they were: the buckets of Go 1.23 and before pile up until the map is laid out
// anew (runtime/map.go, tooManyOverflowBuckets). And the runtime frees no
// descriptor of a goroutine that ended, and few of its places in queues
// (runtime/proc.go, gfput and releaseSudog). So what a map is made of leaks in so
// far as the maps of its type have more entries, and what the runtime makes for
// goroutines in so far as there are more goroutines.

// ofGoroutine reports whether the runtime makes objects of a type for goroutines
// and keeps them for others.
func ofGoroutine(full string) bool { return full == "runtime.g" || full == "runtime.sudog" }

// mapOf is the full name of the map that a type is a part of, "" if it is none.
func mapOf(s *snapshot.Snapshot, t *typing.Type) string {
	switch t.Form {
	case typing.MapDirectory, typing.MapTable, typing.MapGroups:
	default:
		return ""
	}
	if t.Go == nil {
		return ""
	}
	for i := range s.Typing.Types {
		if m := &s.Typing.Types[i]; m.Form == typing.MapHeader && m.Go == t.Go {
			return m.FullName
		}
	}
	return ""
}

// entries is how many a map has, the first word of its header (hmap.count to
// Go 1.23, maps.Map.used since).
func entries(s *snapshot.Snapshot, id mem.ObjID) int {
	return int(s.Heap.Arch.WordAt(s.Heap.Object(id).Contents, 0))
}

// contents are the deltas of what the objects of a type are for: entries of
// maps, goroutines. ok is false where that is not known or the objects
// themselves are meant: of parts of a map that is a local variable, and so no
// object.
func (r *series) contents(name int32) (deltas []int64, ok bool) {
	n := &r.names.list[name]
	if ofGoroutine(n.full) {
		return r.deltas(r.living), true
	}
	id, part := r.names.ids[n.mapName]
	if !part || n.mapName == "" {
		return nil, false
	}
	maps := &r.rows[id]
	for i, used := range r.used {
		if used && (maps.counts[i] == 0 || maps.entries == nil) {
			return nil, false
		}
	}
	return r.deltas(maps.entries), true
}
