package graph

import (
	"context"

	"github.com/objgraph/objgraph/mem"
)

// blockShift sets 2^16 rows to a block: the 64-bit part of a row start costs
// 8 bytes per 65,536 rows instead of 4 bytes a row.
const blockShift = 16

// maxRel is the largest row start relative to its block.
const maxRel = 1<<32 - 1

// rows are the targets of every object in compressed sparse rows. Row i is
//
//	edge[base[i>>shift]+start[i] : base[(i+1)>>shift]+start[i+1]]
//
// A row holds less than 2^32 slots; all rows together may hold more.
type rows struct {
	shift uint        // 2^shift rows a block; below blockShift only where a block would pass limit
	limit uint64      // largest relative start; maxRel outside tests
	base  []uint64    // by block: where its first row starts in edge
	start []uint32    // by row, and one more: where it starts, relative to its block
	edge  []mem.ObjID // targets, in slot order
	mem   *mem.Scratch
}

func newRows(m *mem.Scratch, n, edges int) rows {
	n, edges = max(n, 0), max(edges, 0)
	return rows{
		shift: blockShift,
		limit: maxRel,
		base:  make([]uint64, 0, n>>blockShift+1),
		start: mem.Room[uint32](m, n+1),
		edge:  mem.Room[mem.ObjID](m, edges),
		mem:   m,
	}
}

// at is the position in edge where row i starts.
func (r *rows) at(i mem.ObjID) uint64 {
	return r.base[i>>r.shift] + uint64(r.start[i])
}

func (r *rows) row(i mem.ObjID) []mem.ObjID {
	lo, hi := r.at(i), r.at(i+1)
	return r.edge[lo:hi:hi]
}

// empty reports whether row i has no entry.
func (r *rows) empty(i mem.ObjID) bool { return r.at(i) == r.at(i+1) }

// len is the number of rows.
func (r *rows) len() int { return len(r.start) - 1 }

// begin starts the next row at pos; after the last row it closes it.
func (r *rows) begin(pos uint64) {
	i := len(r.start)
	if i&(1<<r.shift-1) == 0 {
		r.base = append(r.base, pos)
	}
	for pos-r.base[i>>r.shift] > r.limit {
		r.halve()
		if i&(1<<r.shift-1) == 0 {
			r.base = append(r.base, pos)
		}
	}
	r.start = append(r.start, uint32(pos-r.base[i>>r.shift]))
}

// halve makes two blocks of each. At one row a block every start is 0.
func (r *rows) halve() {
	old := *r
	r.shift--
	r.base = make([]uint64, 0, 2*len(old.base))
	for i := range old.start {
		pos := old.at(mem.ObjID(i))
		if i&(1<<r.shift-1) == 0 {
			r.base = append(r.base, pos)
		}
		r.start[i] = uint32(pos - r.base[i>>r.shift])
	}
}

// add appends one row, without the targets that are no object of n.
func (r *rows) add(targets []mem.ObjID, n int) {
	r.begin(uint64(len(r.edge)))
	r.reserve(len(targets))
	for _, t := range targets {
		if uint64(t) < uint64(n) {
			r.edge = append(r.edge, t)
		}
	}
}

// reserve makes room for k more edges. It grows by an eighth: the edges are
// the largest slice of the program, and doubling would show in its peak.
func (r *rows) reserve(k int) {
	need := len(r.edge) + k
	if need <= cap(r.edge) {
		return
	}
	r.edge = append(mem.Room[mem.ObjID](r.mem, max(need, cap(r.edge)+cap(r.edge)/8+1024)), r.edge...)
}

// transpose gives the rows of referrers, ascending, one entry per slot.
// Slots that drop names are left out; nil drops none.
func (r *rows) transpose(drop func(from mem.ObjID, slot int) bool, workers int) rows {
	if uint64(len(r.edge)) <= r.limit {
		return r.transposeNarrow(drop, workers)
	}
	return r.transposeWide(drop, workers)
}

// transposeNarrow is for less than 2^32 edges: the row starts themselves
// serve as counters and cursors, and every base is 0.
func (r *rows) transposeNarrow(drop func(mem.ObjID, int) bool, workers int) rows {
	n := r.len()
	start := mem.Alloc[uint32](r.mem, n+1)
	edge := scatter(r, start, drop, workers)
	return rows{
		shift: blockShift,
		limit: r.limit,
		base:  make([]uint64, n>>blockShift+1),
		start: start,
		edge:  edge,
	}
}

func (r *rows) transposeWide(drop func(mem.ObjID, int) bool, workers int) rows {
	cursor := mem.Alloc[uint64](r.mem, r.len()+1)
	edge := scatter(r, cursor, drop, workers)
	in := newRows(r.mem, r.len(), 0)
	in.limit, in.edge = r.limit, edge
	for _, pos := range cursor {
		in.begin(pos)
	}
	return in
}

// scatter fills start, all zero, with the row starts of the transposed rows
// and returns their edges. A counting sort from behind: each start begins at
// the end of its row and walks down, so that referrers come out ascending. Each
// worker has a range of targets to itself.
func scatter[C uint32 | uint64](r *rows, start []C, drop func(mem.ObjID, int) bool, workers int) []mem.ObjID {
	workers = min(mem.Workers(workers), maxScatter)
	n := uint64(r.len())
	part := func(w int) (lo, hi mem.ObjID) {
		return mem.ObjID(n * uint64(w) / uint64(workers)), mem.ObjID(n * uint64(w+1) / uint64(workers))
	}
	mem.Parallel(context.Background(), workers, workers, func(_, w int) {
		lo, hi := part(w)
		countTargets(r, start, drop, lo, hi)
	})
	var sum C
	for i, c := range start {
		sum += c
		start[i] = sum
	}
	edge := mem.Room[mem.ObjID](r.mem, int(sum))[:sum]
	mem.Parallel(context.Background(), workers, workers, func(_, w int) {
		lo, hi := part(w)
		fillTargets(r, start, edge, drop, lo, hi)
	})
	return edge
}

// maxScatter bounds the workers, each of which looks at all edges.
const maxScatter = 8

// countTargets counts the edges to each target from lo up to hi.
func countTargets[C uint32 | uint64](r *rows, start []C, drop func(mem.ObjID, int) bool, lo, hi mem.ObjID) {
	if drop == nil {
		for _, t := range r.edge {
			if t-lo < hi-lo {
				start[t]++
			}
		}
		return
	}
	for i := range r.len() {
		from := mem.ObjID(i)
		for slot, t := range r.row(from) {
			if t-lo < hi-lo && !drop(from, slot) {
				start[t]++
			}
		}
	}
}

// fillTargets enters the referrers of the targets from lo up to hi.
func fillTargets[C uint32 | uint64](r *rows, start []C, edge []mem.ObjID, drop func(mem.ObjID, int) bool, lo, hi mem.ObjID) {
	for i := r.len() - 1; i >= 0; i-- {
		from := mem.ObjID(i)
		for slot, t := range r.row(from) {
			if t-lo >= hi-lo || drop != nil && drop(from, slot) {
				continue
			}
			start[t]--
			edge[start[t]] = from
		}
	}
}
