package typing

import (
	"github.com/objgraph/objgraph/mem"
)

// A function value points at an object (or read-only data) whose first word is
// the function's entry; what the function captured follows.

// claimFunc follows a function value.
func (w *walker) claimFunc(p mem.Addr) {
	id, ok := w.h.Find(p)
	if !ok {
		if b := w.mem.at(p); b != nil {
			w.claim(claim{p, w.funcType(mem.Addr(w.h.Arch.Word(b))), 1, Closure})
		}
		return
	}
	if w.h.Addr(id) != p && w.h.Addr(id)+headerBytes != p {
		return
	}
	o := w.h.Object(id)
	off := uint64(p - o.Addr)
	w.claim(claim{p, w.funcType(mem.Addr(w.h.Arch.WordAt(o.Contents, off))), 1, Closure})
}

// funcType is the row of the closures of the function that begins at entry, 0
// if none does.
func (w *walker) funcType(entry mem.Addr) TypeID {
	if id, ok := w.funcs[entry]; ok {
		return id
	}
	id := w.newFuncType(entry)
	w.funcs[entry] = id
	return id
}

func (w *walker) newFuncType(entry mem.Addr) TypeID {
	if w.img == nil {
		return 0
	}
	if !w.img.IsEntry(entry) {
		return 0
	}
	f := w.img.FuncAt(entry)
	ty := Type{Name: "func " + f.Name, FullName: "func " + f.FullName, PkgPath: f.PkgPath, Form: FuncValue, Func: f}
	if c := w.img.Closure(entry); c != nil && c.Type != nil {
		ty.Go, ty.Size, ty.layout = c.Type, c.Type.Size, w.layoutOf(c.Type)
	}
	return w.enter(typeKey{form: FuncValue, addr: entry}, ty)
}
