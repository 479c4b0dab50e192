package program

import (
	"debug/dwarf"
	"math"
	"sort"
	"sync"

	"github.com/objgraph/objgraph/mem"
)

// Attributes that Go adds to DWARF (cmd/internal/dwarf).
const (
	attrGoKind       dwarf.Attr = 0x2900
	attrGoKey        dwarf.Attr = 0x2901
	attrGoElem       dwarf.Attr = 0x2902
	attrGoEmbedded   dwarf.Attr = 0x2903
	attrGoRuntime    dwarf.Attr = 0x2904 // descriptor - start of Types, 0: none
	attrGoPkgName    dwarf.Attr = 0x2905
	attrGoClosureOff dwarf.Attr = 0x2907 // Go 1.23 on

	langGo = 0x16
)

// dwarfData is the part of DWARF that Go writes: the compile units in Go, and
// where their types, package variables and functions stand. Only offsets are
// kept; entries are decoded again when asked for.
type dwarfData struct {
	file  *elfFile
	info  *unpacked // .debug_info
	str   []byte    // .debug_str, .debug_line_str: cgo with other producers only
	lstr  []byte
	units []unit // in Go, by offset

	addrs  func() []byte // .debug_addr, needed by DWARF 5 from the start
	tables abbrevTables

	types []uint32 // offsets of named types, ascending
	vars  []dieVar // package variables, by offset
	funcs []dieFunc
}

// unit is a compile unit.
type unit struct {
	off, end          uint64 // in .debug_info; off is what ref4 counts from
	first             uint64 // offset of its first DIE
	version           int
	addrSize, offSize int
	abbrevs           *abbrevTable
	abbrevOff         uint64 // in .debug_abbrev
	name, pkgName     string // import path (escaped) and package name
	low               uint64 // base of its location and range lists
	addrBase          uint64 // into .debug_addr
	loclists          uint64 // base of loclistx
	rnglists          uint64
}

// dieVar is a package variable; dieFunc a function with code.
type dieVar struct {
	die  uint32
	addr mem.Addr
	typ  typeRef // from an index, which has only variables with names
	name string
}

type dieFunc struct {
	low, high mem.Addr
	die       uint32
}

// readDWARF finds the units and indexes them with so many workers, while
// .debug_info is still being unpacked; nil, nil without DWARF.
func readDWARF(f *elfFile, workers int) (*dwarfData, error) {
	d, err := openDWARF(f)
	if d == nil {
		return nil, err
	}
	f.start(d.info)
	if err := d.index(workers); err != nil {
		return nil, err
	}
	return d, nil
}

// openDWARF finds the sections and reads the abbreviations; nil, nil without DWARF.
func openDWARF(f *elfFile) (*dwarfData, error) {
	load := func(name string) ([]byte, error) { return f.contents(f.section("."+name, ".z"+name)) }
	abbrevs, err := load("debug_abbrev")
	if err != nil || len(abbrevs) == 0 {
		return nil, err
	}
	d := &dwarfData{file: f, tables: abbrevTables{section: abbrevs}}
	if d.info, err = f.unpacked(f.section(".debug_info", ".zdebug_info")); err != nil || len(d.info.data) == 0 {
		return nil, err
	}
	if uint64(len(d.info.data)) > math.MaxUint32 {
		return nil, f.fail(".debug_info", 0, "%d bytes, more than 4 GiB", len(d.info.data))
	}
	// Absent or damaged strings only cost names of other producers.
	d.str, _ = load("debug_str")
	d.lstr, _ = load("debug_line_str")
	d.addrs = sync.OnceValue(func() []byte { b, _ := load("debug_addr"); return b })
	return d, nil
}

// eachUnit reads the headers, and passes on the units written in Go.
func (d *dwarfData) eachUnit(f func(unit)) error {
	all := d.info.data
	for at := 0; at < len(all); {
		if err := d.info.wait(min(at+maxUnitHeader, len(all))); err != nil {
			return err
		}
		c := cursor{buf: all, off: at, arch: d.file.arch}
		u, abbrevOff, ok := readUnit(&c)
		if !ok {
			return d.file.fail(".debug_info", uint64(at), "a unit header is damaged")
		}
		if at = int(u.end); u.version < 2 || u.version > 5 || u.addrSize != d.file.arch.PtrSize {
			continue
		}
		if err := d.info.wait(at); err != nil {
			return err
		}
		if u.abbrevs = d.tables.at(abbrevOff); u.abbrevs != nil && d.readUnitDIE(&u) {
			u.abbrevOff = abbrevOff
			f(u)
		}
	}
	return d.info.wait(len(all))
}

// maxUnitHeader is how long a unit's header is at most.
const maxUnitHeader = 24

// readUnit reads one unit header; the cursor stops anywhere before u.end.
func readUnit(c *cursor) (u unit, abbrevOff uint64, ok bool) {
	u.off, u.offSize = uint64(c.off), 4
	n := uint64(c.u32())
	if n == math.MaxUint32 {
		n, u.offSize = c.u64(), 8
	}
	if c.bad || n > uint64(c.left()) || n < 7 {
		return u, 0, false
	}
	u.end = uint64(c.off) + n
	u.version = int(c.u16())
	if u.version >= 5 {
		typ := c.u8()
		u.addrSize = int(c.u8())
		abbrevOff = c.uint(u.offSize)
		if typ != 1 && typ != 3 { // neither compile nor partial unit
			u.version = 0
		}
	} else {
		abbrevOff = c.uint(u.offSize)
		u.addrSize = int(c.u8())
	}
	u.first = uint64(c.off)
	return u, abbrevOff, !c.bad && u.first <= u.end
}

// readUnitDIE takes the unit's own attributes, and reports whether it is Go.
func (d *dwarfData) readUnitDIE(u *unit) bool {
	c := d.cursor(u, u.first)
	a := u.abbrevs.get(c.uleb())
	if a == nil {
		return false
	}
	var lang uint64
	var low value
	for i := range a.attrs {
		v := u.read(&c, &a.attrs[i])
		switch a.attrs[i].attr {
		case dwarf.AttrLanguage:
			lang = v.u
		case dwarf.AttrName:
			u.name = string(d.text(v))
		case attrGoPkgName:
			u.pkgName = string(d.text(v))
		case dwarf.AttrLowpc:
			low = v
		case dwarf.AttrAddrBase:
			u.addrBase = v.u
		case dwarf.AttrLoclistsBase:
			u.loclists = v.u
		case dwarf.AttrRnglistsBase:
			u.rnglists = v.u
		}
	}
	u.low, _ = d.addr(u, low)
	return lang == langGo && !c.bad
}

// cursor decodes from an offset of .debug_info to the end of its unit.
func (d *dwarfData) cursor(u *unit, off uint64) cursor {
	c := d.info.cursor(int(off), int(u.end))
	c.arch = d.file.arch
	return c
}

// unitAt is the unit that holds an offset, nil if none written in Go does.
func (d *dwarfData) unitAt(off uint64) *unit {
	i := sort.Search(len(d.units), func(i int) bool { return d.units[i].end > off })
	if i == len(d.units) || off < d.units[i].first {
		return nil
	}
	return &d.units[i]
}

// text is the string of an attribute, nil if it is kept in a way Go never uses.
func (d *dwarfData) text(v value) []byte {
	switch v.form {
	case formString:
		return v.b
	case formStrp:
		return cstrAt(d.str, v.u)
	case formLineStrp:
		return cstrAt(d.lstr, v.u)
	}
	return nil
}

func cstrAt(sec []byte, off uint64) []byte {
	if off >= uint64(len(sec)) {
		return nil
	}
	c := cursor{buf: sec[off:]}
	return c.cstr()
}

// addr resolves an address attribute, through .debug_addr where it is an index.
func (d *dwarfData) addr(u *unit, v value) (uint64, bool) {
	switch {
	case v.form == formAddr:
		return v.u, true
	case v.isAddrx():
		return d.indexedAddr(u, v.u)
	}
	return 0, false
}

func (d *dwarfData) indexedAddr(u *unit, index uint64) (uint64, bool) {
	sec, size := d.addrs(), uint64(u.addrSize)
	if index > uint64(len(sec)) {
		return 0, false
	}
	off := u.addrBase + index*size
	if off > uint64(len(sec)) || uint64(len(sec))-off < size {
		return 0, false
	}
	return d.file.arch.Word(sec[off:]), true
}
