package graph

import (
	"context"

	"github.com/objgraph/objgraph/mem"
)

// referrers are the objects that refer to every object, ascending, one entry a slot.
// Most objects have one referrer, which stands where a row would begin.
type referrers struct {
	word  []mem.ObjID // by object: its referrer; of several, placeOf their row; NoObj if it has none
	shift uint        // rows begin at multiples of 2^shift: 0 but where positions would be too large
	list  []mem.ObjID // rows of several: the number of entries, then these
}

// placeOf is the word of an object with a row in list, and back: at in units of
// 2^shift. No object has so high a number, see maxObjects.
func placeOf(at mem.ObjID) mem.ObjID { return mem.NoObj - 1 - at }

func (r *referrers) row(id mem.ObjID) []mem.ObjID {
	if r.one(id) {
		return r.word[id : id+1 : id+1]
	}
	lo, hi := r.in(id)
	return r.list[lo:hi:hi]
}

// one reports whether an object has one entry.
func (r *referrers) one(id mem.ObjID) bool { return uint64(r.word[id]) < uint64(len(r.word)) }

// in is where the entries of another one stand in list.
func (r *referrers) in(id mem.ObjID) (lo, hi uint64) {
	if r.word[id] == mem.NoObj {
		return 0, 0
	}
	at := uint64(placeOf(r.word[id])) << r.shift
	return at + 1, at + 1 + uint64(r.list[at])
}

// places gives each entry a number of its own, those of an object in a row.
func (r *referrers) places(id mem.ObjID) (lo, hi uint64) {
	if r.one(id) {
		return uint64(id), uint64(id) + 1
	}
	n := uint64(len(r.word))
	lo, hi = r.in(id)
	return n + lo, n + hi
}

// transpose gives the referrers. Slots that drop names are left out; nil drops none.
func (r *rows) transpose(drop func(from mem.ObjID, slot int) bool, workers int) referrers {
	return r.turn(drop, workers, maxRel-uint64(r.len()))
}

// turn is a counting sort. Each worker has a range of targets to itself. limit is the
// highest place in list.
func (r *rows) turn(drop func(from mem.ObjID, slot int) bool, workers int, limit uint64) referrers {
	n, m := r.len(), r.memFor(drop)
	t := referrers{word: mem.Alloc[mem.ObjID](m, n)}
	workers = min(mem.Workers(workers), maxTurners)
	each := func(do func(lo, hi mem.ObjID)) {
		part := func(w int) mem.ObjID { return mem.ObjID(uint64(n) * uint64(w) / uint64(workers)) }
		mem.Parallel(context.Background(), workers, workers, func(_, w int) { do(part(w), part(w+1)) })
	}
	each(func(lo, hi mem.ObjID) { t.count(r, drop, lo, hi) })
	edges := uint64(len(r.edge))
	for (edges+edges/2)>>t.shift+min(uint64(n), edges/2) >= limit && t.shift < 32 {
		t.shift++
	}
	t.list = mem.Alloc[mem.ObjID](m, t.place())
	each(func(lo, hi mem.ObjID) { t.fill(r, drop, lo, hi) })
	return t
}

// memFor is where the referrers lie: those of a graph beside its rows, those that
// are used once and leave some out in the collector's memory.
func (r *rows) memFor(drop func(mem.ObjID, int) bool) *mem.Scratch {
	if drop != nil {
		return nil
	}
	return r.mem
}

// maxTurners bounds the workers, each of which looks at all edges.
const maxTurners = 8

// count counts the edges to each target from lo up to hi.
func (t *referrers) count(r *rows, drop func(mem.ObjID, int) bool, lo, hi mem.ObjID) {
	if drop == nil {
		for _, to := range r.edge {
			if to-lo < hi-lo {
				t.word[to]++
			}
		}
		return
	}
	for i := range r.len() {
		from := mem.ObjID(i)
		for slot, to := range r.row(from) {
			if to-lo < hi-lo && !drop(from, slot) {
				t.word[to]++
			}
		}
	}
}

// place makes places in list of counts that are not one, and says how long it is.
func (t *referrers) place() (length int) {
	at, unit := mem.ObjID(0), uint64(1)<<t.shift
	for i, c := range t.word {
		switch c {
		case 0:
			t.word[i] = mem.NoObj
		case 1:
			t.word[i] = 0
		default:
			t.word[i] = placeOf(at)
			at += mem.ObjID((uint64(c) + unit) >> t.shift)
		}
	}
	return int(uint64(at) << t.shift)
}

// fill enters the referrers of the targets from lo up to hi.
func (t *referrers) fill(r *rows, drop func(mem.ObjID, int) bool, lo, hi mem.ObjID) {
	for i := range r.len() {
		from := mem.ObjID(i)
		for slot, to := range r.row(from) {
			if to-lo >= hi-lo || drop != nil && drop(from, slot) {
				continue
			}
			if t.one(to) {
				t.word[to] = from
				continue
			}
			row := t.list[uint64(placeOf(t.word[to]))<<t.shift:]
			row[0]++
			row[row[0]] = from
		}
	}
}
