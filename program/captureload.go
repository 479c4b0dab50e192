package program

import "github.com/objgraph/objgraph/mem"

// Up to Go 1.22 DWARF does not say where in a closure a captured variable lies,
// but the code does: it loads it from there, DX being the closure's address,
// and from the next instruction on DWARF has the variable in that register.

// loadedFrom is the offset in the closure that a variable of the function at
// entry is loaded from, 0 if it is not, or on machines that are not read.
func (p *Program) loadedFrom(u *unit, e *die, entry mem.Addr) (off uint64) {
	if p.Machine != "amd64" || e.loc.b != nil || e.loc.form == 0 {
		return 0
	}
	p.eachPlace(u, e.loc, true, func(pl placeEntry) bool {
		if len(pl.expr) == 1 && pl.expr[0] >= opReg0 && pl.expr[0] < opReg0+16 && pl.low > uint64(entry) {
			off = p.loadBefore(mem.Addr(pl.low), entry, pl.expr[0]-opReg0)
		}
		return false // the first place is the one that counts
	})
	return off
}

// amd64Registers are the numbers that instructions have for DWARF's 0 to 7:
// AX DX CX BX SI DI BP SP; the others agree.
var amd64Registers = [8]byte{0, 2, 1, 3, 6, 7, 5, 4}

// loadBefore is the displacement of the instruction that ends at pc, if it is
// MOVQ displacement(DX), register:
//
//	48|4c 8b 01rrr010 disp8      48|4c 8b 10rrr010 disp32
func (p *Program) loadBefore(pc, entry mem.Addr, register byte) uint64 {
	n := min(uint64(pc-entry), 7)
	b := p.file.mem(pc-mem.Addr(n), n)
	if register < 8 {
		register = amd64Registers[register]
	}
	rex, modrm := byte(0x48)|register>>3<<2, register&7<<3|2
	if i := len(b) - 4; i >= 0 && b[i] == rex && b[i+1] == 0x8b && b[i+2] == modrm|0x40 && b[i+3] < 0x80 {
		return uint64(b[i+3])
	}
	if len(b) == 7 && b[0] == rex && b[1] == 0x8b && b[2] == modrm|0x80 {
		if d := p.Arch.Uint32(b[3:]); d < 1<<31 {
			return uint64(d)
		}
	}
	return 0
}
