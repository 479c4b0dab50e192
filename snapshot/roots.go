package snapshot

import (
	"slices"
	"sort"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/typing"
)

// rootTable remembers where each root stands, so that its name can be made
// when somebody asks: there are as many roots as words on all stacks.
type rootTable struct {
	refs     []rootRef              // by graph.RootID
	slots    []mem.Addr             // address of each target's word; 0 where it has none
	segments int                    // the first so many roots are words of segments
	globals  []program.Global       // ascending
	stacked  map[mem.Addr]stackedAt // words in stack objects
	literals literals
}

// stackedAt says where in a stack object a word lies.
type stackedAt struct {
	object mem.Addr
	via    mem.Addr // the word that points at the object, 0 if none does
}

// rootRef is where a root stands.
type rootRef struct {
	kind   rootKind
	global int32 // in globals, nobody, or a literal, see owner
	g      int32 // goroutine, or finalizer, or other root
	frame  int32
	first  uint32 // of slots
}

type rootKind uint8

const (
	inGlobal    rootKind = iota
	inFrame              // a word that the collector scans, see typing.Stack
	inFrameWeak          // a word that looks like a pointer
	ofGoroutine          // defer, panic, starting closure
	ofFinalizer
	ofOther
)

// runtimeRoot is what the runtime keeps for a goroutine, in rootRef.frame.
type runtimeRoot int32

const (
	startedWith runtimeRoot = iota
	deferred
	panicking
)

var runtimeRootNames = [...]string{"function it runs", "deferred call", "panic value"}

// rootFinder collects roots.
type rootFinder struct {
	*rootTable
	s       *Snapshot
	scan    *typing.StackScan
	b       graph.RootsBuilder
	targets []mem.ObjID
}

// findRoots finds the roots and fills the table of where they stand. Before there
// are types (nil), no literal is known: each of their words is a root.
func (s *Snapshot) findRoots(t *rootTable, types *typing.Result) *graph.Roots {
	f := rootFinder{rootTable: t, s: s, scan: typing.NewStackScan(s.Heap, s.Image)}
	f.stacked = map[mem.Addr]stackedAt{}
	if s.Image != nil {
		f.globals = s.Image.Globals()
	}
	if types != nil {
		f.literals = findLiterals(s, f.globals)
	}
	f.addSegments()
	f.segments = f.b.Len()
	for i := range s.Heap.Goroutines {
		f.goroutine(i)
	}
	for i := range s.Heap.Finalizers {
		f.finalizer(i)
	}
	for i := range s.Heap.OtherRoots {
		f.point(s.Heap.OtherRoots[i].To, 0)
		f.flush(rootRef{kind: ofOther, g: int32(i)}, graph.Other, graph.NoGroup)
	}
	return f.b.Roots()
}

// point adds what a pointer at slot leads to, if it leads to an object.
func (f *rootFinder) point(to, slot mem.Addr) {
	if id, ok := f.s.Heap.Find(to); ok {
		f.targets = append(f.targets, id)
		f.slots = append(f.slots, slot)
	}
}

// flush makes a root of the pointers added since the last one.
func (f *rootFinder) flush(ref rootRef, kind graph.RootKind, group graph.GroupID) {
	if len(f.targets) == 0 {
		return
	}
	ref.first = uint32(len(f.slots) - len(f.targets))
	f.b.Add(kind, group, f.targets)
	f.refs = append(f.refs, ref)
	f.targets = f.targets[:0]
}

// addSegments makes a root of each variable, with what the composite literals
// that it leads to hold; where no variable is known, of each literal or word.
func (f *rootFinder) addSegments() {
	byOwner := map[int32][]mem.Addr{}
	var owners []int32
	for i := range f.s.Heap.Segments {
		f.s.eachSlot(&f.s.Heap.Segments[i], func(at, to mem.Addr) {
			if _, ok := f.s.Heap.Find(to); !ok {
				return
			}
			owner := f.owner(at)
			if owner == nobody {
				f.point(to, at)
				f.flush(rootRef{kind: inGlobal, global: nobody}, graph.Global, graph.NoGroup)
				return
			}
			if byOwner[owner] == nil {
				owners = append(owners, owner)
			}
			byOwner[owner] = append(byOwner[owner], at)
		})
	}
	slices.Sort(owners)
	for _, owner := range owners {
		for _, at := range byOwner[owner] {
			f.point(f.s.wordAt(at), at)
		}
		f.flush(rootRef{kind: inGlobal, global: owner}, graph.Global, graph.NoGroup)
	}
}

// nobody is the owner of a word of which nothing is known. Variables are
// numbers from 0, literals without a variable are below nobody.
const nobody = int32(-1)

// owner is whose a word of a segment is.
func (t *rootTable) owner(at mem.Addr) int32 {
	if g := globalAt(t.globals, at); g >= 0 {
		return g
	}
	l := t.literals.at(at)
	switch {
	case l < 0:
		return nobody
	case t.literals.list[l].owner >= 0:
		return t.literals.list[l].owner
	}
	return nobody - 1 - int32(l)
}

// literalOf is the literal that an owner below nobody stands for.
func (t *rootTable) literalOf(owner int32) *literal { return &t.literals.list[nobody-1-owner] }

// globalAt is the variable that covers the address, -1 if none is known.
func globalAt(globals []program.Global, a mem.Addr) int32 {
	i := sort.Search(len(globals), func(i int) bool { return globals[i].Addr > a }) - 1
	if i < 0 || a >= globals[i].Addr+mem.Addr(globals[i].Size) {
		return -1
	}
	return int32(i)
}

// goroutine makes a root of each word of a stack that points at an object:
// those that the collector scans, and weakly all others.
func (f *rootFinder) goroutine(i int) {
	g := &f.s.Heap.Goroutines[i]
	group := graph.GroupID(i)
	own := func(what runtimeRoot, words ...mem.Addr) {
		for _, a := range words {
			f.point(a, 0)
		}
		f.flush(rootRef{kind: ofGoroutine, g: int32(i), frame: int32(what)}, graph.Local, group)
	}
	own(startedWith, g.Context)
	for _, d := range g.Defers {
		own(deferred, d.Addr, d.Func)
	}
	for _, p := range g.Panics {
		own(panicking, p.Arg)
	}
	st := f.scan.Stack(g)
	for j := range g.Frames {
		f.frame(&g.Frames[j], st, rootRef{g: int32(i), frame: int32(j)}, group)
	}
}

func (f *rootFinder) frame(fr *heapdump.Frame, st *typing.Stack, ref rootRef, group graph.GroupID) {
	words := func(kind rootKind, as graph.RootKind, scanned bool) {
		ref.kind = kind
		ptr := uint64(f.s.Heap.Arch.PtrSize)
		for off := uint64(0); off+ptr <= uint64(len(fr.Contents)); off += ptr {
			at := fr.SP + mem.Addr(off)
			if st.Scanned(at) != scanned {
				continue
			}
			if f.point(mem.Addr(f.s.Heap.Arch.WordAt(fr.Contents, off)), at); len(f.targets) > 0 && st.InObject(at) {
				f.leads(st, at)
			}
			f.flush(ref, as, group)
		}
	}
	words(inFrame, graph.Local, true)
	words(inFrameWeak, graph.Conservative, false)
}

// leads remembers how a word in a stack object is reached, up to a word that a
// frame lists.
func (f *rootFinder) leads(st *typing.Stack, at mem.Addr) {
	for st.InObject(at) {
		if _, ok := f.stacked[at]; ok {
			return
		}
		object, via := st.Object(at)
		f.stacked[at] = stackedAt{object, via}
		at = via
	}
}

// finalizer makes a root of what a finalizer keeps: its function, and all that
// the object refers to, though not the object itself (runtime/mgcmark.go,
// markrootSpans). A queued one keeps the object as well.
func (f *rootFinder) finalizer(i int) {
	fin := &f.s.Heap.Finalizers[i]
	f.point(fin.Func, 0)
	if id, ok := f.s.Heap.Find(fin.Object); ok {
		if fin.Queued {
			f.point(fin.Object, 0)
		}
		o := f.s.Heap.Object(id)
		f.s.Heap.Pointers(&o, func(off uint64, to mem.ObjID) {
			f.targets = append(f.targets, to)
			f.slots = append(f.slots, o.Addr+mem.Addr(off))
		})
	}
	f.flush(rootRef{kind: ofFinalizer, g: int32(i)}, graph.Finalizer, graph.NoGroup)
}
