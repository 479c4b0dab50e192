package witness

import (
	"runtime"

	"github.com/objgraph/objgraph/mem"
)

// slotRule knows which slot the runtime gives to how many bytes.
type slotRule struct {
	classes  []uint64 // ascending, those that runtime.MemStats lists
	ptr      uint64
	headered bool
}

func newSlotRule(v mem.GoVersion, a mem.Arch) slotRule {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r := slotRule{ptr: uint64(a.PtrSize), headered: v.AtLeast(22)}
	for _, c := range m.BySize {
		r.classes = append(r.classes, uint64(c.Size))
	}
	return r
}

// bitmapWords is the largest slot whose pointers the runtime keeps in a bitmap
// and not in a header before the value (runtime/mbitmap.go, Go 1.22 and
// later), in words.
const bitmapWords = 64

// holds reports whether a want gets such a slot.
func (r slotRule) holds(w Want, slot uint64, ptrs bool) bool {
	if w.Size < 0 {
		return true
	}
	need := uint64(w.Size)
	if need == 0 || w.Ptrs != ptrs {
		return false
	}
	if need < 16 && r.tiny(slot, ptrs) {
		return true
	}
	if ptrs && r.headered && need > bitmapWords*r.ptr {
		need += r.ptr
	}
	for _, c := range r.classes {
		if need <= c {
			return slot == c
		}
	}
	return need <= slot && slot-need < slot/4
}

// tiny reports whether slots are those of the tiny allocator, which packs
// pointer-free values of less than 16 bytes into one (runtime/malloc.go).
func (r slotRule) tiny(slot uint64, ptrs bool) bool { return slot == 16 && !ptrs }
