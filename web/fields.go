package web

import (
	"fmt"
	"math"
	"strconv"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// mostElements is how many elements of an array are told apart.
const mostElements = 1000

// part is a field or an element of an object, where it lies in the slot.
type part struct {
	name string
	typ  *program.Type
	off  uint64
}

// partsOf takes an object's value apart, as far as its type is known.
func partsOf(s *snapshot.Snapshot, id mem.ObjID) (parts []part) {
	t := s.Typing.Type(id)
	head := uint64(s.Typing.ValueAddr(id) - s.Addr(id))
	switch {
	case t.Go == nil:
	case t.Form == typing.Value && t.Go.Kind == program.Struct:
		for _, f := range t.Go.Fields {
			if f.Type != nil {
				parts = append(parts, part{"." + f.Name, f.Type, head + f.Offset})
			}
		}
	case t.Form == typing.Value:
		parts = append(parts, part{"value", t.Go, head})
	case t.Form == typing.Array && t.Size > 0:
		for n := uint64(0); n < mostElements && head+(n+1)*t.Size <= s.Size(id); n++ {
			parts = append(parts, part{fmt.Sprintf("[%d]", n), t.Go, head + n*t.Size})
		}
	}
	return parts
}

// fieldTable is the table of an object's fields; nil where the type is not known or has
// none. What they say is shown with values alone.
func fieldTable(q *inDump, id mem.ObjID, values bool) (*Table, error) {
	order, err := ask(q.Request, "f-", "", false)
	if err != nil {
		return nil, err
	}
	s := q.v.s
	parts := partsOf(s, id)
	if len(parts) == 0 {
		return nil, nil
	}
	t := &Table{Name: "fields", Caption: "Fields", Prefix: "f-", Total: len(parts), Columns: []Column{{Key: "field", Title: "Field", Fixed: true}, {Key: "type", Title: "Type", Fixed: true},
		{Key: "offset", Title: "Offset", Number: true, Fixed: true}, {Key: "to", Title: "Points at", Fixed: true}}}
	if values {
		t.Columns = append(t.Columns, Column{Key: "value", Title: "Value", Fixed: true})
	}
	o := s.Heap.Object(id)
	targets := map[uint64]mem.ObjID{}
	s.Heap.Pointers(&o, func(off uint64, to mem.ObjID) { targets[off] = to })
	lo, hi := order.window(len(parts))
	for _, f := range parts[lo:hi] {
		row := []Cell{text(f.name), text(f.typ.Name), count(f.off), q.pointsAt(&f, targets)}
		if values {
			row = append(row, text(valueOf(s, o.Contents, &f)))
		}
		t.Rows = append(t.Rows, row)
	}
	t.paged(order)
	return t, nil
}

// pointsAt is the first object that a part points at.
func (q *inDump) pointsAt(f *part, targets map[uint64]mem.ObjID) Cell {
	word := uint64(q.v.s.Heap.Arch.PtrSize)
	for off := f.off; off < f.off+max(f.typ.Size, 1); off += word {
		if to, ok := targets[off]; ok {
			addr := q.v.s.Addr(to).String()
			return Cell{Text: addr + " " + q.v.s.TypeName(to), Href: q.object(to), Raw: addr}
		}
	}
	return Cell{}
}

// valueOf is what a number, a bool or a string says; "" for anything else.
func valueOf(s *snapshot.Snapshot, slot []byte, f *part) string {
	if f.off > uint64(len(slot)) || f.typ.Size > uint64(len(slot))-f.off {
		return ""
	}
	b := slot[f.off : f.off+f.typ.Size]
	arch := s.Heap.Arch
	switch k := f.typ.Kind; {
	case k == program.String:
		return stringAt(s, mem.Addr(arch.Word(b)), arch.WordAt(b, uint64(arch.PtrSize)))
	case k == program.Bool:
		return strconv.FormatBool(len(b) > 0 && b[0] != 0)
	case k == program.Float64:
		return strconv.FormatFloat(math.Float64frombits(arch.Uint64(b)), 'g', -1, 64)
	case k == program.Float32:
		return strconv.FormatFloat(float64(math.Float32frombits(arch.Uint32(b))), 'g', -1, 32)
	case k >= program.Int && k <= program.Uintptr:
		return integer(arch, b, k <= program.Int64)
	}
	return ""
}

func integer(arch mem.Arch, b []byte, signed bool) string {
	var v uint64
	switch len(b) {
	case 8:
		v = arch.Uint64(b)
	case 4:
		v = uint64(arch.Uint32(b))
	case 2:
		v = uint64(arch.Uint16(b))
	case 1:
		v = uint64(b[0])
	default:
		return ""
	}
	if signed {
		unused := 64 - 8*len(b)
		return strconv.FormatInt(int64(v<<unused)>>unused, 10)
	}
	return strconv.FormatUint(v, 10)
}

// mostLetters is how much of a string is shown, in bytes.
const mostLetters = 200

// stringAt is the string at an address of the heap.
func stringAt(s *snapshot.Snapshot, at mem.Addr, length uint64) string {
	if length == 0 {
		return `""`
	}
	id, ok := s.Heap.Find(at)
	if !ok {
		return fmt.Sprintf("%d bytes outside of the heap", length)
	}
	slot, off := s.Heap.Object(id).Contents, uint64(at-s.Addr(id))
	if off > uint64(len(slot)) || length > uint64(len(slot))-off {
		return ""
	}
	shown := slot[off : off+min(length, mostLetters)]
	if length > mostLetters {
		return fmt.Sprintf("%q… (%d bytes)", shown, length)
	}
	return strconv.Quote(string(shown))
}
