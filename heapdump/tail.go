package heapdump

import "github.com/objgraph/objgraph/mem"

// The runtime writes every slot of a span that is not marked free, and counts
// npages*8192/elemsize of them. Spans of small objects have fewer: at their
// end lie a pointer bitmap and mark bits, which are written as objects that
// do not exist. From runtime/mheap.go, initSpan, Go 1.25 to 1.27:
//
//	if gcUsesSpanInlineMarkBits(s.elemsize) {             // Green Tea; 16 B to one bitmap word's worth
//		reserve += unsafe.Sizeof(spanInlineMarkBits{})    // 128 B
//	}
//	if heapBitsInSpan(s.elemsize) && !s.spanclass.noscan() {
//		reserve += nbytes / goarch.PtrSize / 8            // 128 B, or 256 B with 4-byte pointers
//	}
//	s.nelems = uint16((nbytes - reserve) / s.elemsize)
//
// heapBitsInSpan holds up to PtrSize*PtrSize*8 bytes: 512 or 128. Go 1.22 to
// 1.24 have the second part only, Go 1.21 neither. All these spans have one page.

// TailPage is the size of the spans that TailRule is about.
const TailPage = 8192

const (
	markBytes   = 128 // sizeof(spanInlineMarkBits)
	leastMarked = 16  // smallest size class with inline mark bits
)

// TailRule tells which bytes at the end of a span hold no objects. It depends
// on who wrote the dump only. The zero TailRule reserves nothing.
type TailRule struct {
	small  uint64 // the largest slot of spans with reserved bytes
	bitmap uint64 // bytes of the pointer bitmap, in scannable spans
	marks  uint64 // bytes of the mark bits
}

// NewTailRule is the rule of a Go version, with the experiments that its text
// names, on an architecture.
func NewTailRule(v mem.GoVersion, a mem.Arch) TailRule {
	ptr := uint64(a.PtrSize)
	r := TailRule{small: ptr * ptr * 8}
	if v.AtLeast(22) && !v.Experiment("noallocheaders") && ptr > 0 {
		r.bitmap = TailPage / ptr / 8
	}
	if greenTea(v) {
		r.marks = markBytes
	}
	return r
}

// greenTea reports whether the collector is Green Tea: an experiment in Go
// 1.25, the default since.
func greenTea(v mem.GoVersion) bool {
	switch minor := v.Minor(); {
	case minor < 25:
		return false
	case minor == 25:
		return v.Experiment("greenteagc")
	}
	return !v.Experiment("nogreenteagc")
}

// Reserved is how many bytes at the end of each 8 KiB page of slots of size
// bytes are no objects, 0 if all are. A page is scannable if its objects hold
// pointers, that is, if their field lists are not empty.
func (r TailRule) Reserved(size uint64, scannable bool) uint64 {
	if size == 0 || size > r.small {
		return 0
	}
	reserved := uint64(0)
	if scannable {
		reserved += r.bitmap
	}
	if size >= leastMarked {
		reserved += r.marks
	}
	return reserved
}

// Slots is how many objects a page of slots of size bytes holds at most. It
// is of use for sizes up to a page.
func (r TailRule) Slots(size uint64, scannable bool) uint64 {
	if size == 0 {
		return 0
	}
	return (TailPage - r.Reserved(size, scannable)) / size
}

// IsTail reports whether the slot of size bytes at addr reaches into the
// reserved bytes, and so is no object.
func (r TailRule) IsTail(addr mem.Addr, size uint64, scannable bool) bool {
	reserved := r.Reserved(size, scannable)
	return reserved > 0 && uint64(addr)%TailPage+size > TailPage-reserved
}
