package typing

import "github.com/objgraph/objgraph/program"

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
		w.claimFunc(f.Func, nil)
		if w.img == nil {
			continue
		}
		if t := w.made.TypeAt(f.ObjectType); t != nil && t.Kind == program.Pointer && names(t.Elem) {
			w.claim(claim{f.Object, w.id(Value, t.Elem), 1, Finalizer})
		}
	}
}

// names reports whether a type may name an object.
func names(t *program.Type) bool { return t != nil && t.Size > 0 && !t.Shape }
