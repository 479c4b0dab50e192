package fields

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Says is what a number, a bool or a string in a field of object id says, in Go's
// syntax; of a string at most so many bytes. It is "" for anything else, and where the
// dump lacks the bytes.
func (f *Field) Says(h *heap.Heap, id mem.ObjID, most int) string {
	slot := h.Object(id).Contents
	switch {
	case f.Name == "bytes" && f.typ == nil:
		return Quote(slot, most)
	case f.typ == nil || f.at > uint64(len(slot)) || f.typ.Size > uint64(len(slot))-f.at:
		return ""
	}
	b := slot[f.at : f.at+f.typ.Size]
	if word := uint64(h.Arch.PtrSize); f.typ.Kind == program.String && f.typ.Size == 2*word {
		return stringAt(h, mem.Addr(h.Arch.Word(b)), h.Arch.WordAt(b, word), most)
	}
	return number(h.Arch, f.typ.Kind, b)
}

// number reads a value of up to 8 bytes.
func number(arch mem.Arch, k program.Kind, b []byte) string {
	n, ok := unsigned(arch, b)
	switch {
	case !ok:
		return ""
	case k == program.Bool:
		return strconv.FormatBool(n != 0)
	case k == program.Float32 && len(b) == 4:
		return strconv.FormatFloat(float64(math.Float32frombits(uint32(n))), 'g', -1, 32)
	case k == program.Float64 && len(b) == 8:
		return strconv.FormatFloat(math.Float64frombits(n), 'g', -1, 64)
	case k >= program.Int && k <= program.Int64:
		unused := 64 - 8*len(b)
		return strconv.FormatInt(int64(n<<unused)>>unused, 10)
	case k >= program.Uint && k <= program.Uintptr:
		return strconv.FormatUint(n, 10)
	}
	return ""
}

// unsigned reads an integer of 1, 2, 4 or 8 bytes.
func unsigned(arch mem.Arch, b []byte) (uint64, bool) {
	switch len(b) {
	case 1:
		return uint64(b[0]), true
	case 2:
		return uint64(arch.Uint16(b)), true
	case 4:
		return uint64(arch.Uint32(b)), true
	case 8:
		return arch.Uint64(b), true
	}
	return 0, false
}

// stringAt is a string whose bytes are in the heap.
func stringAt(h *heap.Heap, at mem.Addr, n uint64, most int) string {
	if n == 0 {
		return `""`
	}
	id, ok := h.Find(at)
	if !ok {
		return fmt.Sprintf("(%d bytes outside of the heap)", n)
	}
	b, off := h.Object(id).Contents, uint64(at-h.Addr(id))
	if off > uint64(len(b)) || n > uint64(len(b))-off {
		return ""
	}
	return Quote(b[off:off+n], most)
}

// Quote is a text in Go's syntax: whole, or its first bytes, up to so many, and how
// many there are.
func Quote(b []byte, most int) string {
	if len(b) <= most {
		return strconv.Quote(string(b))
	}
	end := most
	for end > 0 && most-end < utf8.UTFMax && !utf8.RuneStart(b[end]) {
		end--
	}
	if !utf8.RuneStart(b[end]) { // no text
		end = most
	}
	return strconv.Quote(string(b[:end])) + fmt.Sprintf("… (%d bytes)", len(b))
}
