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
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/typing"
)

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
		return s.GroupName(graph.GroupID(ref.g)) + ": " + runtimeRootNames[ref.frame]
	case ofFinalizer:
		return "finalizer of " + s.finalizedType(int(ref.g))
	}
	return "root " + s.Heap.OtherRoots[ref.g].Description
}

func (s *Snapshot) globalName(ref *rootRef) string {
	switch {
	case ref.global == nobody:
		return s.symbolAt(s.roots.slots[ref.first])
	case ref.global < nobody:
		l := s.roots.literalOf(ref.global)
		return fmt.Sprintf("%v (unnamed %s)", l.Addr, s.NameOf(l.Type))
	}
	g := &s.roots.globals[ref.global]
	if s.names.full {
		return g.FullName
	}
	return g.Name
}

// symbolAt names a word by the linker's symbol, where there is no variable.
func (s *Snapshot) symbolAt(at mem.Addr) string {
	if s.Image != nil {
		if sym := s.Image.Literal(at); sym != nil {
			return sym.Name
		}
	}
	return fmt.Sprintf("%v (unnamed)", at)
}

func (s *Snapshot) finalizedType(i int) string {
	fin := &s.Heap.Finalizers[i]
	if id, ok := s.Heap.Find(fin.Object); ok {
		return s.TypeName(id)
	}
	return fin.Object.String()
}

// GroupName names a goroutine by its number and the innermost function that
// is not of the standard library, "goroutine 12 main.parked"; if all are, by the
// outermost that is not the runtime's, or else by the runtime's task:
// "goroutine 3 runtime.bgsweep".
func (s *Snapshot) GroupName(id graph.GroupID) string {
	g := &s.Heap.Goroutines[id]
	if len(g.Frames) == 0 {
		return fmt.Sprintf("goroutine %d", g.ID)
	}
	return fmt.Sprintf("goroutine %d %s", g.ID, s.funcName(&g.Frames[topFrame(g)]))
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
	return fmt.Sprintf("goroutine %d %s+%d (unnamed)", g.ID, s.funcName(fr), at-fr.SP)
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
			return s.funcName(fr) + ": " + v + path
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
	return s.funcName(fr) + ": " + typing.CaptureLabel(c.Type, uint64(at-in.object))
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
				return spoken(v.Name), "", true
			}
			if off := uint64(at-start) + p.VarOffset; v.Type.PointerAt(off) {
				return spoken(v.Name), v.Type.FieldPath(off), true
			}
		}
	}
	return "", "", false
}

// spoken is the name of a variable in words where the compiler made it up: .autotmp_2
// (whose number may be another in the next build), ~r0, ~p1.
func spoken(name string) string {
	switch {
	case strings.HasPrefix(name, ".autotmp_"):
		return "a temporary"
	case strings.HasPrefix(name, "~r"):
		return "unnamed result " + name[2:]
	case strings.HasPrefix(name, "~p"):
		return "unnamed argument " + name[2:]
	}
	return name
}

// RootLabel names the slot-th target of a root within it: ".jobs", "[3]", ""
// for a root of one word.
func (s *Snapshot) RootLabel(r graph.RootID, slot int) string {
	ref := &s.roots.refs[r]
	at := s.roots.slots[int(ref.first)+slot]
	switch {
	case ref.kind == inGlobal:
		return s.pathAt(at)
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

// topFrame is the frame that tells goroutines apart: not the wait in time.Sleep or
// in sync, but who waits.
func topFrame(g *heap.Goroutine) int {
	library, task := -1, 0
	for i := range g.Frames {
		switch fn := g.Frames[i].Func; {
		case !typefilter.IsStandard(packageOf(fn)):
			return i
		case !isRuntime(fn):
			library = i
		case fn != "runtime.goexit" && !strings.Contains(fn, ".gowrap"): // how goroutines begin
			task = i
		}
	}
	if library >= 0 {
		return library
	}
	return task
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
		switch {
		case ref.global == nobody:
			return "", true
		case ref.global < nobody:
			return s.Typing.Types[s.roots.literalOf(ref.global).Type].PkgPath, true
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

// funcName is a frame's function with its package by name, or by path with
// full names.
func (s *Snapshot) funcName(fr *heapdump.Frame) string {
	if s.names.full {
		return fr.Func
	}
	if s.Image != nil {
		if f := s.Image.FuncAt(fr.Entry); f != nil {
			return f.Name
		}
	}
	return fr.Func[len(packageOf(fr.Func))-len(lastElement(packageOf(fr.Func))):]
}

func lastElement(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
