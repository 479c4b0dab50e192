package heapdump

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/objgraph/objgraph/mem"
)

// Class is the objects of one slot size, with pointers or without.
type Class struct {
	Size     uint64   // bytes of the slot; of rows above MaxClass the largest
	Above    uint64   // rows above MaxClass are of all sizes above this; 0 for others
	Pointers bool     // the objects hold some
	Header   mem.Addr // the type descriptor in their malloc headers; 0 for slots without one
	Count    int
	Bytes    uint64
}

const (
	// MaxClass is the largest size class of the runtime. Larger objects have
	// spans of their own.
	MaxClass = 32 << 10
	// inSpan is the largest slot whose span may keep tables at its end.
	inSpan = 512
	// maxHeaders bounds the rows by malloc header; what is beyond goes without.
	maxHeaders = 1 << 16
)

// classTally counts objects by class as their records come by. Slots at the end of
// a page wait until the page is over: whether they are objects is known when
// all of the page's slots were seen (see TailRule). That wants the records of a
// page one after the other, as the runtime writes them.
type classTally struct {
	rule    TailRule
	arch    mem.Arch
	headers uint64 // the largest slot without a malloc header, if headers are told

	small [MaxClass/8 + 1][2]int // by size/8 and whether there are pointers
	large [64][2]Class           // by the logarithm of the size
	rest  map[Class]int          // sizes that no runtime has, and slots with headers
	heads int                    // of rest: rows with headers
	tails int

	page    mem.Addr  // number of the page whose slots wait
	size    uint64    // of these slots
	limits  [2]uint64 // where objects end in a page of such slots: without pointers, with
	scan    bool      // some of the page's objects hold pointers
	waiting [2][2]int // beyond the limit of pages with pointers, beyond both; each without and with pointers
}

func (t *classTally) setUp(v mem.GoVersion, a mem.Arch, headers bool) {
	t.rule, t.arch, t.headers = NewTailRule(v, a), a, 1<<63
	if headers && v.AtLeast(22) && !(v.Minor() == 22 && v.Experiment("noallocheaders")) {
		t.headers = uint64(a.PtrSize * a.PtrSize * 8)
	}
}

func (t *classTally) add(o *seen) {
	if o.size <= inSpan {
		t.inPage(o)
		return
	}
	if head := t.header(o); head != 0 {
		t.other(Class{Size: o.size, Pointers: true, Header: head}, 1)
		return
	}
	t.count(o.size, o.pointers > 0, 1)
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

// inPage counts a slot of a page with many, or has it wait.
func (t *classTally) inPage(o *seen) {
	page := o.addr / TailPage
	if page != t.page || o.size != t.size {
		t.turn(page, o.size)
	}
	ptr, end := o.pointers > 0, uint64(o.addr)%TailPage+o.size
	if ptr && end <= TailPage-256 {
		t.scan = true
	}
	switch {
	case end <= t.limits[1]:
		t.count(o.size, ptr, 1)
	case end <= t.limits[0]:
		t.waiting[0][index(ptr)]++
	default:
		t.waiting[1][index(ptr)]++
	}
}

// turn decides on the slots that wait and begins another page.
func (t *classTally) turn(page mem.Addr, size uint64) {
	for ptr, n := range t.waiting[0] {
		if t.scan {
			t.tails += n
		} else {
			t.count(t.size, ptr == 1, n)
		}
	}
	t.tails += t.waiting[1][0] + t.waiting[1][1]
	t.page, t.size, t.scan, t.waiting = page, size, false, [2][2]int{}
	t.limits = [2]uint64{TailPage - t.rule.Reserved(size, false), TailPage - t.rule.Reserved(size, true)}
}

// count adds n objects without a header.
func (t *classTally) count(size uint64, ptr bool, n int) {
	switch {
	case n == 0:
	case size > MaxClass:
		c := &t.large[bits.Len64(size-1)-1][index(ptr)]
		c.Count += n
		c.Bytes += uint64(n) * size
	case size%8 == 0:
		t.small[size/8][index(ptr)] += n
	default:
		t.other(Class{Size: size, Pointers: ptr}, n)
	}
}

func (t *classTally) other(c Class, n int) {
	if c.Header != 0 && t.rest[c] == 0 {
		if t.heads++; t.heads > maxHeaders {
			t.count(c.Size, c.Pointers, n)
			return
		}
	}
	if t.rest == nil {
		t.rest = map[Class]int{}
	}
	t.rest[c] += n
}

// header is the word in which Go 1.22 and later put an object's type, 0 for
// objects that have none: see runtime/mbitmap.go, and package typing.
func (t *classTally) header(o *seen) mem.Addr {
	if o.size <= t.headers || o.size > MaxClass || o.pointers == 0 || len(o.head) < 8 {
		return 0
	}
	if _, first, _, _ := o.fields.Next(); o.size == MaxClass && first == 0 {
		return 0 // a large object of just that size
	}
	return mem.Addr(t.arch.Word(o.head))
}

// WordRange is from the lowest to the highest of some words. The zero value is
// empty.
type WordRange struct{ lo, hi mem.Addr }

// Add widens the range.
func (r *WordRange) Add(w mem.Addr) {
	if r.hi == 0 || w < r.lo {
		r.lo = w
	}
	r.hi = max(r.hi, w)
}

// Has reports whether a word lies in the range.
func (r WordRange) Has(w mem.Addr) bool { return w != 0 && r.lo <= w && w <= r.hi }

// dropFalse takes large objects of just the largest class's size, which begin with
// some word, from those with headers: the words lie outside of the range of the
// headers that are certainly some.
func (t *classTally) dropFalse() {
	var types WordRange
	for c := range t.rest {
		if c.Size < MaxClass && c.Header != 0 {
			types.Add(c.Header)
		}
	}
	for c, n := range t.rest {
		if c.Size == MaxClass && c.Header != 0 && !types.Has(c.Header) {
			t.small[MaxClass/8][1] += n
			delete(t.rest, c)
		}
	}
}

// close makes the sums and the sorted rows.
func (t *classTally) close(s *Survey) {
	t.turn(0, 0)
	t.dropFalse()
	s.SpanTailSlots = t.tails
	for i, pair := range t.small {
		for ptr, n := range pair {
			s.add(Class{Size: uint64(i) * 8, Pointers: ptr == 1, Count: n, Bytes: uint64(n*i) * 8})
		}
	}
	for log, pair := range t.large {
		for ptr, c := range pair {
			c.Size, c.Above, c.Pointers = 2<<log, 1<<log, ptr == 1
			s.add(c)
		}
	}
	for c, n := range t.rest {
		c.Count, c.Bytes = n, uint64(n)*c.Size
		s.add(c)
	}
	slices.SortFunc(s.Classes, func(a, b Class) int {
		return cmp.Or(cmp.Compare(a.Size, b.Size), cmp.Compare(index(a.Pointers), index(b.Pointers)), cmp.Compare(a.Header, b.Header))
	})
}

func (s *Survey) add(c Class) {
	if c.Count > 0 {
		s.Classes = append(s.Classes, c)
		s.Objects += c.Count
		s.ObjectBytes += c.Bytes
	}
}
