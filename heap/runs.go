package heap

import (
	"cmp"
	"slices"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
)

const (
	pageShift = 13 // runtime pages are 8 KiB on every platform
	pageSize  = 1 << pageShift

	// maxRunBytes bounds a run, so that slot numbers can be computed with a
	// 32-bit reciprocal (see run.slot).
	maxRunBytes = 1 << 16
	// minSmall and maxSmall are the smallest and largest size class; an object
	// of any other size is a run alone.
	minSmall = 8
	maxSmall = 32 << 10
	// inSpan is the largest size class whose spans keep bookkeeping at the
	// end of their only page.
	inSpan = 512
)

// run is a sequence of objects of one slot size, in ascending order, whose
// records follow each other in the file. It fills a cache line.
type run struct {
	base  mem.Addr // of the first object
	size  uint64   // bytes of a slot
	room  uint64   // bytes from base to one past the last object's slot
	off   int64    // of the first object's record in the file
	magic uint32   // ceil(2^32/size), 0 for a run of one object
	word  uint32   // first word of bits
	delta uint32   // first entry of deltas
	count uint32   // objects
	last  uint32   // slot of the last object
	first mem.ObjID
	scan  bool // some object below the reserved tail has pointer slots
	ptrs  bool // some object has
	dense bool // every slot up to the last is an object
}

// end is one past the last object's slot.
func (r *run) end() mem.Addr { return r.base + mem.Addr(r.room) }

// slot divides an offset into the run by the slot size. Offsets stay below
// maxRunBytes+maxSmall = 3*2^15 and sizes are 8 to 2^15, so the error of the
// rounded-up reciprocal, off*2^-32, is below 1/size.
func (r *run) slot(off uint64) uint32 { return uint32(off * uint64(r.magic) >> 32) }

// continues reports whether an object goes on with the run.
func (r *run) continues(a mem.Addr, size uint64, off, prevEnd int64, limit uint64) bool {
	if size != r.size || a < r.end() || off != prevEnd || size > maxSmall || size < minSmall {
		return false
	}
	d := uint64(a - r.base)
	if d >= limit || uint64(r.slot(d))*size != d || off-r.off > 1<<31 {
		return false
	}
	return size > inSpan || a>>pageShift == r.base>>pageShift
}

// objects collects object records into runs, in file order until sortRuns.
type objects struct {
	limit   uint64 // bytes a run may span
	runs    []run
	bits    []uint64 // which slots of a run are objects
	deltas  []uint32 // of each object's record from its run's first
	prevEnd int64
}

func (s *objects) add(a mem.Addr, size uint64, ptrs bool, off, end int64) {
	var r *run
	if len(s.runs) > 0 {
		r = &s.runs[len(s.runs)-1]
	}
	if r == nil || !r.continues(a, size, off, s.prevEnd, s.limit) {
		r = s.start(a, size, off)
	}
	slot := r.slot(uint64(a - r.base))
	for w := int(r.word + slot/64); w >= len(s.bits); {
		s.bits = mem.Push(s.bits, 0)
	}
	s.bits[r.word+slot/64] |= 1 << (slot % 64)
	s.deltas = mem.Push(s.deltas, uint32(off-r.off))
	r.count++
	r.setLast(slot)
	if ptrs {
		r.ptrs = true
		r.scan = r.scan || uint64(a)%pageSize+size <= pageSize-256
	}
	s.prevEnd = end
}

func (r *run) setLast(slot uint32) {
	r.last = slot
	r.room = uint64(slot+1) * r.size
}

func (s *objects) start(base mem.Addr, size uint64, off int64) *run {
	r := run{base: base, size: size, off: off, word: uint32(len(s.bits)), delta: uint32(len(s.deltas))}
	if size >= minSmall && size <= maxSmall {
		r.magic = uint32((1<<32 + size - 1) / size)
	}
	s.runs = mem.Push(s.runs, r)
	return &s.runs[len(s.runs)-1]
}

// span is a part of what an objects collected.
type span struct{ runs, bits, deltas [2]int }

// open begins a part that goes on with no run before it; close ends it.
func (s *objects) open() span {
	s.prevEnd = -1
	return span{runs: [2]int{len(s.runs)}, bits: [2]int{len(s.bits)}, deltas: [2]int{len(s.deltas)}}
}

func (s *objects) close(p *span) {
	p.runs[1], p.bits[1], p.deltas[1] = len(s.runs), len(s.bits), len(s.deltas)
}

// joinObjects puts together what the pieces of the dump hold.
func joinObjects(pieces []piece, limit uint64) objects {
	var runs, words, deltas int
	for i := range pieces {
		p := &pieces[i].part
		runs, words, deltas = runs+p.runs[1]-p.runs[0], words+p.bits[1]-p.bits[0], deltas+p.deltas[1]-p.deltas[0]
	}
	all := objects{limit: limit, runs: mem.MakeCap[run](runs), bits: mem.MakeCap[uint64](words), deltas: mem.MakeCap[uint32](deltas)}
	for i := range pieces {
		all.join(pieces[i].objects, &pieces[i].part)
	}
	return all
}

func (s *objects) join(t *objects, p *span) {
	word, delta := uint32(len(s.bits)-p.bits[0]), uint32(len(s.deltas)-p.deltas[0])
	for _, r := range t.runs[p.runs[0]:p.runs[1]] {
		r.word += word
		r.delta += delta
		s.runs = append(s.runs, r)
	}
	s.bits = append(s.bits, t.bits[p.bits[0]:p.bits[1]]...)
	s.deltas = append(s.deltas, t.deltas[p.deltas[0]:p.deltas[1]]...)
}

func (s *objects) sortRuns() {
	byBase := func(a, b run) int { return cmp.Compare(a.base, b.base) }
	if !slices.IsSortedFunc(s.runs, byBase) {
		slices.SortStableFunc(s.runs, byBase)
	}
}

// interleaved reports whether a run begins before the one below it ends, as
// happens when records are out of order or overlap.
func (s *objects) interleaved() bool {
	if s.limit == 0 {
		return false
	}
	for i := 1; i < len(s.runs); i++ {
		if s.runs[i].base < s.runs[i-1].end() {
			return true
		}
	}
	return false
}

// dropTails takes the slots at the end of a page that are no objects out of
// the runs and returns how many there were. Whether a page's objects may hold
// pointers is known only when all its runs are.
func (s *objects) dropTails(rule heapdump.TailRule) (dropped int) {
	for i := 0; i < len(s.runs); {
		j, scan := s.samePage(i)
		for ; i < j; i++ {
			r := &s.runs[i]
			if r.size > inSpan || r.size == 0 {
				continue
			}
			limit := r.base>>pageShift<<pageShift + pageSize - mem.Addr(rule.Reserved(r.size, scan))
			dropped += s.cut(r, limit)
		}
	}
	return dropped
}

// samePage returns the end of the group of runs that share i's page and size,
// and whether any of them has pointers.
func (s *objects) samePage(i int) (j int, scan bool) {
	r := &s.runs[i]
	for j = i; j < len(s.runs); j++ {
		q := &s.runs[j]
		if q.size != r.size || q.base>>pageShift != r.base>>pageShift {
			break
		}
		scan = scan || q.scan
	}
	return j, scan
}

// cut removes the objects of r that reach beyond limit.
func (s *objects) cut(r *run, limit mem.Addr) (dropped int) {
	for r.count > 0 && r.end() > limit {
		s.bits[r.word+r.last/64] &^= 1 << (r.last % 64)
		r.count--
		dropped++
		last := r.last
		for last > 0 && !s.taken(r, last) {
			last--
		}
		r.setLast(last)
	}
	return dropped
}

func (s *objects) taken(r *run, slot uint32) bool {
	return s.bits[r.word+slot/64]>>(slot%64)&1 != 0
}

// dropOverlaps empties the runs that begin inside the one before, or wrap
// around the address space, and returns how many objects went.
func (s *objects) dropOverlaps() (dropped int) {
	var end mem.Addr
	kept := s.runs[:0]
	for _, r := range s.runs {
		if r.count == 0 {
			continue
		}
		if r.base < end || r.end() <= r.base {
			dropped += int(r.count)
			continue
		}
		end = r.end()
		kept = append(kept, r)
	}
	s.runs = kept
	return dropped
}
