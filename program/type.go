package program

import (
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/objgraph/objgraph/mem"
)

// Kind has the values of reflect.Kind, which are also those of a descriptor.
type Kind uint8

// The kinds, as in package reflect; a func type is FuncKind since [Func] is a
// function of the program.
const (
	Invalid       = Kind(reflect.Invalid)
	Bool          = Kind(reflect.Bool)
	Int           = Kind(reflect.Int)
	Int8          = Kind(reflect.Int8)
	Int16         = Kind(reflect.Int16)
	Int32         = Kind(reflect.Int32)
	Int64         = Kind(reflect.Int64)
	Uint          = Kind(reflect.Uint)
	Uint8         = Kind(reflect.Uint8)
	Uint16        = Kind(reflect.Uint16)
	Uint32        = Kind(reflect.Uint32)
	Uint64        = Kind(reflect.Uint64)
	Uintptr       = Kind(reflect.Uintptr)
	Float32       = Kind(reflect.Float32)
	Float64       = Kind(reflect.Float64)
	Complex64     = Kind(reflect.Complex64)
	Complex128    = Kind(reflect.Complex128)
	Array         = Kind(reflect.Array)
	Chan          = Kind(reflect.Chan)
	FuncKind      = Kind(reflect.Func)
	Interface     = Kind(reflect.Interface)
	Map           = Kind(reflect.Map)
	Pointer       = Kind(reflect.Pointer)
	Slice         = Kind(reflect.Slice)
	String        = Kind(reflect.String)
	Struct        = Kind(reflect.Struct)
	UnsafePointer = Kind(reflect.UnsafePointer)
)

func (k Kind) String() string { return reflect.Kind(k).String() }

// Type is one type of a program: there is one *Type per distinct type, so
// types are compared by pointer. Immutable.
type Type struct {
	Name     string // as reflect.Type.String prints it
	FullName string // the same with import paths
	PkgPath  string // import path of a named type's package; "" for others
	Kind     Kind
	Size     uint64   // bytes
	Align    uint64   // bytes
	PtrBytes uint64   // bytes up to the end of the last pointer; 0: no pointers
	Addr     mem.Addr // of the descriptor in the file; 0: known from DWARF only

	Elem   *Type   // of a pointer, slice, array, channel or map; nil if not known
	Key    *Type   // of a map
	Group  *Type   // of a map: one group (Go 1.24 on) or one bucket; nil if not known
	Len    uint64  // of an array
	Fields []Field // of a struct, by offset
	In     []*Type // parameters of a func
	Out    []*Type // results of a func

	Methods  int  // of an interface
	Variadic bool // func
	Named    bool // declared with a name, predeclared ones included
	Shape    bool // stands for several types (go.shape) and must not name an object

	begins string // of a channel of MadeTypes: its name, with the direction

	arch mem.Arch
	laid bool                 // layout has run
	nest int                  // structs and arrays inside each other, 0: not counted, -1: being counted
	mask atomic.Pointer[Mask] // see Mask
}

// Field is one field of a struct.
type Field struct {
	Name     string
	Type     *Type
	Offset   uint64 // bytes
	Embedded bool
}

func (t *Type) String() string {
	if t == nil {
		return "<nil type>"
	}
	return t.Name
}

// Direct reports whether an interface holds a value of this type in its data
// word itself, and not a pointer to it: one pointer-shaped word.
func (t *Type) Direct() bool {
	for range maxDepth {
		switch {
		case t.Kind == Struct && len(t.Fields) == 1:
			t = t.Fields[0].Type
		case t.Kind == Array && t.Len == 1 && t.Elem != nil:
			t = t.Elem
		default:
			switch t.Kind {
			case Pointer, UnsafePointer, Chan, Map, FuncKind:
				return true
			}
			return false
		}
	}
	return false
}

// Field finds a field by name, looking no deeper; nil if there is none.
func (t *Type) Field(name string) *Field {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// FieldAt is the field that holds the byte at off, nil in padding.
func (t *Type) FieldAt(off uint64) *Field {
	lo, hi := 0, len(t.Fields)
	for lo < hi { // the last field that starts at or before off
		if mid := (lo + hi) / 2; t.Fields[mid].Offset <= off {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for i := lo - 1; i >= 0; i-- { // fields of no size share an offset with others
		f := &t.Fields[i]
		if off < f.Offset+f.Type.Size {
			return f
		}
		if f.Type.Size > 0 {
			break
		}
	}
	return nil
}

// FieldPath names the value at a byte offset: ".User.Opts[3].Val", "" for a
// scalar, and as far as it goes for padding or an offset outside.
func (t *Type) FieldPath(off uint64) string {
	var b strings.Builder
	t.Walk(off, func(_ *Type, f *Field, index uint64) {
		if f != nil {
			b.WriteByte('.')
			b.WriteString(f.Name)
			return
		}
		b.WriteByte('[')
		b.WriteString(strconv.FormatUint(index, 10))
		b.WriteByte(']')
	})
	return b.String()
}

// Walk goes from t down to the scalar at a byte offset, and returns it with the
// offset left inside it. step is called for every struct (with the field) and
// array (with a nil field and the index) on the way; it may be nil.
func (t *Type) Walk(off uint64, step func(in *Type, f *Field, index uint64)) (*Type, uint64) {
	for range maxDepth {
		var f *Field
		var index uint64
		next := t.Elem
		switch {
		case off >= t.Size:
			return t, off
		case t.Kind == Struct:
			if f = t.FieldAt(off); f == nil {
				return t, off
			}
			next, off = f.Type, off-f.Offset
		case t.Kind == Array && next != nil && next.Size > 0:
			index, off = off/next.Size, off%next.Size
		default:
			return t, off
		}
		if step != nil {
			step(t, f, index)
		}
		t = next
	}
	return t, off
}
