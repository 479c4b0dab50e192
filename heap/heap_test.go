package heap

import (
	"bytes"
	"context"
	"math/rand"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
)

const heapBase = mem.Addr(0xc000000000)

func params(version string) *heapdump.Params {
	return &heapdump.Params{PtrSize: 8, HeapStart: heapBase, HeapEnd: heapBase + 1<<30, Arch: "amd64", GoVersion: version, NCPU: 2}
}

func write(t *testing.T, recs ...heapdump.Record) []byte {
	t.Helper()
	var b bytes.Buffer
	w := heapdump.NewWriter(&b)
	for _, r := range append(recs, &heapdump.EOF{}) {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func object(a mem.Addr, size int, ptrs ...uint64) *heapdump.Object {
	o := &heapdump.Object{Addr: a, Size: uint64(size), Contents: make([]byte, size)}
	for _, p := range ptrs {
		o.Fields = heapdump.AppendField(o.Fields, heapdump.FieldPtr, p)
	}
	return o
}

func build(t *testing.T, recs ...heapdump.Record) *Heap {
	t.Helper()
	h, err := Build(context.Background(), write(t, recs...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// check compares the heap with the objects that were written, whatever their
// order.
func check(t *testing.T, h *Heap, want map[mem.Addr]int) {
	t.Helper()
	if h.NumObjects() != len(want) {
		t.Fatalf("%d objects, want %d", h.NumObjects(), len(want))
	}
	last := mem.Addr(0)
	h.Each(func(o *Object) bool {
		if o.Addr <= last {
			t.Fatalf("object %d at %v does not lie above %v", o.ID, o.Addr, last)
		}
		last = o.Addr
		if want[o.Addr] != int(o.Size) || h.Addr(o.ID) != o.Addr || h.Size(o.ID) != o.Size || len(o.Contents) != int(o.Size) {
			t.Fatalf("object %d: %v, %d bytes (Addr %v, Size %d, %d read), want %d bytes", o.ID, o.Addr, o.Size, h.Addr(o.ID), h.Size(o.ID), len(o.Contents), want[o.Addr])
		}
		for _, a := range []mem.Addr{o.Addr, o.Addr + mem.Addr(o.Size/2), o.Addr + mem.Addr(o.Size) - 1} {
			if id, ok := h.Find(a); !ok || id != o.ID {
				t.Fatalf("Find(%v) = %d, %v; want object %d at %v", a, id, ok, o.ID, o.Addr)
			}
		}
		if end := o.Addr + mem.Addr(o.Size); want[end] == 0 {
			if id, ok := h.Find(end); ok {
				t.Fatalf("Find(%v), one past object %d, = %d", end, o.ID, id)
			}
		}
		return true
	})
}

// spans lays objects out as the runtime does: spans of one size class, some
// slots free, some large objects.
func spans(rng *rand.Rand) (recs []heapdump.Record, want map[mem.Addr]int) {
	want = map[mem.Addr]int{}
	base := heapBase + mem.Addr(rng.Intn(64))<<pageShift
	for range 200 {
		size := []int{8, 16, 24, 48, 96, 208, 512, 576, 896, 1152, 3072, 9472, 32768, 40960, 1 << 20}[rng.Intn(15)]
		pages := []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 7, 4, 5, 128}[indexOf(size)]
		for a := base; a+mem.Addr(size) <= base+mem.Addr(pages)<<pageShift; a += mem.Addr(size) {
			if rng.Intn(4) > 0 {
				recs = append(recs, object(a, size))
				want[a] = size
			}
		}
		base += mem.Addr(pages+rng.Intn(2)*rng.Intn(40)) << pageShift
	}
	return recs, want
}

func indexOf(size int) int {
	for i, s := range []int{8, 16, 24, 48, 96, 208, 512, 576, 896, 1152, 3072, 9472, 32768, 40960, 1 << 20} {
		if s == size {
			return i
		}
	}
	return 0
}

func TestObjectsInAnyOrder(t *testing.T) {
	for seed := range int64(20) {
		rng := rand.New(rand.NewSource(seed))
		recs, want := spans(rng)
		check(t, build(t, append([]heapdump.Record{params("go1.21.13")}, recs...)...), want)
		rng.Shuffle(len(recs), func(i, j int) { recs[i], recs[j] = recs[j], recs[i] })
		check(t, build(t, append([]heapdump.Record{params("go1.21.13")}, recs...)...), want)
	}
}

func TestNth(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	for range 2000 {
		word, k := rng.Uint64()&rng.Uint64(), uint32(0)
		for at := range uint32(64) {
			if word>>at&1 == 0 {
				continue
			}
			if got := nth(word, k); got != at {
				t.Fatalf("bit %d of %#x is at %d, want %d", k, word, got, at)
			}
			k++
		}
	}
}

// Spans of one size, written in any order: a run does not reach over a page that
// is another's, so that the whole dump need not be read again, object by object.
func TestSpansInAnyOrder(t *testing.T) {
	var recs []heapdump.Record
	want := map[mem.Addr]int{}
	for _, page := range []int{3, 0, 1, 5, 7, 2, 4, 6} {
		for i := range pageSize / 896 {
			a := heapBase + mem.Addr(page*pageSize+i*896)
			recs, want[a] = append(recs, object(a, 896)), 896
		}
	}
	h := build(t, append([]heapdump.Record{params("go1.26.8")}, recs...)...)
	check(t, h, want)
	if len(h.runs) > 8 {
		t.Errorf("%d runs for 8 spans", len(h.runs))
	}
}

func TestSpanTails(t *testing.T) {
	page := func(size int, ptrs ...uint64) (recs []heapdump.Record) {
		recs = append(recs, params("go1.26.8"))
		for a := heapBase; a+mem.Addr(size) <= heapBase+pageSize; a += mem.Addr(size) {
			recs = append(recs, object(a, size, ptrs...))
		}
		return recs
	}
	for _, c := range []struct {
		name    string
		recs    []heapdump.Record
		objects int
		dropped int
	}{
		{"pointers, 32 bytes", page(32, 8), 248, 8},
		{"no pointers, 32 bytes", page(32), 252, 4},
		{"no pointers, 8 bytes", page(8), 1024, 0},
		{"pointers, 512 bytes", page(512, 0), 15, 1},
		{"pointers, 1024 bytes", page(1024, 8), 8, 0},
	} {
		h := build(t, c.recs...)
		if h.NumObjects() != c.objects || h.SpanTailSlots != c.dropped {
			t.Errorf("%s: %d objects and %d tail slots, want %d and %d", c.name, h.NumObjects(), h.SpanTailSlots, c.objects, c.dropped)
		}
		rand.New(rand.NewSource(1)).Shuffle(len(c.recs)-1, func(i, j int) { c.recs[i+1], c.recs[j+1] = c.recs[j+1], c.recs[i+1] })
		if h := build(t, c.recs...); h.NumObjects() != c.objects {
			t.Errorf("%s, records shuffled: %d objects, want %d", c.name, h.NumObjects(), c.objects)
		}
	}
}

func TestOverlapping(t *testing.T) {
	h := build(t, params("go1.26.8"),
		object(heapBase, 1024), object(heapBase+512, 1024), object(heapBase, 1024),
		object(heapBase+4096, 2048), object(1<<64-1024, 1024), object(heapBase+1<<40, 64))
	if h.NumObjects() != 3 || h.Overlapping != 3 {
		t.Errorf("%d objects, %d overlapping, want 3 and 3", h.NumObjects(), h.Overlapping)
	}
	check(t, h, map[mem.Addr]int{heapBase: 1024, heapBase + 4096: 2048, heapBase + 1<<40: 64})
}

// TestOddSizes has objects of sizes that no runtime gives.
func TestOddSizes(t *testing.T) {
	recs := []heapdump.Record{params("go1.26.8")}
	want := map[mem.Addr]int{}
	a := heapBase
	for _, size := range []int{1, 1, 1, 3, 3, 7, 7, 7, 9, 9, 33, 33, 1000, 1000} {
		recs, want[a] = append(recs, object(a, size)), size
		a += mem.Addr(size)
	}
	check(t, build(t, recs...), want)
}

func TestScattered(t *testing.T) {
	recs := []heapdump.Record{params("go1.26.8")}
	want := map[mem.Addr]int{}
	for i := range 5000 {
		a := mem.Addr(i)<<34 + 1<<13
		recs, want[a] = append(recs, object(a, 64)), 64
	}
	h := build(t, recs...)
	if h.pages.none != scatter {
		t.Error("5,000 objects 16 GiB apart have a page table")
	}
	check(t, h, want)
}

func TestPointers(t *testing.T) {
	a, b, c := object(heapBase, 1024, 0, 8, 16, 1016), object(heapBase+1024, 1024), object(heapBase+8192, 4096, 8)
	le := mem.LE64
	le.PutWord(a.Contents[0:], uint64(b.Addr))
	le.PutWord(a.Contents[8:], uint64(heapBase+1<<20)) // leads nowhere
	le.PutWord(a.Contents[16:], uint64(c.Addr+100))
	le.PutWord(a.Contents[1016:], uint64(b.Addr+1024)) // one past the end
	le.PutWord(c.Contents[8:], uint64(c.Addr))
	h := build(t, params("go1.26.8"), a, b, c)
	got := h.Targets(0, 1, nil, make([]uint64, 1))
	if len(got) != 2 || got[0] != 1 || got[1] != 2 {
		t.Errorf("targets of the first object are %v, want [1 2]", got)
	}
	for k, want := range []uint64{0, 16} {
		if off, ok := h.Slot(0, k); !ok || off != want {
			t.Errorf("slot %d is at %d, %v; want %d", k, off, ok, want)
		}
	}
	if _, ok := h.Slot(0, 2); ok {
		t.Error("there is a third slot")
	}
	if got := h.Targets(2, 3, nil, make([]uint64, 1)); len(got) != 1 || got[0] != 2 {
		t.Errorf("targets of the third object are %v, want [2]", got)
	}
}

func TestStacksInAnyOrder(t *testing.T) {
	recs := []heapdump.Record{
		&heapdump.Goroutine{Addr: heapBase, SP: 0x7000, ID: 1},
		&heapdump.Frame{SP: 0x7000, Depth: 0, Contents: make([]byte, 64), Func: "a"},
		&heapdump.Frame{SP: 0x7040, Depth: 1, ChildSP: 0x7000, Contents: make([]byte, 64), Func: "b"},
		&heapdump.Goroutine{Addr: heapBase + 512, SP: 0x7080, ID: 2},
		&heapdump.Frame{SP: 0x7080, Depth: 0, Contents: make([]byte, 32), Func: "c"},
		&heapdump.Frame{SP: 0x7100, Depth: 1, ChildSP: 0x7080, Contents: make([]byte, 32), Func: "d"},
		&heapdump.Defer{Addr: heapBase + 1024, Goroutine: heapBase + 512},
		&heapdump.Goroutine{Addr: heapBase + 1536, SP: 0x9000, ID: 3},
	}
	for seed := range int64(10) {
		rand.New(rand.NewSource(seed)).Shuffle(len(recs), func(i, j int) { recs[i], recs[j] = recs[j], recs[i] })
		h := build(t, append([]heapdump.Record{params("go1.26.8")}, recs...)...)
		got := map[uint64]string{}
		for _, g := range h.Goroutines {
			for _, f := range g.Frames {
				got[g.ID] += f.Func
			}
		}
		if got[1] != "ab" || got[2] != "cd" || got[3] != "" {
			t.Fatalf("stacks are %v", got)
		}
	}
}

func TestDamage(t *testing.T) {
	whole := write(t, params("go1.26.8"), object(heapBase, 1024), object(heapBase+1024, 1024))
	h, err := Build(context.Background(), whole[:len(whole)-600], Options{})
	if err != nil || h.Complete() || h.NumObjects() != 1 {
		t.Errorf("cut in the second object: %v, complete %v, %d objects", err, h.Complete(), h.NumObjects())
	}
	if _, err := Build(context.Background(), whole[:20], Options{}); err == nil {
		t.Error("a dump without its params can be read")
	}
}

func TestCutObject(t *testing.T) {
	// A 3 GB object of which the file has 4 KB can only come from a reader
	// that found the next record again; what it says is taken over.
	h := build(t, params("go1.26.8"), object(heapBase, 4096, 8))
	h.Cut = []CutObject{{Addr: heapBase, Size: 4096, Present: 4096}}
	if o := h.Object(0); len(o.Contents) != 4096 || o.Slots.Empty() {
		t.Errorf("%d bytes, no slots: %v", len(o.Contents), o.Slots.Empty())
	}
}
