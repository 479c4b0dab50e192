package program

import (
	"bytes"

	"github.com/objgraph/objgraph/mem"
)

// How far the parts of a closure's allocation stand from the call, in bytes.
const (
	scanBefore = 48
	scanAfter  = 128
)

// closurePrefix starts the name of the descriptor of every closure's struct.
var closurePrefix = []byte("struct { F uintptr")

// scanClosures finds, in the machine code, which struct each closure is
// allocated as: the address of a descriptor loaded for a call of
// runtime.newobject, and the function whose entry is loaded next. It needs no
// DWARF, works for every version, and is empty on machines it cannot read.
func (p *Program) scanClosures() map[mem.Addr]*Type {
	found := map[mem.Addr]*Type{}
	i := p.funcs.lookup("runtime.newobject")
	if i < 0 {
		return found
	}
	note := func(desc, entry mem.Addr) {
		if _, seen := found[entry]; !seen {
			if t := p.types.at(desc); t != nil {
				found[entry] = t
			}
		}
	}
	text := p.file.mem(p.Text.Start, p.Text.Size())
	switch p.Machine {
	case "amd64":
		s := amd64Scan{p: p, text: text, base: p.Text.Start}
		s.eachCall(p.funcs.entry(i), note)
	case "arm64":
		s := arm64Scan{p: p, text: text, base: p.Text.Start}
		s.eachCall(p.funcs.entry(i), note)
	}
	return found
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
//	LEAQ descriptor(RIP), AX   48 8d 05 rel32
//	CALL runtime.newobject     e8 rel32
//	LEAQ function(RIP), reg    48|4c 8d 05|0d|… rel32
type amd64Scan struct {
	p    *Program
	text []byte
	base mem.Addr
}

func (s *amd64Scan) eachCall(newobject mem.Addr, f func(desc, entry mem.Addr)) {
	for at := 0; ; at++ {
		i := bytes.IndexByte(s.text[at:], 0xe8)
		if i < 0 || at+i+5 > len(s.text) {
			return
		}
		at += i
		if s.target(at+1) != newobject {
			continue
		}
		if desc := s.descriptor(at); desc != 0 {
			if entry := s.function(at+5, newobject); entry != 0 {
				f(desc, entry)
			}
		}
		at += 4
	}
}

// target is the address that the rel32 at an offset of the text leads to.
func (s *amd64Scan) target(at int) mem.Addr {
	rel := int32(s.p.Arch.Uint32(skipBytes(s.text, at)))
	return s.base + mem.Addr(at+4) + mem.Addr(int64(rel))
}

// descriptor is the closure's descriptor loaded into AX before the call.
func (s *amd64Scan) descriptor(call int) mem.Addr {
	for at := call - 7; at >= max(0, call-scanBefore); at-- {
		if s.text[at] == 0x48 && s.text[at+1] == 0x8d && s.text[at+2] == 0x05 {
			if d := s.target(at + 3); s.p.isClosureStruct(d) {
				return d
			}
			return 0
		}
	}
	return 0
}

// function is the first function entry loaded after the call, up to the next
// allocation.
func (s *amd64Scan) function(from int, newobject mem.Addr) mem.Addr {
	for at := from; at < min(from+scanAfter, len(s.text)-7); at++ {
		switch b := s.text[at:]; {
		case b[0] == 0xe8 && s.target(at+1) == newobject:
			return 0
		case (b[0] == 0x48 || b[0] == 0x4c) && b[1] == 0x8d && b[2]&0xc7 == 0x05:
			if entry := s.target(at + 3); s.p.funcs.isEntry(entry) {
				return entry
			}
		}
	}
	return 0
}

// arm64Scan reads the code
//
//	ADRP descriptor, R0; ADD $low, R0
//	BL runtime.newobject
//	ADRP function, Rn; ADD $low, Rn
type arm64Scan struct {
	p    *Program
	text []byte
	base mem.Addr
}

func (s *arm64Scan) eachCall(newobject mem.Addr, f func(desc, entry mem.Addr)) {
	for at := 0; at+4 <= len(s.text); at += 4 {
		if s.call(at) != newobject {
			continue
		}
		if desc := s.descriptor(at); desc != 0 {
			if entry := s.function(at+4, newobject); entry != 0 {
				f(desc, entry)
			}
		}
	}
}

func (s *arm64Scan) op(at int) uint32 { return s.p.Arch.Uint32(s.text[at:]) }

// call is the target of a BL, 0 if there is none at that offset.
func (s *arm64Scan) call(at int) mem.Addr {
	op := s.op(at)
	if op>>26 != 0x25 {
		return 0
	}
	return s.base + mem.Addr(at) + mem.Addr(int64(int32(op<<6))>>4)
}

// address decodes ADRP and ADD of one register at an offset: bits 29-30 and
// 5-23 of the first are the page, bits 10-21 of the second the rest.
func (s *arm64Scan) address(at int) (reg uint32, addr mem.Addr) {
	if at < 0 || at+8 > len(s.text) {
		return 0, 0
	}
	adrp, add := s.op(at), s.op(at+4)
	reg = adrp & 31
	if adrp&0x9f000000 != 0x90000000 || add&0xffc00000 != 0x91000000 || add&31 != reg || add>>5&31 != reg {
		return 0, 0
	}
	imm := int64(int32((adrp>>5&0x7ffff)<<13))>>11 | int64(adrp>>29&3)
	page := (s.base + mem.Addr(at)) &^ 0xfff
	return reg, page + mem.Addr(imm<<12) + mem.Addr(add>>10&0xfff)
}

func (s *arm64Scan) descriptor(call int) mem.Addr {
	for at := call - 8; at >= max(0, call-scanBefore); at -= 4 {
		if reg, addr := s.address(at); addr != 0 && reg == 0 {
			if s.p.isClosureStruct(addr) {
				return addr
			}
			return 0
		}
	}
	return 0
}

func (s *arm64Scan) function(from int, newobject mem.Addr) mem.Addr {
	for at := from; at < min(from+scanAfter, len(s.text)-8); at += 4 {
		if s.call(at) == newobject {
			return 0
		}
		if _, addr := s.address(at); addr != 0 && s.p.funcs.isEntry(addr) {
			return addr
		}
	}
	return 0
}
