package typing

import (
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// seedStacks walks the locals and arguments of every frame, and what the
// runtime keeps of a goroutine.
func (w *walker) seedStacks() {
	g := w.lookup("runtime.g")
	for i := range w.h.Goroutines {
		w.claim(claim{w.h.Goroutines[i].Addr, g, 1, Local})
		w.seedGoroutine(&w.h.Goroutines[i])
	}
}

func (w *walker) seedGoroutine(g *heap.Goroutine) {
	w.claimFunc(g.Context, nil)
	for _, d := range g.Defers {
		w.claimFunc(d.Func, nil)
	}
	if w.img == nil {
		return
	}
	st := w.scan.Stack(g)
	for j := range g.Frames {
		f := &g.Frames[j]
		for _, v := range w.img.Vars(f.PC) {
			if v.Type != nil && v.Type.Shape {
				v.Type = w.concreteVar(f.PC, &v)
			}
			if v.Type != nil && v.Type.PtrBytes > 0 {
				w.seedVar(st, CFA(f), &v)
			}
		}
	}
	w.seedObjects(st)
}

// seedObjects walks the closures among the stack objects: their first word is a
// function's entry, and what the function captured are pointers of the object.
func (w *walker) seedObjects(st *Stack) {
	for i := range st.objects {
		o := &st.objects[i]
		b := w.mem.at(o.addr)
		if !o.live || uint64(len(b)) < o.size {
			continue
		}
		entry := mem.Addr(w.h.Arch.Word(b))
		if entry < w.text[0] || entry >= w.text[1] {
			continue
		}
		if l := w.types[w.funcType(entry)].layout; l != nil && o.holds(l) {
			w.walkLayout(l, view{o.addr, b[:o.size]}, 1, Local)
		}
	}
}

// CFA is the canonical frame address, which DWARF's frame offsets are relative
// to: one past the frame as the dump has it.
func CFA(f *heapdump.Frame) mem.Addr { return f.SP + mem.Addr(len(f.Contents)) }

// maxVar bounds the variables that are looked at, in bytes.
const maxVar = 1 << 20

// seedVar walks a variable as far as the collector takes its words for live: a
// dead one may hold what was there before. Parts in registers are not known
// and read as zero.
func (w *walker) seedVar(st *Stack, cfa mem.Addr, v *program.Var) {
	if v.Type.Size > maxVar {
		return
	}
	e := view{b: make([]byte, v.Type.Size)}
	at := make(map[uint64]mem.Addr) // offset of a word in the variable -> where it is kept
	for _, p := range v.Pieces {
		a := cfa + mem.Addr(p.Offset)
		b := w.mem.at(a)
		if uint64(len(b)) < p.Size || p.VarOffset+p.Size > v.Type.Size {
			return
		}
		copy(e.b[p.VarOffset:], b[:p.Size])
		for off := uint64(0); off < p.Size; off += w.ptr {
			at[p.VarOffset+off] = a + mem.Addr(off)
		}
	}
	w.stepLive(w.layoutOf(v.Type), e, func(off uint64) bool { return st.Scanned(at[off]) })
}

// stepLive makes the claims of those ops whose pointer is live.
func (w *walker) stepLive(l *layout, e view, live func(off uint64) bool) {
	for i := range l.ops {
		o := &l.ops[i]
		switch {
		case o.kind == opRepeat:
			for k := range o.n {
				at := o.off + k*o.sub.size
				w.stepLive(o.sub, view{b: e.b[at : at+o.sub.size]}, func(off uint64) bool { return live(at + off) })
			}
		case live(o.word):
			w.step(o, e, Local)
		}
	}
}
