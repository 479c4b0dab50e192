package heapdump

import "encoding/binary"

// FieldKind says what is at an offset of a field list.
type FieldKind uint8

// The kinds. The runtime writes FieldPtr only.
const (
	FieldPtr   FieldKind = 1 // a pointer
	FieldIface FieldKind = 2 // itab word, data word
	FieldEface FieldKind = 3 // type word, data word
)

// Fields is a list of (kind, offset) pairs as the file has it, without the
// end mark. A list that a Reader returned is well-formed.
type Fields []byte

// Next splits off the first pair. It returns ok false at the end of the list,
// and where a list that no Reader checked is cut. It is small enough for the
// compiler to inline; all of a heap's pointers pass through it.
func (f Fields) Next() (kind FieldKind, off uint64, rest Fields, ok bool) {
	for i := 1; i < len(f); i++ {
		off |= uint64(f[i]&0x7f) << (7*i - 7)
		if f[i] < 0x80 {
			return FieldKind(f[0]), off, f[i+1:], true
		}
	}
	return 0, 0, nil, false
}

// Count is the number of pairs.
func (f Fields) Count() int {
	// The last byte of a kind or an offset is the one below 0x80, and kinds have one byte.
	n := 0
	for _, c := range f {
		if c < 0x80 {
			n++
		}
	}
	return n / 2
}

// AppendField adds a pair to the list.
func AppendField(f Fields, kind FieldKind, off uint64) Fields {
	return binary.AppendUvarint(append(f, byte(kind)), off)
}

// anyOffset is the bound of a list whose offsets are not checked.
const anyOffset = ^uint64(0)

// fieldsEnd returns the index of the end mark of the list at the start of b,
// or -1 if the list is damaged: cut off, a kind above 3, an offset of bound or more.
func fieldsEnd(b []byte, bound uint64) int {
	i := 0
	for i+1 < len(b) {
		if b[i] == 0 {
			return i
		}
		if b[i] > byte(FieldEface) {
			return -1
		}
		off := uint64(b[i+1])
		i += 2
		if off >= 0x80 {
			v, n := uvarint(b[i-1:])
			if n <= 0 {
				return -1
			}
			off, i = v, i-1+n
		}
		if off >= bound {
			return -1
		}
	}
	if i < len(b) && b[i] == 0 {
		return i
	}
	return -1
}

// valid reports whether the list is one that a Reader may return for bound
// bytes of contents.
func (f Fields) valid(bound uint64) bool {
	for len(f) > 0 {
		off, n := uvarint(f[1:])
		if n <= 0 || off >= bound || f[0] == 0 || f[0] > byte(FieldEface) {
			return false
		}
		f = f[1+n:]
	}
	return true
}
