package program

import (
	"github.com/objgraph/objgraph/mem"
)

// StackObject is a variable or temporary of a frame that is used by its address
// and holds pointers: the collector scans it when it meets a pointer to it, and
// frames in a dump do not list what it holds.
type StackObject struct {
	Offset int64    // bytes from the CFA, as in Piece; negative but for arguments
	Size   uint64   // bytes
	Ptrs   []uint64 // offsets of its pointer words, ascending
	Type   *Type    // as DWARF has it, nil if not known
}

// The table of stack objects (runtime/stack.go, stackObjectRecord, Go 1.20 to
// 1.27): a word with their number, then 16 bytes each: offset i32, from the
// arguments or, if negative, from the end of the locals; size i32; pointer bytes
// i32, negative up to Go 1.23 if a program and not a mask follows; offset u32 of
// the mask from rodata.
const (
	funcdataStackObjects = 2
	stackRecordBytes     = 16
	maxStackObjects      = 1 << 16
	maxStackObject       = 1 << 24 // pointer bytes of one
)

func (p *Program) stackObjects(pc mem.Addr) []StackObject {
	i := p.funcs.find(pc - 1)
	if i < 0 {
		return nil
	}
	at := p.funcs.data(i, funcdataStackObjects)
	n, ok := p.file.word(at)
	if at == 0 || !ok || n > maxStackObjects {
		return nil
	}
	b := p.file.mem(at+mem.Addr(p.Arch.PtrSize), n*stackRecordBytes)
	list := make([]StackObject, 0, len(b)/stackRecordBytes)
	for ; len(b) > 0; b = b[stackRecordBytes:] {
		list = append(list, p.stackObject(b))
	}
	p.typeStackObjects(list, pc)
	return list
}

// stackObject reads one record. One with a program for a mask, which is larger
// than 128 KiB, has no Ptrs.
func (p *Program) stackObject(b []byte) StackObject {
	word := func(i int) int32 { return int32(p.Arch.Uint32(b[4*i:])) }
	o := StackObject{Offset: int64(word(0)) + p.frameBase(word(0)), Size: uint64(max(word(1), 0))}
	if n := word(2); n > 0 && n <= maxStackObject {
		ptr := uint64(p.Arch.PtrSize)
		words := min(uint64(n), o.Size) / ptr
		mask := p.file.mem(p.md.rodata+mem.Addr(uint32(word(3))), (words+7)/8)
		o.Ptrs = maskOffsets(mask, words, ptr)
	}
	return o
}

func maskOffsets(bits []byte, words, ptr uint64) (offs []uint64) {
	for w := range min(words, uint64(len(bits))*8) {
		if bits[w/8]>>(w%8)&1 != 0 {
			offs = append(offs, w*ptr)
		}
	}
	return offs
}

// frameBase is what a record's offset counts from, relative to the CFA
// (runtime/traceback.go, argp and varp): the arguments begin there, or above
// the return address where calls do not push it; the locals end below it, the
// return address and the caller's frame pointer, where there are any.
func (p *Program) frameBase(off int32) int64 {
	ptr := int64(p.Arch.PtrSize)
	pushed := p.Machine == "amd64" || p.Machine == "386"
	switch {
	case off >= 0 && pushed:
		return 0
	case off >= 0:
		return ptr
	case p.Machine == "amd64":
		return -2 * ptr
	case p.Machine == "386" || p.Machine == "arm64":
		return -ptr
	}
	return 0
}

// typeStackObjects takes types from the variables at the same places.
func (p *Program) typeStackObjects(list []StackObject, pc mem.Addr) {
	if len(list) == 0 {
		return
	}
	for _, v := range p.frameVars(pc) {
		for i := range list {
			o := &list[i]
			if v.Type != nil && v.Type.Size == o.Size && len(v.Pieces) == 1 && v.Pieces[0] == (Piece{o.Offset, o.Size, 0}) {
				o.Type = v.Type
			}
		}
	}
}
