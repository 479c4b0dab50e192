package program

import (
	"bytes"
	"debug/elf"
	"runtime/debug"
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// The build information since Go 1.18: 14 bytes of magic, pointer size, flags
// (2: strings follow inline), 16 unused bytes, then Go version and module text,
// each a varint length and bytes; the text between two 16-byte marks.
const (
	buildMagic      = "\xff Go buildinf:"
	buildHeaderSize = 32
	buildInline     = 2
	buildMarkSize   = 16
)

// readBuildInfo fills what the linker wrote about the build.
func (p *Program) readBuildInfo() error {
	sec := p.file.section(".go.buildinfo")
	b, err := p.file.raw(sec)
	if err != nil {
		return err
	}
	if i := bytes.Index(b, []byte(buildMagic)); i >= 0 {
		b = b[i:]
	}
	if len(b) < buildHeaderSize || !bytes.HasPrefix(b, []byte(buildMagic)) {
		return p.file.fail("", 0, "no Go executable: it has no build information")
	}
	if b[15]&buildInline == 0 {
		return p.file.fail(sec.name, 15, "written by a Go before 1.18")
	}
	c := cursor{buf: b[buildHeaderSize:]}
	version, mod := string(c.take(c.uleb())), c.take(c.uleb())
	if c.bad || version == "" {
		return p.file.fail(sec.name, buildHeaderSize, "the build information is cut off")
	}
	p.GoVersion = mem.GoVersion(version)
	p.readModules(mod)
	return nil
}

func (p *Program) readModules(text []byte) {
	if len(text) < 2*buildMarkSize {
		return
	}
	info, err := debug.ParseBuildInfo(string(text[buildMarkSize : len(text)-buildMarkSize]))
	if err != nil {
		p.warn("module list: %v", err)
		return
	}
	p.MainPath, p.MainModule = info.Path, info.Main.Path
	for _, m := range info.Deps {
		p.Modules = append(p.Modules, m.Path)
	}
}

// readBuildID takes the Go build id from its note: name size, id size, type 4,
// "Go\0\0", the id.
func (p *Program) readBuildID() {
	b, err := p.file.raw(p.file.section(".note.go.buildid"))
	if err != nil {
		p.warn("%v", err)
		return
	}
	c := cursor{buf: b, arch: p.file.arch}
	nameSize, size, typ := c.u32(), c.u32(), c.u32()
	if name := c.take(mem.Align(uint64(nameSize), 4)); typ == 4 && bytes.HasPrefix(name, []byte("Go\x00")) {
		p.BuildID = string(c.take(uint64(size)))
	}
}

// goarch is the GOARCH of an ELF file, "" if Go has no such target.
func (f *elfFile) goarch() string {
	little := !f.arch.BigEndian
	switch {
	case f.machine == elf.EM_X86_64:
		return "amd64"
	case f.machine == elf.EM_386:
		return "386"
	case f.machine == elf.EM_AARCH64:
		return "arm64"
	case f.machine == elf.EM_ARM:
		return "arm"
	case f.machine == elf.EM_RISCV:
		return "riscv64"
	case f.machine == elf.EM_LOONGARCH:
		return "loong64"
	case f.machine == elf.EM_S390:
		return "s390x"
	case f.machine == elf.EM_PPC64 && little:
		return "ppc64le"
	case f.machine == elf.EM_PPC64:
		return "ppc64"
	case f.machine == elf.EM_MIPS:
		name := "mips"
		if f.arch.PtrSize == 8 {
			name += "64"
		}
		if little {
			name += "le"
		}
		return name
	}
	return ""
}

// plainVersion is the version without the list of experiments, whose spelling
// differs between the build information and runtime.Version.
func plainVersion(v mem.GoVersion) string {
	s, _, _ := strings.Cut(string(v), "X:")
	return strings.TrimRight(s, " -")
}
