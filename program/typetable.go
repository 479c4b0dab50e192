package program

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/objgraph/objgraph/mem"
)

// typeTable holds every *Type made so far. Descriptors are found by address in
// pages that are read without a lock; making a type, and with it all that it
// refers to, happens under mu, breadth first, and is published only when whole.
type typeTable struct {
	p     *Program
	pages []atomic.Pointer[typePage] // by (address - start of Types) / typePageBytes
	mu    sync.Mutex
	fresh map[mem.Addr]*Type // by descriptor, not yet published
	byDIE map[uint32]*Type   // by offset in .debug_info, typedefs resolved
	todo  []pendingType      // made, without what they refer to
	done  []*Type            // of this round, in order
}

const (
	typePageSlots = 512
	typeSlotBytes = 4 // descriptors are aligned to a pointer of at least this
	typePageBytes = typePageSlots * typeSlotBytes
)

type typePage [typePageSlots]atomic.Pointer[Type]

// pendingType is a type whose parts are still to be read, from its descriptor
// or from its DIE.
type pendingType struct {
	t   *Type
	die *die
}

// noType marks an address that was looked at and is no descriptor.
var noType = &Type{}

func newTypeTable(p *Program) *typeTable {
	return &typeTable{
		p:     p,
		pages: make([]atomic.Pointer[typePage], p.Types.Size()/typePageBytes+1),
		fresh: map[mem.Addr]*Type{},
		byDIE: map[uint32]*Type{},
	}
}

// slot is where the type with that descriptor is kept, nil outside Types.
func (tt *typeTable) slot(addr mem.Addr) *atomic.Pointer[Type] {
	if !tt.p.Types.Contains(addr) || uint64(addr)%uint64(tt.p.Arch.PtrSize) != 0 {
		return nil
	}
	off := uint64(addr - tt.p.Types.Start)
	page := &tt.pages[off/typePageBytes]
	pg := page.Load()
	if pg == nil {
		page.CompareAndSwap(nil, new(typePage))
		pg = page.Load()
	}
	return &pg[off%typePageBytes/typeSlotBytes]
}

// at returns the type whose descriptor is at addr, nil if there is none.
func (tt *typeTable) at(addr mem.Addr) *Type {
	slot := tt.slot(addr)
	if slot == nil {
		return nil
	}
	t := slot.Load()
	if t == nil {
		if t = tt.make(func() *Type { return tt.shell(addr) }); t == nil {
			slot.Store(noType)
		}
	}
	if t == noType {
		return nil
	}
	return t
}

// fromDIE returns the type described at an offset of .debug_info.
func (tt *typeTable) fromDIE(off uint32) *Type {
	return tt.make(func() *Type { return tt.dieShell(off) })
}

// make runs get, which may create types without their parts, then completes
// all of them and lets others see them.
func (tt *typeTable) make(get func() *Type) *Type {
	tt.mu.Lock()
	defer tt.mu.Unlock()
	t := get()
	for len(tt.todo) > 0 {
		next := tt.todo[0]
		tt.todo = tt.todo[1:]
		if next.die != nil {
			tt.fillDIE(next.t, next.die)
		} else {
			tt.fill(next.t)
		}
		tt.done = append(tt.done, next.t)
	}
	tt.publish()
	return t
}

func (tt *typeTable) publish() {
	for _, t := range tt.done {
		t.boundNesting(0)
	}
	for _, t := range tt.done {
		tt.finish(t)
	}
	for addr, t := range tt.fresh {
		tt.slot(addr).Store(t)
	}
	clear(tt.fresh)
	tt.done, tt.todo = tt.done[:0], nil
}

// boundNesting returns how many structs and arrays nest in t, and takes the
// parts away from a type that nests without end because it contains itself by
// value, so that whoever walks a type may recurse.
func (t *Type) boundNesting(depth int) int {
	switch {
	case t.nest > 0:
		return t.nest
	case t.nest < 0 || depth > maxDepth:
		return maxDepth
	}
	t.nest = -1
	deepest := 0
	for i := range t.Fields {
		deepest = max(deepest, t.Fields[i].Type.boundNesting(depth+1))
	}
	if t.Kind == Array && t.Elem != nil {
		deepest = max(deepest, t.Elem.boundNesting(depth+1))
	}
	if deepest >= maxDepth {
		deepest, t.Fields = 0, nil
		if t.Kind == Array {
			t.Elem, t.Len = nil, 0
		}
	}
	t.nest = deepest + 1
	return t.nest
}

// finish computes what depends on the parts: full name, and which bytes hold
// pointers.
func (tt *typeTable) finish(t *Type) {
	fullName(t, 0)
	t.Shape = strings.Contains(t.Name, "go.shape.")
	t.layout()
}

// layout sets PtrBytes and, where no descriptor says it, Align from the parts.
// PtrBytes of structs and arrays is derived even then: who walks a type relies
// on finding pointers inside if it is not 0. A type that contains itself finds
// itself done, without pointers.
func (t *Type) layout() {
	if t.laid {
		return
	}
	t.laid = true
	switch {
	case t.Kind == Struct:
		t.PtrBytes = t.structPtrBytes()
	case t.Kind == Array:
		t.PtrBytes = t.arrayPtrBytes()
	case t.Addr == 0 && !(t.Kind == Pointer && t.Elem.notInHeap()):
		t.PtrBytes = scalarPtrBytes(t.Kind, uint64(t.arch.PtrSize))
	}
	if t.Addr == 0 {
		t.Align = t.layoutAlign()
	}
}

func (t *Type) structPtrBytes() (end uint64) {
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Type.layout(); f.Type.PtrBytes > 0 {
			end = f.Offset + f.Type.PtrBytes
		}
	}
	return end
}

func (t *Type) arrayPtrBytes() uint64 {
	if t.Elem == nil || t.Len == 0 {
		return 0
	}
	if t.Elem.layout(); t.Elem.PtrBytes == 0 {
		return 0
	}
	return (t.Len-1)*t.Elem.Size + t.Elem.PtrBytes
}

// notInHeap reports whether values of the type never lie in the heap, so that
// pointers to it are none: its first field is sys.NotInHeap, as is the rule in
// the runtime, or C only declared it.
func (t *Type) notInHeap() bool {
	for range 8 {
		switch {
		case t == nil:
			return false
		case strings.HasSuffix(t.FullName, "/sys.nih") || t.FullName == "runtime/cgo.Incomplete":
			return true
		case t.Kind == Array:
			t = t.Elem
		case t.Kind == Struct && len(t.Fields) > 0:
			t = t.Fields[0].Type
		default:
			return false
		}
	}
	return false
}

// layoutAlign is the alignment that the compiler gives a type of these parts.
func (t *Type) layoutAlign() uint64 {
	switch t.Kind {
	case Struct:
		align := uint64(1)
		for i := range t.Fields {
			align = max(align, t.Fields[i].Type.Align)
		}
		return align
	case Array:
		if t.Elem != nil {
			return max(t.Elem.Align, 1)
		}
		return 1
	}
	return max(1, min(t.Size, uint64(t.arch.PtrSize)))
}
