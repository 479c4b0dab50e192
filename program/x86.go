package program

import "encoding/binary"

// x86inst is one instruction of 64-bit x86 code, as far as the flow of
// pointers needs it: its length, opcode and operands.
type x86inst struct {
	op    uint16 // one byte, or 0x0f and the second byte, or x86Wide
	wide  bool   // 64-bit operands (REX.W)
	mod   uint8  // 3: rm is a register; x86NoModRM: no such operands
	reg   uint8  // register operand, or the opcode's extension
	rm    uint8  // register, if mod is 3
	base  uint8  // of the memory operand: a register, x86RIP or x86NoReg
	index uint8  // a register or x86NoReg
	disp  int32  // of the memory operand
	imm   int64  // immediate or relative jump, sign-extended
	n     int    // bytes
}

const (
	x86NoReg   = 0xff
	x86RIP     = 0xfe
	x86NoModRM = 4
	x86Wide    = 0x0f38 // three-byte opcodes, VEX and EVEX: vectors and oddities
)

// x86Forms says of each opcode what follows it, one letter each, in rows of 16:
//
//	. nothing  m ModRM  b imm8  z imm16/32  B ModRM+imm8  Z ModRM+imm32
//	v imm16/32/64  w imm16  x imm16+imm8  g ModRM and imm8 if /0 or /1
//	G ModRM and imm32 if /0 or /1  ? prefix, or not in this mode
const (
	x86Forms1 = "mmmmbz??mmmmbz??mmmmbz??mmmmbz??" +
		"mmmmbz??mmmmbz??mmmmbz??mmmmbz??" +
		"????????????????................" +
		"???m????zZbB....bbbbbbbbbbbbbbbb" +
		"BZ?Bmmmmmmmmmmmm..........?....." +
		"????....bz......bbbbbbbbvvvvvvvv" +
		"BBw.??BZx.w..b?.mmmm???.mmmmmmmm" +
		"bbbbbbbbzz?b????????.?gG......mm"
	x86Forms2 = "mmmm?.....?.?m??mmmmmmmmmmmmmmmm" +
		"mmmm????mmmmmmmm.......?????????" +
		"mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm" +
		"mmmmmmmmmmmmmmmmBBBBmmm.mmmmmmmm" +
		"zzzzzzzzzzzzzzzzmmmmmmmmmmmmmmmm" +
		"...mBm??...mBmmmmmmmmmmmmmBmmmmm" +
		"mmBmBBBm........mmmmmmmmmmmmmmmm" +
		"mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm"
)

// x86decoder reads one instruction.
type x86decoder struct {
	code            []byte
	at              int
	rex             uint8
	short, bad, vex bool // 16-bit operands; cut off or unknown; a vector instruction
}

// decodeX86 reads the instruction that code begins with; n is 0 if it is not
// known or cut off.
func decodeX86(code []byte) x86inst {
	d := x86decoder{code: code}
	in := x86inst{mod: x86NoModRM, base: x86NoReg, index: x86NoReg}
	form := d.opcode(&in)
	d.operands(&in, form)
	if !d.bad {
		in.n = d.at
	}
	return in
}

func (d *x86decoder) byte() uint8 {
	if d.at >= len(d.code) {
		d.bad = true
		return 0
	}
	d.at++
	return d.code[d.at-1]
}

// signed reads a sign-extended number of n bytes.
func (d *x86decoder) signed(n int) int64 {
	if n > len(d.code)-d.at {
		d.bad = true
		return 0
	}
	b := d.code[d.at:]
	d.at += n
	switch n {
	case 1:
		return int64(int8(b[0]))
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	}
	return int64(binary.LittleEndian.Uint64(b))
}

// opcode reads prefixes and opcode, and returns what follows.
func (d *x86decoder) opcode(in *x86inst) (form byte) {
	b := d.byte()
	for ; !d.bad; b = d.byte() {
		switch b {
		case 0x66:
			d.short = true
		case 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65:
		default:
			return d.opcodeAfter(in, b)
		}
	}
	return '?'
}

func (d *x86decoder) opcodeAfter(in *x86inst, b uint8) byte {
	if b&0xf0 == 0x40 {
		d.rex, b = b, d.byte()
		in.wide = d.rex&8 != 0
	}
	switch b {
	case 0x0f:
		return d.opcode2(in)
	case 0xc4, 0xc5, 0x62:
		return d.vector(in, b)
	}
	in.op = uint16(b)
	return x86Forms1[b]
}

func (d *x86decoder) opcode2(in *x86inst) byte {
	b := d.byte()
	in.op = 0x0f00 | uint16(b)
	switch b {
	case 0x38, 0x3a:
		in.op = x86Wide
		d.byte()
		if b == 0x3a {
			return 'B'
		}
		return 'm'
	}
	return x86Forms2[b]
}

// vector reads a VEX or EVEX prefix and the opcode behind it.
func (d *x86decoder) vector(in *x86inst, first uint8) byte {
	in.op, d.vex = x86Wide, true
	p0 := d.byte()
	table := uint8(1)
	d.rex = (^p0 >> 5) & 4
	switch first {
	case 0xc4:
		table, d.rex = p0&31, ^p0>>5
		d.byte()
	case 0x62:
		table, d.rex = p0&7, ^p0>>5
		d.byte()
		d.byte()
	}
	b := d.byte()
	switch table {
	case 1:
		return x86Forms2[b]
	case 2, 5, 6:
		return 'm'
	case 3:
		return 'B'
	}
	return '?'
}

// operands reads what an opcode's letter says.
func (d *x86decoder) operands(in *x86inst, form byte) {
	if form >= 'A' && form <= 'Z' || form == 'm' || form == 'g' {
		d.modRM(in)
	}
	full := 4
	if d.short && !d.vex {
		full = 2
	}
	switch form {
	case 'b', 'B':
		in.imm = d.signed(1)
	case 'z', 'Z':
		if in.op&0xfff0 == 0x0f80 || in.op == 0xe8 || in.op == 0xe9 {
			full = 4
		}
		in.imm = d.signed(full)
	case 'v':
		if in.reg = uint8(in.op&7) | d.rex&1<<3; in.wide {
			full = 8
		}
		in.imm, in.op = d.signed(full), 0xb8
	case 'w':
		in.imm = d.signed(2)
	case 'x':
		d.byte()
		d.signed(2)
	case 'g', 'G':
		d.group3(in, form, full)
	case '?':
		d.bad = true
	}
}

// group3 reads the immediate that only TEST of opcodes f6 and f7 has.
func (d *x86decoder) group3(in *x86inst, form byte, full int) {
	if in.reg&7 > 1 {
		return
	}
	if form == 'g' {
		full = 1
	}
	in.imm = d.signed(full)
}

// modRM reads register and memory operands.
func (d *x86decoder) modRM(in *x86inst) {
	b := d.byte()
	in.mod, in.reg, in.rm = b>>6, b>>3&7|d.rex&4<<1, b&7|d.rex&1<<3
	if in.mod == 3 {
		return
	}
	in.base = in.rm
	if b&7 == 4 {
		d.sib(in)
	} else if b&0xc7 == 5 {
		in.base = x86RIP
		in.disp = int32(d.signed(4))
		return
	}
	switch in.mod {
	case 1:
		in.disp = int32(d.signed(1))
	case 2:
		in.disp = int32(d.signed(4))
	}
}

func (d *x86decoder) sib(in *x86inst) {
	b := d.byte()
	in.base = b&7 | d.rex&1<<3
	if in.index = b>>3&7 | d.rex&2<<2; in.index == 4 {
		in.index = x86NoReg
	}
	if b&7 == 5 && in.mod == 0 {
		in.base = x86NoReg
		in.disp = int32(d.signed(4))
	}
}
