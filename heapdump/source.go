package heapdump

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// source is a dump that is read from its beginning, unpacked on the way.
type source struct {
	in          io.Reader
	file        *os.File // in itself, where it is a plain file
	size        int64    // bytes of the dump, -1: not known
	fileBytes   int64    // of the file on disk, -1: not known
	guess       int64    // bytes of the dump as the packed file says itself, 0 if it does not
	compression string
	packed      *counter // what was read of a packed file or a pipe; nil for a plain file
	closers     []io.Closer
}

// packedBuffer is small, so that what was read of a packed file goes with what
// was unpacked.
const packedBuffer = 64 << 10

func openSource(path string) (*source, error) {
	if path == "-" {
		s, err := unpacked(os.Stdin, -1)
		return s, named(path, err)
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s, err := sourceOf(in)
	if err != nil {
		in.Close()
		return nil, named(path, err)
	}
	s.closers = append(s.closers, in)
	return s, nil
}

// named says which file an error is of, unless it does.
func named(path string, err error) error {
	var pathErr *os.PathError
	if err != nil && !errors.As(err, &pathErr) {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return err
}

func sourceOf(in *os.File) (*source, error) {
	info, err := in.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errFolder
	case !info.Mode().IsRegular():
		return unpacked(in, -1)
	}
	head := make([]byte, sniffLen)
	n, err := in.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if compression := compressionOf(head[:n]); compression != "" {
		s, err := unpacked(in, info.Size())
		if err == nil {
			s.guess = sizeInside(in, info.Size(), head[:n], compression)
		}
		return s, err
	}
	return &source{in: in, file: in, size: info.Size(), fileBytes: info.Size()}, nil
}

// unpacked reads a packed file, or whatever comes through a pipe.
func unpacked(in io.Reader, fileBytes int64) (*source, error) {
	s := &source{size: -1, fileBytes: fileBytes, packed: &counter{r: in}}
	packed := bufio.NewReaderSize(s.packed, packedBuffer)
	head, err := packed.Peek(sniffLen)
	if err != nil && err != io.EOF {
		return nil, err
	}
	s.compression = compressionOf(head)
	plain, err := unpacker(packed, s.compression)
	if err != nil {
		return nil, s.broken(err)
	}
	s.in, s.closers = plain, append(s.closers, plain)
	return s, nil
}

// broken is the error of a stream that ended otherwise than at its end. What a
// dump's first line says of itself stands.
func (s *source) broken(err error) error {
	if errors.Is(err, ErrFormat) {
		return err
	}
	f := File{compression: s.compression}
	return f.broken(err)
}

// read is how many bytes of the file were read, of which the dump's first off
// are.
func (s *source) read(off int64) int64 {
	if s.packed != nil {
		return s.packed.n
	}
	return off
}

func (s *source) Close() {
	for _, c := range s.closers {
		c.Close()
	}
}

// sizeInside is the size of the dump that a packed file states, 0 if it states
// none. Of gzip it is modulo 2³² and of the last part only, if there are several.
func sizeInside(in io.ReaderAt, size int64, head []byte, compression string) int64 {
	if compression == "zstd" {
		var h zstd.Header
		if h.Decode(head) == nil && h.HasFCS && h.FrameContentSize < 1<<62 {
			return int64(h.FrameContentSize)
		}
		return 0
	}
	var last [4]byte
	if _, err := in.ReadAt(last[:], size-int64(len(last))); err != nil {
		return 0
	}
	return int64(binary.LittleEndian.Uint32(last[:]))
}
