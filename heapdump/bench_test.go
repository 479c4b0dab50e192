package heapdump

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// benchDump has n objects of sizes and pointer counts as programs have them:
// many small ones, 260 bytes on average.
func benchDump(b *testing.B, n int) []byte {
	rnd := rand.New(rand.NewPCG(4, 4))
	contents := make([]byte, 4096)
	var buf bytes.Buffer
	w := NewWriter(&buf)
	addr := mem.Addr(0xc000000000)
	for range n {
		o := Object{Addr: addr, Contents: contents[:sizes[rnd.IntN(len(sizes))]]}
		for off := 0; off < len(o.Contents); off += 8 * (1 + rnd.IntN(4)) {
			o.Fields = AppendField(o.Fields, FieldPtr, uint64(off))
		}
		if rnd.IntN(2) == 0 {
			o.Fields = nil
		}
		if err := w.Write(&o); err != nil {
			b.Fatal(err)
		}
		addr += mem.Addr(len(o.Contents))
	}
	if err := w.Write(&EOF{}); err != nil {
		b.Fatal(err)
	}
	return buf.Bytes()
}

var sizes = [...]int{16, 16, 32, 48, 48, 64, 64, 96, 96, 128, 160, 208, 256, 512, 2048}

func BenchmarkReader(b *testing.B) {
	for _, n := range []int{1e5, 1e6} {
		data := benchDump(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if got := drain(b, data); got != n+1 {
					b.Fatalf("%d records, want %d", got, n+1)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mobjects/s")
		})
	}
}

// drain reads all records and returns their number.
func drain(b *testing.B, data []byte) (n int) {
	r, err := NewReader(data)
	if err != nil {
		b.Fatal(err)
	}
	for {
		if _, err := r.Next(); err == io.EOF {
			return n
		} else if err != nil {
			b.Fatal(err)
		}
		n++
	}
}

func BenchmarkFields(b *testing.B) {
	var f Fields
	for off := uint64(0); off < 4096; off += 8 {
		f = AppendField(f, FieldPtr, off)
	}
	b.SetBytes(int64(len(f)))
	for b.Loop() {
		sum := uint64(0)
		for rest := f; ; {
			_, off, next, ok := rest.Next()
			if !ok {
				break
			}
			sum += off
			rest = next
		}
		if sum != 512*511/2*8 {
			b.Fatal(sum)
		}
	}
}

func BenchmarkWriter(b *testing.B) {
	data := benchDump(b, 1e5)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r, err := NewReader(data)
		if err != nil {
			b.Fatal(err)
		}
		w := NewWriter(io.Discard)
		for {
			rec, err := r.Next()
			if err != nil {
				break
			}
			if err := w.Write(rec); err != nil {
				b.Fatal(err)
			}
		}
	}
}
