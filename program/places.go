package program

import (
	"math"

	"github.com/objgraph/objgraph/mem"
)

// Operations of location expressions that Go writes (DWARF 5, section 7.7.1).
const (
	opAddr       = 0x03
	opConst1u    = 0x08
	opConsts     = 0x11
	opPlus       = 0x22
	opPlusUconst = 0x23
	opReg0       = 0x50
	opReg31      = 0x6f
	opRegx       = 0x90
	opFbreg      = 0x91
	opPiece      = 0x93
	opCallCFA    = 0x9c
	opAddrx      = 0xa1
)

// Piece is a part of a variable that lies in memory of its frame.
type Piece struct {
	Offset    int64  // bytes from the CFA: the stack pointer before the call
	Size      uint64 // bytes
	VarOffset uint64 // bytes from the start of the variable
}

// placeTables are the sections of location and range lists: a damaged one is
// empty.
type placeTables struct {
	loc, loclists    *unpacked // DWARF 2 to 4; 5
	ranges, rnglists *unpacked
}

// placeSections are the names of the sections, as in placeTables.
var placeSections = [4]string{"debug_loc", "debug_loclists", "debug_ranges", "debug_rnglists"}

func (p *Program) openPlaces() (secs [4]*unpacked) {
	for i, name := range placeSections {
		u, err := p.debug.unpacked(p.debug.section("."+name, ".z"+name))
		if err != nil {
			u = wholeSection(nil)
		}
		secs[i] = u
	}
	return secs
}

// readPlaces unpacks the sections when the first frame asks, or begins to.
func (p *Program) readPlaces() *placeTables {
	secs := p.placeSecs()
	for _, u := range secs {
		p.debug.start(u)
	}
	for i, u := range secs { // a copy of those that an index is made of
		if !u.inPieces() && u.wait(len(u.data)) != nil {
			secs[i] = wholeSection(nil)
		}
	}
	return &placeTables{secs[0], secs[1], secs[2], secs[3]}
}

// pieces evaluates a location expression, whose frame base is the CFA in Go.
// Pieces in registers are left out; an operation that Go does not write ends
// the evaluation without a result.
func (u *unit) pieces(a mem.Arch, expr []byte, size uint64) (out []Piece) {
	c := cursor{buf: expr, arch: a}
	var at, done uint64 // of the frame; of the variable, described so far
	var operand int64
	inFrame, split := false, false
	for c.left() > 0 && !c.bad {
		switch op := c.u8(); {
		case op == opFbreg:
			at, inFrame = uint64(c.sleb()), true
		case op == opCallCFA:
			at, inFrame = 0, true
		case op == opConsts:
			operand = c.sleb()
		case op == opPlus:
			at += uint64(operand)
		case op == opPlusUconst:
			at += c.uleb()
		case op >= opReg0 && op <= opReg31:
			inFrame = false
		case op == opRegx:
			c.uleb()
			inFrame = false
		case op == opAddr:
			c.skip(uint64(u.addrSize))
			inFrame = false
		case op == opPiece:
			n := c.uleb()
			if inFrame {
				out = append(out, Piece{int64(at), n, done})
			}
			done, inFrame, split = done+n, false, true
		default:
			return nil
		}
	}
	if c.bad {
		return nil
	}
	if inFrame && !split {
		out = append(out, Piece{int64(at), size, 0})
	}
	return out
}

// entry is one entry of a location or range list.
type placeEntry struct {
	low, high uint64
	expr      []byte // locations only
}

// locate is the expression that holds at pc, nil if none does.
func (p *Program) locate(u *unit, loc value, pc uint64) []byte {
	if loc.b != nil || loc.form == 0 {
		return loc.b
	}
	var found []byte
	p.eachPlace(u, loc, true, func(e placeEntry) bool {
		if pc >= e.low && pc < e.high {
			found = e.expr
		}
		return found == nil
	})
	return found
}

// covers reports whether a DIE's own range or range list holds pc; a DIE
// without either covers what its parent does.
func (p *Program) covers(u *unit, e *die, pc uint64) bool {
	if e.hasLow {
		return pc >= e.low && pc < e.high
	}
	if e.ranges.form == 0 {
		return true
	}
	found := false
	p.eachPlace(u, e.ranges, false, func(r placeEntry) bool {
		found = pc >= r.low && pc < r.high
		return !found
	})
	return found
}

// eachPlace walks a location list (exprs) or a range list of either format.
func (p *Program) eachPlace(u *unit, list value, exprs bool, f func(placeEntry) bool) {
	t := p.places()
	sec, base := t.ranges, u.rnglists
	switch {
	case u.version >= 5 && exprs:
		sec, base = t.loclists, u.loclists
	case u.version >= 5:
		sec = t.rnglists
	case exprs:
		sec = t.loc
	}
	off := list.u
	if list.form == formLoclistx || list.form == formRnglistx {
		off = indexedList(p.Arch, u, sec, base, off)
	}
	if off > uint64(len(sec.data)) {
		return
	}
	c := sec.cursor(int(off), len(sec.data))
	c.arch = p.Arch
	if u.version >= 5 {
		p.eachPlace5(u, &c, exprs, f)
	} else {
		eachPlace4(u, &c, exprs, f)
	}
}

// indexedList resolves loclistx and rnglistx: a table of offsets at base.
func indexedList(a mem.Arch, u *unit, sec *unpacked, base, index uint64) uint64 {
	size := uint64(len(sec.data))
	if index > size || base > size {
		return math.MaxUint64
	}
	off := base + index*uint64(u.offSize)
	if off > size {
		return math.MaxUint64
	}
	c := sec.cursor(int(off), int(size))
	c.arch = a
	v := c.uint(u.offSize)
	if c.bad {
		return math.MaxUint64
	}
	return base + v
}

// eachPlace4 walks pairs of addresses relative to a base, to the pair 0, 0; a
// pair that starts with the highest address sets the base.
func eachPlace4(u *unit, c *cursor, exprs bool, f func(placeEntry) bool) {
	base, top := u.low, uint64(math.MaxUint64)
	if u.addrSize == 4 {
		top = math.MaxUint32
	}
	for {
		low, high := c.uint(u.addrSize), c.uint(u.addrSize)
		switch {
		case c.bad || low == 0 && high == 0:
			return
		case low == top:
			base = high
			continue
		}
		e := placeEntry{low: base + low, high: base + high}
		if exprs {
			e.expr = c.take(uint64(c.u16()))
		}
		if c.bad || !f(e) {
			return
		}
	}
}

// Entry kinds of .debug_loclists and .debug_rnglists, which agree up to 4;
// from 5 on the lists of ranges are one behind (no default location).
const (
	lleEnd          = 0
	lleBaseAddressx = 1
	lleStartxEndx   = 2
	lleStartxLength = 3
	lleOffsetPair   = 4
	lleDefault      = 5
	lleBaseAddress  = 6
	lleStartEnd     = 7
	lleStartLength  = 8
)

// eachPlace5 walks a list of DWARF 5.
func (p *Program) eachPlace5(u *unit, c *cursor, exprs bool, f func(placeEntry) bool) {
	base := u.low
	indexed := func() uint64 {
		addr, ok := p.dwarf.indexedAddr(u, c.uleb())
		c.bad = c.bad || !ok
		return addr
	}
	for {
		var e placeEntry
		kind := c.u8()
		if kind >= lleDefault && !exprs {
			kind++
		}
		switch kind {
		case lleEnd:
			return
		case lleBaseAddressx:
			base = indexed()
			continue
		case lleBaseAddress:
			base = c.uint(u.addrSize)
			continue
		case lleStartxEndx:
			e.low, e.high = indexed(), indexed()
		case lleStartxLength:
			e.low = indexed()
			e.high = e.low + c.uleb()
		case lleOffsetPair:
			e.low = base + c.uleb()
			e.high = base + c.uleb()
		case lleDefault:
			e.high = math.MaxUint64
		case lleStartEnd:
			e.low, e.high = c.uint(u.addrSize), c.uint(u.addrSize)
		case lleStartLength:
			e.low = c.uint(u.addrSize)
			e.high = e.low + c.uleb()
		default:
			return
		}
		if exprs {
			e.expr = c.take(c.uleb())
		}
		if c.bad || !f(e) {
			return
		}
	}
}
