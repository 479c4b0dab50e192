package program

import (
	"cmp"
	"debug/elf"
	"slices"
	"sort"

	"github.com/objgraph/objgraph/mem"
)

// Global is a package variable, or a symbol in a data section that is none
// (a literal such as main..stmp_3), which has no type.
type Global struct {
	Name     string // main.registry, cron.parser
	FullName string // github.com/robfig/cron/v3.parser
	PkgPath  string
	Addr     mem.Addr
	Size     uint64 // bytes
	Type     *Type  // nil if not known
	File     string // where it is declared: "" as Go's DWARF does not say it
	Line     int
}

// readGlobals lists the variables that DWARF names in the data sections, by
// address. Two names of one address (an alias) both stay, by name.
func (p *Program) readGlobals() []Global {
	if p.dwarf == nil {
		return nil
	}
	list := make([]Global, 0, len(p.dwarf.vars))
	for _, v := range p.dwarf.vars {
		if p.inData(v.addr) && p.readVar(&v) {
			g := p.newGlobal(v.name, v.addr)
			if g.Type = p.typeOf(v.typ); g.Type != nil {
				g.Size = g.Type.Size
			}
			list = append(list, g)
		}
	}
	sortGlobals(list)
	return list
}

// readVar takes a variable's name and type from its entry, if it is not known.
func (p *Program) readVar(v *dieVar) bool {
	if v.name != "" {
		return true
	}
	e, _, ok := p.dwarf.entry(v.die)
	v.name, v.typ = string(e.name), refToDIE(e.typ)
	return ok && v.name != ""
}

func (p *Program) newGlobal(name string, addr mem.Addr) Global {
	return Global{Name: p.names().short(name), FullName: unescapePath(name), PkgPath: funcPackage(name), Addr: addr}
}

func sortGlobals(list []Global) {
	slices.SortFunc(list, func(a, b Global) int {
		return cmp.Or(cmp.Compare(a.Addr, b.Addr), cmp.Compare(a.FullName, b.FullName))
	})
}

// inData reports whether an address lies in one of the four data ranges.
func (p *Program) inData(a mem.Addr) bool {
	return p.Data.Contains(a) || p.BSS.Contains(a) || p.NoptrData.Contains(a) || p.NoptrBSS.Contains(a)
}

// readLiterals lists the symbols of the data sections that are no variables.
func (p *Program) readLiterals() (list []Global) {
	p.eachSymbol(func(sym symbol, name []byte) {
		if sym.size == 0 || sym.typ != elf.STT_OBJECT || !p.inData(sym.addr) || p.globalAt(sym.addr) != nil {
			return
		}
		g := p.newGlobal(string(name), sym.addr)
		g.Size = sym.size
		list = append(list, g)
	})
	sortGlobals(list)
	return list
}

// eachSymbol calls f for the entries of the symbol table, if there is one.
func (p *Program) eachSymbol(f func(s symbol, name []byte)) {
	tab := p.debug.section(".symtab")
	b, err := p.debug.raw(tab)
	if err != nil || tab == nil || tab.link >= uint64(len(p.debug.sections)) {
		return
	}
	strs, err := p.debug.raw(&p.debug.sections[tab.link])
	if err != nil {
		return
	}
	for c := (cursor{buf: b, arch: p.Arch}); c.left() > 0; {
		sym := readSymbol(&c)
		if c.bad {
			break
		}
		f(sym, cstrAt(strs, sym.name))
	}
}

type symbol struct {
	name, size uint64
	addr       mem.Addr
	typ        elf.SymType
}

// readSymbol reads an entry of a symbol table; 32 and 64 bits differ in order.
func readSymbol(c *cursor) (s symbol) {
	s.name = uint64(c.u32())
	if c.arch.PtrSize == 8 {
		s.typ = elf.ST_TYPE(c.u8())
		c.skip(3)
		s.addr, s.size = mem.Addr(c.u64()), c.u64()
		return s
	}
	s.addr, s.size = mem.Addr(c.u32()), uint64(c.u32())
	s.typ = elf.ST_TYPE(c.u8())
	c.skip(3)
	return s
}

// globalAt is the variable that holds the byte at a file address, nil if none.
func (p *Program) globalAt(addr mem.Addr) *Global { return findGlobal(p.globals(), addr) }

// findGlobal looks an address up in a sorted list.
func findGlobal(list []Global, addr mem.Addr) *Global {
	i := sort.Search(len(list), func(i int) bool { return list[i].Addr > addr }) - 1
	for ; i >= 0; i-- {
		if g := &list[i]; addr-g.Addr < mem.Addr(g.Size) {
			return g
		}
		if list[i].Size > 0 {
			break
		}
	}
	return nil
}
