package heapdump

import (
	"math/rand/v2"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// TestSample wants a sample of a dump of mixed objects to be like the whole:
// small ones, large ones, and large ones full of pointers, in regions.
func TestSample(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	recs := []Record{&Params{PtrSize: 8, HeapStart: 0xc000000000, HeapEnd: 0xd000000000, Arch: "amd64", GoVersion: "go1.26.8"}}
	objects, pointers, addr := 0, 0, mem.Addr(0xc000000000)
	for _, size := range []int{48, 1 << 20, 16, 4 << 20, 1024} {
		for left := 5 << 20; left > 0; left -= size {
			o := &Object{Addr: addr, Contents: make([]byte, size)}
			for i := 0; i < size; i += 8 {
				mem.LE64.PutWord(o.Contents[i:], rnd.Uint64())
			}
			for off := 0; off < size && size != 1<<20; off += 16 {
				o.Fields = AppendField(o.Fields, FieldPtr, uint64(off))
				pointers++
			}
			recs, objects, addr = append(recs, o), objects+1, addr+mem.Addr(size)
		}
	}
	data := dumpOf(t, append(recs, &EOF{})...)
	s, ok, err := SampleOf(t.Context(), put(t, data))
	if !ok || err != nil || s.Size != int64(len(data)) || s.Looked != samplePlaces*sampleWindow {
		t.Fatalf("%+v, %v, %v", s, ok, err)
	}
	scale := float64(s.Size) / float64(s.Looked)
	for what, pair := range map[string][2]float64{"objects": {float64(s.Objects), float64(objects)}, "pointers": {float64(s.Pointers), float64(pointers)}} {
		if r := pair[0] * scale / pair[1]; r < 0.9 || r > 1.1 {
			t.Errorf("%.0f %s, want %.0f", pair[0]*scale, what, pair[1])
		}
	}
	if _, ok, err := SampleOf(t.Context(), put(t, data[:1<<20])); ok || err != nil {
		t.Errorf("of a small dump: %v, %v", ok, err)
	}
	if _, ok, err := SampleOf(t.Context(), put(t, make([]byte, len(data)))); ok || err != nil {
		t.Errorf("of no dump: %v, %v", ok, err)
	}
}
