package program

import (
	"bytes"
	"debug/elf"
	"encoding/binary"

	"github.com/klauspost/compress/zstd"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program/internal/inflate"
)

// maxSection bounds one unpacked section: offsets into DWARF are 32 bits here.
const maxSection = 1<<32 - 1

// contents returns a section's bytes, unpacked where the linker packed them:
// by the ELF flag (any recent Go) or by the name .zdebug_ (older C linkers).
func (f *elfFile) contents(s *section) ([]byte, error) {
	u, err := f.unpacked(s)
	if err != nil {
		return nil, err
	}
	f.start(u)
	if err := u.wait(len(u.data)); err != nil {
		return nil, err
	}
	return u.data, nil
}

// unpacked prepares to unpack a section; a zlib stream is unpacked only after
// start or from points, all else at once.
func (f *elfFile) unpacked(s *section) (*unpacked, error) {
	b, err := f.raw(s)
	if err != nil || s == nil {
		return wholeSection(nil), err
	}
	switch {
	case s.flags&elf.SHF_COMPRESSED != 0:
		return f.unpack(s, b)
	case bytes.HasPrefix(b, []byte("ZLIB")) && len(b) >= 12:
		return f.unzlib(s, b[12:], binary.BigEndian.Uint64(b[4:]))
	case uint64(len(b)) > maxSection:
		return nil, f.fail(s.name, 0, "%d bytes, more than DWARF can have", len(b))
	}
	return wholeSection(b), nil
}

// unpack reads the compression header: type, [padding,] size, alignment.
func (f *elfFile) unpack(s *section, b []byte) (*unpacked, error) {
	c := cursor{buf: b, arch: f.arch}
	typ := elf.CompressionType(c.u32())
	if f.arch.PtrSize == 8 {
		c.u32()
	}
	size := c.uint(f.arch.PtrSize)
	c.uint(f.arch.PtrSize)
	if c.bad {
		return nil, f.fail(s.name, 0, "the compression header is cut off")
	}
	switch typ {
	case elf.COMPRESS_ZLIB:
		return f.unzlib(s, b[c.off:], size)
	case elf.COMPRESS_ZSTD:
		return f.unzstd(s, b[c.off:], size)
	}
	return nil, f.fail(s.name, 0, "unknown compression %d", typ)
}

// unzlib is for a stream that unpacks to exactly size bytes, behind two bytes of
// header: method 8, no dictionary, and a multiple of 31. DWARF packs about 4 to
// 1, so a size far beyond that is a lie or a trap, and nothing is allocated for it.
func (f *elfFile) unzlib(s *section, b []byte, size uint64) (*unpacked, error) {
	if size > maxSection || size > uint64(len(b))*100+1<<20 {
		return nil, f.fail(s.name, 0, "%d bytes cannot come from %d packed ones", size, len(b))
	}
	if len(b) < 2 || b[0]&15 != 8 || b[1]&0x20 != 0 || binary.BigEndian.Uint16(b)%31 != 0 {
		return nil, f.fail(s.name, 0, "no zlib stream")
	}
	all := mem.Alloc[byte](&f.room, int(size+inflate.Slack))
	return &unpacked{data: all[:size], stream: b[2:], fail: func(at int, err error) error {
		return f.fail(s.name, uint64(at), "%w", err)
	}}, nil
}

func (f *elfFile) unzstd(s *section, b []byte, size uint64) (*unpacked, error) {
	if size > maxSection {
		return nil, f.fail(s.name, 0, "%d bytes, more than DWARF can have", size)
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(max(size, 1<<20)), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, f.fail(s.name, 0, "%w", err)
	}
	defer d.Close()
	out, err := d.DecodeAll(b, nil)
	if err != nil {
		return nil, f.fail(s.name, uint64(len(out)), "%w", err)
	}
	if uint64(len(out)) != size {
		return nil, f.fail(s.name, 0, "%d bytes unpacked, %d announced", len(out), size)
	}
	return wholeSection(out), nil
}
