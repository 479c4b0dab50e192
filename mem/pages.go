package mem

import (
	"math"
	"slices"
	"sync"
	"unsafe"
)

// Large slices are asked for as huge pages: touching memory for the first time
// costs a page fault for each page of 4 KiB otherwise, which on virtual machines
// takes longer than what is then done with it (measured: 256 MiB in 420 ms, 17 ms
// with huge pages).

// hugePage is the size of such a page in bytes.
const hugePage = 2 << 20

// Scratch is memory apart from the collector's: of slices without pointers,
// which are all given back together, for the next piece of work to use. Fresh
// memory costs more than most of what is done with it, so little of it is taken.
// The zero value is empty; nil stands for the collector's memory. Safe for
// concurrent use but for Free.
type Scratch struct {
	mu    sync.Mutex
	least int // bytes of the next slab
	slabs []*slab
}

// slab is memory that is handed out from front to back.
type slab struct {
	all   []byte
	used  int // handed out
	dirty int // up to here it may not be zero
}

const (
	slabBytes = 64 << 20  // untouched memory costs nothing
	apart     = 512 << 10 // smaller slices are the collector's: a slab costs a huge page
	maxBytes  = math.MaxInt / 4
)

// Reserve says how many bytes the next slices will take together, so that they
// lie in one place.
func (s *Scratch) Reserve(bytes int) {
	if s != nil {
		s.least = max(bytes, 0)
	}
}

// Alloc gives n zero elements of T, which holds no pointers, until s.Free.
func Alloc[T any](s *Scratch, n int) []T {
	b, dirty := s.take(n, unsafe.Sizeof(*new(T)))
	if b == nil {
		return make([]T, max(n, 0))
	}
	clear(b[:dirty])
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}

// Room is Alloc without elements, but with room for n.
func Room[T any](s *Scratch, n int) []T {
	b, _ := s.take(n, unsafe.Sizeof(*new(T)))
	if b == nil {
		return make([]T, 0, max(n, 0))
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)[:0]
}

// Grow gives v room for k more elements, twice the room at least if it has not
// enough. Where v came from s, its memory is not used again before s.Free.
func Grow[T any](s *Scratch, v []T, k int) []T {
	if cap(v)-len(v) >= k {
		return v
	}
	return append(Room[T](s, max(2*cap(v), len(v)+k, 64)), v...)
}

// take is memory for n elements of so many bytes, of which the first dirty ones
// may not be zero; nil if the collector's will do.
func (s *Scratch) take(n int, size uintptr) (b []byte, dirty int) {
	if s == nil || n <= 0 || size == 0 || n > maxBytes/int(size) || n*int(size) < apart {
		return nil, 0
	}
	bytes := (n*int(size) + 63) &^ 63
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.slabs {
		if len(l.all)-l.used >= bytes {
			return l.take(bytes)
		}
	}
	l := slabs.take(max(bytes, s.least))
	s.least = 0
	if l == nil {
		return nil, 0
	}
	s.slabs = append(s.slabs, l)
	return l.take(bytes)
}

func (l *slab) take(n int) (b []byte, dirty int) {
	b = l.all[l.used : l.used+n : l.used+n]
	dirty = min(max(l.dirty-l.used, 0), n)
	l.used += n
	l.dirty = max(l.dirty, l.used)
	return b, dirty
}

// Free gives all of it back; nothing that Alloc gave may be used after.
func (s *Scratch) Free() {
	slabs.put(s.slabs)
	s.slabs = nil
}

// pool keeps slabs for the next piece of work.
type pool struct {
	mu   sync.Mutex
	free []*slab
}

var slabs pool

// take is the slab with room for n bytes that is the dirtiest, or a new one; nil
// if there is no memory. What does not fit is given back before more is taken.
func (p *pool) take(n int) *slab {
	p.mu.Lock()
	defer p.mu.Unlock()
	best := -1
	for i, l := range p.free {
		if len(l.all) >= n && (best < 0 || l.dirty > p.free[best].dirty) {
			best = i
		}
	}
	if best >= 0 {
		l := p.free[best]
		p.free = slices.Delete(p.free, best, best+1)
		return l
	}
	if n > slabBytes {
		p.trim()
	}
	b := mapMemory((max(n, slabBytes) + hugePage - 1) &^ (hugePage - 1))
	if b == nil {
		return nil
	}
	return &slab{all: b}
}

func (p *pool) put(free []*slab) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range free {
		l.used = 0
	}
	p.free = append(p.free, free...)
}

func (p *pool) trim() {
	for _, l := range p.free {
		unmapMemory(l.all)
	}
	p.free = nil
}

// Trim gives memory that no work is using back to the system.
func Trim() {
	slabs.mu.Lock()
	defer slabs.mu.Unlock()
	slabs.trim()
}
