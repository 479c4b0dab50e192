package typing

import (
	"bytes"
	"context"
	"testing"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Types made by hand.

func scalar(name string, size uint64) *program.Type {
	return &program.Type{Name: name, FullName: name, Kind: program.Int, Size: size}
}

func pointer(to *program.Type) *program.Type {
	return &program.Type{Name: "*" + to.Name, FullName: "*" + to.FullName, Kind: program.Pointer, Size: 8, PtrBytes: 8, Elem: to}
}

func structure(name string, fields ...*program.Type) *program.Type {
	t := &program.Type{Name: name, FullName: name, Kind: program.Struct, Named: true}
	for i, f := range fields {
		t.Fields = append(t.Fields, program.Field{Name: string(rune('a' + i)), Type: f, Offset: t.Size})
		if f.PtrBytes > 0 {
			t.PtrBytes = t.Size + f.PtrBytes
		}
		t.Size += f.Size
	}
	return t
}

func array(of *program.Type, n uint64) *program.Type {
	t := &program.Type{Name: "[n]" + of.Name, FullName: "[n]" + of.Name, Kind: program.Array, Elem: of, Len: n, Size: n * of.Size}
	if of.PtrBytes > 0 && n > 0 {
		t.PtrBytes = (n-1)*of.Size + of.PtrBytes
	}
	return t
}

const slotBase = mem.Addr(0xc000000000)

// one is a walker over a heap of a single object with pointers at the offsets.
func one(t *testing.T, size int, ptrs ...uint64) *walker {
	t.Helper()
	o := &heapdump.Object{Addr: slotBase, Size: uint64(size), Contents: make([]byte, size)}
	for _, p := range ptrs {
		o.Fields = heapdump.AppendField(o.Fields, heapdump.FieldPtr, p)
	}
	var b bytes.Buffer
	w := heapdump.NewWriter(&b)
	for _, r := range []heapdump.Record{
		&heapdump.Params{PtrSize: 8, HeapStart: slotBase, HeapEnd: slotBase + 1<<26, Arch: "amd64", GoVersion: "go1.25.7"},
		o, &heapdump.EOF{},
	} {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	h, err := heap.Build(context.Background(), b.Bytes(), heap.Options{})
	if err != nil || h.NumObjects() != 1 {
		t.Fatalf("%v, %d objects", err, h.NumObjects())
	}
	return newWalker(h, nil, nil)
}

type try struct {
	off  mem.Addr
	form Form
	typ  *program.Type
	n    uint64
	ev   Evidence
}

// settleAll makes the claims in order, and again in reverse order, and
// returns the type and evidence that the object has after either.
func settleAll(t *testing.T, size int, ptrs []uint64, tries ...try) (name string, ev Evidence, c Conflicts) {
	t.Helper()
	for _, backwards := range []bool{false, true} {
		w := one(t, size, ptrs...)
		for i := range tries {
			k := tries[i]
			if backwards {
				k = tries[len(tries)-1-i]
			}
			w.claim(claim{slotBase + k.off, w.id(k.form, k.typ), k.n, k.ev})
		}
		got := w.types[w.typeOf(0)].Name
		if backwards && (got != name || w.is[0].mark().ev() != ev) {
			t.Errorf("in reverse order: %s by %v, before: %s by %v", got, w.is[0].mark().ev(), name, ev)
		}
		name, ev, c = got, w.is[0].mark().ev(), w.conflicts
	}
	return name, ev, c
}

func want(t *testing.T, got string, ev Evidence, name string, as Evidence) {
	t.Helper()
	if got != name || ev != as {
		t.Errorf("the object is a %s by %v, want %s by %v", got, ev, name, as)
	}
}

var (
	word   = scalar("int", 8)
	byte1  = scalar("uint8", 1)
	ptr    = pointer(word)
	pair   = structure("main.Pair", ptr, word)        // 16 bytes, pointer first
	triple = structure("main.Triple", pair, ptr, ptr) // 32 bytes: p - p p
	plain  = structure("main.Plain", word, word, word, word)
)

func TestRule1Beyond(t *testing.T) {
	name, ev, c := settleAll(t, 32, nil, try{0, Value, array(word, 5), 1, Header})
	want(t, name, ev, "?", None)
	if c.Beyond == 0 {
		t.Error("a claim of 40 bytes on 32 is not counted")
	}
	name, ev, _ = settleAll(t, 32, nil, try{16, Array, word, 3, Pointer})
	want(t, name, ev, "?", None)
}

func TestRule2Mask(t *testing.T) {
	name, ev, c := settleAll(t, 32, []uint64{0, 8}, try{0, Value, triple, 1, Global})
	want(t, name, ev, "?", None)
	if c.Mask == 0 {
		t.Error("other pointer words are not counted")
	}
	name, ev, _ = settleAll(t, 32, []uint64{0, 16, 24}, try{0, Value, triple, 1, Global})
	want(t, name, ev, "main.Triple", Global)
	name, ev, _ = settleAll(t, 32, []uint64{0}, try{0, Value, plain, 1, Global})
	want(t, name, ev, "?", None)
}

func TestRule3Header(t *testing.T) {
	big := structure("main.Big", array(ptr, 125)) // 1,000 bytes in a slot of 1,024 with a header
	other := structure("main.Other", array(ptr, 125))
	slots := make([]uint64, 125)
	for i := range slots {
		slots[i] = uint64(8 + 8*i)
	}
	name, ev, c := settleAll(t, 1024, slots, try{8, Value, big, 1, Header}, try{8, Value, other, 1, Interface})
	want(t, name, ev, "main.Big", Header)
	if c.Types == 0 {
		t.Error("two types that fit are not counted as a conflict")
	}
	// A slice of one element only says more.
	name, ev, _ = settleAll(t, 1024, slots, try{8, Value, big, 1, Header}, try{8, Array, big, 1, Pointer})
	if name != "[]main.Big" {
		t.Errorf("a slice of one main.Big is a %s by %v", name, ev)
	}
}

func TestRule4Exact(t *testing.T) {
	// A pointer to the first field against one to the whole.
	name, ev, _ := settleAll(t, 32, []uint64{0, 16, 24}, try{0, Value, pair, 1, Interface}, try{0, Value, triple, 1, Pointer})
	want(t, name, ev, "main.Triple", Pointer)
}

func TestRule5Tail(t *testing.T) {
	// s[2:] of a slice of four pairs.
	name, ev, _ := settleAll(t, 64, []uint64{0, 16, 32, 48}, try{32, Array, pair, 2, Pointer})
	want(t, name, ev, "[]main.Pair", Pointer)
	// The same words as part of something else than pairs.
	name, ev, _ = settleAll(t, 64, []uint64{8, 16, 32, 48}, try{32, Array, pair, 2, Pointer})
	want(t, name, ev, "?", None)
	// s[1:2:2]: the array ends where the words do, by a guess.
	name, ev, _ = settleAll(t, 64, []uint64{0, 16, 32, 48}, try{16, Array, pair, 1, Pointer})
	want(t, name, ev, "[]main.Pair", Layout)
}

// TestSlicedField slices an array in a struct without pointers: nothing tells
// it from a sub-slice of bytes, so the type is a guess until the struct is
// claimed.
func TestSlicedField(t *testing.T) {
	for _, k := range []try{{8, Array, byte1, 4, Interface}, {8, Array, byte1, 24, Interface}, {0, Array, byte1, 16, Interface}} {
		name, ev, _ := settleAll(t, 32, nil, k)
		want(t, name, ev, "[]uint8", Layout)
		name, ev, _ = settleAll(t, 32, nil, k, try{0, Value, plain, 1, Pointer})
		want(t, name, ev, "main.Plain", Pointer)
	}
	name, ev, _ := settleAll(t, 32, nil, try{8, String, nil, 4, Pointer})
	want(t, name, ev, "string", Pointer)
}

func TestRule6Larger(t *testing.T) {
	small := structure("main.Small", array(byte1, 41))
	large := structure("main.Large", array(byte1, 48))
	name, ev, _ := settleAll(t, 48, nil, try{0, Value, small, 1, Interface}, try{0, Value, large, 1, Pointer})
	want(t, name, ev, "main.Large", Pointer)
}

// TestRule6Begins has pointers to all of a struct and to its first field, which may
// be as large, and slices of an array with which it begins.
func TestRule6Begins(t *testing.T) {
	outer := structure("main.Outer", plain)
	name, ev, _ := settleAll(t, 32, nil, try{0, Value, plain, 1, Global}, try{0, Value, outer, 1, Pointer})
	want(t, name, ev, "main.Outer", Pointer)
	octet := &program.Type{Name: "uint8", FullName: "uint8", Kind: program.Uint8, Size: 1}
	key := structure("main.Key", structure("main.Sum", array(octet, 42)), octet)
	for _, k := range []try{{0, Array, octet, 42, Global}, {0, String, nil, 42, Global}} {
		name, ev, _ = settleAll(t, 48, nil, k, try{0, Value, key, 1, Pointer})
		want(t, name, ev, "main.Key", Pointer)
	}
	// One that has the array elsewhere is another type.
	late := structure("main.Late", word, word, array(octet, 16))
	name, ev, _ = settleAll(t, 32, nil, try{0, Array, octet, 32, Global}, try{0, Value, late, 1, Pointer})
	want(t, name, ev, "[]uint8", Global)
}

func TestRule7Evidence(t *testing.T) {
	other := structure("main.Other", word, word, word, word)
	name, ev, _ := settleAll(t, 32, nil, try{0, Value, plain, 1, Pointer}, try{0, Value, other, 1, Interface})
	want(t, name, ev, "main.Other", Interface)
	// The same type twice takes the stronger evidence.
	name, ev, _ = settleAll(t, 32, nil, try{0, Value, plain, 1, Pointer}, try{0, Value, plain, 1, Global})
	want(t, name, ev, "main.Plain", Global)
}

func TestRule8Owner(t *testing.T) {
	name, ev, _ := settleAll(t, 32, nil, try{0, Value, plain, 1, Pointer}, try{0, Array, plain, 1, Pointer})
	want(t, name, ev, "[]main.Plain", Pointer)
	name, ev, _ = settleAll(t, 32, nil, try{0, String, nil, 32, Pointer}, try{0, Array, byte1, 32, Pointer})
	want(t, name, ev, "[]uint8", Pointer)
}

func TestTinyBlock(t *testing.T) {
	name, ev, _ := settleAll(t, 16, nil, try{8, Value, word, 1, Pointer}, try{0, String, nil, 3, Global})
	want(t, name, ev, "tiny", Global)
	// A value of 16 bytes has the slot to itself.
	two := structure("main.Two", word, word)
	name, ev, _ = settleAll(t, 16, nil, try{8, Value, word, 1, Global}, try{0, Value, two, 1, Pointer})
	want(t, name, ev, "main.Two", Pointer)
}

func TestPartsAgainstHeader(t *testing.T) {
	m := &program.Type{Name: "map[int]int", FullName: "map[int]int", Kind: program.Map, Size: 8, PtrBytes: 8, Group: structure("group", array(ptr, 16))}
	slots := make([]uint64, 127)
	for i := range slots {
		slots[i] = uint64(8 + 8*i)
	}
	w := one(t, 1024, slots...)
	w.claim(claim{slotBase + 8, w.id(Array, ptr), 127, Header})
	w.claim(claim{slotBase + 8, w.id(MapDirectory, m), 512, Map})
	if got := w.types[w.typeOf(0)].Name; got != "map[int]int (directory)" || w.is[0].mark().ev() != Map {
		t.Errorf("a map's directory with a header is a %s by %v", got, w.is[0].mark().ev())
	}
}

func TestHeaderBytes(t *testing.T) {
	r := newHeaderRule("go1.26.8", mem.LE64, nil)
	for _, c := range []struct {
		size  uint64
		first uint64
		want  uint64
	}{{512, 0, 0}, {576, 8, 8}, {32768, 8, 8}, {32768, 0, 0}, {40960, 8, 0}} {
		w := one(t, int(c.size), c.first)
		o := w.h.Object(0)
		if got := r.bytes(&o); got != c.want {
			t.Errorf("a slot of %d bytes with a pointer at %d has a header of %d bytes, want %d", c.size, c.first, got, c.want)
		}
	}
	o, old := one(t, 1024, 8).h.Object(0), newHeaderRule("go1.21.13", mem.LE64, nil)
	if old.bytes(&o) != 0 {
		t.Error("Go 1.21 has headers")
	}
}

// TestSizeClasses asks the runtime of this test, which rounds up what a slice grows to.
func TestSizeClasses(t *testing.T) {
	for n := 1; n <= maxClass+1; n++ {
		grown := append([]byte(nil), make([]byte, n)...)
		if got, want := classOf(uint64(n)), uint64(cap(grown)); got != want {
			t.Errorf("classOf(%d) = %d, want %d", n, got, want)
		}
	}
	for i := 1; i < len(sizeClasses); i++ {
		if sizeClasses[i] <= sizeClasses[i-1] {
			t.Errorf("size class %d does not follow %d", sizeClasses[i], sizeClasses[i-1])
		}
	}
}
