package typing

import (
	"sort"
	"sync"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// sizeClasses are the runtime's, the same from Go 1.16 to 1.27
// (runtime/sizeclasses.go, since 1.26 internal/runtime/gc/sizeclasses.go).
var sizeClasses = [...]uint64{
	8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448,
	480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096,
	4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432,
	19072, 20480, 21760, 24576, 27264, 28672, 32768,
}

const (
	maxClass  = 32768
	pageBytes = 8192
)

// classOf is the slot that the runtime uses for n bytes.
func classOf(n uint64) uint64 {
	switch {
	case n <= fineClass:
		return uint64(classes.fine[(n+7)/8])
	case n <= maxClass:
		return uint64(classes.coarse[(n-fineClass+127)/128])
	}
	return (n + pageBytes - 1) / pageBytes * pageBytes
}

// fineClass is up to where classes differ by less than 128 bytes.
const fineClass = 1024

// classes are the size classes by words of 8 bytes up to fineClass, then by
// 128 bytes, as the runtime looks them up.
var classes = newClassTable()

type classTable struct {
	fine   [fineClass/8 + 1]uint16
	coarse [(maxClass-fineClass)/128 + 1]uint16
}

func newClassTable() (t classTable) {
	search := func(n uint64) uint16 {
		return uint16(sizeClasses[sort.Search(len(sizeClasses), func(i int) bool { return sizeClasses[i] >= n })])
	}
	for i := range t.fine {
		t.fine[i] = search(uint64(i) * 8)
	}
	for i := range t.coarse {
		t.coarse[i] = search(fineClass + uint64(i)*128)
	}
	return t
}

// headerBytes is the size of a malloc header: the address of the type that the
// object was allocated for, before the value, in slots that hold pointers and
// are too large for a bitmap in the span, and up to the largest class (Go 1.22
// and later; runtime/mbitmap.go).
const headerBytes = 8

// headerRule says which objects have a malloc header.
type headerRule struct {
	arch   mem.Arch
	above  uint64                     // bytes of the largest slot without
	isType func(w mem.Addr) (ok bool) // whether a descriptor stands there; nil if that is not known
}

func newHeaderRule(v mem.GoVersion, a mem.Arch, img *program.Image) headerRule {
	if !v.AtLeast(22) || v.Minor() == 22 && v.Experiment("noallocheaders") {
		return headerRule{arch: a, above: 1 << 63}
	}
	r := headerRule{arch: a, above: uint64(a.PtrSize * a.PtrSize * 8)}
	if img != nil {
		r.isType = func(w mem.Addr) bool { return img.TypeAt(w) != nil }
	}
	return r
}

// learn takes, without an executable, the range of the headers that are certainly
// some, and of the dump's type records, for that of types.
func (r *headerRule) learn(h *heap.Heap) {
	types := sync.OnceValue(func() (types heapdump.WordRange) {
		for i := range h.Types {
			types.Add(h.Types[i].Addr)
		}
		h.EachFrom(r.above, func(o *heap.Object) {
			if o.Size < maxClass && len(o.Contents) >= headerBytes {
				types.Add(mem.Addr(r.arch.Word(o.Contents)))
			}
		})
		return types
	})
	r.isType = func(w mem.Addr) bool { return types().Has(w) }
}

// bytes is the size of an object's header: 0 or headerBytes.
func (r *headerRule) bytes(o *heap.Object) uint64 {
	if o.Size <= r.above || o.Size > maxClass || o.Slots.Empty() {
		return 0
	}
	if o.Size == maxClass && !r.largest(o) {
		return 0
	}
	return headerBytes
}

// largest tells an object of the largest class from a large one of just that
// many bytes, whose type is in its span: the first word of the one is a
// descriptor's address, and no pointer that the collector sees.
func (r *headerRule) largest(o *heap.Object) bool {
	if first, _, _ := o.Slots.Next(); first == 0 || len(o.Contents) < headerBytes {
		return false
	}
	return r.isType == nil || r.isType(mem.Addr(r.arch.Word(o.Contents)))
}
