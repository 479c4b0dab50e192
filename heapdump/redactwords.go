package heapdump

import (
	"slices"

	"github.com/objgraph/objgraph/mem"
)

// words are the rules by which words stay, with what the records that came so
// far say.
type words struct {
	knows      Knowledge
	arch       mem.Arch
	swiss      bool
	headers    uint64 // the largest slot without a malloc header
	chans      [2]uint64
	heap       [2]mem.Addr
	itabs      map[mem.Addr]bool
	shown      []mem.Addr // descriptors that records show
	types      []span     // where descriptors lie
	code       []span
	codeAlign  mem.Addr
	lowestCode mem.Addr
}

type span struct{ lo, hi mem.Addr }

func within(list []span, a mem.Addr) bool {
	for _, s := range list {
		if a >= s.lo && a < s.hi {
			return true
		}
	}
	return false
}

// setUp takes the params.
func (r *words) setUp(p *Params) error {
	arch, err := p.MemArch()
	if err != nil {
		return err
	}
	v := mem.GoVersion(p.GoVersion)
	r.arch, r.swiss, r.heap = arch, v.SwissMaps(), [2]mem.Addr{p.HeapStart, p.HeapEnd}
	r.headers = 1 << 63
	if v.AtLeast(22) && !(v.Minor() == 22 && v.Experiment("noallocheaders")) {
		r.headers = uint64(arch.PtrSize * arch.PtrSize * 8)
	}
	ptr := uint64(arch.PtrSize)
	r.chans = [2]uint64{3*ptr + 8, 11*ptr + 8} // elemtype, and all up to the lock, see package typing
	if v.AtLeast(23) {
		r.chans[0], r.chans[1] = r.chans[0]+ptr, r.chans[1]+ptr
	}
	// Where the linker puts code that is not position independent, and how it
	// aligns functions (cmd/link/internal/ld, and Funcalign of each architecture).
	r.lowestCode, r.codeAlign = 0x1000, 4
	switch p.Arch {
	case "amd64":
		r.lowestCode, r.codeAlign = 0x400000, 32
	case "arm64", "386":
		r.codeAlign = 16
	}
	return nil
}

func (r *words) addType(a mem.Addr) {
	if !r.inHeap(a) { // those that package reflect made
		r.shown = append(r.shown, a)
		r.types = nil
	}
}

const (
	moduleGap  = 64 << 20 // between types of two modules at the least
	typesSlack = 256 << 10
	mostCode   = 1 << 30 // bytes of code below the types
)

// learn works out where types and code lie: each run of shown types, widened by
// its own length, and below it code.
func (r *words) learn() {
	if r.types != nil || len(r.shown) == 0 {
		return
	}
	r.code = nil
	slices.Sort(r.shown)
	for first, i := 0, 1; i <= len(r.shown); i++ {
		if i < len(r.shown) && r.shown[i]-r.shown[i-1] < moduleGap {
			continue
		}
		lo, hi := r.shown[first], r.shown[i-1]
		slack := hi - lo + typesSlack
		base := max(r.lowestCode, lo-min(lo, mostCode))
		r.code = append(r.code, span{base, lo})
		r.types = append(r.types, span{max(base, lo-min(lo, slack)), hi + slack})
		first = i
	}
}

func (r *words) inHeap(a mem.Addr) bool { return a >= r.heap[0] && a < r.heap[1] }

// isType reports whether a word may be a descriptor or an itab.
func (r *words) isType(a mem.Addr) bool {
	switch {
	case a == 0 || a%mem.Addr(r.arch.PtrSize) != 0:
		return false
	case r.itabs[a]:
		return true
	case r.knows != nil:
		return r.knows.IsType(a)
	}
	return within(r.types, a)
}

func (r *words) isCode(a mem.Addr) bool {
	if r.knows != nil {
		return r.knows.IsCode(a)
	}
	return a%r.codeAlign == 0 && within(r.code, a)
}

const (
	mostStatic = 1 << 20  // bytes that a pointer into no heap leads to
	plainLimit = MaxClass // larger arrays have pages to themselves
	heapPage   = TailPage // on whose boundary such an array begins
	mostCount  = 1 << 40  // entries of anything
	depthLimit = 64       // of a map's directory, as a power of two
	mostShift  = 40       // of a map's buckets
	tableMost  = 1024     // slots of a map's table
)

// room is how many bytes may follow a pointer.
func (r *words) room(p mem.Addr) uint64 {
	if r.knows != nil {
		if n := r.knows.Room(p); n > 0 {
			return n
		}
	}
	if r.inHeap(p) {
		return uint64(r.heap[1] - p)
	}
	return mostStatic
}

// area is what contents are of.
type area uint8

const (
	inObject area = iota
	inFrame
	inSegment
	inLong // an object or segment of which the field list is not known
)

// object marks what stays of an object.
func (r *words) object(o *seen, k *Kept) {
	b := o.head
	if r.arch.PtrSize == 0 {
		return
	}
	r.learn()
	k.start(r.arch, len(b))
	r.list(b, o.fields, k)
	if r.knows != nil && r.knows.Object(o.addr, b, k) {
		return
	}
	first := uint64(0)
	if o.pointers > 0 && o.size > r.headers && o.size <= MaxClass && len(k.words) > 0 && k.words[0] == Zeroed {
		if w := mem.Addr(r.arch.Word(b)); o.size < MaxClass || r.isType(w) || r.inHeap(w) {
			k.Word(0, KeptHeader)
			first = 8
		}
	}
	if r.isCode(mem.Addr(r.arch.WordAt(b, first))) {
		k.Word(first, KeptCode)
	}
	r.channel(b, k)
	if o.pointers > 0 {
		r.maps(o, k)
		r.addresses(b, k)
		r.neighbours(inObject, b, k)
	}
}

// memory marks what stays of a segment or frame.
func (r *words) memory(at area, addr mem.Addr, b []byte, list Fields, k *Kept) {
	if r.arch.PtrSize == 0 {
		return
	}
	r.learn()
	k.start(r.arch, len(b))
	r.list(b, list, k)
	r.addresses(b, k)
	if r.knows != nil && r.knows.Memory(addr, b, k) {
		return
	}
	r.neighbours(at, b, k)
	if at == inFrame {
		r.spilled(b, k)
	}
}

// loose marks what stays of a part of something large.
func (r *words) loose(addr mem.Addr, b []byte, k *Kept) {
	if r.arch.PtrSize == 0 {
		return
	}
	r.learn()
	k.start(r.arch, len(b))
	r.addresses(b, k)
	r.neighbours(inLong, b, k)
}

// list keeps the words that the dump lists.
func (r *words) list(b []byte, list Fields, k *Kept) {
	ptr := uint64(r.arch.PtrSize)
	for {
		kind, off, rest, ok := list.Next()
		if !ok {
			return
		}
		list = rest
		if off >= uint64(len(b)) {
			continue
		}
		if kind != FieldPtr {
			k.Word(off, KeptType)
			off += ptr
		}
		k.Word(off, KeptPointer)
	}
}

// addresses keeps the words that point into the heap.
func (r *words) addresses(b []byte, k *Kept) {
	for i, why := range k.words {
		if why == Zeroed && r.inHeap(r.at(b, i)) {
			k.words[i] = KeptAddress
		}
	}
}

// spilled keeps the words that may begin closures on a stack, and lengths apart
// from their pointers, as the compiler spills them.
func (r *words) spilled(b []byte, k *Kept) {
	for i, why := range k.words {
		if why != Zeroed {
			continue
		}
		switch w := r.at(b, i); {
		case r.isCode(w):
			k.words[i] = KeptCode
		case w <= plainLimit && r.knows == nil:
			k.words[i] = KeptLength
		}
	}
}

func (r *words) at(b []byte, i int) mem.Addr {
	return mem.Addr(r.arch.Word(b[i*r.arch.PtrSize:]))
}

// neighbours keeps what stands beside pointers: an interface's type before one,
// lengths behind.
func (r *words) neighbours(where area, b []byte, k *Kept) {
	n := len(k.words)
	for i, why := range k.words {
		if why != KeptPointer && (why != KeptAddress || where == inObject) {
			continue
		}
		p := r.at(b, i)
		if i > 0 && k.words[i-1] == Zeroed {
			r.before(where, b, i-1, k)
		}
		if p != 0 && i+1 < n && k.words[i+1] == Zeroed {
			r.behind(b, i+1, p, k)
		}
	}
}

// before keeps a word before a pointer.
func (r *words) before(where area, b []byte, i int, k *Kept) {
	switch w := r.at(b, i); {
	case r.isType(w):
		k.words[i] = KeptType
	case w == 1 && where == inObject:
		k.words[i] = KeptFlag // of a node of internal/sync.HashTrieMap
	case !r.swiss && where == inFrame:
		r.buckets(b, i, k)
	}
}

// behind keeps a length and a capacity behind the pointer p.
func (r *words) behind(b []byte, i int, p mem.Addr, k *Kept) {
	room := r.room(p)
	length := uint64(r.at(b, i))
	if length > room {
		return
	}
	if length > 0 {
		k.words[i] = KeptLength
	}
	if i+1 >= len(k.words) || k.words[i+1] != Zeroed {
		return
	}
	capacity := uint64(r.at(b, i+1))
	if capacity < length || capacity > room || capacity == 0 {
		return
	}
	if r.knows == nil && capacity > plainLimit && p%heapPage != 0 {
		return
	}
	k.words[i+1] = KeptLength
}
