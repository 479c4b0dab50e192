package program

import (
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// Facts are what a dump shows of the program that wrote it. Addresses are those
// of the process. What is left zero is not compared.
type Facts struct {
	Arch              mem.Arch
	Machine           string // GOARCH
	GoVersion         mem.GoVersion
	DataAddr, BSSAddr mem.Addr
	DataSize, BSSSize uint64
	Types             []TypeFact
	Itabs             []ItabFact
	Funcs             []FuncFact
}

// TypeFact is a type record: the descriptor's address, the size of a value, and
// package path, dot and name (nothing behind the dot for an unnamed type).
type TypeFact struct {
	Addr mem.Addr
	Size uint64
	Name string
}

// ItabFact is an itab record. Itabs made at run time lie outside of the
// executable and prove nothing.
type ItabFact struct{ Addr, Type mem.Addr }

// FuncFact is a frame's function.
type FuncFact struct {
	Entry mem.Addr
	Name  string
}

const pageSize = 4096

// Bind proves that the dump was written by this program, and says by how much
// the program was moved. The error is a *MismatchError.
//
// The executable may also be a twin of the dumped one: built from the same
// sources, but not stripped. Its data, and since Go 1.27 its descriptors, stand
// a little elsewhere, which is accepted if the types and functions of the dump
// prove it.
func (p *Program) Bind(f Facts) (*Image, error) {
	if err := p.compareBuild(f); err != nil {
		return nil, err
	}
	slide, err := p.findSlide(f)
	if err != nil {
		return nil, err
	}
	m := newImage(p, slide)
	if err := m.compareFuncs(f.Funcs); err != nil {
		return nil, err
	}
	if err := m.chooseTypes(f.Types); err != nil {
		return nil, err
	}
	if err := m.chooseItabs(f.Itabs); err != nil {
		return nil, err
	}
	m.proof = proof{types: len(f.Types), funcs: len(f.Funcs)}
	for _, it := range f.Itabs {
		if m.ItabType(it.Addr) != nil {
			m.proof.itabs++
		}
	}
	return m, nil
}

// compareBuild compares what holds wherever the program was loaded.
func (p *Program) compareBuild(f Facts) error {
	if dump, exe := plainVersion(f.GoVersion), plainVersion(p.GoVersion); f.GoVersion != "" && dump != exe {
		return &MismatchError{"go version", dump, exe}
	}
	if f.Machine != "" && p.Machine != f.Machine {
		return &MismatchError{"architecture", f.Machine, p.Machine}
	}
	if f.Arch != (mem.Arch{}) && f.Arch != p.Arch {
		return &MismatchError{"words", wordName(f.Arch), wordName(p.Arch)}
	}
	if f.DataAddr != 0 && f.DataSize != p.Data.Size() {
		return &MismatchError{"data segment", sizeName(f.DataSize), sizeName(p.Data.Size())}
	}
	if f.BSSAddr != 0 && f.BSSSize != p.BSS.Size() {
		return &MismatchError{"bss segment", sizeName(f.BSSSize), sizeName(p.BSS.Size())}
	}
	return nil
}

func sizeName(n uint64) string { return fmt.Sprintf("%d bytes", n) }

func wordName(a mem.Arch) string {
	order := "little-endian"
	if a.BigEndian {
		order = "big-endian"
	}
	return fmt.Sprintf("%d bytes %s", a.PtrSize, order)
}

// findSlide derives the slides: data and bss from their addresses, text from
// the first function known by name.
func (p *Program) findSlide(f Facts) (s Slide, err error) {
	switch {
	case f.DataAddr != 0:
		s.Data = f.DataAddr - p.Data.Start
	case f.BSSAddr != 0:
		s.Data = f.BSSAddr - p.BSS.Start
	}
	s.BSS, s.Text, s.Types, s.Itabs = s.Data, s.Data, s.Data, s.Data
	if f.BSSAddr != 0 {
		s.BSS = f.BSSAddr - p.BSS.Start
	}
	if slidePossible(p.PIE, s.Data) && s.BSS == s.Data {
		return s, nil
	}
	for _, fn := range f.Funcs {
		if i := p.funcs.lookup(fn.Name); i >= 0 {
			s.Text = fn.Entry - p.funcs.entry(i)
			break
		}
	}
	if len(f.Types) == 0 || !slidePossible(p.PIE, s.Text) || !near(s.Data, s.Text) || !near(s.BSS, s.Text) {
		return s, p.addressMismatch(f, s)
	}
	return s, nil
}

// near reports whether two slides differ by at most a page.
func near(a, b mem.Addr) bool { return a-b+pageSize <= 2*pageSize }

// slidePossible: only a PIE is moved, and by whole pages.
func slidePossible(pie bool, by mem.Addr) bool { return by == 0 || pie && by%pageSize == 0 }

func (p *Program) addressMismatch(f Facts, s Slide) error {
	if slidePossible(p.PIE, s.Data) {
		return &MismatchError{"bss address", f.BSSAddr.String(), (p.BSS.Start + s.Data).String()}
	}
	exe := p.Data.Start.String()
	if p.PIE {
		exe += " plus whole pages"
	}
	return &MismatchError{"data address", f.DataAddr.String(), exe}
}

func (m *Image) compareFuncs(facts []FuncFact) error {
	for _, f := range facts {
		i := m.p.funcs.find(f.Entry - m.slide.Text)
		name, fact := "no function", "function at "+f.Entry.String()
		if i >= 0 && m.p.funcs.entry(i) == f.Entry-m.slide.Text {
			name = string(m.p.funcs.rawName(i))
		}
		if name != f.Name {
			return &MismatchError{fact, f.Name, name}
		}
	}
	return nil
}

// chooseTypes takes the slide under which all type records resolve: that of the
// text, near which types stood up to Go 1.26, that of the data, or the one that
// brings the first record to the type of its name.
func (m *Image) chooseTypes(facts []TypeFact) error {
	slides := []mem.Addr{m.slide.Text, m.slide.Data}
	compare := func() error { return m.compareTypes(facts) }
	err := m.choose(&m.slide.Types, slides, compare)
	if err == nil {
		return nil
	}
	if s, ok := m.slideByName(facts); ok && m.choose(&m.slide.Types, []mem.Addr{s}, compare) == nil {
		return nil
	}
	return err
}

// slideByName is how far the first record with a name that the program has is
// away from that type, if less than a page more than the text.
func (m *Image) slideByName(facts []TypeFact) (mem.Addr, bool) {
	for _, f := range facts {
		if t := m.p.lookupType(f.Name); t != nil && t.Addr != 0 && f.Name != "" {
			s := f.Addr - t.Addr
			return s, near(s, m.slide.Text)
		}
	}
	return 0, false
}

// chooseItabs does the same for itabs, which stand with the read-only data, the
// types or the data, as the version has it.
func (m *Image) chooseItabs(facts []ItabFact) error {
	slides := []mem.Addr{m.slide.Text, m.slide.Types, m.slide.Data}
	return m.choose(&m.slide.Itabs, slides, func() error { return m.compareItabs(facts) })
}

// choose sets a slide to the first candidate that compare accepts. The error is
// that of the first.
func (m *Image) choose(slide *mem.Addr, from []mem.Addr, compare func() error) (first error) {
	for _, *slide = range from {
		err := compare()
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

func (m *Image) compareTypes(facts []TypeFact) error {
	for _, f := range facts {
		fact := "type at " + f.Addr.String()
		t := m.TypeAt(f.Addr)
		switch {
		case t == nil:
			return &MismatchError{fact, f.Name, "no type"}
		case t.Size != f.Size:
			return &MismatchError{fact + " (" + t.Name + ")", sizeName(f.Size), sizeName(t.Size)}
		case !sameName(t, f.Name):
			return &MismatchError{fact, f.Name, t.FullName}
		}
	}
	return nil
}

// sameName compares with the name of a record: package path, dot, name; or the
// type's text if it has no package.
func sameName(t *Type, record string) bool {
	switch {
	case record == "" || record == t.Name:
		return true
	case strings.HasSuffix(record, "."):
		return !t.Named
	}
	return record == t.FullName
}

func (m *Image) compareItabs(facts []ItabFact) error {
	for _, f := range facts {
		t := m.ItabType(f.Addr)
		if t != nil && t != m.TypeAt(f.Type) {
			return &MismatchError{"itab at " + f.Addr.String(), f.Type.String(), (t.Addr + m.slide.Types).String()}
		}
	}
	return nil
}
