// Package inflate unpacks a deflate stream (RFC 1951) that lies in memory into
// memory, a block at a time. Between two blocks it says where it stands, so that
// another [Stream] may go on from there with no more than the last 32 KiB before:
// parts of a large stream can be unpacked alone, and beside each other.
//
// It is compress/flate for that one case, about twice as fast. Any input is
// safe: one that is no deflate stream ends in an error.
package inflate

import (
	"encoding/binary"
	"errors"
)

// Window is how far back a stream refers to its own output, in bytes.
const Window = 1 << 15

// Slack is how much longer than its contents the output must be, for copies of
// whole words past the end.
const Slack = 16

// The errors.
var (
	ErrCorrupt = errors.New("damaged deflate stream")
	ErrShort   = errors.New("deflate stream cut off")
	ErrLong    = errors.New("deflate stream longer than announced")
)

// Point is a place between two blocks.
type Point struct {
	In  uint64 // bits of the stream before it
	Out uint64 // bytes of the output before it
}

// Stream unpacks. Used by one goroutine.
type Stream struct {
	src  []byte
	in   int    // bytes of src that are in bits
	bits uint64 // read and not used, lowest first
	n    uint64 // how many of bits are valid

	dst   []byte
	out   int // bytes of dst that are done
	limit int // where the output ends, Slack before dst does
	last  bool

	lit, dist table
	lens      [maxLit + maxDist]uint8
}

// New starts at the beginning of a stream. Its output is all of dst but Slack.
func New(dst, src []byte) *Stream {
	return &Stream{src: src, dst: dst, limit: len(dst) - Slack}
}

// Resume starts at a point of a stream. dst begins with the bytes, Window at
// most, that come before the point, done of them.
func Resume(dst []byte, done int, src []byte, at Point) (*Stream, error) {
	s := New(dst, src)
	if at.In/8 > uint64(len(src)) || done > s.limit {
		return nil, ErrShort
	}
	s.out, s.in = done, int(at.In/8)
	if skip := at.In % 8; skip > 0 {
		s.refill()
		s.drop(skip)
	}
	if s.n > 64 {
		return nil, ErrShort
	}
	return s, nil
}

// Out is how many bytes of the output are done.
func (s *Stream) Out() int { return s.out }

// In is how many bits of the stream are used.
func (s *Stream) In() uint64 { return uint64(s.in)*8 - s.n }

// Done reports whether the last block is unpacked.
func (s *Stream) Done() bool { return s.last }

// Block unpacks one block.
func (s *Stream) Block() error {
	s.refill()
	s.last = s.take(1) == 1
	switch s.take(2) {
	case 0:
		return s.stored()
	case 1:
		t := fixedTables()
		return s.packed(t[0].entries, t[1].entries)
	case 2:
		if err := s.readTables(); err != nil {
			return err
		}
		return s.packed(s.lit.entries, s.dist.entries)
	}
	return ErrCorrupt
}

// refill reads until at least 56 bits are there, or all that remain. The bits
// above n may be set already: to what they will be.
func (s *Stream) refill() {
	if s.in+8 <= len(s.src) {
		s.bits |= binary.LittleEndian.Uint64(s.src[s.in:]) << (s.n & 63)
		s.in += int((63 - s.n) >> 3)
		s.n |= 56
		return
	}
	for s.n <= 56 && s.in < len(s.src) {
		s.bits |= uint64(s.src[s.in]) << (s.n & 63)
		s.in++
		s.n += 8
	}
}

// drop uses bits. n goes below zero, and so far above 64, if there were fewer.
func (s *Stream) drop(n uint64) {
	s.bits >>= n & 63
	s.n -= n
}

func (s *Stream) take(n uint64) uint64 {
	v := s.bits & (1<<n - 1)
	s.drop(n)
	return v
}

// stored copies a block that is not packed: to the next byte, then the length,
// its complement, and the bytes.
func (s *Stream) stored() error {
	if s.n > 64 {
		return ErrShort
	}
	s.in -= int(s.n / 8)
	s.bits, s.n = 0, 0
	if len(s.src)-s.in < 4 {
		return ErrShort
	}
	n := int(binary.LittleEndian.Uint16(s.src[s.in:]))
	if n != int(^binary.LittleEndian.Uint16(s.src[s.in+2:])) {
		return ErrCorrupt
	}
	s.in += 4
	switch {
	case n > len(s.src)-s.in:
		return ErrShort
	case n > s.limit-s.out:
		return ErrLong
	}
	copy(s.dst[s.out:], s.src[s.in:s.in+n])
	s.in, s.out = s.in+n, s.out+n
	return nil
}
