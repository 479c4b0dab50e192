package heapdump

import (
	"bytes"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// sniffLen is how many bytes tell what a file is.
const sniffLen = 512

// compressionOf names the packing of a file that begins with head.
func compressionOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return "gzip"
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "zstd"
	}
	return ""
}

// unpacker wraps r by the compression that compressionOf told.
func unpacker(r io.Reader, compression string) (io.ReadCloser, error) {
	switch compression {
	case "gzip":
		z, err := gzip.NewReader(r)
		return z, err
	case "zstd":
		// zstd --long=31 uses windows of 2 GiB; memory is taken as the data needs it.
		z, err := zstd.NewReader(r, zstd.WithDecoderMaxWindow(1<<31), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}
	return io.NopCloser(r), nil
}

// spoolFile is a temporary file that only this process can see: 0600, and
// without a name where the system removes the names of open files. Elsewhere
// Close removes it.
type spoolFile struct {
	f     *os.File // not embedded: io.Copy must see Write alone, to tell whose error it was
	named bool
	err   error // of writing
}

func newSpoolFile() (*spoolFile, error) {
	f, err := os.CreateTemp("", "objgraph-*.dump")
	if err != nil {
		return nil, err
	}
	return &spoolFile{f: f, named: os.Remove(f.Name()) != nil}, nil
}

func (s *spoolFile) Write(p []byte) (int, error) {
	n, err := s.f.Write(p)
	s.err = err
	return n, err
}

func (s *spoolFile) Close() error {
	err := s.f.Close()
	if s.named {
		os.Remove(s.f.Name())
	}
	return err
}
