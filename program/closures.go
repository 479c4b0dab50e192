package program

import (
	"cmp"
	"debug/dwarf"
	"slices"
	"sort"
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// Closure is the layout of a function value's object: a struct with the
// function's entry in its first word and the captured variables behind it.
type Closure struct {
	Func *Func
	// Type is struct{F uintptr; captured…}, named "func main.build.func1".
	// A field is named as the variable where DWARF tells, with & in front if it
	// is captured by reference, else X0, X1 …; R is the receiver of a method
	// value.
	Type *Type
}

// capture is a captured variable as DWARF describes it.
type capture struct {
	name string
	typ  *Type
	off  uint64 // in the closure; 0 if not known, see loadedFrom
}

// closure returns what is known of the closures of the function at entry.
func (p *Program) closure(entry mem.Addr) *Closure {
	if c, ok := p.closures.Load(entry); ok {
		return c.(*Closure)
	}
	c, _ := p.closures.LoadOrStore(entry, p.readClosure(entry))
	return c.(*Closure)
}

// readClosure joins both sources. What the code allocates is complete and
// right, but its fields have no names; DWARF knows names, but lacks captures
// that the function's optimised body does not use.
func (p *Program) readClosure(entry mem.Addr) *Closure {
	i := p.funcs.find(entry)
	if i < 0 || p.funcs.entry(i) != entry {
		return nil
	}
	fn := p.funcs.get(i)
	named := p.capturesByName(entry)
	var fields []Field
	if made := p.allocations().closures[entry]; made != nil {
		fields = nameFields(made.Fields, named)
	} else if fields = p.fieldsOf(named); fields == nil {
		return nil
	}
	return &Closure{Func: fn, Type: p.closureType(fn, fields)}
}

// closureType builds the struct; it belongs to one closure, so that the types
// of two are never the same.
func (p *Program) closureType(fn *Func, fields []Field) *Type {
	t := &Type{
		Name: "func " + fn.Name, FullName: "func " + fn.FullName, PkgPath: fn.PkgPath,
		Kind: Struct, Fields: fields, arch: p.Arch,
	}
	for i := range fields {
		t.Shape = t.Shape || fields[i].Type.Shape
	}
	last := &fields[len(fields)-1]
	t.Size = last.Offset + last.Type.Size
	t.layout()
	t.Size = mem.Align(t.Size, t.Align)
	return t
}

// nameFields gives the fields of a closure struct the variables' names: by
// offset where DWARF has it, else in order while the types agree, since the
// compiler lists captured variables first and as they are laid out.
func nameFields(fields []Field, named []capture) []Field {
	out := slices.Clone(fields)
	next := 0
	for i := 1; i < len(out); i++ {
		for _, c := range named {
			if c.off == out[i].Offset {
				out[i].Name = c.nameAs(out[i].Type)
			}
		}
		if next < len(named) && named[next].off == 0 && named[next].typ == out[i].Type {
			out[i].Name = named[next].name
			next++
		}
	}
	return out
}

// nameAs is the name of the field of type t that holds the variable. One that
// the function moves to the heap for itself is listed as a pointer, although it
// was captured by value.
func (c *capture) nameAs(t *Type) string {
	if c.typ != nil && c.typ != t && c.typ.Elem == t {
		return strings.TrimPrefix(c.name, "&")
	}
	return c.name
}

// fieldsOf makes the fields of a closure that no code was seen to allocate.
func (p *Program) fieldsOf(named []capture) []Field {
	word := p.lookupType("uintptr")
	if word == nil {
		return nil
	}
	fields := []Field{{Name: "F", Type: word}}
	for _, c := range named {
		if c.off > 0 && c.typ != nil {
			fields = append(fields, Field{Name: c.name, Type: c.typ, Offset: c.off})
		}
	}
	if len(fields) == 1 || !fieldsFit(fields, maxTypeSize) {
		return nil
	}
	return fields
}

// capturesByName reads the captured variables of a function from DWARF: those
// with an offset (Go 1.23 on), by offset; else all variables before the first
// parameter's block, in order.
func (p *Program) capturesByName(entry mem.Addr) (list []capture) {
	if p.dwarf == nil {
		return nil
	}
	i := sort.Search(len(p.dwarf.funcs), func(i int) bool { return p.dwarf.funcs[i].low >= entry })
	if i == len(p.dwarf.funcs) || p.dwarf.funcs[i].low != entry {
		return nil
	}
	e, u, ok := p.dwarf.entry(p.dwarf.funcs[i].die)
	if !ok {
		return nil
	}
	byOffset := p.GoVersion.AtLeast(23)
	p.dwarf.eachChild(&e, u, func(c *die) bool {
		if c.tag != dwarf.TagVariable && c.tag != dwarf.TagFormalParameter {
			return true
		}
		cap := p.newCapture(c)
		if !byOffset {
			cap.off = p.loadedFrom(u, c, entry)
		}
		if cap.off > 0 || !byOffset && c.tag == dwarf.TagVariable {
			list = append(list, cap)
		}
		return true
	})
	slices.SortStableFunc(list, func(a, b capture) int { return cmp.Compare(a.off, b.off) })
	return list
}

func (p *Program) newCapture(e *die) capture {
	name, typ := p.dwarf.nameAndType(e)
	off := e.closureOff
	if off == 0 && e.origin != 0 {
		if o, _, ok := p.dwarf.entry(e.origin); ok {
			off = o.closureOff
		}
	}
	return capture{name: string(name), typ: p.types.fromDIE(typ), off: off}
}
