// Package mem holds the few words that every other package shares: an address
// of the dumped process, the dense number of an object, what a machine word
// looks like, and which Go wrote the program. It imports nothing of this
// module and knows nothing of dumps, types or graphs.
package mem

import (
	"encoding/binary"
	"fmt"
)

// Addr is an address in the dumped process (or, where a comment says so, in
// the executable file, which differs by the slide of a PIE).
type Addr uint64

// String prints the address as 0x… in lower case.
func (a Addr) String() string { return fmt.Sprintf("%#x", uint64(a)) }

// ObjID numbers the objects of one dump: dense, from 0, in address order.
type ObjID uint32

// NoObj is the ObjID of no object.
const NoObj = ObjID(1<<32 - 1)

// Arch says how a word is stored.
type Arch struct {
	PtrSize   int // bytes of a pointer: 4 or 8
	BigEndian bool
}

// LE64 is little-endian with 8-byte pointers: amd64, arm64, riscv64, …
var LE64 = Arch{PtrSize: 8}

// Word reads the pointer-sized word at the start of b. It returns 0 if b is
// shorter than a word.
func (a Arch) Word(b []byte) uint64 {
	if a.PtrSize == 8 {
		return a.Uint64(b)
	}
	return uint64(a.Uint32(b))
}

// WordAt reads the word at offset off of b, 0 if it is not wholly inside.
func (a Arch) WordAt(b []byte, off uint64) uint64 {
	if off >= uint64(len(b)) {
		return 0
	}
	return a.Word(b[off:])
}

// Uint64 reads 8 bytes, 0 if b is shorter.
func (a Arch) Uint64(b []byte) uint64 {
	if len(b) < 8 {
		return 0
	}
	if a.BigEndian {
		return binary.BigEndian.Uint64(b)
	}
	return binary.LittleEndian.Uint64(b)
}

// Uint32 reads 4 bytes, 0 if b is shorter.
func (a Arch) Uint32(b []byte) uint32 {
	if len(b) < 4 {
		return 0
	}
	if a.BigEndian {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

// Uint16 reads 2 bytes, 0 if b is shorter.
func (a Arch) Uint16(b []byte) uint16 {
	if len(b) < 2 {
		return 0
	}
	if a.BigEndian {
		return binary.BigEndian.Uint16(b)
	}
	return binary.LittleEndian.Uint16(b)
}

// PutWord writes the word v at the start of b, which must hold PtrSize bytes.
func (a Arch) PutWord(b []byte, v uint64) {
	switch {
	case a.PtrSize == 8 && a.BigEndian:
		binary.BigEndian.PutUint64(b, v)
	case a.PtrSize == 8:
		binary.LittleEndian.PutUint64(b, v)
	case a.BigEndian:
		binary.BigEndian.PutUint32(b, uint32(v))
	default:
		binary.LittleEndian.PutUint32(b, uint32(v))
	}
}

// Align rounds n up to a multiple of to, a power of two.
func Align(n, to uint64) uint64 { return (n + to - 1) &^ (to - 1) }
