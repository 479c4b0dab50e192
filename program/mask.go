package program

// maxDepth bounds how deep structs and arrays nest; a descriptor that contains
// itself by value would nest for ever.
const maxDepth = 200

// maxMaskWords bounds an explicit mask: 8 MiB of value on a 64-bit machine.
const maxMaskWords = 1 << 20

// Mask says which words of a value hold pointers. Arrays repeat the mask of
// their element, so that [281474976710655]T costs no more than T: the word w of
// the value is a pointer if bit w%Words of Bits is set.
type Mask struct {
	Bits   []uint64 // bit i%64 of Bits[i/64]: word i of a period
	Words  uint64   // words of a period; 0: the type has no pointers
	Repeat uint64   // periods in the value
	Count  uint64   // pointers in a period
}

// At reports whether word w (not byte) of the value is a pointer.
func (m *Mask) At(w uint64) bool {
	if m.Words == 0 || w/m.Words >= m.Repeat {
		return false
	}
	w %= m.Words
	return m.Bits[w/64]>>(w%64)&1 != 0
}

// Mask returns the pointer mask of the type, nil if one period is too long for
// one, where PointerAt still answers. An interface has a pointer in its second
// word only, since the garbage collector does not follow the first.
func (t *Type) Mask() *Mask {
	if m := t.mask.Load(); m != nil {
		return m
	}
	period, repeat := t, uint64(1)
	for range maxDepth {
		if period.Kind != Array || period.Elem == nil || period.Elem.Size == 0 {
			break
		}
		repeat *= period.Len
		period = period.Elem
	}
	m := &Mask{}
	if ptr := uint64(t.arch.PtrSize); t.PtrBytes > 0 && repeat > 0 {
		words := (period.Size + ptr - 1) / ptr
		if words > maxMaskWords {
			return nil
		}
		m = &Mask{Bits: make([]uint64, (words+63)/64), Words: words, Repeat: repeat}
		m.fill(period, 0, ptr, 0)
	}
	t.mask.CompareAndSwap(nil, m)
	return t.mask.Load()
}

// fill sets the bits of a value of type t that begins base bytes into the mask.
func (m *Mask) fill(t *Type, base, ptr uint64, depth int) {
	if t.PtrBytes == 0 || depth > maxDepth {
		return
	}
	switch t.Kind {
	case Struct:
		for i := range t.Fields {
			m.fill(t.Fields[i].Type, base+t.Fields[i].Offset, ptr, depth+1)
		}
	case Array:
		for i := range t.Len {
			if t.Elem == nil || i*t.Elem.Size >= t.Size {
				return
			}
			m.fill(t.Elem, base+i*t.Elem.Size, ptr, depth+1)
		}
	default:
		m.set((base + t.pointerOffset()) / ptr)
	}
}

func (m *Mask) set(w uint64) {
	if w < m.Words && m.Bits[w/64]>>(w%64)&1 == 0 {
		m.Bits[w/64] |= 1 << (w % 64)
		m.Count++
	}
}

// pointerOffset is where the pointer of a scalar with one stands.
func (t *Type) pointerOffset() uint64 {
	if t.Kind == Interface {
		return uint64(t.arch.PtrSize)
	}
	return 0
}

// PointerAt reports whether the word at byte offset off holds a pointer. It
// answers for types of any size, and costs a walk down to the scalar.
func (t *Type) PointerAt(off uint64) bool {
	s, rest := t.Walk(off, nil)
	return s.PtrBytes > 0 && s.Kind != Struct && s.Kind != Array && rest == s.pointerOffset()
}

// scalarPtrBytes is PtrBytes of a type that is neither struct nor array.
func scalarPtrBytes(k Kind, ptr uint64) uint64 {
	switch k {
	case Pointer, UnsafePointer, Chan, Map, FuncKind, String, Slice:
		return ptr
	case Interface:
		return 2 * ptr
	}
	return 0
}
