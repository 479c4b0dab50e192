package census

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

const (
	headerBase = mem.Addr(0xc000000000) // an object of three words
	arrayBase  = mem.Addr(0xc000002000) // of 64 bytes
)

// withWords is a dump in which an object of 24 bytes has these words, and an
// array of 64 bytes stands beside.
func withWords(t *testing.T, words ...uint64) *snapshot.Snapshot {
	t.Helper()
	var b []byte
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	dump := heaptest.New(mem.LE64, "go1.22.0").Bytes(headerBase, string(b)).Object(arrayBase, 64).Data(0x500000, 16, heaptest.Ref{To: headerBase}).Dump()
	s, err := snapshot.Read(context.Background(), dump, snapshot.Options{Exe: snapshot.NoExe})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestHeaderAt(t *testing.T) {
	const array = uint64(arrayBase)
	for _, c := range []struct {
		about string
		words []uint64
		text  bool
		unit  uint64
		start uint64
		bytes uint64
		ok    bool
	}{
		{"a slice", []uint64{array, 3, 8}, false, 8, 0, 24, true},
		{"a slice of a part", []uint64{array + 16, 3, 6}, false, 8, 16, 24, true},
		{"more than there is room for", []uint64{array, 3, 9}, false, 8, 0, 24, false},
		{"longer than its capacity", []uint64{array, 5, 4}, false, 8, 0, 40, false},
		{"a capacity that overflows", []uint64{array, 3, 1 << 61}, false, 8, 0, 24, false},
		{"nil", []uint64{0, 0, 0}, false, 8, 0, 0, true},
		{"a length and no array", []uint64{0, 3, 3}, false, 8, 0, 0, false},
		{"a string", []uint64{array, 64, 1 << 60}, true, 1, 0, 64, true},
		{"a string beyond its object", []uint64{array + 8, 64, 0}, true, 1, 8, 64, false},
		{"a string of two words", []uint64{array, 7}, true, 1, 0, 7, true},
		{"a slice of two words", []uint64{array, 7}, false, 1, 0, 0, false},
	} {
		h, ok := headerAt(withWords(t, c.words...), headerBase, c.text, c.unit)
		if ok != c.ok || ok && (h.start != c.start || h.bytes != c.bytes) {
			t.Errorf("%s: %+v, %v; want %d bytes from %d, %v", c.about, h, ok, c.bytes, c.start, c.ok)
		}
	}
}

// TestHeaderAtAnywhere reads words of any kind, at any place.
func TestHeaderAtAnywhere(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 5))
	for range 300 {
		s := withWords(t, uint64(arrayBase)+rnd.Uint64N(80), rnd.Uint64()>>rnd.IntN(64), rnd.Uint64()>>rnd.IntN(64))
		for _, at := range []mem.Addr{headerBase + mem.Addr(rnd.IntN(40)), 0x500000 + mem.Addr(rnd.IntN(24)), mem.Addr(rnd.Uint64())} {
			unit := 1 + rnd.Uint64N(70)
			h, ok := headerAt(s, at, rnd.IntN(2) == 0, unit)
			if ok && h.start+h.bytes > 64 {
				t.Fatalf("at %v: %+v is not in an object", at, h)
			}
		}
	}
}

// filled is a dump in which a slice of so many bytes has an array that begins with text.
func filled(t *testing.T, n uint64, text string) *snapshot.Snapshot {
	t.Helper()
	header := make([]byte, 24)
	for i, w := range []uint64{uint64(arrayBase), n, 64} {
		binary.LittleEndian.PutUint64(header[8*i:], w)
	}
	array := make([]byte, 64)
	copy(array, text)
	dump := heaptest.New(mem.LE64, "go1.22.0").Bytes(headerBase, string(header)).Bytes(arrayBase, string(array)).Data(0x500000, 16, heaptest.Ref{To: headerBase}).Dump()
	s, err := snapshot.Read(context.Background(), dump, snapshot.Options{Exe: snapshot.NoExe})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// A slice that was filled anew is no store. Where contents were redacted nothing tells,
// and it is not said to have been appended to.
func TestStoresWithoutContents(t *testing.T) {
	for _, c := range []struct {
		about, was, now string
		silent          bool
		stays, kept     bool
	}{
		{"appended to", "a text of 20 letters", "a text of 20 letters and more", false, true, true},
		{"filled anew", "a text of 20 letters", "another text of more letters", false, false, false},
		{"redacted", "", "", true, true, false},
		{"one of them redacted", "a text of 20 letters", "", true, true, false},
	} {
		last := filled(t, 40, c.now)
		id, _ := last.Heap.Find(arrayBase)
		r := &series{paths: make([]string, 2), jobs: []int{1}, last: last, after: 1, stores: []*store{{id: id, at: headerBase, unit: 1, later: 40}}}
		r.followStores(filled(t, 20, c.was), 0, c.silent)
		if stays := len(r.stores) == 1; stays != c.stays || stays && (r.stores[0].used[0] != 20 || r.stores[0].blind == c.kept) {
			t.Errorf("%s: %d stores, want it to stay: %v, kept: %v", c.about, len(r.stores), c.stays, c.kept)
		}
	}
}
