package typing

import (
	"slices"
	"sort"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Stack is what the collector sees of a goroutine's stack: the words that the
// frames' lists in the dump name, and those of stack objects (variables used by
// their address, since Go 1.12), which no list names. It scans a stack object
// when it meets a pointer to it, so a dead one is not scanned
// (runtime/mgcmark.go, scanstack; runtime/mgcstack.go). Immutable once made.
type Stack struct {
	frames  []heapdump.Frame
	words   [][]wordState // by frame and word of its contents
	objects []stackObject // ascending
	ptr     uint64
	arch    mem.Arch
	queue   []int // objects to be scanned
}

type wordState uint8

const (
	notScanned wordState = iota
	inList
	inObject
)

type stackObject struct {
	addr mem.Addr
	size uint64
	ptrs []uint64 // offsets of its pointers
	live bool
	via  mem.Addr // the word that led to it, 0 if the runtime did
}

// holds reports whether the pointers of a value at its start are the object's.
func (o *stackObject) holds(l *layout) bool {
	if l.size > o.size {
		return false
	}
	for i := range l.ops {
		if op := &l.ops[i]; op.kind != opRepeat && !slices.Contains(o.ptrs, op.word) {
			return false
		}
	}
	return true
}

// StackScan reads the stacks of a dump. Used by one goroutine.
type StackScan struct {
	h       *heap.Heap
	img     *program.Image // nil without an executable: no stack objects
	objects map[mem.Addr][]program.StackObject
}

// NewStackScan prepares for the stacks of h.
func NewStackScan(h *heap.Heap, img *program.Image) *StackScan {
	return &StackScan{h: h, img: img, objects: map[mem.Addr][]program.StackObject{}}
}

// Stack scans a goroutine's stack.
func (sc *StackScan) Stack(g *heap.Goroutine) *Stack {
	st := &Stack{frames: g.Frames, ptr: uint64(sc.h.Arch.PtrSize), arch: sc.h.Arch}
	for i := range g.Frames {
		f := &g.Frames[i]
		st.words = append(st.words, make([]wordState, uint64(len(f.Contents))/st.ptr))
		for _, o := range sc.of(f.PC) {
			st.objects = append(st.objects, stackObject{addr: CFA(f) + mem.Addr(o.Offset), size: o.Size, ptrs: o.Ptrs})
		}
	}
	sort.SliceStable(st.objects, func(i, j int) bool { return st.objects[i].addr < st.objects[j].addr })
	st.scan(sc.h, g)
	return st
}

func (sc *StackScan) of(pc mem.Addr) []program.StackObject {
	list, ok := sc.objects[pc]
	if !ok && sc.img != nil {
		list = sc.img.StackObjects(pc)
		sc.objects[pc] = list
	}
	return list
}

func (st *Stack) scan(h *heap.Heap, g *heap.Goroutine) {
	for i := range g.Frames {
		f := &g.Frames[i]
		for s := h.SlotsOf(f.Fields); ; {
			off, rest, ok := s.Next()
			if !ok {
				break
			}
			st.see(f.SP+mem.Addr(off), inList)
			s = rest
		}
	}
	st.meet(g.Context, 0)
	for _, d := range g.Defers {
		st.meet(d.Func, 0)
	}
	for _, p := range g.Panics {
		st.meet(p.Addr, 0)
	}
	for len(st.queue) > 0 {
		o := &st.objects[st.queue[len(st.queue)-1]]
		st.queue = st.queue[:len(st.queue)-1]
		for _, off := range o.ptrs {
			st.see(o.addr+mem.Addr(off), inObject)
		}
	}
}

// see notes that the collector scans a word, and follows it on the stack.
func (st *Stack) see(at mem.Addr, how wordState) {
	f, i, ok := st.find(at)
	if !ok {
		return
	}
	if w := &st.words[f][i]; *w == notScanned {
		*w = how
	}
	st.meet(mem.Addr(st.arch.WordAt(st.frames[f].Contents, uint64(i)*st.ptr)), at)
}

// meet makes the object that p points to live.
func (st *Stack) meet(p, via mem.Addr) {
	i := sort.Search(len(st.objects), func(i int) bool { return st.objects[i].addr > p }) - 1
	if i < 0 {
		return
	}
	if o := &st.objects[i]; uint64(p-o.addr) < o.size && !o.live {
		o.live, o.via = true, via
		st.queue = append(st.queue, i)
	}
}

// find is the frame and word at an address.
func (st *Stack) find(a mem.Addr) (frame, word int, ok bool) {
	i := sort.Search(len(st.frames), func(i int) bool { return st.frames[i].SP > a }) - 1
	if i < 0 {
		return 0, 0, false
	}
	word = int(uint64(a-st.frames[i].SP) / st.ptr)
	return i, word, word < len(st.words[i])
}

// Scanned reports whether the collector scans the word at a.
func (st *Stack) Scanned(a mem.Addr) bool {
	f, i, ok := st.find(a)
	return ok && st.words[f][i] != notScanned
}

// InObject reports whether it does so only since the word lies in a live stack
// object.
func (st *Stack) InObject(a mem.Addr) bool {
	f, i, ok := st.find(a)
	return ok && st.words[f][i] == inObject
}

// Object is the stack object around a, and the word that points at it: 0 if the
// runtime itself keeps it, both 0 if a lies in none.
func (st *Stack) Object(a mem.Addr) (start, via mem.Addr) {
	i := sort.Search(len(st.objects), func(i int) bool { return st.objects[i].addr > a }) - 1
	if i < 0 || uint64(a-st.objects[i].addr) >= st.objects[i].size {
		return 0, 0
	}
	return st.objects[i].addr, st.objects[i].via
}
