package heapdump

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

// File is an open dump: its bytes, mapped into memory where the system can.
// Immutable but for Close; safe for concurrent readers until then.
type File struct {
	data        []byte
	mapped      bool     // data is a mapping of a file
	in          *os.File // the file that is mapped; nil if none is
	small       bool     // see Populate
	size        int64    // bytes of the file as it lies on disk
	compression string
	damage      error
}

// Open opens a heap dump, plain or packed with gzip or zstd, whatever its
// name. "-" is standard input. What cannot be mapped as it is (packed files,
// pipes) is first copied to a temporary file without a name, in os.TempDir.
// The error of a file that is no heap dump says in one line what it is and
// what to do; errors.Is tells it by ErrFormat.
func Open(path string) (*File, error) {
	f, err := open(path)
	return f, named(path, err)
}

var errFolder = errors.New("this is a folder, not a heap dump; name the files in it")

func open(path string) (*File, error) {
	if path == "-" {
		return spool(os.Stdin)
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f, err := openFile(in)
	if f == nil || f.in != in {
		in.Close()
	}
	return f, err
}

func openFile(in *os.File) (*File, error) {
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	switch {
	case info.IsDir():
		return nil, errFolder
	case !info.Mode().IsRegular():
		return spool(in)
	}
	return openRegular(in, info.Size())
}

// openRegular maps a plain dump, and keeps it open, and unpacks others.
func openRegular(in *os.File, size int64) (*File, error) {
	head := make([]byte, sniffLen)
	n, err := in.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if head = head[:n]; compressionOf(head) != "" {
		return spool(in)
	}
	if err := checkMagic(head); err != nil {
		return nil, err
	}
	f := &File{size: size}
	return f, f.load(in, size)
}

// load maps the file, or reads it where mapping is not to be had.
func (f *File) load(in *os.File, size int64) (err error) {
	if size != int64(int(size)) {
		return fmt.Errorf("the dump has %d bytes, too many for a program of 32 bits", size)
	}
	if f.data, err = mapFile(in, int(size)); err == nil {
		f.mapped, f.in, f.small = true, in, size <= memoryBytes()/2
		return nil
	}
	f.data, err = readAll(in, int(size))
	return err
}

// readAll reads size bytes, or fewer if in has become shorter.
func readAll(in io.ReaderAt, size int) ([]byte, error) {
	data := make([]byte, size)
	n, err := in.ReadAt(data, 0)
	if err == io.EOF {
		err = nil
	}
	return data[:n], err
}

// spool copies what in holds, unpacked, to a temporary file and maps that.
func spool(in io.Reader) (*File, error) {
	counted := &counter{r: in}
	packed := bufio.NewReaderSize(counted, 1<<20)
	head, err := packed.Peek(sniffLen)
	if err != nil && err != io.EOF {
		return nil, err
	}
	f := &File{compression: compressionOf(head)}
	plain, err := unpacker(packed, f.compression)
	if err != nil {
		return nil, f.broken(err)
	}
	defer plain.Close()
	if err := f.fill(plain, newSpoolFile); err != nil {
		return nil, err
	}
	f.size = counted.n
	return f, nil
}

// fill sets the data to what plain gives, by way of a temporary file. If plain
// fails on the way, the data is what came before, and damage the reason.
func (f *File) fill(plain io.Reader, temporary func() (*spoolFile, error)) error {
	buf := bufio.NewReaderSize(plain, 1<<20)
	head, err := buf.Peek(sniffLen)
	if len(head) == 0 && err != nil && err != io.EOF {
		return f.broken(err)
	}
	if err := checkMagic(head); err != nil {
		return err
	}
	tmp, err := temporary()
	if err != nil {
		return fmt.Errorf("unpacking: %w", err)
	}
	defer func() {
		if f.in != tmp.f {
			tmp.Close()
		}
	}()
	n, err := io.Copy(tmp, buf)
	if tmp.err != nil {
		return fmt.Errorf("unpacking to %s: %w", os.TempDir(), tmp.err)
	}
	if err != nil {
		f.damage = f.broken(err)
	}
	return f.load(tmp.f, n)
}

func (f *File) broken(err error) error {
	if f.compression == "" {
		return fmt.Errorf("%w: reading failed: %v", ErrTruncated, err)
	}
	return fmt.Errorf("%w: the %s stream is broken: %v", ErrTruncated, f.compression, err)
}

// Data is the dump, unpacked. It must not be written to, nor used after Close.
func (f *File) Data() []byte { return f.data }

// In reads what Data holds in another way, which costs less where every byte is
// looked at once; nil if there is none.
func (f *File) In() io.ReaderAt {
	if f.in == nil {
		return nil
	}
	return f.in
}

// Populate says that the data from lo to hi will be looked at here and there. It
// does nothing for dumps that take more than half of the machine's memory.
func (f *File) Populate(lo, hi int64) {
	if f.mapped && f.small && lo >= 0 && hi <= int64(len(f.data)) {
		populate(f.data, lo, hi)
	}
}

// Size is how many bytes the file has on disk, packed if it is.
func (f *File) Size() int64 { return f.size }

// Compression is "gzip", "zstd", or empty for a plain file.
func (f *File) Compression() string { return f.compression }

// Damage is not nil if the packed stream broke. What came before is in Data,
// which then ends in the middle of a record.
func (f *File) Damage() error { return f.damage }

// ReleaseBehind tells the system that the data before off will not be needed
// soon, so that reading a large dump once does not fill the memory. Reading
// it again works and costs time.
func (f *File) ReleaseBehind(off int64) {
	if f.mapped && off > 0 {
		release(f.data[:min(off, int64(len(f.data)))])
	}
}

// Close gives the memory back; Data must not be touched any more.
func (f *File) Close() error {
	data := f.data
	f.data = nil
	if !f.mapped {
		return nil
	}
	f.mapped = false
	return errors.Join(unmapFile(data), f.in.Close())
}

// counter counts what is read through it.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
