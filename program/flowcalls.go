package program

import (
	"bytes"
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// callee is what a call of a function tells.
type callee struct {
	receiver *Type        // what a method's first argument points at
	rule     *runtimeRule // of a function of the runtime
	keeps    bool         // all registers
	result   Known        // in the first result register
	passes   uint8        // one more than the register of the argument whose type that has, 0: none
}

// runtimeRule says which register of a call of the runtime has a type's
// descriptor and what others are then known to be.
type runtimeRule struct {
	name   string // of the function, or its beginning if it ends with *
	typ    uint8
	result Holds
	args   [2]runtimeArg
	elem   bool // the result is a pointer to the map's element
	sized  bool // only if the first argument is the type's size
}

type runtimeArg struct {
	reg   uint8
	holds Holds
}

// runtimeRules are the functions that compiled code calls with a type (Go 1.21
// to 1.27; cmd/compile/internal/typecheck/_builtin/runtime.go, the arguments in
// AX, BX, CX, DI, SI). The first that fits a name counts.
var runtimeRules = []runtimeRule{
	{name: "newobject", result: PointerTo},
	{name: "makeslice*", result: SliceOf},
	{name: "growslice*", typ: regSI, result: SliceOf, args: [2]runtimeArg{{regAX, SliceOf}}},
	{name: "makemap_small"},
	{name: "makemap*", result: WordOf},
	{name: "makechan*", result: WordOf},
	{name: "mapaccess*", elem: true, result: PointerTo, args: [2]runtimeArg{{regBX, WordOf}}},
	{name: "mapassign*", elem: true, result: PointerTo, args: [2]runtimeArg{{regBX, WordOf}}},
	{name: "mapdelete*", args: [2]runtimeArg{{regBX, WordOf}}},
	{name: "mapclear*", args: [2]runtimeArg{{regBX, WordOf}}},
	{name: "mapiterinit", args: [2]runtimeArg{{regBX, WordOf}}},
	{name: "mapIterStart", args: [2]runtimeArg{{regBX, WordOf}}},
	{name: "convT", result: PointerTo, args: [2]runtimeArg{{regBX, PointerTo}}},
	{name: "typedmemmove", args: [2]runtimeArg{{regBX, PointerTo}, {regCX, PointerTo}}},
	{name: "typedmemclr", args: [2]runtimeArg{{regBX, PointerTo}}},
	{name: "wbZero", args: [2]runtimeArg{{regBX, PointerTo}}},
	{name: "wbMove", args: [2]runtimeArg{{regBX, PointerTo}, {regCX, PointerTo}}},
	{name: "typedslicecopy", args: [2]runtimeArg{{regBX, SliceOf}, {regDI, SliceOf}}},
	{name: "mallocgc*", typ: regBX, result: PointerTo, sized: true},
}

func (r *runtimeRule) fits(name []byte) bool {
	if head, ok := strings.CutSuffix(r.name, "*"); ok {
		return bytes.HasPrefix(name, []byte(head))
	}
	return string(name) == r.name
}

// newCallee reads what a function's name says.
func (p *Program) newCallee(name []byte) (c callee) {
	if rest, ok := bytes.CutPrefix(name, []byte("runtime.")); ok && !bytes.ContainsAny(rest, ".(") {
		c.keeps = bytes.HasPrefix(rest, []byte("gcWriteBarrier"))
		for i := range runtimeRules {
			if runtimeRules[i].fits(rest) {
				c.rule = &runtimeRules[i]
				return c
			}
		}
	}
	if full := receiverName(name); full != "" {
		if t := p.lookupType(full); usable(t) && t.Named {
			c.receiver = t
		}
	}
	return c
}

// receiverName is pkg.T of the name pkg.(*T).Method, "" of others: closures in
// methods, method values, and methods of generic types that share their code.
func receiverName(name []byte) string {
	pkg, rest, ok := bytes.Cut(name, []byte(".(*"))
	if !ok {
		return ""
	}
	typ, method, ok := bytes.Cut(rest, []byte(")."))
	if !ok || bytes.ContainsAny(method, ".-[(") {
		return ""
	}
	typ, args, generic := bytes.Cut(typ, []byte("["))
	if bytes.ContainsAny(typ, "(.") || generic && !unshared(args) {
		return ""
	}
	full := unescapePath(string(pkg)) + "." + string(typ)
	if generic {
		full += "[" + strings.ReplaceAll(string(args), shapePrefix, "")
	}
	return full
}

// unshared reports whether shapes stand for one type each: any, or a pointer
// that is not to be any pointer.
func unshared(args []byte) bool {
	for {
		_, rest, ok := bytes.Cut(args, []byte(shapePrefix))
		if !ok {
			return true
		}
		pointer := bytes.HasPrefix(rest, []byte("*")) && !bytes.HasPrefix(rest, []byte("*uint8"))
		if !pointer && !bytes.HasPrefix(rest, []byte("interface {}")) {
			return false
		}
		args = rest
	}
}

// call follows a call of the function at an address.
func (f *flow) call(to mem.Addr) {
	fn := f.t.p.funcs
	i := fn.find(to)
	if i < 0 || fn.entry(i) != to {
		f.clearAll()
		return
	}
	c := f.t.callee(i)
	if c.keeps {
		f.clear(11)
		return
	}
	if c.receiver != nil {
		f.expect(&f.regs[regAX], Known{c.receiver, PointerTo, false})
	}
	var result regValue
	switch {
	case c.rule != nil:
		result.what = f.runtimeCall(c.rule)
	case c.result.Sure:
		result.what = c.result
	case c.passes != 0:
		old := &f.regs[c.passes-1]
		result.what, result.arg = old.what, old.arg
	}
	f.calls = append(f.calls, int32(i))
	f.clearAll()
	f.regs[regAX] = result
}

func (f *flow) runtimeCall(r *runtimeRule) (result Known) {
	t := f.descriptor(r.typ)
	if !usable(t) {
		return result
	}
	for _, a := range r.args {
		if a.holds != Nothing {
			f.expect(&f.regs[a.reg], Known{t, a.holds, false})
		}
	}
	switch {
	case r.elem:
		t = t.Elem
	case r.sized && f.regs[regAX].ref != newPlace(number, int64(t.Size)):
		return result
	}
	if !usable(t) {
		return result
	}
	return Known{t, r.result, true}
}

// descriptor is the type whose descriptor's address is in a register.
func (f *flow) descriptor(reg uint8) *Type {
	ref := f.regs[reg].ref
	if ref.kind() != dataPlace {
		return nil
	}
	return f.t.p.types.at(mem.Addr(ref.at()))
}
