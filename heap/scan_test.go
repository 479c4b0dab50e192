package heap

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand"
	"strconv"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
)

// mixed is a dump as the runtime writes it, with an object that holds a dump, so
// that places inside it look like the beginning of records.
func mixed(t *testing.T, rng *rand.Rand) []byte {
	objects, _ := spans(rng)
	inner := write(t, objects[:min(len(objects), 300)]...)
	recs := []heapdump.Record{params("go1.26.8"), &heapdump.Itab{Addr: 5, Type: 6}}
	recs = append(recs, objects...)
	trap := &heapdump.Object{Addr: heapBase + 1<<35, Size: 1 << 20, Contents: make([]byte, 1<<20)}
	copy(trap.Contents, inner)
	recs = append(recs, trap)
	for i := range 40 {
		recs = append(recs, &heapdump.Goroutine{Addr: mem.Addr(i), SP: mem.Addr(0x7000 + i*0x100), ID: uint64(i)},
			&heapdump.Frame{SP: mem.Addr(0x7000 + i*0x100), Contents: make([]byte, rng.Intn(64)), Func: "f"})
	}
	more, _ := spans(rng)
	for _, r := range more {
		r.(*heapdump.Object).Addr += 1 << 36
	}
	return write(t, append(append(recs, more...), &heapdump.MemStats{NumGC: 3})...)
}

// state is all that a heap says, and through which.
func state(t *testing.T, data []byte, o Options) string {
	t.Helper()
	h, err := Build(context.Background(), data, o)
	if err != nil {
		return err.Error()
	}
	hash := fnv.New64a()
	h.Each(func(o *Object) bool {
		first, _, ok := o.Slots.Next()
		binary.Write(hash, binary.LittleEndian, [...]uint64{uint64(o.ID), uint64(o.Addr), o.Size, uint64(len(o.Contents)), first})
		hash.Write(strconv.AppendBool(nil, ok))
		return true
	})
	return fmt.Sprintf("%d objects, %d bytes, %d slots, %d tails, %d overlap, %d whole, damage %v, facts %v, hash %x",
		h.NumObjects(), h.Bytes(), h.SlotsHint(), h.SpanTailSlots, h.Overlapping, h.Whole, h.Damage, h.Facts.Goroutines, hash.Sum64())
}

// However a dump is cut, and whoever reads it, it says the same: whole, cut off
// anywhere, damaged anywhere, from memory or through a file.
func TestPieces(t *testing.T) {
	for seed := range int64(2) {
		rng := rand.New(rand.NewSource(seed))
		whole := mixed(t, rng)
		for k := range 9 {
			data := bytes.Clone(whole)
			switch {
			case k > 5:
				data = data[:rng.Intn(len(data))]
			case k > 0:
				data[rng.Intn(len(data))] ^= byte(1 + rng.Intn(255))
			}
			want := state(t, data, Options{Workers: 1})
			for _, piece := range []int64{9973, 300 << 10} {
				for _, workers := range []int{1, 2, 8} {
					o := Options{Workers: workers, piece: piece}
					if workers == 2 {
						o.In = bytes.NewReader(data)
					}
					if got := state(t, data, o); got != want {
						t.Fatalf("seed %d, change %d, pieces of %d, %d workers:\n%.300s\nwant\n%.300s", seed, k, piece, workers, got, want)
					}
				}
			}
		}
	}
}
