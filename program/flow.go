package program

import (
	"github.com/objgraph/objgraph/mem"
)

// The compiler leaves no types of variables in a stripped program, but its code
// gives them away: what newobject(T) returned and is stored to a word makes that
// word a *T; so does a call of (*T).Method with the word as receiver. A flow
// follows the values in registers along paths that the code can take: straight
// on past conditional jumps, and from a jump to where it leads if nothing else
// leads there before. What is noted holds for the type of the word, not for its
// value, so one path suffices.

// Holds says what a word is.
type Holds uint8

// What a word may be.
const (
	Nothing   Holds = iota
	PointerTo       // a pointer to a Type
	SliceOf         // a pointer to the first of several Types, their number in the next word
	WordOf          // the only word of a Type: a map, channel or func
	ClosureOf       // a func: a pointer to a Type, a function's entry and captures
	ValueOf         // the first word of a Type that lies here
)

// regValue is what is known of the value in a register.
type regValue struct {
	what Known
	from place // the word that it was loaded from
	ref  place // the place that it is the address of, or a number
	arg  uint8 // one more than the register of the argument whose type it has; 0: none
}

// Known says what a word is known to be.
type Known struct {
	Type  *Type
	Holds Holds
	// Sure is false if the type is what somebody expects there: who wants a
	// pointer to the first field of a struct takes one to the struct.
	Sure bool
}

// place is a word of memory, or a number: its kind in the lowest bits, where it
// is in the others.
type place int64

type placeKind uint8

const (
	noPlace    placeKind = iota
	dataPlace            // at an address of the file
	stackPlace           // bytes from the stack pointer
	number
)

const placeKindBits = 2

func newPlace(k placeKind, at int64) place { return place(at<<placeKindBits | int64(k)) }

func (p place) kind() placeKind { return placeKind(p & (1<<placeKindBits - 1)) }
func (p place) at() int64       { return int64(p >> placeKindBits) }

// noteFunc is told what a word of memory is.
type noteFunc func(at place, what Known)

// flow is the state at one instruction of a function.
type flow struct {
	t       *flowTables
	note    noteFunc
	text    []byte // of the function
	base    mem.Addr
	regs    [16]regValue
	dead    bool        // nothing is known to come here
	framed  bool        // the stack pointer is where it stays
	opened  bool        // the function has a frame
	targets map[int]int // where jumps lead -> index in saved
	saved   [][16]regValue
	stack   map[int64]Known // what words of the frame are
	args    map[int64]uint8 // regValue.arg of words of the frame
	result  Known           // in the first result register
	passes  uint8           // regValue.arg of it
	calls   []int32         // functions whose results are used
}

// run follows the function at index i of the table of functions.
func (f *flow) run(i int) {
	fn := f.t.p.funcs
	f.base = fn.entry(i)
	f.text = f.t.p.file.mem(f.base, uint64(fn.entry(i+1)-f.base))
	f.regs, f.dead, f.framed, f.opened = [16]regValue{}, false, false, false
	f.result, f.passes, f.calls = Known{}, 0, f.calls[:0]
	clear(f.targets)
	f.saved = f.saved[:0]
	clear(f.stack)
	clear(f.args)
	f.enter(i)
	for at := 0; at < len(f.text); {
		if f.dead {
			if i, ok := f.targets[at]; ok {
				f.regs, f.dead = f.saved[i], false
			}
		}
		in := decodeX86(f.text[at:])
		if in.n == 0 {
			return
		}
		at += in.n
		f.step(&in, at)
	}
}

// enter sets what is known at a function's entry: a method's receiver, and a
// closure's captured variables.
func (f *flow) enter(i int) {
	for _, r := range argumentRegs {
		f.regs[r].arg = r + 1
	}
	if t := f.t.callee(i).receiver; t != nil {
		f.regs[regAX].what = Known{t, PointerTo, false}
	}
	if t := f.t.captures[f.base]; t != nil {
		f.regs[regDX].what = Known{t, PointerTo, true}
	}
}

func (f *flow) clear(r uint8) { f.regs[r&15] = regValue{} }

func (f *flow) clearAll() { f.regs = [16]regValue{} }

// stop is for what no instruction follows.
func (f *flow) stop() {
	f.clearAll()
	f.dead, f.framed = true, f.opened
}

// jump remembers what is known at a place further on.
func (f *flow) jump(from, to int) {
	if to < from || to >= len(f.text) || f.dead {
		return
	}
	if _, ok := f.targets[to]; !ok {
		f.targets[to] = len(f.saved)
		f.saved = append(f.saved, f.regs)
	}
}

// operand is the place of a memory operand. next is the offset of the next
// instruction.
func (f *flow) operand(in *x86inst, next int) place {
	switch {
	case in.mod >= 3 || in.index != x86NoReg:
	case in.base == x86RIP:
		return newPlace(dataPlace, int64(f.base)+int64(next)+int64(in.disp))
	case in.base == regSP && f.framed:
		return newPlace(stackPlace, int64(in.disp))
	}
	return 0
}

// load is the value of a memory operand.
func (f *flow) load(in *x86inst, next int) (v regValue) {
	if v.from = f.operand(in, next); v.from.kind() != noPlace {
		v.what = f.at(v.from)
		if v.from.kind() == stackPlace {
			v.arg = f.args[v.from.at()]
		}
		return v
	}
	if in.base < x86RIP {
		v.what = f.inside(f.regs[in.base].what, in)
	}
	return v
}

// at is what a place is known to be.
func (f *flow) at(p place) Known {
	if p.kind() == stackPlace {
		return f.stack[p.at()]
	}
	return f.t.data[mem.Addr(p.at())]
}

// inside is what is at a memory operand whose base register is known.
func (f *flow) inside(base Known, in *x86inst) Known {
	off := int64(in.disp)
	if base.Holds != PointerTo && base.Holds != SliceOf || off < 0 {
		return Known{}
	}
	if in.index != x86NoReg && (base.Holds != SliceOf || uint64(off) >= base.Type.Size) {
		return Known{}
	}
	return wordAt(base.Type, uint64(off), base.Sure)
}

// wordAt is what the word at an offset of a value is.
func wordAt(t *Type, off uint64, sure bool) Known {
	s, rest := t.Walk(off, nil)
	switch {
	case rest != 0 || off >= t.Size:
	case s.Kind == Pointer && usable(s.Elem):
		return Known{s.Elem, PointerTo, sure}
	case s.Kind == Slice && usable(s.Elem):
		return Known{s.Elem, SliceOf, sure}
	case (s.Kind == Map || s.Kind == Chan || s.Kind == FuncKind) && usable(s):
		return Known{s, WordOf, sure}
	}
	return Known{}
}

// usable reports whether a type may be told to others.
func usable(t *Type) bool { return t != nil && t.Size > 0 && !t.Shape }

// store notes what a stored value is, or that it is what is expected there.
func (f *flow) store(in *x86inst, next int, v *regValue) {
	if to := f.operand(in, next); to.kind() != noPlace {
		f.tell(to, v.what)
		if to.kind() == stackPlace && v.arg != 0 {
			f.args[to.at()] = v.arg
		}
		if v.from.kind() == noPlace {
			v.from = to // what is learnt of the value is true of its copy
		}
		return
	}
	if in.base < x86RIP {
		f.expect(v, f.inside(f.regs[in.base].what, in))
	}
}

// tell notes what a place is.
func (f *flow) tell(at place, what Known) {
	if what.Holds == Nothing || at.kind() != dataPlace && at.kind() != stackPlace {
		return
	}
	if what.Holds == PointerTo && what.Type.isClosure() {
		what.Holds = ClosureOf
	}
	if at.kind() == stackPlace && what.Holds != ValueOf {
		if old, ok := f.stack[at.at()]; !ok || what.Sure && !old.Sure {
			f.stack[at.at()] = what
		}
	}
	f.note(at, what)
}

// expect notes that a value is used as something.
func (f *flow) expect(v *regValue, what Known) {
	if what.Holds == Nothing {
		return
	}
	what.Sure = what.Holds == WordOf // nothing else begins with a map or channel
	if v.what.Holds == Nothing {
		v.what = what
	}
	f.tell(v.from, v.what)
	if v.ref.kind() != noPlace && what.Holds == PointerTo {
		f.tell(v.ref, Known{what.Type, ValueOf, false})
	}
}
