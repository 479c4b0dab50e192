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

// hugePage is the size from which slices are worth it, in bytes.
const hugePage = 2 << 20

// Scratch is memory apart from the collector's: of large slices without
// pointers, which are all given back together, for the next piece of work to use.
// The zero value is empty; nil stands for the collector's memory. Safe for
// concurrent use but for Free.
type Scratch struct {
	mu     sync.Mutex
	blocks [][]byte
}

// Alloc gives n zero elements of T, which holds no pointers, until s.Free.
func Alloc[T any](s *Scratch, n int) []T {
	if b := s.alloc(n, unsafe.Sizeof(*new(T))); b != nil {
		clear(b.used)
		return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b.all))), n)
	}
	return make([]T, max(n, 0))
}

// Room is Alloc without elements, but with room for n.
func Room[T any](s *Scratch, n int) []T {
	if b := s.alloc(n, unsafe.Sizeof(*new(T))); b != nil {
		return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b.all))), n)[:0]
	}
	return make([]T, 0, max(n, 0))
}

// Grow gives v room for k more elements, twice the room at least if it has not
// enough. Where v came from s, its memory is not used again before s.Free.
func Grow[T any](s *Scratch, v []T, k int) []T {
	if cap(v)-len(v) >= k {
		return v
	}
	return append(Room[T](s, max(2*cap(v), len(v)+k, 64)), v...)
}

const maxScratch = math.MaxInt / 4 // bytes

// block is memory for one slice; what was used before is not zero.
type block struct{ all, used []byte }

// alloc is memory for n elements of so many bytes, nil if the collector's will do.
func (s *Scratch) alloc(n int, size uintptr) *block {
	if s == nil || n <= 0 || size == 0 || n > maxScratch/int(size) || n*int(size) < hugePage/2 {
		return nil
	}
	b := blocks.take(n * int(size))
	if b == nil {
		return nil
	}
	s.mu.Lock()
	s.blocks = append(s.blocks, b.all)
	s.mu.Unlock()
	return b
}

// Free gives all of it back; nothing that Alloc gave may be used after.
func (s *Scratch) Free() {
	for _, b := range s.blocks {
		blocks.put(b)
	}
	s.blocks = nil
}

// pool keeps blocks for the next piece of work.
type pool struct {
	mu   sync.Mutex
	free [][]byte
}

var blocks pool

// take is a block of n bytes, nil if there is no memory.
func (p *pool) take(n int) *block {
	n = (n + hugePage - 1) &^ (hugePage - 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	best := -1
	for i, b := range p.free {
		if len(b) >= n && len(b)/4 <= n && (best < 0 || len(b) < len(p.free[best])) {
			best = i
		}
	}
	if best < 0 {
		if b := mapMemory(n); b != nil {
			return &block{all: b}
		}
		return nil
	}
	b := p.free[best]
	p.free = slices.Delete(p.free, best, best+1)
	return &block{all: b, used: b[:n]}
}

func (p *pool) put(b []byte) {
	p.mu.Lock()
	p.free = append(p.free, b)
	p.mu.Unlock()
}

// Trim gives memory that no work is using back to the system.
func Trim() {
	blocks.mu.Lock()
	defer blocks.mu.Unlock()
	for _, b := range blocks.free {
		unmapMemory(b)
	}
	blocks.free = nil
}
