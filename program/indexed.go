package program

import (
	"encoding/binary"
	"slices"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program/internal/inflate"
)

// indexed is the body of an index: what follows from all of a section, or of the
// code. Whatever it says of a single type or function is read from the executable
// again.
type indexed struct {
	dwarf       bool
	units       []unit
	types       []uint32
	vars        []dieVar // with names and types
	funcs       []dieFunc
	info        packedIndex
	places      [4]packedIndex
	descriptors []mem.Addr
	hashes      []uint64
	refs        []typeRef
	allocations []allocation

	code   bool // has what follows
	words  []codeFact
	values []codeFact
	result []resultFact
}

// packedIndex is where a packed section may be entered.
type packedIndex struct {
	points  []inflate.Point
	windows []byte
}

// codeFact is a Known of a data address; a type by its descriptor.
type codeFact struct {
	addr, typ mem.Addr
	holds     Holds
	sure      bool
}

// resultFact is what a function returns.
type resultFact struct {
	fn     int32
	typ    mem.Addr
	holds  Holds
	sure   bool
	passes uint8
}

// coder writes or reads a body: the same calls do both, so that they agree.
// What is written is not touched, since others read it meanwhile.
type coder struct {
	out     []byte
	in      cursor
	reading bool
}

// integer is anything that is written as an unsigned number.
type integer interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int | ~int32
}

func num[T integer](c *coder, v *T) {
	if c.reading {
		u := c.in.uleb()
		*v = T(u)
		c.in.bad = c.in.bad || uint64(*v) != u
		return
	}
	c.out = binary.AppendUvarint(c.out, uint64(*v))
}

// step writes a number as what it is more than the last one.
func step[T integer](c *coder, v, last *T) {
	d := *v - *last
	num(c, &d)
	if *last += d; c.reading {
		*v = *last
	}
}

func (c *coder) flag(v *bool) {
	var n uint8
	if *v {
		n = 1
	}
	num(c, &n)
	if c.reading {
		*v = n != 0
	}
}

// bytes shares what it reads with the input.
func (c *coder) bytes(v *[]byte) {
	n := uint64(len(*v))
	num(c, &n)
	if c.reading {
		*v = c.in.take(n)
		return
	}
	c.out = append(c.out, *v...)
}

func (c *coder) text(v *string) {
	b := []byte(*v)
	c.bytes(&b)
	if c.reading {
		*v = string(b)
	}
}

// list codes the elements of a list, of which each takes so many bytes at least.
func list[T any](c *coder, s *[]T, least int, each func(*T)) {
	n := uint64(len(*s))
	num(c, &n)
	if c.reading {
		if c.in.bad || n > uint64(c.in.left()/least) {
			c.in.bad = true
			return
		}
		*s = make([]T, n)
	}
	for i := range *s {
		if each(&(*s)[i]); c.in.bad {
			return
		}
	}
}

func (x *indexed) codeAll(c *coder) {
	c.flag(&x.dwarf)
	list(c, &x.units, 13, func(u *unit) { u.code(c) })
	var off uint32
	list(c, &x.types, 1, func(v *uint32) { step(c, v, &off) })
	off = 0
	list(c, &x.vars, 4, func(v *dieVar) {
		step(c, &v.die, &off)
		num(c, &v.addr)
		num(c, &v.typ)
		c.text(&v.name)
	})
	var low mem.Addr
	list(c, &x.funcs, 3, func(f *dieFunc) {
		step(c, &f.low, &low)
		num(c, &f.high)
		num(c, &f.die)
	})
	x.info.code(c)
	for i := range x.places {
		x.places[i].code(c)
	}
	low = 0
	list(c, &x.descriptors, 1, func(a *mem.Addr) { step(c, a, &low) })
	x.codeNames(c)
	list(c, &x.allocations, 3, func(a *allocation) {
		num(c, &a.desc)
		num(c, &a.entry)
		c.flag(&a.array)
	})
	x.codeFlows(c)
}

func (u *unit) code(c *coder) {
	for _, v := range []*uint64{&u.off, &u.end, &u.first, &u.abbrevOff, &u.low, &u.addrBase, &u.loclists, &u.rnglists} {
		num(c, v)
	}
	for _, v := range []*int{&u.version, &u.addrSize, &u.offSize} {
		num(c, v)
	}
	c.text(&u.name)
	c.text(&u.pkgName)
}

func (x *packedIndex) code(c *coder) {
	var last inflate.Point
	list(c, &x.points, 2, func(p *inflate.Point) {
		step(c, &p.In, &last.In)
		step(c, &p.Out, &last.Out)
	})
	c.bytes(&x.windows)
}

// codeNames writes hashes and references as they are: there are many.
func (x *indexed) codeNames(c *coder) {
	fixed64(c, &x.hashes)
	fixed64(c, &x.refs)
}

// fixed64 codes a list of numbers of 8 bytes.
func fixed64[T ~uint64](c *coder, s *[]T) {
	n := uint64(len(*s))
	num(c, &n)
	if !c.reading {
		c.out = slices.Grow(c.out, 8*len(*s))
		for _, v := range *s {
			c.out = binary.LittleEndian.AppendUint64(c.out, uint64(v))
		}
		return
	}
	if n > uint64(c.in.left())/8 {
		c.in.bad = true
		return
	}
	b := c.in.take(8 * n)
	*s = make([]T, 0, n)
	for ; len(b) > 0; b = b[8:] {
		*s = append(*s, T(binary.LittleEndian.Uint64(b)))
	}
}

func (x *indexed) codeFlows(c *coder) {
	c.flag(&x.code)
	for _, facts := range []*[]codeFact{&x.words, &x.values} {
		var last mem.Addr
		list(c, facts, 4, func(f *codeFact) {
			step(c, &f.addr, &last)
			num(c, &f.typ)
			num(c, &f.holds)
			c.flag(&f.sure)
		})
	}
	list(c, &x.result, 5, func(f *resultFact) {
		num(c, &f.fn)
		num(c, &f.typ)
		num(c, &f.holds)
		c.flag(&f.sure)
		num(c, &f.passes)
	})
}

// encode gives the body of an index.
func (x *indexed) encode() []byte {
	c := coder{}
	x.codeAll(&c)
	return c.out
}

// decodeIndex reads a body, nil if it is none.
func decodeIndex(b []byte) *indexed {
	x := &indexed{}
	c := coder{in: cursor{buf: b}, reading: true}
	x.codeAll(&c)
	if c.in.bad || c.in.left() != 0 || len(x.hashes) != len(x.refs) {
		return nil
	}
	return x
}
