package graph

import (
	"context"
	"slices"

	"github.com/objgraph/objgraph/mem"
)

// frontier is a search from objects to objects by all workers, level by level.
// Whoever visits objects, a few at a time, pushes those that are to be visited next;
// what a search finds must not depend on the order. Objects may be put off: those of
// the lowest rank make the next level.
type frontier struct {
	ctx      context.Context
	visitors []*visitor
	chunks   [][]mem.ObjID // of this level
	next     func()        // called before each level is visited; nil for nothing
}

// visitor is one worker of a frontier.
type visitor struct {
	mem   *mem.Scratch
	room  int // objects of a block
	ranks [ranks]ranked
	spare [][]mem.ObjID // empty chunks
	block []mem.ObjID   // that chunks are cut from
	pulse pulse
	rows  [gathered][]mem.ObjID
	read  mem.ObjID // of what was read ahead, so that it is not left out
	_     [64]byte  // workers share no line of the cache
}

// ranked is what is to be visited of one rank.
type ranked struct {
	last []mem.ObjID
	full [][]mem.ObjID // chunks without room
}

// ranks is how many ranks there are, from 0.
const ranks = 8

const (
	chunkObjects = 1 << 12
	blockObjects = 1 << 18
	fewObjects   = 1 << 11 // of a level: one worker is as fast
)

// newFrontier is an empty frontier over n objects with its memory in m.
func newFrontier(ctx context.Context, workers, n int, m *mem.Scratch) *frontier {
	f := &frontier{ctx: ctx}
	for range mem.Workers(workers) {
		f.visitors = append(f.visitors, &visitor{mem: m, room: min(n, blockObjects), pulse: pulse{ctx: ctx}})
	}
	return f
}

// first is the worker that pushes where the search begins.
func (f *frontier) first() *visitor { return f.visitors[0] }

func (v *visitor) push(id mem.ObjID, rank int) {
	r := &v.ranks[rank]
	if len(r.last) == cap(r.last) {
		if len(r.last) > 0 {
			r.full = append(r.full, r.last)
		}
		r.last = v.empty()
	}
	r.last = append(r.last, id)
}

// empty is a chunk without objects.
func (v *visitor) empty() []mem.ObjID {
	if n := len(v.spare); n > 0 {
		c := v.spare[n-1]
		v.spare = v.spare[:n-1]
		return c
	}
	if cap(v.block) == 0 {
		v.block = mem.Room[mem.ObjID](v.mem, max(v.room, 1))
	}
	n := min(chunkObjects, cap(v.block))
	c := v.block[:0:n]
	v.block = v.block[n:n:cap(v.block)]
	return c
}

// run visits what was pushed until nothing is; false if the context ended it. No
// object of a level is visited before all of the one before were.
func (f *frontier) run(visit func(v *visitor, ids []mem.ObjID)) bool {
	for {
		level := f.collect()
		if level == 0 {
			return true
		}
		if f.next != nil {
			f.next()
		}
		if level < fewObjects {
			for i := range f.chunks {
				f.visit(f.first(), i, visit)
			}
			if f.first().pulse.stop(level) {
				return false
			}
			continue
		}
		err := mem.Parallel(f.ctx, len(f.visitors), len(f.chunks), func(worker, i int) {
			f.visit(f.visitors[worker], i, visit)
		})
		if err != nil {
			return false
		}
	}
}

// visit visits a chunk, which is empty after.
func (f *frontier) visit(v *visitor, chunk int, visit func(v *visitor, ids []mem.ObjID)) {
	for ids := range slices.Chunk(f.chunks[chunk], gathered) {
		visit(v, ids)
	}
	v.spare = append(v.spare, f.chunks[chunk][:0])
}

// alone reports whether one worker does it all.
func (f *frontier) alone() bool { return len(f.visitors) == 1 }

// collect makes what was pushed with the lowest rank the next level, and counts it.
func (f *frontier) collect() (objects int) {
	f.chunks = f.chunks[:0]
	for rank := 0; rank < ranks && len(f.chunks) == 0; rank++ {
		for _, v := range f.visitors {
			r := &v.ranks[rank]
			f.chunks = append(f.chunks, r.full...)
			r.full = r.full[:0]
			if len(r.last) > 0 {
				f.chunks = append(f.chunks, r.last)
				r.last = nil
			}
		}
	}
	for _, c := range f.chunks {
		objects += len(c)
	}
	return objects
}

// gathered is how many objects are visited together.
const gathered = 16

// gather is the rows of some objects, of which the first entries are near already:
// asked for at once, their waits for memory are one.
func (v *visitor) gather(r *rows, ids []mem.ObjID) [][]mem.ObjID {
	for i, id := range ids {
		v.rows[i] = r.row(id)
	}
	for _, row := range v.rows[:len(ids)] {
		if len(row) > 0 {
			v.read ^= row[0]
		}
	}
	return v.rows[:len(ids)]
}
