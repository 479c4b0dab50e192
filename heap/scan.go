package heap

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
)

// A dump is read in pieces, by several workers, each from a place inside its
// piece from which records seem to follow each other. That they do shows when
// the piece before ends just there; if it does not, what follows is read again
// from where it ended. So the answer is that of reading from front to end.

// pieceBytes is how much of a dump is read in one go.
const pieceBytes = 16 << 20

// piece is what one stretch of the dump holds.
type piece struct {
	*found        // the worker's
	part   [2]int // which of its runs are the piece's: from, to
	others
	lo, hi int64 // the records that begin here
	start  int64 // of the first one, -1 if no place was found
	end    int64 // one past the last one
	cut    []CutObject
	slots  int   // upper bound of pointer slots
	damage error // what ended the reading early
	done   bool  // the end record was read, or damage met
	fatal  error
}

// contents is what a whole dump holds.
type contents struct {
	objects
	others
	cut    []CutObject
	slots  int
	end    int64
	damage error
}

// scan reads all pieces and joins them.
func scan(ctx context.Context, data []byte, limit uint64, o *Options) (*contents, error) {
	if _, err := heapdump.NewReader(data); err != nil {
		return nil, err
	}
	first, size := int64(len(heapdump.Magic)), cmp.Or(o.piece, pieceBytes)
	pieces := make([]piece, (int64(len(data))-first)/size+1)
	progress := mem.Steps{Progress: o.Progress, Stage: mem.StageRead, Total: int64(len(data))}
	var temporary mem.Scratch
	defer temporary.Free()
	workers := make([]scanWorker, mem.Workers(o.Workers))
	err := mem.Parallel(ctx, o.Workers, len(pieces), func(w, i int) {
		p := &pieces[i]
		p.lo = first + int64(i)*size
		p.hi = min(p.lo+size, int64(len(data)))
		p.found = workers[w].collector(limit, len(data), o.Mem, &temporary)
		p.find(ctx, data, workers[w].scanner(data, o.In), i == 0)
		p.touch(o.Touch)
		progress.Add(p.hi - p.lo)
	})
	if err != nil {
		return nil, err
	}
	return join(ctx, data, pieces, &temporary, o)
}

// leastRecord is less than the bytes of most records.
const leastRecord = 24

// scanWorker is what a worker uses again for each piece.
type scanWorker struct {
	found  *found
	window []byte
}

// collector is for what the worker finds, of so many bytes with all others.
func (w *scanWorker) collector(limit uint64, bytes int, m, temporary *mem.Scratch) *found {
	if w.found == nil {
		w.found = &found{limit: limit}
		w.found.runs.Mem, w.found.words.Mem, w.found.deltas.Mem = temporary, m, m
		w.found.runs.Chunk(bytes/pageSize + 64)
		w.found.deltas.Chunk(bytes/leastRecord + 64)
		w.found.words.Chunk(bytes/pageSize + 64)
	}
	return w.found
}

func (w *scanWorker) scanner(data []byte, in io.ReaderAt) *heapdump.ObjectScanner {
	if w.window == nil {
		w.window = make([]byte, heapdump.WindowBytes)
	}
	return heapdump.NewObjectScanner(data, in, w.window)
}

// find looks for the first record of the piece and reads on from there.
func (p *piece) find(ctx context.Context, data []byte, s *heapdump.ObjectScanner, known bool) {
	p.start = p.lo
	if !known {
		at, ok := s.Sync(p.lo, min(p.hi, p.lo+maxSearch))
		if !ok {
			p.start = -1
			return
		}
		p.start = at
	}
	p.read(ctx, data, s)
}

// maxSearch is how far into a piece the first record is looked for.
const maxSearch = 1 << 20

// read takes the records from start on that begin before hi.
func (p *piece) read(ctx context.Context, data []byte, s *heapdump.ObjectScanner) {
	r, err := heapdump.NewReader(data)
	if err != nil {
		p.fatal = err
		return
	}
	p.last = nil // the worker's last piece was another
	p.part[0] = p.runs.Len()
	defer func() { p.part[1] = p.runs.Len() }()
	p.end = p.start
	s.SeekTo(p.end)
	last := p.hi == int64(len(data)) // which has to meet the end
	for !p.done && p.fatal == nil && (p.end < p.hi || last) {
		if p.fatal = ctx.Err(); p.fatal != nil {
			return
		}
		p.takeObjects(s)
		if p.end < p.hi || last {
			p.takeOthers(r)
			s.SeekTo(p.end)
		}
	}
}

// touch tells of the stretches with pointers. Between two that are not far
// apart, what is left out would cost as much as it saves.
func (p *piece) touch(tell func(lo, hi int64)) {
	if tell == nil || p.start < 0 {
		return
	}
	lo, hi := int64(-1), int64(-1)
	for i := p.part[0]; i < p.part[1]; i++ {
		r := p.runs.At(uint32(i))
		if !r.ptrs {
			continue
		}
		if lo < 0 || r.off > hi+touchGap {
			if hi > lo {
				tell(lo, hi)
			}
			lo = r.off
		}
		hi = p.endOf(i)
	}
	if hi > lo {
		tell(lo, hi)
	}
}

const touchGap = 32 << 10

// endOf is where the records of a run end: where the next one begins.
func (p *piece) endOf(i int) int64 {
	if i+1 < p.part[1] {
		return p.runs.At(uint32(i) + 1).off
	}
	return p.end
}

// takeObjects takes objects until there is something else.
func (p *piece) takeObjects(s *heapdump.ObjectScanner) {
	for s.End < p.hi && s.Next() {
		p.slots += s.List / 2
		p.add(s.Addr, s.Size, s.List > 0, s.Start, s.End)
	}
	p.end = s.End
}

// takeOthers takes at least one record, and all up to the next object.
func (p *piece) takeOthers(r *heapdump.Reader) {
	r.SeekTo(p.end)
	for {
		rec, err := r.Next()
		if err != nil {
			p.done = true
			if err != io.EOF {
				p.damage = err
			}
			return
		}
		p.end = r.End()
		o, isObject := rec.(*heapdump.Object)
		if !isObject {
			p.fatal = p.take(rec)
		} else {
			p.takeLarge(o, r)
		}
		if isObject || p.fatal != nil {
			return
		}
	}
}

// takeLarge takes an object that the scanner does not.
func (p *piece) takeLarge(o *heapdump.Object, r *heapdump.Reader) {
	if uint64(len(o.Contents)) < o.Size {
		p.cut = append(p.cut, CutObject{o.Addr, o.Size, int64(len(o.Contents))})
	}
	p.slots += len(o.Fields) / 2
	p.add(o.Addr, o.Size, len(o.Fields) > 0, r.Offset(), r.End())
}

// join puts the pieces together, in order, and reads again those that do not
// begin where the one before ended.
func join(ctx context.Context, data []byte, pieces []piece, temporary *mem.Scratch, o *Options) (*contents, error) {
	all, w := &contents{}, &scanWorker{}
	at, limit := pieces[0].lo, pieces[0].limit
	for i := range pieces {
		p := &pieces[i]
		if at >= p.hi && i > 0 {
			p.part = [2]int{} // an object that began before reaches beyond
			continue
		}
		if p.start != at {
			*p = piece{found: w.collector(limit, 0, nil, nil), lo: p.lo, hi: p.hi, start: at}
			p.read(ctx, data, w.scanner(data, o.In))
		}
		if p.fatal != nil {
			return nil, p.fatal
		}
		all.others.join(&p.others)
		all.cut = append(all.cut, p.cut...)
		all.slots += p.slots
		at = p.end
		all.end, all.damage = p.end, p.damage
		if p.done {
			pieces = pieces[:i+1]
			break
		}
	}
	if !all.params {
		return nil, noParams(all.damage)
	}
	all.objects = joinObjects(pieces, limit, o.Mem, temporary)
	return all, nil
}

func noParams(damage error) error {
	if damage != nil {
		return fmt.Errorf("%w: %w", ErrNothing, damage)
	}
	return fmt.Errorf("%w: the dump has no params record", ErrNothing)
}
