package program

import (
	"fmt"
	"sync"

	"github.com/objgraph/objgraph/mem"
)

// Program is an executable file. Its addresses are those of the file.
type Program struct {
	Path       string
	Arch       mem.Arch
	Machine    string // GOARCH
	GoVersion  mem.GoVersion
	BuildID    string
	PIE        bool
	HasDWARF   bool
	MainPath   string   // import path of package main, "command-line-arguments" for files
	MainModule string   // "" outside a module
	Modules    []string // paths of the modules it depends on
	Warnings   []string // what could not be read and is therefore not known

	Text, Data, BSS, NoptrData, NoptrBSS Range
	Types                                Range // descriptors and the names they use

	workers int

	file  *elfFile
	debug *elfFile // with symbols and DWARF: file, or one apart
	unmap func() error
	md    moduledata
	funcs *funcTable
	types *typeTable
	dwarf *dwarfData // nil without DWARF

	pkgNames     func() *pkgNames
	globals      func() []Global
	literals     func() []Global
	typeNames    func() map[string]typeRef
	allocations  func() *allocations
	code         func() *flowTables
	typeIndex    func() *typeIndex
	closures     sync.Map // entry mem.Addr -> *Closure, nil inside if unknown
	frameCache   sync.Map // pc mem.Addr -> []Var
	placeSecs    func() [4]*unpacked
	places       func() *placeTables
	dictionaries func() map[string][]typeArgs // of generic code, by function or type
}

// Options says how to open an executable. The zero value will do.
type Options struct {
	// Debug is the path of a file with the symbols and DWARF of the executable, if
	// they were moved out of it, see OpenSplit.
	Debug string
	// Workers is how many goroutines share the work, 0 for one a processor. The
	// answers do not depend on it.
	Workers int
}

// Open reads an ELF executable written by Go 1.21 to 1.27. The error is a
// *FileError, or the system's if the file cannot be opened. The file stays
// mapped until Close.
func Open(path string) (*Program, error) { return OpenWith(path, Options{}) }

// OpenWith is Open with options.
func OpenWith(path string, o Options) (*Program, error) {
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	p, err := parseWith(path, data, o)
	if err != nil {
		unmap()
		return nil, err
	}
	p.unmap = unmap
	if o.Debug == "" {
		return p, nil
	}
	if err := p.addDebug(o.Debug); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// Close releases the file. Types, variables and functions obtained before stay
// valid; asking for others does not.
func (p *Program) Close() error {
	p.file.close()
	p.debug.close()
	return p.unmap()
}

func (p *Program) warn(format string, args ...any) {
	p.Warnings = append(p.Warnings, fmt.Sprintf(format, args...))
}

func parse(path string, data []byte) (*Program, error) { return parseWith(path, data, Options{}) }

// parseWith reads what Open promises from the bytes of a file.
func parseWith(path string, data []byte, o Options) (*Program, error) {
	f, err := parseELF(path, data)
	if err != nil {
		return nil, err
	}
	p := &Program{workers: o.Workers, Path: path, file: f, debug: f, Arch: f.arch, Machine: f.goarch(), PIE: f.pie}
	p.unmap = func() error { return nil }
	if err := p.readBuildInfo(); err != nil {
		return nil, err
	}
	p.readBuildID()
	if v := p.GoVersion.Minor(); v != 0 && v < 20 {
		return nil, f.fail("", 0, "%s is too old: Go 1.21 and later are read", p.GoVersion)
	}
	if err := p.readModule(); err != nil {
		return nil, err
	}
	p.funcs = newFuncTable(p)
	p.types = newTypeTable(p)
	if p.dwarf, err = readDWARF(f, p.workers); err != nil {
		f.close()
		p.warn("no names of variables: %v", err)
	} else if p.dwarf == nil {
		p.warnStripped()
	}
	p.HasDWARF = p.dwarf != nil
	p.lazily()
	return p, nil
}

// lazily sets up what is computed when first asked for.
func (p *Program) lazily() {
	p.pkgNames = sync.OnceValue(p.readPkgNames)
	p.globals = sync.OnceValue(p.readGlobals)
	p.literals = sync.OnceValue(p.readLiterals)
	p.typeNames = sync.OnceValue(p.readTypeNames)
	p.allocations = sync.OnceValue(p.scanAllocations)
	p.code = sync.OnceValue(p.readCode)
	p.typeIndex = sync.OnceValue(p.readTypeIndex)
	p.placeSecs = sync.OnceValue(p.openPlaces)
	p.places = sync.OnceValue(p.readPlaces)
	p.dictionaries = sync.OnceValue(p.readDictionaries)
}

func (p *Program) names() *pkgNames { return p.pkgNames() }
