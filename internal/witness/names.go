package witness

import (
	"go/types"
	"strconv"
	"strings"
)

// wild stands in a name for a type parameter: any type.
const wild = "\x00"

// typeName spells a type as program.Type.FullName does: like package reflect,
// with import paths.
func typeName(t types.Type) string {
	var b strings.Builder
	writeType(&b, t, 0)
	return b.String()
}

// maxNest bounds types that contain themselves.
const maxNest = 32

func writeType(b *strings.Builder, t types.Type, nest int) {
	if nest++; nest > maxNest {
		b.WriteString(wild)
		return
	}
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		b.WriteString(basicName(t))
	case *types.Named:
		writeNamed(b, t, nest)
	case *types.Pointer:
		b.WriteByte('*')
		writeType(b, t.Elem(), nest)
	case *types.Slice:
		b.WriteString("[]")
		writeType(b, t.Elem(), nest)
	case *types.Array:
		b.WriteString("[" + strconv.FormatInt(t.Len(), 10) + "]")
		writeType(b, t.Elem(), nest)
	case *types.Map:
		b.WriteString("map[")
		writeType(b, t.Key(), nest)
		b.WriteByte(']')
		writeType(b, t.Elem(), nest)
	case *types.Chan:
		b.WriteString([]string{types.SendRecv: "chan ", types.SendOnly: "chan<- ", types.RecvOnly: "<-chan "}[t.Dir()])
		writeType(b, t.Elem(), nest)
	case *types.Signature:
		b.WriteString("func")
		writeSignature(b, t, nest)
	case *types.Struct:
		writeStruct(b, t, nest)
	case *types.Interface:
		writeInterface(b, t, nest)
	default: // a type parameter
		b.WriteString(wild)
	}
}

func basicName(t *types.Basic) string {
	switch t.Kind() {
	case types.UnsafePointer:
		return "unsafe.Pointer"
	case types.UntypedRune, types.UntypedInt, types.UntypedFloat, types.UntypedString, types.UntypedBool, types.UntypedComplex:
		return types.Default(t).(*types.Basic).Name()
	}
	return types.Typ[t.Kind()].Name() // uint8 for byte
}

func writeNamed(b *strings.Builder, t *types.Named, nest int) {
	o := t.Obj()
	if o.Pkg() != nil {
		path := o.Pkg().Path()
		if o.Pkg().Name() == "main" {
			path = "main"
		}
		b.WriteString(path + ".")
	}
	b.WriteString(o.Name())
	if args := t.TypeArgs(); args.Len() > 0 {
		b.WriteByte('[')
		for i := range args.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			writeType(b, args.At(i), nest)
		}
		b.WriteByte(']')
	}
}

func writeSignature(b *strings.Builder, t *types.Signature, nest int) {
	b.WriteByte('(')
	for i := range t.Params().Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		p := t.Params().At(i).Type()
		if s, ok := p.(*types.Slice); ok && t.Variadic() && i == t.Params().Len()-1 {
			b.WriteString("...")
			p = s.Elem()
		}
		writeType(b, p, nest)
	}
	b.WriteByte(')')
	writeResults(b, t.Results(), nest)
}

func writeResults(b *strings.Builder, t *types.Tuple, nest int) {
	switch t.Len() {
	case 0:
	case 1:
		b.WriteByte(' ')
		writeType(b, t.At(0).Type(), nest)
	default:
		b.WriteString(" (")
		for i := range t.Len() {
			if i > 0 {
				b.WriteString(", ")
			}
			writeType(b, t.At(i).Type(), nest)
		}
		b.WriteByte(')')
	}
}

func writeStruct(b *strings.Builder, t *types.Struct, nest int) {
	b.WriteString("struct {")
	for i := range t.NumFields() {
		if i > 0 {
			b.WriteByte(';')
		}
		f := t.Field(i)
		b.WriteByte(' ')
		if !f.Embedded() {
			b.WriteString(f.Name() + " ")
		}
		writeType(b, f.Type(), nest)
	}
	if t.NumFields() > 0 {
		b.WriteByte(' ')
	}
	b.WriteByte('}')
}

func writeInterface(b *strings.Builder, t *types.Interface, nest int) {
	b.WriteString("interface {")
	for i := range t.NumMethods() {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(" " + t.Method(i).Name())
		writeSignature(b, t.Method(i).Signature(), nest)
	}
	if t.NumMethods() > 0 {
		b.WriteByte(' ')
	}
	b.WriteByte('}')
}

// nameMatches compares a name with one that may have wild parts.
func nameMatches(pattern, name string) bool {
	parts := strings.Split(pattern, wild)
	if len(parts) == 1 {
		return pattern == name
	}
	rest, ok := strings.CutPrefix(name, parts[0])
	if !ok {
		return false
	}
	for _, p := range parts[1 : len(parts)-1] {
		_, after, ok := strings.Cut(rest, p)
		if !ok {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}
