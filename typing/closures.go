package typing

import (
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// A function value points at an object (or read-only data) whose first word is
// the function's entry; what the function captured follows.

// claimFunc follows a function value, which is stored as a value of a func
// type (nil if that is not known).
func (w *walker) claimFunc(p mem.Addr, stored *program.Type) {
	var b []byte
	if id, ok := w.h.Find(p); !ok {
		b = w.mem.at(p)
	} else if off := p - w.h.Addr(id); off == 0 || off == headerBytes {
		b = w.h.Object(id).Contents
		b = b[min(int(off), len(b)):]
	}
	if uint64(len(b)) < w.ptr {
		return
	}
	entry := mem.Addr(w.h.Arch.Word(b))
	to := w.funcType(entry)
	w.claim(claim{p, to, 1, Closure})
	if ty := &w.types[to]; ty.Go != nil && ty.Go.Shape {
		w.walkGeneric(entry, ty.Go, view{p, b}, stored)
	}
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
