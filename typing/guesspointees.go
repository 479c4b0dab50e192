package typing

import (
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// mayBe judges what a pointer or slice leads to: n values of type t.
func (g *guesser) mayBe(p mem.Addr, t *program.Type, n uint64, array bool) bool {
	if t == nil || t.Size == 0 || t.Shape {
		return true
	}
	o, ok := g.object(p)
	if !ok {
		return !g.inHeap(p)
	}
	head := g.head.bytes(&o)
	off := uint64(p - o.Addr)
	if off < head || n > o.Size/t.Size || off+n*t.Size > o.Size {
		return false
	}
	if to := g.typeOf(o.ID); to != 0 && g.is[o.ID].mark().ev() != Layout {
		return g.holds(&g.types[to], off-head, t)
	}
	return g.partFits(o.Slots, off, t)
}

// inHeap reports whether an address lies between objects.
func (g *guesser) inHeap(p mem.Addr) bool {
	n := g.h.NumObjects()
	if n == 0 {
		return false
	}
	last := g.h.Object(mem.ObjID(n - 1))
	return p >= g.h.Addr(0) && p < last.Addr+mem.Addr(last.Size)
}

// holds reports whether a value of type t begins at an offset of a type's
// object.
func (g *guesser) holds(ty *Type, off uint64, t *program.Type) bool {
	switch {
	case ty.Form == Tiny || ty.Form == String:
		return t.PtrBytes == 0
	case ty.Form == ChanBuf && ty.Go.Elem != nil && ty.Go.Elem.Size > 0:
		return has(ty.Go.Elem, off%ty.Go.Elem.Size, t)
	case ty.Form == MapGroups || ty.Form == FuncValue:
		return true // keys, elements and captured variables are seldom pointed at
	case ty.Go == nil || ty.Form != Value && ty.Form != Array || ty.Size == 0:
		return false
	case ty.Form == Array:
		off %= ty.Size
	}
	return has(ty.Go, off, t)
}

// has reports whether a value of type t begins at an offset of a value.
func has(in *program.Type, off uint64, t *program.Type) bool {
	found := in == t && off == 0
	in.Walk(off, func(at *program.Type, f *program.Field, _ uint64) {
		next := at.Elem
		if f != nil {
			next, off = f.Type, off-f.Offset
		} else if next != nil && next.Size > 0 {
			off %= next.Size
		}
		found = found || next == t && off == 0
	})
	return found
}

// partFits reports whether the pointer words of an object are, from an offset
// on, those of a value of type t.
func (w *walker) partFits(s heap.Slots, off uint64, t *program.Type) bool {
	for {
		at, rest, ok := s.Next()
		if !ok || at >= off {
			break
		}
		s = rest
	}
	if t.PtrBytes == 0 {
		at, _, ok := s.Next()
		return !ok || at >= off+t.Size
	}
	m := mask{slots: s, skip: off, end: t.Size}
	return m.eat(w.layoutOf(t), 0) && m.done()
}
