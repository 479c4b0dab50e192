package program

import (
	"errors"
	"fmt"

	"github.com/objgraph/objgraph/mem"
)

// OpenSplit is Open for an executable whose symbols and DWARF were moved to a
// file of their own (objcopy --only-keep-debug). One of another build is refused
// with ErrOtherBuild.
func OpenSplit(path, debug string) (*Program, error) {
	return OpenWith(path, Options{Debug: debug})
}

// ErrOtherBuild means that a file of symbols does not belong to the executable.
var ErrOtherBuild = errors.New("of another build")

var errNoDWARF = errors.New("it has no DWARF")

// addDebug takes symbols and DWARF from another file.
func (p *Program) addDebug(path string) error {
	m, err := mapFile(path)
	if err != nil {
		return err
	}
	if err = p.readDebug(path, m.data); err != nil {
		return errors.Join(err, m.close())
	}
	first := p.unmap
	p.unmap = func() error { return errors.Join(first(), m.close()) }
	return nil
}

func (p *Program) readDebug(path string, data []byte) error {
	f, err := parseELF(path, data)
	if err != nil {
		return err
	}
	if err := p.sameBuild(f); err != nil {
		return err
	}
	d, err := readDWARF(f, p.workers)
	if err != nil {
		f.close()
		return err
	}
	if d == nil {
		return &FileError{Path: path, Err: errNoDWARF}
	}
	p.debug, p.dwarf, p.HasDWARF, p.Warnings = f, d, true, nil
	p.lazily()
	return nil
}

// sameBuild compares what both files keep of the link.
func (p *Program) sameBuild(f *elfFile) error {
	other := &Program{file: f, Machine: f.goarch()}
	other.readBuildID()
	differ := func(what, exe, debug string) error {
		return &FileError{Path: f.path, Err: fmt.Errorf("%w: its %s is %s, the executable's %s", ErrOtherBuild, what, debug, exe)}
	}
	a, b := p.file.section(".text"), f.section(".text")
	switch {
	case p.Machine != other.Machine:
		return differ("architecture", p.Machine, other.Machine)
	case p.BuildID != other.BuildID && p.BuildID != "" && other.BuildID != "":
		return differ("build id", p.BuildID, other.BuildID)
	case a == nil || b == nil:
		return &FileError{Path: f.path, Err: fmt.Errorf("%w: one of the files has no section .text", ErrOtherBuild)}
	case a.addr != b.addr:
		return differ("text", mem.Addr(a.addr).String(), mem.Addr(b.addr).String())
	case a.size != b.size:
		return differ("text", sizeName(a.size), sizeName(b.size))
	}
	return nil
}

// warnStripped says what a stripped executable lacks, and what would help.
func (p *Program) warnStripped() {
	p.warn("%s is stripped (it has no DWARF): variables have no names, and types come from the machine code. "+
		"Build the same source with the same toolchain without -s -w and give it as --exe", p.Path)
}
