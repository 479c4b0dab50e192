package program

import "debug/dwarf"

// die is a decoded entry of .debug_info: the attributes used here, zero where
// it has none.
type die struct {
	off      uint32
	tag      dwarf.Tag
	children bool
	next     uint64 // offset behind its attributes: its first child, or a sibling

	name           []byte
	typ, key, elem uint32 // offsets of types
	origin         uint32 // abstract origin
	size, count    uint64
	memberOff      uint64
	kind           uint8
	runtime        uint64 // descriptor - start of Types
	embedded       bool
	result         bool   // a parameter that is a result
	closureOff     uint64 // offset of a captured variable in its closure, 0: none

	hasLow    bool
	low, high uint64
	ranges    value // form 0: none
	loc       value
	hasCount  bool
}

// entry decodes the DIE at an offset; ok is false if there is none.
func (d *dwarfData) entry(off uint32) (e die, u *unit, ok bool) {
	if u = d.unitAt(uint64(off)); u == nil {
		return e, nil, false
	}
	c := d.cursor(u, uint64(off))
	a := u.abbrevs.get(c.uleb())
	if a == nil {
		return e, u, false
	}
	e = d.decode(u, a, &c, off)
	return e, u, !c.bad
}

// decode reads the attributes of a DIE whose abbreviation is known.
func (d *dwarfData) decode(u *unit, a *abbrev, c *cursor, off uint32) (e die) {
	e.off, e.tag, e.children = off, a.tag, a.children
	var low, high value
	for i := range a.attrs {
		s := &a.attrs[i]
		switch s.attr {
		case dwarf.AttrLowpc:
			low = u.read(c, s)
		case dwarf.AttrHighpc:
			high = u.read(c, s)
		default:
			d.set(&e, s.attr, u, c, s)
		}
	}
	e.next = uint64(c.off)
	e.low, e.hasLow = d.addr(u, low)
	if e.hasLow {
		if e.high, _ = d.addr(u, high); high.form != formAddr && !high.isAddrx() {
			e.high = e.low + high.u // a constant counts from low
		}
	}
	return e
}

// set stores one attribute.
func (d *dwarfData) set(e *die, attr dwarf.Attr, u *unit, c *cursor, s *attrSpec) {
	switch attr {
	case dwarf.AttrName:
		e.name = d.text(u.read(c, s))
	case dwarf.AttrType:
		e.typ = dieRef(u.read(c, s))
	case attrGoKey:
		e.key = dieRef(u.read(c, s))
	case attrGoElem:
		e.elem = dieRef(u.read(c, s))
	case dwarf.AttrAbstractOrigin:
		e.origin = dieRef(u.read(c, s))
	case dwarf.AttrByteSize:
		e.size = u.read(c, s).u
	case dwarf.AttrCount:
		e.count, e.hasCount = u.read(c, s).u, true
	case dwarf.AttrUpperBound:
		e.count, e.hasCount = u.read(c, s).u+1, true
	case dwarf.AttrDataMemberLoc:
		e.memberOff = memberOffset(u.read(c, s))
	case attrGoKind:
		e.kind = uint8(u.read(c, s).u)
	case attrGoRuntime:
		e.runtime = u.read(c, s).u
	case attrGoEmbedded:
		e.embedded = u.read(c, s).u != 0
	case dwarf.AttrVarParam:
		e.result = u.read(c, s).u != 0
	case attrGoClosureOff:
		e.closureOff = u.read(c, s).u
	case dwarf.AttrRanges:
		e.ranges = u.read(c, s)
	case dwarf.AttrLocation:
		e.loc = u.read(c, s)
	default:
		u.skip(c, s)
	}
}

// dieRef is the offset that a reference attribute leads to, 0 if it leads
// outside of what is kept.
func dieRef(v value) uint32 {
	if v.u > 1<<32-1 || v.form == formRefSig8 || v.form == formRefSup4 || v.form == formRefSup8 {
		return 0
	}
	return uint32(v.u)
}

// memberOffset is a constant, or the expression DW_OP_plus_uconst n of DWARF 2.
func memberOffset(v value) uint64 {
	if v.b == nil {
		return v.u
	}
	c := cursor{buf: v.b}
	if c.u8() != opPlusUconst {
		return 0
	}
	return c.uleb()
}

// eachChild calls f for the direct children of a DIE, until f returns false.
func (d *dwarfData) eachChild(e *die, u *unit, f func(child *die) bool) {
	if !e.children {
		return
	}
	c := d.cursor(u, e.next)
	for depth := 0; !c.bad; {
		off := c.off
		code := c.uleb()
		if code == 0 {
			if depth--; depth < 0 {
				return
			}
			continue
		}
		a := u.abbrevs.get(code)
		if a == nil {
			return
		}
		if depth > 0 {
			for i := range a.attrs {
				u.skip(&c, &a.attrs[i])
			}
		} else if child := d.decode(u, a, &c, uint32(off)); c.bad || !f(&child) {
			return
		}
		if a.children {
			depth++
		}
	}
}
