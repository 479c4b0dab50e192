package program

import "github.com/objgraph/objgraph/mem"

// Registers of 64-bit x86 by number.
const (
	regAX = 0
	regCX = 1
	regDX = 2
	regBX = 3
	regSP = 4
	regBP = 5
	regSI = 6
	regDI = 7
)

// argumentRegs hold a function's first arguments, and its results
// (cmd/compile/abi-internal.md).
var argumentRegs = [...]uint8{regAX, regBX, regCX, regDI, regSI, 8, 9, 10, 11}

// step follows one instruction; next is the offset of the one behind it. What
// is not listed makes unknown whatever it might write.
func (f *flow) step(in *x86inst, next int) {
	switch op := in.op; {
	case op == 0x8b:
		f.move(in, next)
	case op == 0x89:
		f.moveBack(in, next)
	case op == 0x8d:
		f.regs[in.reg] = regValue{ref: f.operand(in, next)}
	case op == 0xb8:
		f.regs[in.reg] = regValue{ref: newPlace(number, in.imm)}
	case op == 0xe8:
		f.call(f.base + mem.Addr(next) + mem.Addr(in.imm))
	case op == 0xe9 || op == 0xeb:
		f.jump(next, next+int(in.imm))
		f.stop()
	case op&0xff0 == 0x70 || op&0xfff0 == 0x0f80:
		f.jump(next, next+int(in.imm))
	case op == 0xc3 || op == 0xc2:
		f.leave()
		f.stop()
	case op == 0xcc || op == 0x0f0b:
		f.stop()
	case op == 0xff:
		f.indirect(in)
	case in.mod == 3 && in.rm == regSP && (op == 0x83 || op == 0x81):
		f.framed = in.reg&7 == 5 || in.imm < 0 && in.reg&7 == 0
	default:
		f.other(in)
	}
}

func (f *flow) move(in *x86inst, next int) {
	switch {
	case !in.wide:
		f.clear(in.reg)
	case in.mod == 3:
		f.regs[in.reg] = f.regs[in.rm]
	default:
		f.regs[in.reg] = f.load(in, next)
	}
}

func (f *flow) moveBack(in *x86inst, next int) {
	switch {
	case in.mod != 3 && in.wide:
		f.store(in, next, &f.regs[in.reg])
	case in.mod != 3:
	case in.rm == regBP && in.reg == regSP:
		f.framed, f.opened = true, true
	case !in.wide:
		f.clear(in.rm)
	default:
		f.regs[in.rm] = f.regs[in.reg]
	}
}

// leave notes the first result of a function. What one path returns tells the
// type for all; a function without results leaves something there that no
// caller looks at.
func (f *flow) leave() {
	if f.dead {
		return
	}
	v := &f.regs[regAX]
	if f.passes == 0 {
		f.passes = v.arg
	}
	switch {
	case v.what.Holds == Nothing || !v.what.Sure:
	case f.result.Holds == Nothing:
		f.result = v.what
	case f.result != v.what:
		f.result.Sure = false
	}
}

// indirect is opcode ff: inc, dec, call, jump, push.
func (f *flow) indirect(in *x86inst) {
	switch in.reg & 7 {
	case 0, 1:
		f.clearOperand(in)
	case 2, 3:
		f.clearAll()
	case 4, 5:
		f.stop()
	}
}

func (f *flow) clearOperand(in *x86inst) {
	if in.mod == 3 {
		f.clear(in.rm)
	}
}

// other forgets the registers that an instruction may write.
func (f *flow) other(in *x86inst) {
	switch {
	case in.op < 0x100:
		f.other1(in)
	case in.op == x86Wide:
		f.clearAll()
	default:
		f.other2(in)
	}
}

func (f *flow) other1(in *x86inst) {
	switch op := in.op; {
	case op < 0x40 && op&0x38 == 0x38, op == 0x84, op == 0x85, op == 0xa8, op == 0xa9: // compare, test
	case op == 0x80 || op == 0x81 || op == 0x83:
		if in.reg&7 != 7 {
			f.clearOperand(in)
		}
	case op < 0x40 && op&7 >= 4:
		f.clear(regAX)
	case op >= 0x50 && op < 0x58 || op == 0x68 || op == 0x6a || op == 0x90: // push
	case op >= 0x58 && op < 0x60, op&0xf8 == 0xb0:
		f.clear(uint8(op & 7))
		f.clear(uint8(op&7) + 8)
	case op == 0xc6 || op == 0xc7 || op == 0xc0 || op == 0xc1 || op&0xfc == 0xd0:
		f.clearOperand(in)
	case op == 0xf6 || op == 0xf7:
		f.group3(in)
	case op == 0x88:
		f.clearOperand(in)
	case op < 0x40 || op == 0x63 || op == 0x69 || op == 0x6b || op == 0x86 || op == 0x87 || op == 0x8a:
		f.clear(in.reg)
		f.clearOperand(in)
	case op >= 0xa4 && op <= 0xaf:
		f.clear(regCX)
		f.clear(regSI)
		f.clear(regDI)
	case op == 0x98 || op == 0x99:
		f.clear(regAX)
		f.clear(regDX)
	case op >= 0xd8 && op < 0xe0: // floating point
	default:
		f.clearAll()
	}
}

// group3 is test, not, neg, and multiplication and division of AX and DX.
func (f *flow) group3(in *x86inst) {
	switch in.reg & 7 {
	case 0, 1:
	case 2, 3:
		f.clearOperand(in)
	default:
		f.clear(regAX)
		f.clear(regDX)
	}
}

func (f *flow) other2(in *x86inst) {
	switch op := in.op & 0xff; {
	case op >= 0x10 && op < 0x20 || op >= 0x28 && op < 0x2c || op == 0x2e || op == 0x2f || op == 0xa3: // vectors, no-ops
	case op >= 0x51 && op < 0x7e || op == 0x7f || op == 0xc2 || op == 0xc6 || op >= 0xd0 && op != 0xd7:
	case op&0xf0 == 0x40 || op == 0x2c || op == 0x2d || op == 0x50 || op == 0xd7:
		f.clear(in.reg)
	case op&0xf0 == 0x90 || op == 0x7e || op == 0xba:
		f.clearOperand(in)
	case op == 0xb0 || op == 0xb1:
		f.clear(regAX)
		f.clearOperand(in)
	case op == 0xa2:
		f.clearAll()
	case in.mod != x86NoModRM:
		f.clear(in.reg)
		f.clearOperand(in)
	default:
		f.clearAll()
	}
}
