package program

import (
	"bytes"
	"debug/dwarf"
	"slices"
	"sort"
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// Generic code is compiled once for all type arguments of one shape, and its
// variables have the shape for a type: go.shape.*uint8 stands for any pointer.
// Which arguments there are is told by the dictionaries that callers pass, whose
// symbols are named after them: main..dict.F[*main.T] goes with the code of
// main.F[go.shape.*uint8] (cmd/compile/internal/noder/reader.go, Go 1.20 on).

// Generic is the code of one generic function for one shape of its arguments,
// or of a closure inside it.
type Generic struct {
	p      *Program
	shapes []string // of the type arguments, by position
	sets   []typeArgs
	slide  mem.Addr // of dictionaries
	in     []*Type  // parameters and results, as shapes
	out    []*Type
}

// typeArgs is what one dictionary stands for.
type typeArgs struct {
	dict mem.Addr // in the file
	args []string // full names, by position
}

// Generic describes the function that holds pc, nil if it is not generic code.
func (m *Image) Generic(pc mem.Addr) *Generic {
	f := m.FuncAt(pc)
	if f == nil {
		return nil
	}
	base, shapes, ok := splitInstance(f.FullName)
	if !ok || !strings.Contains(f.FullName, shapePrefix) {
		return nil
	}
	g := &Generic{p: m.p, shapes: shapes, slide: m.slide.Text}
	for _, set := range m.p.dictionaries()[base] {
		if m.p.haveShapes(set.args, shapes) {
			g.sets = append(g.sets, typeArgs{set.dict + m.slide.Text, set.args})
		}
	}
	g.in, g.out = m.p.signature(f.Entry)
	return g
}

const shapePrefix = "go.shape."

// splitInstance takes the name of generic code apart: "main.F[A,B].func1" is
// main.F and A, B; "main.(*T[A]).run" is main.T and A. Code that another generic
// function was inlined into has two lists and is refused: their shapes may
// stand for different types.
func splitInstance(name string) (base string, args []string, ok bool) {
	open := strings.IndexByte(name, '[')
	if open < 0 {
		return "", nil, false
	}
	end := open + closing(name[open:])
	if name[end-1] != ']' || strings.Contains(name[end:], "[") {
		return "", nil, false
	}
	base = strings.Replace(name[:open], "(*", "", 1)
	return unescapePath(base), splitArgs(name[open+1 : end-1]), true
}

// splitArgs cuts a list of types at its commas.
func splitArgs(list string) (args []string) {
	depth, from := 0, 0
	for i := 0; i < len(list); i++ {
		switch list[i] {
		case '[', '(', '{':
			depth++
		case ']', ')', '}':
			depth--
		case ',':
			if depth == 0 {
				args = append(args, unescapePath(list[from:i]))
				from = i + 1
			}
		}
	}
	return append(args, unescapePath(list[from:]))
}

// readDictionaries lists the dictionaries by the name of their function or type.
func (p *Program) readDictionaries() map[string][]typeArgs {
	found := map[string][]typeArgs{}
	mark := []byte("..dict.")
	p.eachSymbol(func(s symbol, name []byte) {
		if !bytes.Contains(name, mark) {
			return
		}
		if base, args, ok := splitInstance(strings.Replace(string(name), "..dict.", ".", 1)); ok {
			found[base] = append(found[base], typeArgs{s.addr, args})
		}
	})
	return found
}

// readDictionaryArgs lists what the dictionaries stand for by their address.
func (p *Program) readDictionaryArgs() map[mem.Addr][]string {
	by := map[mem.Addr][]string{}
	for _, sets := range p.dictionaries() {
		for _, s := range sets {
			by[s.dict] = s.args
		}
	}
	return by
}

// haveShapes reports whether types may have these shapes: kind, size and parts
// are the same, and any pointer has that of *uint8. A type that is not known may.
func (p *Program) haveShapes(args, shapes []string) bool {
	if len(args) != len(shapes) {
		return false
	}
	for i, name := range shapes {
		if !strings.HasPrefix(name, shapePrefix) && name != args[i] {
			return false
		}
		t, shape := p.lookupType(args[i]), p.lookupType(name)
		if t != nil && shape != nil && !sameShape(t, shape) {
			return false
		}
	}
	return true
}

func sameShape(t, shape *Type) bool {
	if t.Kind != shape.Kind || t.Size != shape.Size || t.Len != shape.Len || len(t.Fields) != len(shape.Fields) {
		return false
	}
	if t.Kind == Pointer {
		return true
	}
	for i := range t.Fields {
		a, b := &t.Fields[i], &shape.Fields[i]
		if a.Name != b.Name || a.Offset != b.Offset || a.Type != b.Type && !b.Type.Shape {
			return false
		}
	}
	return samePart(t.Elem, shape.Elem) && samePart(t.Key, shape.Key)
}

func samePart(t, shape *Type) bool { return t == shape || shape == nil || shape.Shape }

// signature is a function's parameters and results as DWARF has them.
func (p *Program) signature(entry mem.Addr) (in, out []*Type) {
	if p.dwarf == nil {
		return nil, nil
	}
	f := p.dwarf.funcAt(entry)
	if f == nil || f.low != entry {
		return nil, nil
	}
	e, u, ok := p.dwarf.entry(f.die)
	if !ok {
		return nil, nil
	}
	p.dwarf.eachChild(&e, u, func(c *die) bool {
		if c.tag != dwarf.TagFormalParameter {
			return true
		}
		_, typ := p.dwarf.nameAndType(c)
		if t := p.types.fromDIE(typ); c.result {
			out = append(out, t)
		} else {
			in = append(in, t)
		}
		return true
	})
	return in, out
}

// Concrete is the type that t, which has shapes in it, stands for in this code,
// nil if that cannot be told. dict is the dictionary that the code runs with and
// stored the type of the function value that it runs as, 0 and nil if not known.
func (g *Generic) Concrete(t *Type, dict mem.Addr, stored *Type) *Type {
	if bound := g.byDictionary(dict); bound.covers(t) {
		return g.p.substitute(t, bound, 0)
	}
	if bound := g.bySignature(stored); bound.covers(t) {
		return g.p.substitute(t, bound, 0)
	}
	return nil
}

// binding maps a shape to the type that it stands for, "" where two differ.
type binding map[string]string

func (b binding) add(shape, arg string) {
	if was, ok := b[shape]; ok && was != arg {
		arg = ""
	}
	b[shape] = arg
}

// covers reports whether all shapes in the type's name are bound.
func (b binding) covers(t *Type) bool {
	name := b.apply(shapeName(t))
	return name != "" && !strings.Contains(name, shapePrefix)
}

// apply replaces the shapes in a name, longest first; "" if one is ambiguous.
func (b binding) apply(name string) string {
	shapes := make([]string, 0, len(b))
	for s := range b {
		shapes = append(shapes, s)
	}
	sort.Slice(shapes, func(i, j int) bool {
		if len(shapes[i]) != len(shapes[j]) {
			return len(shapes[i]) > len(shapes[j])
		}
		return shapes[i] < shapes[j]
	})
	for _, s := range shapes {
		if !strings.Contains(name, s) {
			continue
		}
		if b[s] == "" {
			return ""
		}
		name = strings.ReplaceAll(name, s, b[s])
	}
	return name
}

// byDictionary binds what all sets of arguments agree on, or that of dict.
func (g *Generic) byDictionary(dict mem.Addr) binding {
	b := binding{}
	if args := g.inlinedWith(dict); args != nil {
		for k, s := range g.shapes {
			b.add(s, args[k])
		}
		return b
	}
	for _, only := range []bool{true, false} {
		for i := range g.sets {
			if only && g.sets[i].dict != dict {
				continue
			}
			for k, s := range g.shapes {
				b.add(s, g.sets[i].args[k])
			}
		}
		if len(b) > 0 {
			break
		}
	}
	return b
}

// inlinedWith is the arguments of a dictionary that is none of this code's own: a
// closure of generic code that was inlined bears the name of the function around it,
// "main.init.OnceValue[go.shape.int].func1", and has the dictionary of sync.OnceValue.
func (g *Generic) inlinedWith(dict mem.Addr) []string {
	if dict == 0 || g.p == nil || slices.ContainsFunc(g.sets, func(s typeArgs) bool { return s.dict == dict }) {
		return nil
	}
	args := g.p.dictionaryArgs()[dict-g.slide]
	if args == nil || !g.p.haveShapes(args, g.shapes) {
		return nil
	}
	return args
}

// bySignature binds by laying the type of a function value beside the code's
// own parameters and results. Two arguments of one shape cannot be told apart.
func (g *Generic) bySignature(f *Type) binding {
	b := binding{}
	if f == nil || len(f.In) != len(g.in) || len(f.Out) != len(g.out) {
		return b
	}
	for i, s := range g.shapes {
		for _, other := range g.shapes[:i] {
			if s == other {
				return b
			}
		}
	}
	for i := range g.in {
		b.unify(g.in[i], f.In[i])
	}
	for i := range g.out {
		b.unify(g.out[i], f.Out[i])
	}
	return b
}

// unify binds the shapes in a type by the type that it is known to stand for.
func (b binding) unify(shape, t *Type) {
	for range maxDepth {
		if shape == nil || t == nil || !shape.Shape {
			return
		}
		if name := shapeName(shape); strings.HasPrefix(name, shapePrefix) {
			b.add(name, t.FullName)
			return
		}
		if shape.Kind != t.Kind {
			return
		}
		if shape.Named {
			b.unifyArgs(shapeName(shape), t.FullName)
			return
		}
		if shape.Kind == Map {
			b.unify(shape.Key, t.Key)
		}
		shape, t = shape.Elem, t.Elem
	}
}

// unifyArgs binds the arguments of two generic types.
func (b binding) unifyArgs(shape, t string) {
	base, shapes, ok := splitInstance(shape)
	of, args, ok2 := splitInstance(t)
	if !ok || !ok2 || base != of || len(shapes) != len(args) {
		return
	}
	for i, s := range shapes {
		if strings.HasPrefix(s, shapePrefix) {
			b.add(s, args[i])
		}
	}
}

// shapeName is a type's full name with shapes as the linker spells them: of one
// that has a descriptor, package and package name are both in the name.
func shapeName(t *Type) string {
	return strings.ReplaceAll(t.FullName, shapePrefix+"shape.", shapePrefix)
}
