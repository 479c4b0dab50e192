package program

import (
	"bytes"
	"cmp"
	"debug/elf"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/objgraph/objgraph/mem"
)

// elfFile is the part of an ELF file that is read here: its tables of sections
// and loaded segments, over the bytes of the file. debug/elf is not used to
// parse because the tables must stay views of the mapped file, whatever sizes
// a damaged header claims; its constants are.
type elfFile struct {
	path     string
	data     []byte // the whole file, mapped; nothing writes to it
	arch     mem.Arch
	machine  elf.Machine
	pie      bool
	sections []section
	loads    []load // by address

	work    sync.WaitGroup // goroutines that read data
	closing atomic.Bool    // they are to end
	room    mem.Scratch    // of unpacked sections
}

// close ends what still reads the file, and gives back unpacked sections.
func (f *elfFile) close() {
	f.closing.Store(true)
	f.work.Wait()
	f.room.Free()
}

type section struct {
	name               string
	typ                elf.SectionType
	flags              elf.SectionFlag
	addr, off, size    uint64
	link, entsize, str uint64
}

// load is a PT_LOAD segment: [addr, addr+filesz) has bytes in the file.
type load struct{ addr, off, filesz, memsz uint64 }

// fail builds the FileError of this file.
func (f *elfFile) fail(sec string, off uint64, format string, args ...any) error {
	return &FileError{Path: f.path, Section: sec, Offset: int64(off), Err: fmt.Errorf(format, args...)}
}

// foreign names the formats that people pass by mistake.
var errNotELF = errors.New("not an ELF executable")

func foreign(data []byte) error {
	for _, k := range []struct{ magic, name string }{
		{"go1.7 heap dump", "a Go heap dump; the executable is wanted here"},
		{"\xfe\xed\xfa\xce", "Mach-O"}, {"\xfe\xed\xfa\xcf", "Mach-O"},
		{"\xce\xfa\xed\xfe", "Mach-O"}, {"\xcf\xfa\xed\xfe", "Mach-O"},
		{"\xca\xfe\xba\xbe", "a universal Mach-O"},
		{"MZ", "a Windows executable (PE)"}, {"\x01\xdf", "XCOFF"}, {"\x01\xf7", "XCOFF"},
		{"\x00asm", "WebAssembly"}, {"#!", "a script"}, {"!<arch>", "an archive"},
		{"\x1f\x8b", "gzip data"}, {"\x28\xb5\x2f\xfd", "zstd data"},
	} {
		if bytes.HasPrefix(data, []byte(k.magic)) {
			return fmt.Errorf("%w, but %s", errNotELF, k.name)
		}
	}
	if len(data) == 0 {
		return fmt.Errorf("%w: the file is empty", errNotELF)
	}
	return errNotELF
}

// parseELF reads the headers; the contents of sections stay untouched.
func parseELF(path string, data []byte) (*elfFile, error) {
	f := &elfFile{path: path, data: data}
	if !bytes.HasPrefix(data, []byte(elf.ELFMAG)) {
		return nil, &FileError{Path: path, Err: foreign(data)}
	}
	if len(data) < 52 {
		return nil, f.fail("", 0, "the ELF header is cut off at %d bytes", len(data))
	}
	if err := f.readIdent(); err != nil {
		return nil, err
	}
	if err := f.readTables(); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *elfFile) readIdent() error {
	switch class := elf.Class(f.data[elf.EI_CLASS]); class {
	case elf.ELFCLASS32:
		f.arch.PtrSize = 4
	case elf.ELFCLASS64:
		f.arch.PtrSize = 8
	default:
		return f.fail("", elf.EI_CLASS, "unknown ELF class %d", class)
	}
	switch enc := elf.Data(f.data[elf.EI_DATA]); enc {
	case elf.ELFDATA2LSB:
	case elf.ELFDATA2MSB:
		f.arch.BigEndian = true
	default:
		return f.fail("", elf.EI_DATA, "unknown ELF byte order %d", enc)
	}
	typ := elf.Type(f.arch.Uint16(f.data[16:]))
	if typ != elf.ET_EXEC && typ != elf.ET_DYN {
		return f.fail("", 16, "an ELF file, but no executable (%v)", typ)
	}
	f.pie = typ == elf.ET_DYN
	f.machine = elf.Machine(f.arch.Uint16(f.data[18:]))
	return nil
}

// at returns a cursor over [off, off+n) of the file, which is empty and bad
// when the file is shorter.
func (f *elfFile) at(off, n uint64) cursor {
	b, ok := f.bytes(off, n)
	return cursor{buf: b, arch: f.arch, bad: !ok}
}

func (f *elfFile) bytes(off, n uint64) ([]byte, bool) {
	if off > uint64(len(f.data)) || n > uint64(len(f.data))-off {
		return nil, false
	}
	return f.data[off : off+n], true
}

// readTables reads program headers and section headers.
func (f *elfFile) readTables() error {
	p := f.arch.PtrSize
	c := f.at(24, uint64(3*p+16))
	c.uint(p) // entry
	phoff, shoff := c.uint(p), c.uint(p)
	c.skip(6) // flags, header size
	phentsize, phnum := c.u16(), uint64(c.u16())
	shentsize, shnum, shstr := c.u16(), uint64(c.u16()), uint64(c.u16())
	if c.bad {
		return f.fail("", 24, "the ELF header is cut off")
	}
	if err := f.readLoads(phoff, uint64(phentsize), phnum); err != nil {
		return err
	}
	if shoff == 0 {
		return nil
	}
	return f.readSections(shoff, uint64(shentsize), shnum, shstr)
}

func (f *elfFile) readLoads(off, entsize, num uint64) error {
	if entsize < uint64(8+6*f.arch.PtrSize) && num > 0 {
		return f.fail("", off, "program headers of %d bytes", entsize)
	}
	c := f.at(off, entsize*num)
	if c.bad {
		return f.fail("", off, "%d program headers reach past the end of the file", num)
	}
	for i := range num {
		h := cursor{buf: c.buf[i*entsize : (i+1)*entsize], arch: f.arch}
		typ := elf.ProgType(h.u32())
		l := f.readLoad(&h)
		if typ == elf.PT_LOAD {
			l.filesz = min(l.filesz, l.memsz)
			f.loads = append(f.loads, l)
		}
	}
	slices.SortStableFunc(f.loads, func(a, b load) int { return cmp.Compare(a.addr, b.addr) })
	return nil
}

func (f *elfFile) readLoad(h *cursor) (l load) {
	p := f.arch.PtrSize
	if p == 8 {
		h.u32() // flags
	}
	l.off, l.addr = h.uint(p), h.uint(p)
	h.uint(p) // physical address
	l.filesz, l.memsz = h.uint(p), h.uint(p)
	return l
}

func (f *elfFile) readSections(off, entsize, num, strndx uint64) error {
	p := uint64(f.arch.PtrSize)
	want := 16 + 6*p
	if entsize < want {
		return f.fail("", off, "section headers of %d bytes", entsize)
	}
	first := f.readSection(off)
	if num == 0 { // more than fits 16 bits: kept in the first section's size
		num = first.size
	}
	if strndx == uint64(elf.SHN_XINDEX) {
		strndx = first.link
	}
	if off > uint64(len(f.data)) || num > (uint64(len(f.data))-off)/entsize {
		return f.fail("", off, "%d section headers reach past the end of the file", num)
	}
	f.sections = make([]section, num)
	for i := range num {
		f.sections[i] = f.readSection(off + i*entsize)
	}
	if strndx >= num {
		return f.fail("", off, "section names in section %d of %d", strndx, num)
	}
	f.nameSections(f.sections[strndx])
	return nil
}

func (f *elfFile) readSection(off uint64) (s section) {
	p := f.arch.PtrSize
	c := f.at(off, uint64(16+6*p))
	s.str, s.typ = uint64(c.u32()), elf.SectionType(c.u32())
	s.flags = elf.SectionFlag(c.uint(p))
	s.addr, s.off, s.size = c.uint(p), c.uint(p), c.uint(p)
	s.link = uint64(c.u32())
	c.u32() // info
	c.uint(p)
	s.entsize = c.uint(p)
	return s
}

func (f *elfFile) nameSections(strs section) {
	tab, _ := f.bytes(strs.off, strs.size)
	for i := range f.sections {
		if s := &f.sections[i]; s.str < uint64(len(tab)) {
			c := cursor{buf: tab[s.str:]}
			s.name = string(c.cstr())
		}
	}
}

// section finds a section by any of its names; nil if there is none.
func (f *elfFile) section(names ...string) *section {
	for _, name := range names {
		for i := range f.sections {
			if f.sections[i].name == name {
				return &f.sections[i]
			}
		}
	}
	return nil
}

// raw returns the bytes of a section as they are in the file; none for .bss.
func (f *elfFile) raw(s *section) ([]byte, error) {
	if s == nil || s.typ == elf.SHT_NOBITS {
		return nil, nil
	}
	b, ok := f.bytes(s.off, s.size)
	if !ok {
		return nil, f.fail(s.name, 0, "%d bytes at %#x reach past the end of the file (%d bytes)", s.size, s.off, len(f.data))
	}
	return b, nil
}

// mem returns n bytes at a virtual address, nil unless the file holds them all.
func (f *elfFile) mem(addr mem.Addr, n uint64) []byte {
	b := f.memFrom(addr)
	if n > uint64(len(b)) {
		return nil
	}
	return b[:n]
}

// memFrom returns the bytes from a virtual address to the end of its segment.
func (f *elfFile) memFrom(addr mem.Addr) []byte {
	for i := len(f.loads) - 1; i >= 0; i-- {
		l := &f.loads[i]
		if a := uint64(addr); a >= l.addr && a-l.addr < l.filesz {
			b, ok := f.bytes(l.off, l.filesz)
			if !ok {
				return nil
			}
			return b[a-l.addr:]
		}
	}
	return nil
}

// word reads the pointer-sized word at a virtual address.
func (f *elfFile) word(addr mem.Addr) (uint64, bool) {
	b := f.mem(addr, uint64(f.arch.PtrSize))
	return f.arch.Word(b), b != nil
}
