package heapdump

import (
	"bytes"
	"io"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// counted counts the bytes that are read.
type counted struct {
	in    io.ReaderAt
	bytes int64
}

func (c *counted) ReadAt(b []byte, off int64) (int, error) {
	n, err := c.in.ReadAt(b, off)
	c.bytes += int64(n)
	return n, err
}

// TestSyncReadsOnce begins inside objects whose bytes all look like tags of large
// records: the first place from which records follow each other is the first
// record after them, and the bytes up to there are read about once.
func TestSyncReadsOnce(t *testing.T) {
	tags := bytes.Repeat([]byte{byte(TagObject), 1, 0xff, 0x7f}, WindowBytes/4-64)
	recs := make([]Record, 0, 200)
	for i := range 4 {
		recs = append(recs, &Object{Addr: mem.Addr(0xc000000000 + i<<20), Contents: tags})
	}
	for i := range 2 * salvageChain {
		recs = append(recs, &Object{Addr: mem.Addr(0xc000800000 + i*64), Contents: make([]byte, 64)})
	}
	data := dumpOf(t, append(recs, &EOF{})...)
	at, err := places(t, data)
	if err != io.EOF {
		t.Fatal(err)
	}
	in := &counted{in: bytes.NewReader(data)}
	s := NewObjectScanner(data, in, make([]byte, WindowBytes))
	got, ok := s.Sync(100, int64(len(data)))
	if want := at[4].start; !ok || got != want {
		t.Errorf("records follow from %d (%v), want %d", got, ok, want)
	}
	if most := 4 * int64(len(data)); in.bytes > most {
		t.Errorf("%d bytes of %d were read %d times", in.bytes, len(data), in.bytes/int64(len(data)))
	}
}
