package program

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// How far the parts of a closure's allocation stand from the call, in bytes.
const (
	scanBefore = 48
	scanAfter  = 128
)

// closurePrefix starts the name of the descriptor of every closure's struct.
var closurePrefix = []byte("struct { F uintptr")

// isClosure reports whether t is the struct of a closure.
func (t *Type) isClosure() bool { return strings.HasPrefix(t.Name, string(closurePrefix)) }

// allocations is what the machine code shows of allocations.
type allocations struct {
	closures map[mem.Addr]*Type // entry -> struct{F uintptr; captured…}
	made     []Made             // by descriptor
	calls    []allocation       // that all of it follows from
}

// Made is a type that the program allocates, alone or as elements of an array;
// also shapes, by generic code.
type Made struct {
	Type  *Type
	Array bool
}

// allocation is one call that allocates: of what, and for a closure the entry of
// its function.
type allocation struct {
	desc, entry mem.Addr
	array       bool
}

// textPiece is about how much code is scanned at a time, in bytes.
const textPiece = 256 << 10

// readAllocations makes types of what the code allocates. Of two closures of a
// function the one that comes first in the code counts.
func (p *Program) readAllocations() *allocations {
	found := &allocations{closures: map[mem.Addr]*Type{}}
	made := map[Made]bool{}
	for _, a := range p.calls() {
		t, news := p.types.at(a.desc), false
		if m := (Made{t, a.array}); t != nil && t.Size > 0 && !made[m] {
			made[m], news = true, true
		}
		if _, seen := found.closures[a.entry]; a.entry != 0 && !seen && t != nil && len(t.Fields) > 0 {
			found.closures[a.entry], news = t, true
		}
		if news {
			found.calls = append(found.calls, a)
		}
	}
	found.made = slices.SortedFunc(maps.Keys(made), compareMade)
	return found
}

// scanAllocations finds in the machine code what is allocated: descriptors whose
// address is loaded for a call that allocates. For that of a closure it finds the
// function whose entry is loaded next. It needs no DWARF, works for every
// version, and is empty on machines it cannot read.
func (p *Program) scanAllocations() []allocation {
	s := codeScan{p: p, alloc: p.allocators(), text: p.file.mem(p.Text.Start, p.Text.Size()), base: p.Text.Start}
	cuts := p.cutText(len(s.text))
	parts := make([][]allocation, len(cuts)-1)
	mem.Parallel(context.Background(), p.workers, len(parts), func(_, i int) {
		parts[i] = s.calls(p.Machine, cuts[i], cuts[i+1])
	})
	return concat(parts)
}

// cutText cuts the text where functions begin; what is found does not depend on
// how many workers there are.
func (p *Program) cutText(size int) []int {
	cuts := []int{0}
	for at := textPiece; at < size; at += textPiece {
		i := p.funcs.find(p.Text.Start + mem.Addr(at))
		if i < 0 {
			continue
		}
		if cut := int(p.funcs.entry(i) - p.Text.Start); cut > cuts[len(cuts)-1] && cut < size {
			cuts = append(cuts, cut)
		}
	}
	return append(cuts, size)
}

// calls lists the allocations by the calls in a range of the text.
func (s codeScan) calls(machine string, from, to int) (list []allocation) {
	note := func(desc, entry mem.Addr, array bool) { list = append(list, allocation{desc, entry, array}) }
	switch machine {
	case "amd64":
		amd64Scan{s}.eachCall(from, to, note)
	case "arm64":
		arm64Scan{s}.eachCall(from, to, note)
	}
	return list
}

// compareMade orders by descriptor, single objects first.
func compareMade(a, b Made) int {
	switch {
	case a.Type != b.Type:
		return cmp.Compare(a.Type.Addr, b.Type.Addr)
	case a.Array == b.Array:
		return 0
	case b.Array:
		return -1
	}
	return 1
}

// allocates says what an allocator makes of a type.
type allocates uint8

const (
	noAllocator allocates = iota
	makesOne
	makesArray
)

// allocators are the functions that allocate a given type: runtime.newobject,
// and since Go 1.27 one per size class (runtime.mallocgcSmallScanNoHeaderSC3 …);
// arrays by makeslice and growslice.
func (p *Program) allocators() map[mem.Addr]allocates {
	set := map[mem.Addr]allocates{}
	for i := range p.funcs.n {
		name, ok := bytes.CutPrefix(p.funcs.rawName(i), []byte("runtime."))
		switch {
		case !ok:
		case bytes.Equal(name, []byte("newobject")) || bytes.HasPrefix(name, []byte("mallocgc")):
			set[p.funcs.entry(i)] = makesOne
		case bytes.HasPrefix(name, []byte("makeslice")) || bytes.HasPrefix(name, []byte("growslice")):
			set[p.funcs.entry(i)] = makesArray
		}
	}
	return set
}

// codeScan is what the scans of all machines share.
type codeScan struct {
	p     *Program
	alloc map[mem.Addr]allocates
	text  []byte
	base  mem.Addr // of text
}

// noteAllocation is told of a descriptor for which memory is allocated, of the
// entry of the closure's function if it is one's, else 0.
type noteAllocation func(desc, entry mem.Addr, array bool)

// tell passes on an allocation; entry looks for the function of a closure.
func (s *codeScan) tell(f noteAllocation, kind allocates, desc mem.Addr, entry func() mem.Addr) {
	if kind == makesArray || !s.p.isClosureStruct(desc) {
		f(desc, 0, kind == makesArray)
	} else if e := entry(); e != 0 {
		f(desc, e, false)
	}
}

// isClosureStruct reports whether a descriptor is one of a closure, without
// making a type of it.
func (p *Program) isClosureStruct(addr mem.Addr) bool {
	h, ok := p.types.header(addr)
	if !ok || h.kind != Struct {
		return false
	}
	_, name, _, ok := p.types.nameAt(h.name)
	return ok && bytes.HasPrefix(bytes.TrimPrefix(name, []byte("*")), closurePrefix)
}

// amd64Scan reads the code
//
//	LEAQ descriptor(RIP), reg   48|4c 8d 05|0d|… rel32
//	CALL allocator              e8 rel32
//	LEAQ function(RIP), reg
type amd64Scan struct{ codeScan }

func (s amd64Scan) eachCall(from, to int, f noteAllocation) {
	for at := from; at < to; at++ {
		i := bytes.IndexByte(s.text[at:to], 0xe8)
		if i < 0 || at+i+5 > len(s.text) {
			return
		}
		at += i
		kind := s.alloc[s.target(at+1)]
		if kind == noAllocator {
			continue
		}
		if desc := s.descriptor(at); desc != 0 {
			s.tell(f, kind, desc, func() mem.Addr { return s.function(at + 5) })
		}
		at += 4
	}
}

// target is the address that the rel32 at an offset of the text leads to.
func (s amd64Scan) target(at int) mem.Addr {
	rel := int32(s.p.Arch.Uint32(skipBytes(s.text, at)))
	return s.base + mem.Addr(at+4) + mem.Addr(int64(rel))
}

// lea is the address loaded by an instruction at an offset, 0 if it is none.
func (s amd64Scan) lea(at int) mem.Addr {
	b := s.text[at:]
	if len(b) < 7 || b[0]&^4 != 0x48 || b[1] != 0x8d || b[2]&0xc7 != 0x05 {
		return 0
	}
	return s.target(at + 3)
}

// descriptor is the one loaded last before the call.
func (s amd64Scan) descriptor(call int) mem.Addr {
	for at := call - 7; at >= max(0, call-scanBefore); at-- {
		if d := s.lea(at); d != 0 && s.p.Types.Contains(d) {
			if _, ok := s.p.types.header(d); ok {
				return d
			}
			return 0
		}
	}
	return 0
}

// function is the first function entry loaded after the call, up to the next
// allocation.
func (s amd64Scan) function(from int) mem.Addr {
	for at := from; at < min(from+scanAfter, len(s.text)-7); at++ {
		if s.text[at] == 0xe8 && s.alloc[s.target(at+1)] == makesOne {
			return 0
		}
		if entry := s.lea(at); entry != 0 && s.p.funcs.isEntry(entry) {
			return entry
		}
	}
	return 0
}

// arm64Scan reads the code
//
//	ADRP descriptor, Rn; ADD $low, Rn
//	BL allocator
//	ADRP function, Rn; ADD $low, Rn
type arm64Scan struct{ codeScan }

func (s arm64Scan) eachCall(from, to int, f noteAllocation) {
	for at := from; at+4 <= to; at += 4 {
		to := s.call(at)
		if to == 0 || s.alloc[to] == noAllocator {
			continue
		}
		if desc := s.descriptor(at); desc != 0 {
			s.tell(f, s.alloc[to], desc, func() mem.Addr { return s.function(at + 4) })
		}
	}
}

func (s arm64Scan) op(at int) uint32 { return s.p.Arch.Uint32(s.text[at:]) }

// call is the target of a BL, 0 if there is none at that offset.
func (s arm64Scan) call(at int) mem.Addr {
	op := s.op(at)
	if op>>26 != 0x25 {
		return 0
	}
	return s.base + mem.Addr(at) + mem.Addr(int64(int32(op<<6))>>4)
}

// address decodes ADRP and ADD of one register at an offset: bits 29-30 and
// 5-23 of the first are the page, bits 10-21 of the second the rest.
func (s arm64Scan) address(at int) mem.Addr {
	if at < 0 || at+8 > len(s.text) {
		return 0
	}
	adrp, add := s.op(at), s.op(at+4)
	reg := adrp & 31
	if adrp&0x9f000000 != 0x90000000 || add&0xffc00000 != 0x91000000 || add&31 != reg || add>>5&31 != reg {
		return 0
	}
	imm := int64(int32((adrp>>5&0x7ffff)<<13))>>11 | int64(adrp>>29&3)
	page := (s.base + mem.Addr(at)) &^ 0xfff
	return page + mem.Addr(imm<<12) + mem.Addr(add>>10&0xfff)
}

func (s arm64Scan) descriptor(call int) mem.Addr {
	for at := call - 8; at >= max(0, call-scanBefore); at -= 4 {
		if d := s.address(at); d != 0 && s.p.Types.Contains(d) {
			if _, ok := s.p.types.header(d); ok {
				return d
			}
			return 0
		}
	}
	return 0
}

func (s arm64Scan) function(from int) mem.Addr {
	for at := from; at < min(from+scanAfter, len(s.text)-8); at += 4 {
		if s.alloc[s.call(at)] == makesOne {
			return 0
		}
		if entry := s.address(at); entry != 0 && s.p.funcs.isEntry(entry) {
			return entry
		}
	}
	return 0
}
