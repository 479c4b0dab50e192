package typing

import "github.com/objgraph/objgraph/heap"

// maskFits checks the cheap truth that a dump has for most objects: the words
// that the collector takes for pointers in the first n bytes of the value are
// those that the type says. Beyond n the list may repeat the type (the header
// is for an array of any length).
func (w *walker) maskFits(t *target, ty *Type, n uint64) bool {
	if !w.pointers(ty) {
		return t.Slots.Empty()
	}
	if t.Slots.Empty() {
		return false
	}
	if ty.Form == Value && ty.layout.list[0] != nil {
		return t.begins(ty.layout, n)
	}
	m := mask{slots: t.Slots, skip: t.head, end: n}
	for at := uint64(0); at < n; at += ty.layout.size {
		if !m.eat(ty.layout, at) {
			return false
		}
		if ty.Form == Value {
			break
		}
	}
	return m.done()
}

// begins is maskFits for a single value: the list begins as the type's does,
// and what follows lies beyond the first n bytes.
func (t *target) begins(l *layout, n uint64) bool {
	s, ok := t.Slots.After(l.list[t.head/headerBytes])
	if !ok {
		return false
	}
	off, _, more := s.Next()
	return !more || off >= t.head+n
}

// mask compares a slot list with a type's words as both are walked.
type mask struct {
	slots heap.Slots
	skip  uint64 // header before the value
	end   uint64
}

// eat takes the pointer words of one element at offset at off the list.
func (m *mask) eat(l *layout, at uint64) bool {
	for i := range l.ops {
		o := &l.ops[i]
		if o.kind == opRepeat {
			if !m.eatRepeat(o, at) {
				return false
			}
			continue
		}
		off, rest, ok := m.slots.Next()
		if !ok || off != m.skip+at+o.word {
			return false
		}
		m.slots = rest
	}
	return true
}

func (m *mask) eatRepeat(o *op, at uint64) bool {
	for i := range o.n {
		if !m.eat(o.sub, at+o.off+i*o.sub.size) {
			return false
		}
	}
	return true
}

// done reports whether the list has nothing more before the end.
func (m *mask) done() bool {
	off, _, ok := m.slots.Next()
	return !ok || off >= m.skip+m.end
}

// lastSlot is the offset of the last pointer slot.
func lastSlot(s heap.Slots) (last uint64, ok bool) {
	for {
		off, rest, more := s.Next()
		if !more {
			return last, ok
		}
		last, ok, s = off, true, rest
	}
}
