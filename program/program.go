package program

import (
	"fmt"
	"io"
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

	workers   int
	indexDir  string // "" for no index
	fromIndex bool
	preload   sync.Once

	file     *elfFile
	debug    *elfFile    // with symbols and DWARF: file, or one apart
	contents io.ReaderAt // of the executable
	unmap    func() error
	md       moduledata
	funcs    *funcTable
	types    *typeTable
	dwarf    *dwarfData // nil without DWARF

	pkgNames     func() *pkgNames
	globals      func() []Global
	literals     func() []Global
	descriptors  func() []mem.Addr
	typeNames    func() *typeNames
	calls        func() []allocation
	allocations  func() *allocations
	code         func() *flowTables
	typeIndex    func() *typeIndex
	closures     sync.Map // entry mem.Addr -> *Closure, nil inside if unknown
	frameCache   sync.Map // pc mem.Addr -> []Var
	placeSecs    func() [4]*unpacked
	places       func() *placeTables
	dictionaries func() map[string][]typeArgs // of generic code, by function or type

	dictionaryArgs func() map[mem.Addr][]string // by address in the file
	substituted    sync.Map                     // full name -> *Type, see substitute
}

// Options says how to open an executable. The zero value will do.
type Options struct {
	// Debug is the path of a file with the symbols and DWARF of the executable, if
	// they were moved out of it, see OpenSplit.
	Debug string
	// Workers is how many goroutines share the work, 0 for one a processor. The
	// answers do not depend on it.
	Workers int
	// Cache is the folder of indexes, by which an executable opens faster the
	// second time. "" is that of the environment variable OBJGRAPH_CACHE, or else
	// objgraph in the user's cache folder, and for executables from 8 MB on.
	// CacheOff is none. Preload writes an index.
	Cache string
}

// Open reads an ELF executable written by Go 1.21 to 1.27. The error is a
// *FileError, or the system's if the file cannot be opened. The file stays
// mapped until Close.
func Open(path string) (*Program, error) { return OpenWith(path, Options{}) }

// OpenWith is Open with options.
func OpenWith(path string, o Options) (*Program, error) {
	m, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	p, err := parseWith(path, m, o)
	if err != nil {
		m.close()
		return nil, err
	}
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

func parse(path string, data []byte) (*Program, error) {
	return parseWith(path, inMemory(data), Options{Cache: CacheOff})
}

// parseWith reads what Open promises from a file.
func parseWith(path string, m *mapped, o Options) (*Program, error) {
	p, err := parseBare(path, m, o)
	if err != nil {
		return nil, err
	}
	p.indexDir = p.indexable(o)
	if x := p.findIndex(); x == nil || !p.restore(x) {
		p.openFresh()
	}
	p.HasDWARF = p.dwarf != nil
	if !p.HasDWARF && len(p.Warnings) == 0 {
		p.warnStripped()
	}
	return p, nil
}

// parseBare reads where descriptors and functions are.
func parseBare(path string, m *mapped, o Options) (*Program, error) {
	f, err := parseELF(path, m.data)
	if err != nil {
		return nil, err
	}
	p := &Program{workers: o.Workers, Path: path, file: f, debug: f, Arch: f.arch, Machine: f.goarch(), PIE: f.pie}
	p.contents, p.unmap = m.file, m.close
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
	p.lazily()
	return p, nil
}

// openFresh reads the units of DWARF, without help from an index.
func (p *Program) openFresh() {
	var err error
	if p.dwarf, err = readDWARF(p.file, p.workers); err != nil {
		p.file.close()
		p.warn("no names of variables: %v", err)
	}
}

// lazily sets up what is computed when first asked for.
func (p *Program) lazily() {
	p.pkgNames = sync.OnceValue(p.readPkgNames)
	p.globals = sync.OnceValue(p.readGlobals)
	p.literals = sync.OnceValue(p.readLiterals)
	p.descriptors = sync.OnceValue(p.readDescriptors)
	p.typeNames = sync.OnceValue(p.readTypeNames)
	p.calls = sync.OnceValue(p.scanAllocations)
	p.allocations = sync.OnceValue(p.readAllocations)
	p.code = sync.OnceValue(p.readCode)
	p.typeIndex = sync.OnceValue(p.readTypeIndex)
	p.placeSecs = sync.OnceValue(p.openPlaces)
	p.places = sync.OnceValue(p.readPlaces)
	p.dictionaries = sync.OnceValue(p.readDictionaries)
	p.dictionaryArgs = sync.OnceValue(p.readDictionaryArgs)
}

func (p *Program) names() *pkgNames { return p.pkgNames() }
