package program

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/objgraph/objgraph/mem"
)

// Image is a program bound to a dump: it takes and gives addresses of the
// dumped process. The addresses inside a *Type, *Func and *Closure stay those of
// the file.
type Image struct {
	p        *Program
	slide    Slide
	proof    proof
	globals  func() []Global
	literals func() []Global
}

// Slide is what to add to an address of the file, modulo 2^64, by what lies
// there. All are equal for one build; a twin (the unstripped build of a
// stripped program) has its data, and since Go 1.27 its types, moved by less
// than a page.
type Slide struct{ Text, Types, Itabs, Data, BSS mem.Addr }

func newImage(p *Program, s Slide) *Image {
	m := &Image{p: p, slide: s}
	m.globals = sync.OnceValue(func() []Global { return m.moved(p.globals()) })
	m.literals = sync.OnceValue(func() []Global { return m.moved(p.literals()) })
	return m
}

// Program is the executable that the image is bound to.
func (m *Image) Program() *Program { return m.p }

// Slide is how far the program was moved.
func (m *Image) Slide() Slide { return m.slide }

// proof counts the facts of the dump that the program agrees with.
type proof struct{ types, itabs, funcs int }

// How says in one line how dump and executable were found to belong together.
func (m *Image) How() string {
	id := "no build id"
	if m.p.BuildID != "" {
		id = "build id " + m.p.BuildID
	}
	s := m.slide
	if s == (Slide{s.Text, s.Text, s.Text, s.Text, s.Text}) {
		return fmt.Sprintf("%s, slide %#x", id, uint64(s.Data))
	}
	return fmt.Sprintf("twin of the dumped program (%d types, %d itabs, %d functions agree), moved by %s; %s",
		m.proof.types, m.proof.itabs, m.proof.funcs, s, id)
}

// String groups what is moved alike: "0x0 text, types, itabs, 0x20 data, bss".
func (s Slide) String() string {
	var b strings.Builder
	names := []string{"text", "types", "itabs", "data", "bss"}
	all := []mem.Addr{s.Text, s.Types, s.Itabs, s.Data, s.BSS}
	for i, by := range all {
		if slices.Contains(all[:i], by) {
			continue
		}
		fmt.Fprintf(&b, ", %#x", uint64(by))
		sep := " "
		for j := i; j < len(all); j++ {
			if all[j] == by {
				b.WriteString(sep + names[j])
				sep = ", "
			}
		}
	}
	return strings.TrimPrefix(b.String(), ", ")
}

// TypeAt is the type whose descriptor is at a run-time address, nil if there is
// none. It takes no lock once the type was asked for.
func (m *Image) TypeAt(addr mem.Addr) *Type { return m.p.types.at(addr - m.slide.Types) }

// ItabType is the concrete type of the itab at a run-time address of the
// executable, nil if there is none (itabs made at run time are not in it).
func (m *Image) ItabType(addr mem.Addr) *Type { return m.p.itabType(addr - m.slide.Itabs) }

// itabType checks an itab (internal/abi/iface.go): interface, concrete type,
// the concrete type's hash.
func (p *Program) itabType(addr mem.Addr) *Type {
	ptr := uint64(p.Arch.PtrSize)
	b := p.file.mem(addr, 2*ptr+4)
	if b == nil || uint64(addr)%ptr != 0 {
		return nil
	}
	inter, concrete := mem.Addr(p.Arch.Word(b)), mem.Addr(p.Arch.WordAt(b, ptr))
	if h, ok := p.types.header(inter); !ok || h.kind != Interface {
		return nil
	}
	hash := p.file.mem(concrete+mem.Addr(2*ptr), 4)
	if hash == nil || p.Arch.Uint32(hash) != p.Arch.Uint32(b[2*ptr:]) {
		return nil
	}
	return p.types.at(concrete)
}

// Globals lists the package variables by address. The slice is shared.
func (m *Image) Globals() []Global { return m.globals() }

// Literals lists the other symbols of the data sections by address, untyped.
func (m *Image) Literals() []Global { return m.literals() }

// GlobalAt is the package variable that holds the byte at addr, nil if none.
func (m *Image) GlobalAt(addr mem.Addr) *Global { return findGlobal(m.globals(), addr) }

// Literal is the symbol without variable that holds the byte at addr.
func (m *Image) Literal(addr mem.Addr) *Global { return findGlobal(m.literals(), addr) }

// moved returns the list with run-time addresses.
func (m *Image) moved(list []Global) []Global {
	if m.slide.Data == 0 && m.slide.BSS == 0 {
		return list
	}
	out := make([]Global, len(list))
	for i, g := range list {
		g.Addr = m.dataAddr(g.Addr)
		out[i] = g
	}
	return out
}

// dataAddr is where an address of the file's data sections is at run time.
func (m *Image) dataAddr(a mem.Addr) mem.Addr {
	if m.p.BSS.Contains(a) || m.p.NoptrBSS.Contains(a) {
		return a + m.slide.BSS
	}
	return a + m.slide.Data
}

// FuncAt is the function whose code holds pc, nil if none does.
func (m *Image) FuncAt(pc mem.Addr) *Func {
	i := m.p.funcs.find(pc - m.slide.Text)
	if i < 0 {
		return nil
	}
	return m.p.funcs.get(i)
}

// IsEntry reports whether a function starts at pc.
func (m *Image) IsEntry(pc mem.Addr) bool { return m.p.funcs.isEntry(pc - m.slide.Text) }

// Closure is the layout of the closures whose code starts at entry, nil when
// entry is no function's, or nothing is known to be captured.
func (m *Image) Closure(entry mem.Addr) *Closure { return m.p.closure(entry - m.slide.Text) }

// Vars lists the locals and arguments in memory of the frame whose return
// address is pc, inlined calls included. The slice is shared.
func (m *Image) Vars(pc mem.Addr) []Var { return m.p.frameVars(pc - m.slide.Text) }

// LookupType finds a type by its full or short name, nil if there is none. The
// first call reads all names of the program.
func (m *Image) LookupType(name string) *Type { return m.p.lookupType(name) }

// StackObjects lists the variables and temporaries of the frame whose return
// address is pc that hold pointers and are used by their address. The collector
// scans one if it meets a pointer to it, whatever the frame's field list says.
func (m *Image) StackObjects(pc mem.Addr) []StackObject { return m.p.stackObjects(pc - m.slide.Text) }
