package typing

import (
	"cmp"
	"slices"

	"github.com/objgraph/objgraph/mem"
)

// Literal is a value in data or bss that a typed pointer leads to. Where no
// variable covers it, it is a composite literal that the compiler laid out
// there, of which no symbol tells.
type Literal struct {
	Addr mem.Addr
	Size uint64 // bytes
	Type TypeID
}

// noteLiteral keeps a claim on a value in a segment.
func (w *walker) noteLiteral(c claim) {
	ty := &w.types[c.to]
	if ty.Form != Value && ty.Form != Array || w.h.Segment(c.addr) == nil {
		return
	}
	if need, ok := extent(c, ty); ok {
		w.literals = append(w.literals, Literal{c.addr, need, c.to})
	}
}

// sortedLiterals orders them by address, the larger first, and leaves out what
// lies in another.
func (w *walker) sortedLiterals() (out []Literal) {
	slices.SortFunc(w.literals, func(a, b Literal) int {
		return cmp.Or(cmp.Compare(a.Addr, b.Addr), cmp.Compare(b.Size, a.Size), cmp.Compare(a.Type, b.Type))
	})
	end := mem.Addr(0)
	for _, l := range w.literals {
		if l.Addr >= end {
			out = append(out, l)
			end = l.Addr + mem.Addr(l.Size)
		}
	}
	return out
}

// LabelIn names the pointer at offset off of a literal, "" where that says
// nothing.
func (r *Result) LabelIn(l *Literal, off uint64) string {
	t := &r.Types[l.Type]
	if t.Form == Value {
		return t.Go.FieldPath(off)
	}
	return r.label(t, off)
}
