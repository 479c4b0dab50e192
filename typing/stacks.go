package typing

import (
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// seedGlobals walks the program's variables in data and bss.
func (w *walker) seedGlobals() {
	if w.img == nil {
		return
	}
	for _, g := range w.img.Globals() {
		if g.Type == nil || g.Type.Shape || g.Type.PtrBytes == 0 {
			continue
		}
		b := w.mem.at(g.Addr)
		if uint64(len(b)) < g.Type.Size {
			continue
		}
		to := w.id(Value, g.Type)
		w.seen[outsideKey{g.Addr, to}] = true
		w.walkValue(to, view{g.Addr, b[:g.Type.Size]}, Global)
	}
}

// seedFinalizers types objects by what runtime.SetFinalizer was given.
func (w *walker) seedFinalizers() {
	for i := range w.h.Finalizers {
		f := &w.h.Finalizers[i]
		w.claimFunc(f.Func)
		if w.img == nil {
			continue
		}
		if t := w.img.TypeAt(f.ObjectType); t != nil && t.Kind == program.Pointer && t.Elem != nil && t.Elem.Size > 0 && !t.Elem.Shape {
			w.claim(claim{f.Object, w.id(Value, t.Elem), 1, Finalizer})
		}
	}
}

// seedStacks walks the locals and arguments of every frame, and what the
// runtime keeps of a goroutine.
func (w *walker) seedStacks() {
	for i := range w.h.Goroutines {
		g := &w.h.Goroutines[i]
		w.claim(claim{g.Addr, w.lookup("runtime.g"), 1, Local})
		w.claimFunc(g.Context)
		for _, d := range g.Defers {
			w.claimFunc(d.Func)
		}
		for j := range g.Frames {
			w.seedFrame(&g.Frames[j])
		}
	}
}

func (w *walker) seedFrame(f *heapdump.Frame) {
	if w.img == nil || f.PC == 0 {
		return
	}
	live := liveWords(w.h.SlotsOf(f.Fields))
	for _, v := range w.img.Vars(f.PC) {
		if v.Type != nil && !v.Type.Shape {
			w.seedVar(f, &v, live)
		}
	}
}

// liveWords is the set of offsets that the collector scans in a frame.
func liveWords(s heap.Slots) map[uint64]bool {
	live := map[uint64]bool{}
	for {
		off, rest, ok := s.Next()
		if !ok {
			return live
		}
		live[off] = true
		s = rest
	}
}

// seedVar walks a variable that lies whole in its frame, as far as the
// collector takes its words for live: a dead one may hold what was there
// before.
func (w *walker) seedVar(f *heapdump.Frame, v *program.Var, live map[uint64]bool) {
	l := w.layoutOf(v.Type)
	for _, p := range v.Pieces {
		at := CFA(f) + mem.Addr(p.Offset)
		b := w.mem.at(at)
		if uint64(len(b)) < p.Size {
			continue
		}
		e := view{at - mem.Addr(p.VarOffset), nil}
		for i := range l.ops {
			o := &l.ops[i]
			if o.kind == opRepeat || o.off < p.VarOffset || !live[uint64(at-f.SP)+o.word-p.VarOffset] {
				continue
			}
			if e.b == nil {
				if e.b = w.mem.at(e.addr); e.b == nil {
					break
				}
			}
			w.step(o, e, Local)
		}
	}
}

// CFA is the canonical frame address, which DWARF's frame offsets are relative
// to: one past the frame as the dump has it.
func CFA(f *heapdump.Frame) mem.Addr { return f.SP + mem.Addr(len(f.Contents)) }
