package program

import (
	"bytes"
	"debug/elf"

	"github.com/objgraph/objgraph/mem"
)

// Range is a half-open range of addresses.
type Range struct{ Start, End mem.Addr }

// Size is the number of bytes in the range.
func (r Range) Size() uint64 { return uint64(r.End - r.Start) }

// Contains reports whether a lies in the range.
func (r Range) Contains(a mem.Addr) bool { return a >= r.Start && a < r.End }

// moduledata is what is used of runtime.moduledata (runtime/symtab.go): words,
// in this order since Go 1.20 and up to 1.27:
//
//	0 pcHeader; slices 1 funcnametab 4 cutab 7 filetab 10 pctab 13 pclntable 16 ftab
//	19 findfunctab 20 minpc 21 maxpc 22 text 23 etext 24 noptrdata 26 data 28 bss
//	30 noptrbss 32 covctrs (each start, end) 34 end 35 gcdata 36 gcbss 37 types
//	38 etypes 39 rodata 40 gofunc (1.27: 38 typedesclen 39 etypes 40 itaboffset
//	41 itabsize 42 rodata 43 gofunc)
//
// The linker fills it in the file, addends included, so a PIE needs no
// relocation to be read.
type moduledata struct {
	addr                                     mem.Addr
	text, data, bss, noptrData, noptrBSS     Range
	types                                    Range
	rodata, gofunc                           mem.Addr // what pointer masks and function data are relative to
	funcNames, cuTab, fileTab, pcTab, pcLine []byte
	ftab                                     []byte // pairs of uint32: entry - text, offset in pcLine
}

const (
	mdWords   = 44
	mdSlices  = 1
	mdText    = 22
	mdNoptr   = 24
	mdData    = 26
	mdBSS     = 28
	mdNoptrBS = 30
	mdTypes   = 37
	mdRodata  = 39
	mdRodata7 = 42 // Go 1.27
)

// readModule finds the first module's data by its section (Go 1.26 on), by its
// symbol, or by scanning the data sections for a word that holds the address
// of the function table and is followed by what a moduledata must be.
func (p *Program) readModule() error {
	if s := p.file.section(".go.module"); s != nil && p.tryModule(mem.Addr(s.addr)) {
		return nil
	}
	pclntab := p.pclntabAddr()
	if pclntab == 0 {
		return p.file.fail("", 0, "no Go function table (.gopclntab) found")
	}
	for _, name := range []string{".noptrdata", ".data", ".data.rel.ro", ".go.module"} {
		if p.scanModule(p.file.section(name), pclntab) {
			return nil
		}
	}
	return p.file.fail("", 0, "no moduledata of %s found", p.GoVersion)
}

// scanModule tries every word of the section that equals pclntab.
func (p *Program) scanModule(s *section, pclntab mem.Addr) bool {
	b, err := p.file.raw(s)
	if err != nil || s == nil {
		return false
	}
	ptr := p.file.arch.PtrSize
	want := make([]byte, ptr)
	p.file.arch.PutWord(want, uint64(pclntab))
	for off := 0; ; off += ptr {
		i := bytes.Index(b[off:], want)
		if i < 0 {
			return false
		}
		off += i
		if off%ptr == 0 && p.tryModule(mem.Addr(s.addr+uint64(off))) {
			return true
		}
		off = off / ptr * ptr
	}
}

// pclntabAddr is the address of the function table.
func (p *Program) pclntabAddr() mem.Addr {
	s := p.file.section(".gopclntab", ".data.rel.ro.gopclntab")
	if s == nil || s.typ == elf.SHT_NOBITS {
		return 0
	}
	return mem.Addr(s.addr)
}

// tryModule reads a moduledata at addr, and keeps it if it makes sense.
func (p *Program) tryModule(addr mem.Addr) bool {
	ptr := uint64(p.file.arch.PtrSize)
	b := p.file.mem(addr, mdWords*ptr)
	if b == nil {
		return false
	}
	w := func(i uint64) mem.Addr { return mem.Addr(p.file.arch.WordAt(b, i*ptr)) }
	pair := func(i uint64) Range { return Range{w(i), w(i + 1)} }
	md := moduledata{
		addr: addr, text: pair(mdText), data: pair(mdData), bss: pair(mdBSS),
		noptrData: pair(mdNoptr), noptrBSS: pair(mdNoptrBS), types: pair(mdTypes),
		rodata: w(mdRodata), gofunc: w(mdRodata + 1),
	}
	if p.GoVersion.AtLeast(27) {
		md.types.End = w(mdTypes + 2)
		md.rodata, md.gofunc = w(mdRodata7), w(mdRodata7+1)
	}
	if !md.sane(p.file) || !md.readTables(p.file, b) {
		return false
	}
	p.md = md
	p.Text, p.Data, p.BSS, p.Types = md.text, md.data, md.bss, md.types
	p.NoptrData, p.NoptrBSS = md.noptrData, md.noptrBSS
	return true
}

func (md *moduledata) sane(f *elfFile) bool {
	for _, r := range []Range{md.text, md.data, md.bss, md.noptrData, md.noptrBSS, md.types} {
		if r.End < r.Start || r.Size() > 1<<40 {
			return false
		}
	}
	return md.text.Size() > 0 && f.mem(md.text.Start, 1) != nil &&
		f.mem(md.types.Start, md.types.Size()) != nil
}

// readTables takes the six slices that describe functions.
func (md *moduledata) readTables(f *elfFile, b []byte) bool {
	for i, s := range []struct {
		dst  *[]byte
		size uint64 // bytes of an element
	}{{&md.funcNames, 1}, {&md.cuTab, 4}, {&md.fileTab, 1}, {&md.pcTab, 1}, {&md.pcLine, 1}, {&md.ftab, 8}} {
		ptr := uint64(f.arch.PtrSize)
		at := (mdSlices + 3*uint64(i)) * ptr
		addr, n := mem.Addr(f.arch.WordAt(b, at)), f.arch.WordAt(b, at+ptr)
		if n > uint64(len(f.data)) {
			return false
		}
		if *s.dst = f.mem(addr, n*s.size); *s.dst == nil && n > 0 {
			return false
		}
	}
	return len(md.ftab) >= 16
}
