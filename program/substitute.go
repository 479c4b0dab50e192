package program

import "strings"

// substitute finds the type that is named as t with its shapes replaced. One of
// which the program has no descriptor, as generic code allocates what it declares
// by its shape, is made here of its parts.
func (p *Program) substitute(t *Type, b binding, depth int) *Type {
	if t == nil || !t.Shape {
		return t
	}
	name := b.apply(shapeName(t))
	if real := p.lookupType(name); real != nil {
		return real
	}
	if made, ok := p.substituted.Load(name); ok {
		return made.(*Type)
	}
	real := p.replaceParts(t, b, depth+1)
	if elem, ok := strings.CutPrefix(name, "*"); ok && strings.HasPrefix(shapeName(t), shapePrefix) {
		real = p.pointerTo(elem, t)
	}
	if real == nil {
		return nil
	}
	made, _ := p.substituted.LoadOrStore(name, real)
	return made.(*Type)
}

// pointerTo makes the pointer type that a shape stands for.
func (p *Program) pointerTo(elem string, shape *Type) *Type {
	to := p.lookupType(elem)
	if to == nil {
		return nil
	}
	return &Type{
		Name: "*" + to.Name, FullName: "*" + to.FullName, Kind: Pointer, Elem: to,
		Size: shape.Size, Align: shape.Align, PtrBytes: shape.PtrBytes, arch: p.Arch,
	}
}

// replaceParts makes a type without a name of its own, as large as the shape; nil if
// a part is not known.
func (p *Program) replaceParts(t *Type, b binding, depth int) *Type {
	if t.Named || strings.HasPrefix(shapeName(t), shapePrefix) || depth > maxDepth {
		return nil
	}
	real := &Type{
		Kind: t.Kind, Size: t.Size, Align: t.Align, PtrBytes: t.PtrBytes, Len: t.Len, Variadic: t.Variadic, arch: p.Arch,
	}
	known := true
	part := func(of *Type) *Type {
		made := p.substitute(of, b, depth)
		known = known && made != nil
		return made
	}
	switch t.Kind {
	case Pointer, Slice, Array:
		real.Elem = part(t.Elem)
	case Struct:
		for _, f := range t.Fields {
			f.Type = part(f.Type)
			real.Fields = append(real.Fields, f)
		}
	case FuncKind:
		for _, in := range t.In {
			real.In = append(real.In, part(in))
		}
		for _, out := range t.Out {
			real.Out = append(real.Out, part(out))
		}
	default:
		return nil
	}
	if !known {
		return nil
	}
	real.FullName = compositeName(real, depth)
	real.Name = p.names().short(real.FullName)
	return real
}
