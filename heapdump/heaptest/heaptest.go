// Package heaptest makes small heap dumps for tests: records go in, the bytes
// of a dump come out. It knows no heap: addresses and sizes are the caller's.
package heaptest

import (
	"bytes"
	"fmt"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
)

// Builder writes a dump record by record. A mistake of the test, such as a
// pointer outside of its object, panics.
type Builder struct {
	arch mem.Arch
	buf  bytes.Buffer
	w    *heapdump.Writer
}

// Ref is a pointer: To stands at offset Off.
type Ref struct {
	Off uint64
	To  mem.Addr
}

// New begins a dump with the params record of a machine and a Go version. The
// zero Arch means mem.LE64.
func New(arch mem.Arch, version mem.GoVersion) *Builder {
	if arch.PtrSize == 0 {
		arch = mem.LE64
	}
	b := &Builder{arch: arch}
	b.w = heapdump.NewWriter(&b.buf)
	return b.Add(&heapdump.Params{
		BigEndian: arch.BigEndian, PtrSize: uint64(arch.PtrSize),
		HeapStart: 0xc000000000, HeapEnd: 0xc004000000,
		Arch: goarch(arch), GoVersion: string(version), NCPU: 2,
	})
}

// goarch names a processor of that kind.
func goarch(a mem.Arch) string {
	switch {
	case a.PtrSize == 4 && a.BigEndian:
		return "mips"
	case a.PtrSize == 4:
		return "386"
	case a.BigEndian:
		return "s390x"
	}
	return "amd64"
}

// Add writes any record.
func (b *Builder) Add(rec heapdump.Record) *Builder {
	if err := b.w.Write(rec); err != nil {
		panic(err)
	}
	return b
}

// Object writes an object of size bytes that are zero but for the pointers
// refs. Its field list names these.
func (b *Builder) Object(addr mem.Addr, size uint64, refs ...Ref) *Builder {
	contents, fields := b.layOut(size, refs)
	return b.Add(&heapdump.Object{Addr: addr, Size: size, Contents: contents, Fields: fields})
}

// Bytes writes an object without pointers.
func (b *Builder) Bytes(addr mem.Addr, contents string) *Builder {
	return b.Add(&heapdump.Object{Addr: addr, Size: uint64(len(contents)), Contents: []byte(contents)})
}

// Data writes the segment of globals with initial values.
func (b *Builder) Data(addr mem.Addr, size uint64, refs ...Ref) *Builder {
	contents, fields := b.layOut(size, refs)
	return b.Add(&heapdump.Segment{Addr: addr, Contents: contents, Fields: fields})
}

// BSS writes the segment of globals that start as zero.
func (b *Builder) BSS(addr mem.Addr, size uint64, refs ...Ref) *Builder {
	contents, fields := b.layOut(size, refs)
	return b.Add(&heapdump.Segment{BSS: true, Addr: addr, Contents: contents, Fields: fields})
}

// Goroutine writes a goroutine that waits; its frames follow.
func (b *Builder) Goroutine(id uint64) *Builder {
	const waiting = 4 // runtime._Gwaiting
	return b.Add(&heapdump.Goroutine{
		Addr: mem.Addr(0xc000800000 + id*0x200), ID: id, Status: waiting, WaitReason: "chan receive",
	})
}

// Frame writes a frame of the goroutine before it. Its stack pointer is
// depth pages of 256 bytes above that of the innermost frame.
func (b *Builder) Frame(name string, depth, size uint64, refs ...Ref) *Builder {
	contents, fields := b.layOut(size, refs)
	f := &heapdump.Frame{
		SP: frameSP(depth), Depth: depth, Contents: contents, Fields: fields,
		Entry: 0x401000, PC: 0x401010, ContPC: 0x401010, Func: name,
	}
	if depth > 0 {
		f.ChildSP = frameSP(depth - 1)
	}
	return b.Add(f)
}

func frameSP(depth uint64) mem.Addr { return mem.Addr(0xc000900000 + depth*0x100) }

// Dump ends the dump and returns it. The Builder is used up.
func (b *Builder) Dump() []byte {
	b.Add(&heapdump.EOF{})
	return b.buf.Bytes()
}

// layOut makes contents of size bytes and their field list.
func (b *Builder) layOut(size uint64, refs []Ref) ([]byte, heapdump.Fields) {
	contents := make([]byte, size)
	var fields heapdump.Fields
	for _, r := range refs {
		if r.Off+uint64(b.arch.PtrSize) > size {
			panic(fmt.Sprintf("heaptest: pointer at %d of %d bytes", r.Off, size))
		}
		b.arch.PutWord(contents[r.Off:], uint64(r.To))
		fields = heapdump.AppendField(fields, heapdump.FieldPtr, r.Off)
	}
	return contents, fields
}
