package program

import (
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// MadeTypes finds the types that a process made while it ran, by reflect.StructOf
// and the like: their descriptors lie in its heap, and are laid out as those of the
// executable. None is declared with a name; they are named by their parts. Used by
// one goroutine.
type MadeTypes struct {
	m     *Image
	at    func(mem.Addr) []byte
	types map[mem.Addr]*Type // nil: no descriptor
	batch []madeType         // read, not finished; parts before the whole where there is no cycle
	depth int
}

type madeType struct {
	addr mem.Addr
	t    *Type
}

// MadeTypes is a finder for a process of which at gives the memory: the bytes from
// an address on, up to the end of the object there; nil if there is none.
func (m *Image) MadeTypes(at func(mem.Addr) []byte) *MadeTypes {
	return &MadeTypes{m: m, at: at, types: map[mem.Addr]*Type{}}
}

// TypeAt is Image.TypeAt for these types, too.
func (d *MadeTypes) TypeAt(addr mem.Addr) *Type {
	if t := d.m.TypeAt(addr); t != nil {
		return t
	}
	if t, ok := d.types[addr]; ok {
		return t
	}
	d.batch = d.batch[:0]
	t := d.part(addr)
	if len(d.batch) == 0 {
		return nil // not remembered: any word may be asked for
	}
	if t == nil || !d.finish() {
		for _, b := range d.batch {
			delete(d.types, b.addr)
		}
		d.types[addr] = nil
	}
	return d.types[addr]
}

// part is the type at an address, which may be read in part only: interpreters
// make types that contain themselves.
func (d *MadeTypes) part(addr mem.Addr) *Type {
	if t := d.m.TypeAt(addr); t != nil {
		return t
	}
	t, ok := d.types[addr]
	if ok || d.depth == maxDepth || len(d.batch) == maxBatch {
		return t
	}
	t, b := d.shell(addr)
	if t == nil {
		return nil
	}
	d.types[addr] = t
	d.depth++
	ok = d.fill(t, b)
	d.depth--
	d.batch = append(d.batch, madeType{addr, t})
	if !ok {
		return nil
	}
	return t
}

// shell is a type without its parts, and what follows the header of its descriptor.
func (d *MadeTypes) shell(addr mem.Addr) (t *Type, body []byte) {
	a, b := d.m.p.Arch, d.at(addr)
	n := d.m.p.types.bodyOffset()
	if uint64(addr)%uint64(a.PtrSize) != 0 || uint64(len(b)) < n+uint64(a.PtrSize) {
		return nil, nil
	}
	h, ok := headerOf(b[:n], a)
	if !ok || h.tflag&tflagNamed != 0 {
		return nil, nil
	}
	return &Type{Kind: h.kind, Size: h.size, Align: uint64(h.align), PtrBytes: h.ptrBytes, arch: a}, b[n:]
}

// finish names the types of the batch and computes what depends on their parts;
// false if they cannot be.
func (d *MadeTypes) finish() bool {
	parts := d.parts()
	for _, b := range d.batch {
		b.t.boundNesting(0)
	}
	if d.parts() != parts { // it took them from a type that contains itself
		return false
	}
	for _, b := range d.batch {
		said := b.t.PtrBytes
		if b.t.layout(); b.t.PtrBytes != said {
			return false
		}
	}
	d.spell()
	d.useKnown()
	return true
}

// parts counts what the types of the batch are made of.
func (d *MadeTypes) parts() (n int) {
	for _, b := range d.batch {
		b.t.eachPart(func(part **Type) {
			if *part != nil {
				n++
			}
		})
	}
	return n
}

// maxBatch bounds the types that are made of each other.
const maxBatch = 1000

// spell names each type as if it were the outermost.
func (d *MadeTypes) spell() {
	names := make([]string, len(d.batch))
	for i := range d.batch {
		for _, b := range d.batch {
			b.t.FullName = ""
		}
		names[i] = fullName(d.batch[i].t, 0)
	}
	for i, b := range d.batch {
		b.t.FullName, b.t.Name = names[i], withoutFolders(names[i])
	}
}

// useKnown puts the types that debug information has in the place of those of the
// batch that are the same: types are compared by pointer.
func (d *MadeTypes) useKnown() {
	same := map[*Type]*Type{}
	for _, b := range d.batch {
		if t := d.m.LookupType(b.t.FullName); t != nil && t.Kind == b.t.Kind && t.Size == b.t.Size {
			same[b.t], d.types[b.addr] = t, t
		}
	}
	for _, b := range d.batch {
		b.t.eachPart(func(part **Type) {
			if t := same[*part]; t != nil {
				*part = t
			}
		})
	}
}

// eachPart calls f for the places of all types that t is made of.
func (t *Type) eachPart(f func(part **Type)) {
	for _, part := range []**Type{&t.Elem, &t.Key, &t.Group} {
		f(part)
	}
	for i := range t.Fields {
		f(&t.Fields[i].Type)
	}
	for _, list := range [][]*Type{t.In, t.Out} {
		for i := range list {
			f(&list[i])
		}
	}
}

// fill reads the parts of a type from what follows the header; false if they
// cannot be those of a type of its size.
func (d *MadeTypes) fill(t *Type, b []byte) bool {
	ptr := uint64(t.arch.PtrSize)
	word := func(i uint64) mem.Addr { return mem.Addr(t.arch.WordAt(b, i*ptr)) }
	switch t.Kind {
	case Pointer, Slice:
		t.Elem = d.part(word(0))
	case Chan:
		t.Elem, t.begins = d.part(word(0)), chanNames[word(1)&3]
	case Array:
		t.Elem, t.Len = d.part(word(0)), uint64(word(2))
		return t.Elem != nil && fillsArray(t)
	case Map:
		t.Key, t.Elem, t.Group = d.part(word(0)), d.part(word(1)), d.part(word(2))
		return t.Key != nil && t.Elem != nil && t.Group != nil
	case FuncKind:
		return d.fillFunc(t, b)
	case Struct:
		return d.fillStruct(t, word(1), uint64(word(2)))
	}
	return t.Elem != nil
}

// chanNames begin the names of channels, by direction (internal/abi/type.go).
var chanNames = [4]string{"chan ", "<-chan ", "chan<- ", "chan "}

func fillsArray(t *Type) bool {
	if t.Elem.Size == 0 || t.Len == 0 {
		return t.Size == 0
	}
	return t.Len <= maxTypeSize/t.Elem.Size && t.Len*t.Elem.Size == t.Size
}

// fillFunc reads parameters, which follow the two numbers of them.
func (d *MadeTypes) fillFunc(t *Type, b []byte) bool {
	in, out := int(t.arch.Uint16(b)), int(t.arch.Uint16(b[2:]))
	t.Variadic, out = out&0x8000 != 0, out&0x7fff
	for i := range in + out {
		p := d.part(mem.Addr(t.arch.WordAt(b, uint64(i+1)*uint64(t.arch.PtrSize))))
		switch {
		case p == nil:
			return false
		case i < in:
			t.In = append(t.In, p)
		default:
			t.Out = append(t.Out, p)
		}
	}
	return true
}

// fillStruct reads fields of {name, type, offset}.
func (d *MadeTypes) fillStruct(t *Type, fields mem.Addr, n uint64) bool {
	b, ptr := d.at(fields), uint64(t.arch.PtrSize)
	if n > maxMembers || n*3*ptr > uint64(len(b)) {
		return false
	}
	for ; n > 0; n-- {
		flag, name, ok := d.name(mem.Addr(t.arch.Word(b)))
		ft := d.part(mem.Addr(t.arch.WordAt(b, ptr)))
		if !ok || ft == nil {
			return false
		}
		t.Fields = append(t.Fields, Field{
			Name: name, Type: ft, Offset: t.arch.WordAt(b, 2*ptr), Embedded: flag&nameEmbedded != 0,
		})
		b = b[3*ptr:]
	}
	return fieldsFit(t.Fields, t.Size)
}

// name is a field's, which may lie in the executable.
func (d *MadeTypes) name(addr mem.Addr) (flag byte, name string, ok bool) {
	flag, b, _, ok := d.m.p.types.nameAtAddr(addr - d.m.slide.Types)
	if !ok {
		flag, b, _, ok = nameIn(d.at(addr))
	}
	return flag, string(b), ok && len(b) > 0
}

// withoutFolders spells a full name with the last elements of import paths.
func withoutFolders(full string) string {
	b, word := make([]byte, 0, len(full)), 0
	for i := range len(full) {
		if full[i] == '/' {
			b = b[:word]
			continue
		}
		b = append(b, full[i])
		if strings.IndexByte(" []{}(),;*", full[i]) >= 0 {
			word = len(b)
		}
	}
	return string(b)
}
