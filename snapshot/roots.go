package snapshot

import (
	"fmt"
	"sort"
	"strings"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/typing"
)

// rootTable remembers where each root stands, so that its name can be made
// when somebody asks: there are as many roots as words on all stacks.
type rootTable struct {
	refs    []rootRef              // by graph.RootID
	slots   []mem.Addr             // address of each target's word; 0 where it has none
	globals []program.Global       // ascending
	stacked map[mem.Addr]stackedAt // words in stack objects
}

// stackedAt says where in a stack object a word lies.
type stackedAt struct {
	object mem.Addr
	via    mem.Addr // the word that points at the object, 0 if none does
}

// rootRef is where a root stands.
type rootRef struct {
	kind   rootKind
	global int32 // in globals; -1: no variable is known there
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

// rootFinder collects roots.
type rootFinder struct {
	*rootTable
	s       *Snapshot
	scan    *typing.StackScan
	b       graph.RootsBuilder
	targets []mem.ObjID
}

func (s *Snapshot) findRoots() *graph.Roots {
	f := rootFinder{rootTable: &s.roots, s: s, scan: typing.NewStackScan(s.Heap, s.Image)}
	f.stacked = map[mem.Addr]stackedAt{}
	if s.Image != nil {
		f.globals = s.Image.Globals()
	}
	for i := range s.Heap.Segments {
		f.segment(&s.Heap.Segments[i])
	}
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

// segment makes a root of each variable; where none is known, of each word.
func (f *rootFinder) segment(seg *heapdump.Segment) {
	last := int32(-1)
	for s := f.s.Heap.SlotsOf(seg.Fields); ; {
		off, rest, ok := s.Next()
		if !ok {
			break
		}
		s = rest
		at := seg.Addr + mem.Addr(off)
		if g := f.globalAt(at); g != last || g < 0 {
			f.flush(rootRef{kind: inGlobal, global: last}, graph.Global, graph.NoGroup)
			last = g
		}
		f.point(mem.Addr(f.s.Heap.Arch.WordAt(seg.Contents, off)), at)
	}
	f.flush(rootRef{kind: inGlobal, global: last}, graph.Global, graph.NoGroup)
}

// globalAt is the variable that covers the address, -1 if none is known.
func (f *rootFinder) globalAt(a mem.Addr) int32 {
	i := sort.Search(len(f.globals), func(i int) bool { return f.globals[i].Addr > a }) - 1
	if i < 0 || a >= f.globals[i].Addr+mem.Addr(f.globals[i].Size) {
		return -1
	}
	return int32(i)
}

// goroutine makes a root of each word of a stack that points at an object:
// those that the collector scans, and weakly all others.
func (f *rootFinder) goroutine(i int) {
	g := &f.s.Heap.Goroutines[i]
	group := graph.GroupID(i)
	f.point(g.Context, 0)
	for _, d := range g.Defers {
		f.point(d.Addr, 0)
		f.point(d.Func, 0)
	}
	for _, p := range g.Panics {
		f.point(p.Arg, 0)
	}
	f.flush(rootRef{kind: ofGoroutine, g: int32(i)}, graph.Local, group)
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

// RootName names a root: "global main.registry", "goroutine 12 main.parked:
// held", "goroutine 12 main.parked+40 (unnamed)", "finalizer of main.Conn".
func (s *Snapshot) RootName(r graph.RootID) string {
	ref := &s.roots.refs[r]
	switch ref.kind {
	case inGlobal:
		return "global " + s.globalName(ref)
	case inFrame, inFrameWeak:
		return s.frameRootName(ref)
	case ofGoroutine:
		return s.GroupName(graph.GroupID(ref.g)) + ": runtime"
	case ofFinalizer:
		return "finalizer of " + s.finalizedType(int(ref.g))
	}
	return "root " + s.Heap.OtherRoots[ref.g].Description
}

func (s *Snapshot) globalName(ref *rootRef) string {
	if ref.global < 0 {
		return fmt.Sprintf("%v (unnamed)", s.roots.slots[ref.first])
	}
	g := &s.roots.globals[ref.global]
	if s.names.full {
		return g.FullName
	}
	return g.Name
}

func (s *Snapshot) finalizedType(i int) string {
	fin := &s.Heap.Finalizers[i]
	if id, ok := s.Heap.Find(fin.Object); ok {
		return s.TypeName(id)
	}
	return fin.Object.String()
}

// GroupName names a goroutine by its number and the innermost function that
// is not the runtime's: "goroutine 12 main.parked".
func (s *Snapshot) GroupName(id graph.GroupID) string {
	g := &s.Heap.Goroutines[id]
	if len(g.Frames) == 0 {
		return fmt.Sprintf("goroutine %d", g.ID)
	}
	return fmt.Sprintf("goroutine %d %s", g.ID, g.Frames[topFrame(g)].Func)
}

func (s *Snapshot) frameRootName(ref *rootRef) string {
	g := &s.Heap.Goroutines[ref.g]
	at := s.roots.slots[ref.first]
	if name := s.localAt(g, int(ref.frame), at); name != "" {
		return fmt.Sprintf("goroutine %d %s", g.ID, name)
	}
	if name := s.captureAt(&g.Frames[ref.frame], at); name != "" {
		return fmt.Sprintf("goroutine %d %s", g.ID, name)
	}
	for via := s.roots.stacked[at].via; via != 0; via = s.roots.stacked[via].via { // a temporary is named by what points at it
		if name := s.localAt(g, frameOf(g, via), via); name != "" {
			return fmt.Sprintf("goroutine %d %s", g.ID, name)
		}
	}
	fr := &g.Frames[ref.frame]
	return fmt.Sprintf("goroutine %d %s+%d (unnamed)", g.ID, fr.Func, at-fr.SP)
}

// frameOf is the frame that holds an address of a goroutine's stack, the last
// one if none does.
func frameOf(g *heap.Goroutine, a mem.Addr) int {
	i := sort.Search(len(g.Frames)-1, func(i int) bool { return typing.CFA(&g.Frames[i]) > a })
	return i
}

// localAt names the local or argument that a word of a frame belongs to:
// "main.parked: held.next", "" if none is known.
func (s *Snapshot) localAt(g *heap.Goroutine, frame int, at mem.Addr) string {
	for _, i := range []int{frame, frame - 1} { // callers keep their callees' arguments
		if i < 0 {
			break
		}
		fr := &g.Frames[i]
		if v, path, ok := s.varAt(fr, at); ok {
			return fr.Func + ": " + v + path
		}
	}
	return ""
}

// captureAt names what a closure on the stack captured: "main.parked: captured
// held", "" if the word lies in none.
func (s *Snapshot) captureAt(fr *heapdump.Frame, at mem.Addr) string {
	in, ok := s.roots.stacked[at]
	if !ok || s.Image == nil || in.object < fr.SP {
		return ""
	}
	c := s.Image.Closure(mem.Addr(s.Heap.Arch.WordAt(fr.Contents, uint64(in.object-fr.SP))))
	if c == nil || c.Type == nil {
		return ""
	}
	return fr.Func + ": " + typing.CaptureLabel(c.Type, uint64(at-in.object))
}

// varAt is the local or argument of a frame that is kept at an address, with
// the path to the word.
func (s *Snapshot) varAt(fr *heapdump.Frame, at mem.Addr) (name, path string, ok bool) {
	if s.Image == nil {
		return "", "", false
	}
	for _, v := range s.Image.Vars(fr.PC) {
		for _, p := range v.Pieces {
			start := typing.CFA(fr) + mem.Addr(p.Offset)
			if at < start || at >= start+mem.Addr(p.Size) {
				continue
			}
			if v.Type == nil {
				return v.Name, "", true
			}
			if off := uint64(at-start) + p.VarOffset; v.Type.PointerAt(off) {
				return v.Name, v.Type.FieldPath(off), true
			}
		}
	}
	return "", "", false
}

// RootLabel names the slot-th target of a root within it: ".jobs", "[3]", ""
// for a root of one word.
func (s *Snapshot) RootLabel(r graph.RootID, slot int) string {
	ref := &s.roots.refs[r]
	at := s.roots.slots[int(ref.first)+slot]
	switch {
	case ref.kind == inGlobal && ref.global >= 0:
		g := &s.roots.globals[ref.global]
		if g.Type != nil {
			return g.Type.FieldPath(uint64(at - g.Addr))
		}
	case ref.kind == ofFinalizer && at != 0:
		fin := &s.Heap.Finalizers[ref.g]
		if id, ok := s.Heap.Find(fin.Object); ok {
			return s.Typing.Label(id, uint64(at-s.Heap.Addr(id)))
		}
	}
	return ""
}

// RootGlobal is the variable that a root is, nil if it is none or not known.
func (s *Snapshot) RootGlobal(r graph.RootID) *program.Global {
	if ref := &s.roots.refs[r]; ref.kind == inGlobal && ref.global >= 0 {
		return &s.roots.globals[ref.global]
	}
	return nil
}

// topFrame is the innermost frame outside of the runtime, 0 if there is none.
func topFrame(g *heap.Goroutine) int {
	for i := range g.Frames {
		if !isRuntime(g.Frames[i].Func) {
			return i
		}
	}
	return 0
}

// RootPattern names a root without what differs from run to run: a
// goroutine's number.
func (s *Snapshot) RootPattern(r graph.RootID) string {
	ref := &s.roots.refs[r]
	if ref.kind != inFrame && ref.kind != inFrameWeak && ref.kind != ofGoroutine {
		return s.RootName(r)
	}
	_, rest, _ := strings.Cut(strings.TrimPrefix(s.RootName(r), "goroutine "), " ")
	return "goroutine " + rest
}

// RootPackage is the package that a root belongs to: a variable's, a frame's
// function's. It is "" for a word of data whose variable is not known; ok is
// false for roots of no package.
func (s *Snapshot) RootPackage(r graph.RootID) (pkg string, ok bool) {
	ref := &s.roots.refs[r]
	switch ref.kind {
	case inGlobal:
		if ref.global < 0 {
			return "", true
		}
		return s.roots.globals[ref.global].PkgPath, true
	case inFrame, inFrameWeak:
		return packageOf(s.Heap.Goroutines[ref.g].Frames[ref.frame].Func), true
	}
	return "", false
}

// packageOf is the import path in a function's name.
func packageOf(fn string) string {
	slash := strings.LastIndexByte(fn, '/') + 1
	if dot := strings.IndexByte(fn[slash:], '.'); dot >= 0 {
		return fn[:slash+dot]
	}
	return fn
}
