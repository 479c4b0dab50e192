package program

import (
	"debug/dwarf"
	"sort"

	"github.com/objgraph/objgraph/mem"
)

// Var is a local variable or argument of a frame, with those parts of it that
// lie in memory.
type Var struct {
	Name    string
	Type    *Type // nil if not known
	Param   bool
	Inlined bool    // of a function inlined into the frame's own
	Pieces  []Piece // by VarOffset; never empty
}

// maxScopes bounds how deep blocks and inlined calls nest.
const maxScopes = 64

// frameVars lists the variables in memory of a frame that will continue at pc.
func (p *Program) frameVars(pc mem.Addr) []Var {
	if v, ok := p.frameCache.Load(pc); ok {
		return v.([]Var)
	}
	v, _ := p.frameCache.LoadOrStore(pc, p.readFrame(pc))
	return v.([]Var)
}

func (p *Program) readFrame(pc mem.Addr) []Var {
	if p.dwarf == nil || pc == 0 {
		return nil
	}
	f := p.dwarf.funcAt(pc - 1)
	if f == nil {
		return nil
	}
	e, u, ok := p.dwarf.entry(f.die)
	if !ok {
		return nil
	}
	fr := frameReader{p: p, u: u, pc: uint64(pc)}
	fr.scope(&e, 0)
	return p.joinSplit(fr.vars)
}

// funcAt is the function whose code holds pc.
func (d *dwarfData) funcAt(pc mem.Addr) *dieFunc {
	i := sort.Search(len(d.funcs), func(i int) bool { return d.funcs[i].low > pc }) - 1
	if i < 0 || pc >= d.funcs[i].high {
		return nil
	}
	return &d.funcs[i]
}

// frameReader collects the variables of the scopes around a return address.
type frameReader struct {
	p       *Program
	u       *unit
	pc      uint64 // the return address
	vars    []Var
	inlined bool
}

// scope reads the variables of a function, block or inlined call, and goes
// into those inside it that hold the call, which ends at pc.
func (fr *frameReader) scope(e *die, depth int) {
	if depth > maxScopes {
		return
	}
	fr.p.dwarf.eachChild(e, fr.u, func(c *die) bool {
		switch c.tag {
		case dwarf.TagVariable, dwarf.TagFormalParameter:
			fr.variable(c)
		case dwarf.TagLexDwarfBlock, dwarf.TagInlinedSubroutine:
			if fr.p.covers(fr.u, c, fr.pc-1) {
				outer := fr.inlined
				fr.inlined = outer || c.tag == dwarf.TagInlinedSubroutine
				fr.scope(c, depth+1)
				fr.inlined = outer
			}
		}
		return true
	})
}

// variable notes one variable. Its place is looked up at the return address
// first: a value spilled for the call is listed in its stack slot only from
// there on, and at the call itself still in a register that is dead by now.
func (fr *frameReader) variable(e *die) {
	name, typ := fr.p.dwarf.nameAndType(e)
	t := fr.p.types.fromDIE(typ)
	v := Var{Name: string(name), Type: t, Param: e.tag == dwarf.TagFormalParameter, Inlined: fr.inlined}
	var size uint64
	if t != nil {
		size = t.Size
	}
	for _, pc := range []uint64{fr.pc, fr.pc - 1} {
		expr := fr.p.locate(fr.u, e.loc, pc)
		if v.Pieces = fr.u.pieces(fr.p.Arch, expr, size); len(v.Pieces) > 0 {
			fr.vars = append(fr.vars, v)
			return
		}
	}
}

// nameAndType takes them from the entry, or from that of the inlined original.
func (d *dwarfData) nameAndType(e *die) (name []byte, typ uint32) {
	if e.origin == 0 {
		return e.name, e.typ
	}
	o, _, ok := d.entry(e.origin)
	if !ok {
		return e.name, e.typ
	}
	return o.name, o.typ
}
