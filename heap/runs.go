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
	base   mem.Addr // of the first object
	size   uint64   // bytes of a slot
	room   uint64   // bytes from base to one past the last object's slot
	off    int64    // of the first object's record in the file
	magic  uint32   // ceil(2^32/size), 0 for a run of one object
	word   uint32   // first word of words
	delta  uint32   // first entry of deltas; where stride is not 0 there is none
	stride uint32   // bytes from one record to the next, if it is the same throughout
	count  uint32   // objects
	last   uint32   // slot of the last object
	first  mem.ObjID
	scan   bool // some object below the reserved tail has pointer slots
	ptrs   bool // some object has
	dense  bool // every slot up to the last is an object
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
	if size <= inSpan {
		return a>>pageShift == r.base>>pageShift
	}
	// A whole page between them may be another span, which is written elsewhere.
	return a < (r.end()+pageSize-1)&^(pageSize-1)+pageSize
}

// follows reports whether an object lies in the slot behind the run's last, and its
// record behind that one's, so that it goes on with the run: continues for most.
func (r *run) follows(a mem.Addr, size uint64, off, prevEnd int64, limit uint64) bool {
	return a == r.end() && size == r.size && off == prevEnd && r.magic != 0 && r.room < limit && off-r.off <= 1<<31 &&
		(size > inSpan || a>>pageShift == r.base>>pageShift)
}

// found collects the object records that one worker meets.
type found struct {
	limit   uint64 // bytes a run may span
	runs    mem.Chunks[run]
	words   mem.Chunks[word]
	deltas  mem.Chunks[uint32] // of each object's record from its run's first
	last    *run               // the one that an object may continue
	word    *word              // the last of words, which the last slot is in
	prevEnd int64
}

// word is 64 slots of a run.
type word struct {
	bits uint64 // which of them are objects
	rank uint32 // id of the first one
}

func (s *found) add(a mem.Addr, size uint64, ptrs bool, off, end int64) {
	r := s.last
	slot := uint32(0)
	switch {
	case r != nil && r.follows(a, size, off, s.prevEnd, s.limit):
		slot = r.last + 1
	case r != nil && r.continues(a, size, off, s.prevEnd, s.limit):
		slot = r.slot(uint64(a - r.base))
	default:
		r = s.start(a, size, off)
	}
	for w := int(r.word + slot/64); w >= s.words.Len(); {
		s.word = s.words.Push(word{})
	}
	s.word.bits |= 1 << (slot % 64)
	s.place(r, uint32(off-r.off))
	r.count++
	r.setLast(slot)
	if ptrs {
		r.ptrs = true
		r.scan = r.scan || uint64(a)%pageSize+size <= pageSize-256
	}
	s.prevEnd = end
}

// place keeps where the run's next record is, that far behind its first. As long
// as all are equally far from each other, that is the stride; the first that is
// not makes an entry of each.
func (s *found) place(r *run, delta uint32) {
	switch {
	case r.count == 1:
		r.stride = delta
	case r.count > 1 && r.stride != 0 && delta != r.count*r.stride:
		r.delta = uint32(s.deltas.Len())
		for k := range r.count {
			s.deltas.Push(k * r.stride)
		}
		r.stride = 0
		s.deltas.Push(delta)
	case r.count > 1 && r.stride == 0:
		s.deltas.Push(delta)
	}
}

func (s *found) start(base mem.Addr, size uint64, off int64) *run {
	r := run{base: base, size: size, off: off, word: uint32(s.words.Len())}
	if size >= minSmall && size <= maxSmall {
		r.magic = uint32((1<<32 + size - 1) / size)
	}
	s.last = s.runs.Push(r)
	return s.last
}

func (r *run) setLast(slot uint32) {
	r.last = slot
	r.room = uint64(slot+1) * r.size
}

// objects are those of a dump, in runs by ascending base; runs of the same base as
// they are in the file.
type objects struct {
	limit  uint64 // see found
	runs   []run
	words  mem.Chunks[word]
	deltas mem.Chunks[uint32]
}

// joinObjects puts together what the workers found of the pieces.
func joinObjects(pieces []piece, limit uint64, m, temporary *mem.Scratch) objects {
	all := objects{limit: limit}
	type base struct{ word, delta uint32 }
	bases := map[*found]base{}
	n := 0
	for i := range pieces {
		t := pieces[i].found
		n += pieces[i].part[1] - pieces[i].part[0]
		if _, ok := bases[t]; !ok {
			bases[t] = base{all.words.Join(&t.words), all.deltas.Join(&t.deltas)}
		}
	}
	all.runs = mem.Room[run](m, n)
	for _, at := range placesByBase(pieces, n, temporary) {
		t := pieces[at.piece].found
		r := *t.runs.At(at.run)
		r.word += bases[t].word
		r.delta += bases[t].delta
		all.runs = append(all.runs, r)
	}
	return all
}

// runPlace is where a run is before all are put in order.
type runPlace struct {
	base  mem.Addr
	piece uint32
	run   uint32 // in what the piece's worker found
}

// placesByBase is where the n runs of all pieces are, in the order of objects. The
// runtime writes spans in descending order, but for a few.
func placesByBase(pieces []piece, n int, temporary *mem.Scratch) []runPlace {
	places := mem.Room[runPlace](temporary, n)
	descents, last := 0, mem.Addr(0)
	for i := range pieces {
		p := &pieces[i]
		for k := p.part[0]; k < p.part[1]; k++ {
			base := p.runs.At(uint32(k)).base
			if base < last {
				descents++
			}
			last = base
			places = append(places, runPlace{base, uint32(i), uint32(k)})
		}
	}
	if descents > n/2 {
		slices.Reverse(places)
	}
	slices.SortStableFunc(places, func(a, b runPlace) int { // fast where much is in order
		return cmp.Or(cmp.Compare(a.base, b.base), cmp.Compare(a.piece, b.piece), cmp.Compare(a.run, b.run))
	})
	return places
}

func (s *objects) wordOf(r *run, slot uint32) *word { return s.words.At(r.word + slot/64) }

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
		s.wordOf(r, r.last).bits &^= 1 << (r.last % 64)
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
	return s.wordOf(r, slot).bits>>(slot%64)&1 != 0
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
