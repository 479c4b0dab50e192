package typing

import (
	"testing"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// slots lists the pointer slots of a type from the header to the end of a slot
// of size bytes, as the runtime writes them: the type is repeated for as long
// as there is room, whatever was asked for, and cut at the end.
func slots(elem *program.Type, size uint64) (list []uint64) {
	for at := uint64(headerBytes); at < size; at += elem.Size {
		for off := uint64(0); off < elem.Size && at+off < size; off += 8 {
			if elem.PointerAt(off) {
				list = append(list, at+off)
			}
		}
	}
	return list
}

// A header names the element of an array, so that every element counts, not
// only the first.
func TestHeaderOfPointers(t *testing.T) {
	for _, n := range []uint64{65, 127, 128, 1000, 4094, 4095} {
		size := classOf(8*n + headerBytes)
		list := slots(ptr, size)
		name, ev, _ := settleAll(t, int(size), list, try{headerBytes, Array, ptr, (size - headerBytes) / 8, Header})
		want(t, name, ev, "[]*int", Header)
		w := one(t, int(size), list...)
		w.claim(claim{slotBase + headerBytes, w.id(Array, ptr), n, Header})
		seen := 0
		ty := w.types[w.typeOf(0)]
		m := mask{slots: w.h.Object(0).Slots, skip: headerBytes, end: n * 8}
		for at := uint64(0); at < n*8; at += 8 {
			if m.eat(ty.layout, at) {
				seen++
			}
		}
		if seen != int(n) {
			t.Errorf("of %d pointers %d are seen", n, seen)
		}
	}
}

// The slot list goes on beyond what was asked for, and may end in the middle of
// an element.
func TestHeaderRepeats(t *testing.T) {
	three := structure("main.Three", ptr, word, ptr) // 24 bytes
	for n := uint64(22); n < 60; n++ {
		size := classOf(24*n + headerBytes)
		list := slots(three, size)
		name, ev, c := settleAll(t, int(size), list,
			try{headerBytes, Array, three, n, Header}, try{headerBytes, Array, three, n, Pointer})
		want(t, name, ev, "[]main.Three", Header)
		if c.Mask != 0 {
			t.Errorf("%d elements in %d bytes: %d masks differ", n, size, c.Mask)
		}
	}
	// A single value that is far smaller than its slot's class allows.
	big := structure("main.Big", array(ptr, 65)) // 520 bytes, 528 with the header, in 576
	name, ev, _ := settleAll(t, 576, slots(big, 576), try{headerBytes, Value, big, 1, Header})
	want(t, name, ev, "main.Big", Header)
}

// The largest class and large objects of the same size are told apart by the
// first word, even where the large object begins with a number.
func TestHeaderOfLargestClass(t *testing.T) {
	descriptor := mem.Addr(0x500000)
	isType := func(a mem.Addr) bool { return a == descriptor }
	r := headerRule{arch: mem.LE64, above: 512, isType: isType}
	for _, c := range []struct {
		word uint64 // the object's first
		ptrs []uint64
		want uint64
	}{{uint64(descriptor), []uint64{8}, 8}, {7, []uint64{8}, 0}, {0, []uint64{0, 8}, 0}, {uint64(descriptor), nil, 0}} {
		o := one(t, maxClass, c.ptrs...).h.Object(0)
		o.Contents = make([]byte, maxClass)
		mem.LE64.PutWord(o.Contents, c.word)
		if got := r.bytes(&o); got != c.want {
			t.Errorf("first word %#x, pointers at %v: a header of %d bytes, want %d", c.word, c.ptrs, got, c.want)
		}
	}
	if got := r.bytes(&heap.Object{Size: maxClass + pageBytes}); got != 0 {
		t.Errorf("a large object has a header of %d bytes", got)
	}
}

// What lies before the value is no part of it.
func TestHeaderIsNoTarget(t *testing.T) {
	list := slots(ptr, 1024)
	name, ev, _ := settleAll(t, 1024, list, try{0, Value, array(ptr, 128), 1, Global}, try{0, Array, ptr, 128, Pointer})
	want(t, name, ev, "?", None)
}
