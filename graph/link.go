package graph

import (
	"context"
	"sync"

	"github.com/objgraph/objgraph/mem"
)

// Edges are the references between objects, both ways: a graph without roots.
type Edges struct {
	out     rows
	in      referrers
	workers int
}

// NumObjects is the number of objects.
func (e *Edges) NumObjects() int { return e.out.len() }

// Source appends to dst the targets of each of the objects from lo up to hi, one
// entry per pointer slot, in slot order, duplicates kept. ends[i] becomes how
// many it appended up to those of object lo+i.
type Source func(lo, hi mem.ObjID, dst []mem.ObjID, ends []uint64) []mem.ObjID

// LinkOptions says how objects are linked. The zero value will do.
type LinkOptions struct {
	Workers  int          // see mem.Workers, also of what is asked of the graph; source must be safe for as many
	Progress mem.Progress // told of the stage "link"
	Mem      *mem.Scratch // holds the edges and what the graph keeps; nil for the collector's memory
}

// Link collects the references of the objects 0 to n-1. edgesHint is as for
// Build. The edges are the same for any number of workers. The error is the
// context's.
func Link(ctx context.Context, n, edgesHint int, source Source, o LinkOptions) (*Edges, error) {
	l := linker{out: newRows(o.Mem, n, edgesHint), n: n, source: source, turn: sync.NewCond(new(sync.Mutex))}
	l.out.start = l.out.start[:0]
	blocks := (n + linkRows - 1) / linkRows
	progress := mem.Steps{Progress: o.Progress, Stage: mem.StageLink, Total: int64(blocks)}
	err := mem.Parallel(ctx, o.Workers, blocks, func(_, i int) {
		l.block(i)
		progress.Add(1)
	})
	if err != nil {
		return nil, err
	}
	l.out.begin(uint64(len(l.out.edge)))
	return &Edges{out: l.out, in: l.out.transpose(nil, o.Workers), workers: o.Workers}, nil
}

// linkRows is how many rows are collected in one go.
const linkRows = 1 << blockShift

// linker collects rows by blocks, by several workers, and puts the blocks
// together in order.
type linker struct {
	n      int
	source Source
	spare  sync.Pool // *linkBlock

	turn *sync.Cond // guards what follows
	next int        // block to be appended
	out  rows
}

// linkBlock is the rows of one block.
type linkBlock struct {
	edges []mem.ObjID
	ends  [linkRows]uint64
}

func (l *linker) block(i int) {
	b, _ := l.spare.Get().(*linkBlock)
	if b == nil {
		b = new(linkBlock)
	}
	lo := i * linkRows
	rows := min(linkRows, l.n-lo)
	b.edges = l.source(mem.ObjID(lo), mem.ObjID(lo+rows), b.edges[:0], b.ends[:rows])
	l.turn.L.Lock()
	for l.next != i {
		l.turn.Wait()
	}
	l.append(b, rows)
	l.next++
	l.turn.Broadcast()
	l.turn.L.Unlock()
	l.spare.Put(b)
}

// append adds the rows of a block, without targets that are no object.
func (l *linker) append(b *linkBlock, rows int) {
	at := uint64(len(l.out.edge))
	l.out.reserve(len(b.edges))
	for _, t := range b.edges {
		if uint64(t) >= uint64(l.n) {
			l.appendChecked(b, rows)
			return
		}
	}
	l.out.edge = append(l.out.edge, b.edges...)
	l.out.beginAll(at, b.ends[:rows-1])
}

func (l *linker) appendChecked(b *linkBlock, rows int) {
	from := uint64(0)
	for _, end := range b.ends[:rows] {
		l.out.add(b.edges[from:end], l.n)
		from = end
	}
}

// eachRow makes a source of a function for one object.
func eachRow(row func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID) Source {
	var one []mem.ObjID
	return func(lo, hi mem.ObjID, dst []mem.ObjID, ends []uint64) []mem.ObjID {
		for id := lo; id < hi; id++ {
			one = row(id, one[:0])
			dst = append(dst, one...)
			ends[id-lo] = uint64(len(dst))
		}
		return dst
	}
}
