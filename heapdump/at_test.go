package heapdump

import (
	"bytes"
	"testing"

	"github.com/objgraph/objgraph/mem"
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
			addr, contents, rest := ObjectAt(data, r.Offset(), present)
			if addr != o.Addr || !bytes.Equal(contents, o.Contents) || !bytes.HasPrefix(rest, append(o.Fields[:len(o.Fields):len(o.Fields)], 0)) {
				t.Fatalf("at %d: %v, %d bytes; want %v, %d bytes", r.Offset(), addr, len(contents), o.Addr, len(o.Contents))
			}
		}
	}
}

func TestObjectAtElsewhere(t *testing.T) {
	data := oneOfEach(t)
	for off := int64(-2); off < int64(len(data))+2; off++ {
		ObjectAt(data, off, -1)
		ObjectAt(data, off, 1<<40)
	}
	if addr, contents, rest := ObjectAt(data, int64(len(data)), -1); addr != mem.Addr(0) || contents != nil || rest != nil {
		t.Errorf("behind the end: %v, %v, %v", addr, contents, rest)
	}
}
