package heapdump

import (
	"bytes"
	"testing"
)

// TestObjectAt decodes every object by its place, a short one too.
func TestObjectAt(t *testing.T) {
	for _, data := range [][]byte{smallDump(t), shortDump(t, 1<<32+100, 100, 3)} {
		r, err := NewReader(data)
		if err != nil {
			t.Fatal(err)
		}
		for {
			rec, err := r.Next()
			if err != nil {
				break
			}
			o, ok := rec.(*Object)
			if !ok {
				continue
			}
			present := int64(-1)
			if o.Short() > 0 {
				present = int64(len(o.Contents))
			}
			contents, rest := ObjectAt(data, r.Offset(), o.Addr, o.Size, present)
			if !bytes.Equal(contents, o.Contents) || !bytes.HasPrefix(rest, append(o.Fields[:len(o.Fields):len(o.Fields)], 0)) {
				t.Fatalf("at %d: %d bytes, want %d", r.Offset(), len(contents), len(o.Contents))
			}
		}
	}
}

func TestObjectAtElsewhere(t *testing.T) {
	data := oneOfEach(t)
	for off := int64(-2); off < int64(len(data))+2; off++ {
		for _, size := range []uint64{0, 8, 1 << 40, 1<<64 - 1} {
			ObjectAt(data, off, 0xc000000000, size, -1)
			ObjectAt(data, off, 0, size, 1<<40)
		}
	}
	if contents, rest := ObjectAt(data, int64(len(data)), 0xc000000000, 8, -1); contents != nil || rest != nil {
		t.Errorf("behind the end: %v, %v", contents, rest)
	}
}
