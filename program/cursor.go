package program

import (
	"bytes"

	"github.com/objgraph/objgraph/mem"
)

// cursor decodes a byte slice from front to back. The first read past the end
// sets bad, and every read from then on gives zero.
type cursor struct {
	buf  []byte
	off  int
	arch mem.Arch
	bad  bool

	pieces *unpacked // where buf goes on, up to end; nil: nowhere
	end    int
}

// grow makes n more bytes readable, if there are so many.
func (c *cursor) grow(n uint64) bool {
	if c.bad || c.pieces == nil || n > uint64(c.end-c.off) {
		return false
	}
	for n > uint64(c.left()) {
		had := len(c.buf)
		if c.buf = c.pieces.from(had, c.end); len(c.buf) <= had {
			return false
		}
	}
	return true
}

func (c *cursor) left() int { return len(c.buf) - c.off }

// take returns the next n bytes without copying them, nil if there are fewer.
func (c *cursor) take(n uint64) []byte {
	if c.bad || n > uint64(c.left()) && !c.grow(n) {
		c.bad = true
		return nil
	}
	b := c.buf[c.off : c.off+int(n)]
	c.off += int(n)
	return b
}

func (c *cursor) skip(n uint64) { c.take(n) }

func (c *cursor) u8() uint8 {
	if c.bad || c.off >= len(c.buf) && !c.grow(1) {
		c.bad = true
		return 0
	}
	v := c.buf[c.off]
	c.off++
	return v
}

func (c *cursor) u16() uint16 { return c.arch.Uint16(c.take(2)) }
func (c *cursor) u32() uint32 { return c.arch.Uint32(c.take(4)) }
func (c *cursor) u64() uint64 { return c.arch.Uint64(c.take(8)) }

// uint reads an unsigned integer of size 1, 2, 3, 4 or 8 bytes.
func (c *cursor) uint(size int) uint64 {
	switch size {
	case 1:
		return uint64(c.u8())
	case 2:
		return uint64(c.u16())
	case 3:
		b := c.take(3)
		if b == nil {
			return 0
		}
		if c.arch.BigEndian {
			return uint64(b[0])<<16 | uint64(b[1])<<8 | uint64(b[2])
		}
		return uint64(b[2])<<16 | uint64(b[1])<<8 | uint64(b[0])
	case 4:
		return uint64(c.u32())
	case 8:
		return c.u64()
	}
	c.bad = true
	return 0
}

// uleb reads an unsigned LEB128 number; bits above 64 are an error.
func (c *cursor) uleb() uint64 {
	if c.off < len(c.buf) && c.buf[c.off] < 0x80 && !c.bad {
		c.off++
		return uint64(c.buf[c.off-1])
	}
	var v uint64
	for shift := 0; shift < 70; shift += 7 {
		b := c.u8()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	c.bad = true
	return 0
}

// sleb reads a signed LEB128 number.
func (c *cursor) sleb() int64 {
	var v int64
	for shift := 0; shift < 70; shift += 7 {
		b := c.u8()
		v |= int64(b&0x7f) << shift
		if b < 0x80 {
			if b&0x40 != 0 && shift+7 < 64 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
	c.bad = true
	return 0
}

// cstr reads a string up to its zero byte, which it consumes.
func (c *cursor) cstr() []byte {
	if c.bad {
		return nil
	}
	n := bytes.IndexByte(c.buf[c.off:], 0)
	for n < 0 {
		if !c.grow(uint64(c.left()) + 1) {
			c.bad = true
			return nil
		}
		n = bytes.IndexByte(c.buf[c.off:], 0)
	}
	b := c.buf[c.off : c.off+n]
	c.off += n + 1
	return b
}
