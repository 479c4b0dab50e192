package repl

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/typing"
)

// Field is a word or more of an object: a field, an element, a pointer.
type Field struct {
	of     *Object
	name   string // ".Records", "[3]"
	typ    string // "" if not known
	offset uint64 // in the value, bytes
	to     mem.ObjID
	shown  string // what it says, "" if that is hidden or not known
}

func (f *Field) String() string        { return strings.TrimPrefix(fieldTable([]*Field{f}), "\n  ") }
func (f *Field) Type() string          { return "field" }
func (f *Field) Freeze()               {}
func (f *Field) Truth() starlark.Bool  { return true }
func (f *Field) Hash() (uint32, error) { return 0, errors.New("fields have no hash") }
func (f *Field) AttrNames() []string   { return f.of.s.words.field.names() }

func (f *Field) Attr(name string) (starlark.Value, error) { return f.of.s.words.field.attr(f, name) }

// fieldList are the fields of an object, shown as a table.
type fieldList struct{ starlark.Tuple }

func (l fieldList) Type() string { return "fields" }

func (l fieldList) String() string {
	var fields []*Field
	for _, v := range l.Tuple {
		if f, ok := v.(*Field); ok {
			fields = append(fields, f)
		}
	}
	return strings.TrimPrefix(fieldTable(fields), "\n")
}

func fieldWords() []word[*Field] {
	return []word[*Field]{
		{"name", "", "its name", "string", func(f *Field) (starlark.Value, error) { return starlark.String(f.name), nil }},
		{"type", "", "its type", "string", func(f *Field) (starlark.Value, error) { return starlark.String(f.typ), nil }},
		{"offset", "", "where it is in the object, in bytes", "int", func(f *Field) (starlark.Value, error) { return starlark.MakeUint64(f.offset), nil }},
		{"to", "", "the object that it points to, or None", "object", func(f *Field) (starlark.Value, error) {
			if f.to == mem.NoObj {
				return starlark.None, nil
			}
			return &Object{f.of.s, f.of.dump, f.to, nil}, nil
		}},
		{"value", "", "what it says: with --show-values alone", "string", func(f *Field) (starlark.Value, error) {
			if !f.of.s.values {
				return nil, errors.New("values are hidden, as dumps hold secrets; objgraph heap --show-values shows them")
			}
			return starlark.String(f.shown), nil
		}},
	}
}

// target is the address and the type of what it points to, "" if that is no object.
func (f *Field) target() (addr, typ string) {
	if f.to == mem.NoObj {
		return "", ""
	}
	s := f.of.snap()
	return s.Addr(f.to).String(), s.TypeName(f.to)
}

// fieldTable is a line for each field: name, type, what it points to, its value.
func fieldTable(fields []*Field) string {
	wide, typ := 0, 0
	for _, f := range fields {
		wide, typ = max(wide, len(f.name)), max(typ, len(f.typ))
	}
	var b strings.Builder
	for _, f := range fields {
		line := fmt.Sprintf("  %-*s  %-*s", min(wide, 40), f.name, min(typ, 40), f.typ)
		if addr, to := f.target(); addr != "" {
			line += fmt.Sprintf("  -> %s %s", addr, to)
		}
		if f.shown != "" {
			line += "  = " + f.shown
		}
		b.WriteString("\n" + strings.TrimRight(line, " "))
	}
	return b.String()
}

// maxElements bounds the elements of an array that are told apart.
const maxElements = 10_000

// fields are those of the object's value: of a struct its fields, of an array its
// elements, of anything else the pointers in it.
func (o *Object) fields() []*Field {
	s := o.snap()
	t := s.Typing.Type(o.id)
	r := &fieldReader{of: o, obj: s.Heap.Object(o.id).Contents}
	obj := s.Heap.Object(o.id)
	r.head = s.Typing.Head(&obj)
	r.pointers = map[uint64]mem.ObjID{}
	s.Heap.Pointers(&obj, func(off uint64, to mem.ObjID) { r.pointers[off] = to })
	switch {
	case t.Go != nil && t.Form == typing.Value:
		r.value("", t.Go, 0)
	case t.Go != nil && t.Form == typing.Array && t.Size > 0:
		for i := uint64(0); i < maxElements && (i+1)*t.Size+r.head <= obj.Size; i++ {
			r.add(fmt.Sprintf("[%d]", i), t.Go, i*t.Size)
		}
	case t.Form == typing.String && o.s.values:
		r.out = append(r.out, &Field{of: o, name: "bytes", typ: "string", to: mem.NoObj, shown: quoted(obj.Contents)})
	default:
		s.Heap.Pointers(&obj, func(off uint64, to mem.ObjID) {
			r.out = append(r.out, &Field{of: o, name: s.Typing.Label(o.id, off), offset: off, to: to})
		})
	}
	return r.out
}

// fieldReader takes a value apart.
type fieldReader struct {
	of       *Object
	obj      []byte // the slot
	head     uint64
	pointers map[uint64]mem.ObjID // by offset in the slot
	out      []*Field
}

// value adds the fields of a struct, each as a whole, or the value itself.
func (r *fieldReader) value(name string, t *program.Type, off uint64) {
	if t.Kind != program.Struct || len(t.Fields) == 0 {
		if name == "" {
			name = "*"
		}
		r.add(name, t, off)
		return
	}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Type != nil {
			r.add(name+"."+f.Name, f.Type, off+f.Offset)
		}
	}
}

// add adds one field. What it points to is told where it has one pointer.
func (r *fieldReader) add(name string, t *program.Type, off uint64) {
	f := &Field{of: r.of, name: name, typ: t.Name, offset: off, to: mem.NoObj}
	at := off + r.head
	for p := at; p < at+max(t.Size, 1) && p-at <= 16; p += uint64(r.of.snap().Heap.Arch.PtrSize) {
		if to, ok := r.pointers[p]; ok {
			f.to = to
			break
		}
	}
	if r.of.s.values {
		f.shown = r.shown(t, at)
	}
	r.out = append(r.out, f)
}

// shown is what a number, bool or string says.
func (r *fieldReader) shown(t *program.Type, at uint64) string {
	if at+t.Size > uint64(len(r.obj)) {
		return ""
	}
	arch := r.of.snap().Heap.Arch
	b := r.obj[at : at+t.Size]
	switch t.Kind {
	case program.Bool:
		return strconv.FormatBool(b[0] != 0)
	case program.String:
		return r.text(arch.Word(b), arch.WordAt(b, uint64(arch.PtrSize)))
	case program.Float32:
		return fmt.Sprint(math.Float32frombits(arch.Uint32(b)))
	case program.Float64:
		return fmt.Sprint(math.Float64frombits(arch.Uint64(b)))
	}
	n, ok := unsigned(arch, b)
	switch {
	case !ok:
		return ""
	case t.Kind >= program.Int && t.Kind <= program.Int64:
		shift := 64 - 8*t.Size
		return strconv.FormatInt(int64(n<<shift)>>shift, 10)
	case t.Kind >= program.Uint && t.Kind <= program.Uintptr:
		return strconv.FormatUint(n, 10)
	}
	return ""
}

// unsigned reads an integer of 1, 2, 4 or 8 bytes.
func unsigned(a mem.Arch, b []byte) (uint64, bool) {
	switch len(b) {
	case 1:
		return uint64(b[0]), true
	case 2:
		return uint64(a.Uint16(b)), true
	case 4:
		return uint64(a.Uint32(b)), true
	case 8:
		return a.Uint64(b), true
	}
	return 0, false
}

// text is a string whose bytes are in the heap.
func (r *fieldReader) text(at, n uint64) string {
	h := r.of.snap().Heap
	id, ok := h.Find(mem.Addr(at))
	if n == 0 {
		return `""`
	}
	if !ok {
		return fmt.Sprintf("(%d bytes outside of the heap)", n)
	}
	b, off := h.Object(id).Contents, at-uint64(h.Addr(id))
	if off > uint64(len(b)) || n > uint64(len(b))-off {
		return ""
	}
	return quoted(b[off : off+n])
}

// maxText is how many bytes of a string are shown.
const maxText = 60

func quoted(b []byte) string {
	if len(b) <= maxText {
		return strconv.Quote(string(b))
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(b[end]) {
		end--
	}
	return strconv.Quote(string(b[:end])) + fmt.Sprintf("… (%d bytes)", len(b))
}
