package graph

import "github.com/objgraph/objgraph/mem"

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

// beginAll starts a row at pos and others behind it, by how far.
func (r *rows) beginAll(pos uint64, ends []uint64) {
	r.begin(pos)
	if n := len(ends); n > 0 && len(r.start)+n <= len(r.base)<<r.shift && pos-r.base[len(r.base)-1]+ends[n-1] <= r.limit {
		first := pos - r.base[len(r.base)-1] // all of the same block
		for _, end := range ends {
			r.start = append(r.start, uint32(first+end))
		}
		return
	}
	for _, end := range ends {
		r.begin(pos + end)
	}
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
