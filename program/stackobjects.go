package program

import "github.com/objgraph/objgraph/mem"

// StackObject is a variable of a frame that is used by its address: the
// collector scans it when it meets a pointer to it, and frames in a dump do not
// list its pointers.
type StackObject struct {
	Offset int64    // bytes from the CFA
	Size   uint64   // bytes
	Ptrs   []uint64 // offsets of its pointer words, ascending
}

// Where moduledata has the address of read-only data, which pointer masks are
// relative to; go:func.*, which function data is relative to, comes next.
const (
	mdRodata   = 39
	mdRodata27 = 42 // Go 1.27 on
)

// A record of the function table (runtime/runtime2.go: _func, Go 1.20 to 1.27)
// has npcdata at 28, nfuncdata at 43, and behind its 44 bytes npcdata and then
// nfuncdata offsets of 4 bytes.
const (
	funcNumPCData   = 28
	funcNumFuncData = 43
	funcFixedBytes  = 44
)

// funcDataStackObjects is FUNCDATA_StackObjects (internal/abi/symtab.go).
const funcDataStackObjects = 2

// stackRecordBytes is the size of a stackObjectRecord (runtime/stack.go): off,
// size, bytes with pointers, offset of the pointer mask, 4 bytes each.
const stackRecordBytes = 16

// maxStackObjects bounds the objects of one frame, maxStackObject the pointer
// bytes of one.
const (
	maxStackObjects = 1 << 16
	maxStackObject  = 1 << 24
)

// StackObjects lists the stack objects of the function that holds pc, by
// offset; none if the executable does not say.
func (m *Image) StackObjects(pc mem.Addr) []StackObject {
	i := m.p.funcs.find(pc - m.slide.Text)
	if i < 0 {
		return nil
	}
	if v, ok := m.p.stackObjects.Load(i); ok {
		return v.([]StackObject)
	}
	v, _ := m.p.stackObjects.LoadOrStore(i, m.p.readStackObjects(i))
	return v.([]StackObject)
}

// readStackObjects reads a count of a pointer's size and that many records.
func (p *Program) readStackObjects(i int) (list []StackObject) {
	rodata, data := p.funcData(i, funcDataStackObjects)
	ptr := uint64(p.Arch.PtrSize)
	c := cursor{buf: data, arch: p.Arch}
	n := c.uint(p.Arch.PtrSize)
	if c.bad || n > maxStackObjects {
		return nil
	}
	for range n {
		off, size, bytes, mask := int32(c.u32()), c.u32(), int32(c.u32()), c.u32()
		if c.bad {
			return nil
		}
		if bytes <= 0 || bytes > maxStackObject { // less than 0: a program instead of a mask, up to Go 1.23
			continue
		}
		bits := p.file.mem(rodata+mem.Addr(mask), (uint64(bytes)/ptr+7)/8)
		list = append(list, StackObject{
			Offset: p.frameOffset(off),
			Size:   uint64(size),
			Ptrs:   maskOffsets(bits, uint64(bytes)/ptr, ptr),
		})
	}
	return list
}

// frameOffset is an offset of a stackObjectRecord from the CFA: from the first
// argument if it is not negative, else from the end of the locals, below the
// return address and the caller's frame pointer (runtime/traceback.go).
func (p *Program) frameOffset(off int32) int64 {
	ptr := int64(p.Arch.PtrSize)
	link := p.Machine != "amd64" && p.Machine != "386" // the return address is in a register
	switch {
	case off >= 0 && link:
		return int64(off) + ptr
	case off >= 0:
		return int64(off)
	case p.Machine == "amd64":
		return int64(off) - 2*ptr
	case p.Machine == "arm64" || p.Machine == "386":
		return int64(off) - ptr
	}
	return int64(off)
}

func maskOffsets(bits []byte, words, ptr uint64) (offs []uint64) {
	for w := range min(words, uint64(len(bits))*8) {
		if bits[w/8]>>(w%8)&1 != 0 {
			offs = append(offs, w*ptr)
		}
	}
	return offs
}

// funcData returns a piece of function data of function i up to the end of its
// segment, and the address of read-only data; nil if the function has none.
func (p *Program) funcData(i int, kind uint64) (rodata mem.Addr, data []byte) {
	at := uint64(mdRodata)
	if p.GoVersion.AtLeast(27) {
		at = mdRodata27
	}
	ptr := uint64(p.Arch.PtrSize)
	md := p.file.mem(p.md.addr+mem.Addr(at*ptr), 2*ptr)
	rec := p.funcs.record(i)
	if md == nil || len(rec) < funcFixedBytes || kind >= uint64(rec[funcNumFuncData]) {
		return 0, nil
	}
	skip := funcFixedBytes + 4*(uint64(p.Arch.Uint32(rec[funcNumPCData:]))+kind)
	if skip+4 > uint64(len(rec)) {
		return 0, nil
	}
	off := p.Arch.Uint32(rec[skip:])
	if off == 1<<32-1 {
		return 0, nil
	}
	return mem.Addr(p.Arch.Word(md)), p.file.memFrom(mem.Addr(p.Arch.WordAt(md, ptr)) + mem.Addr(off))
}
