package heapdump

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// What uvarint returns instead of a length when b holds no number.
const (
	varintCut    = 0  // b ends within it
	varintLong   = -1 // more than 64 bits
	varintPadded = -2 // ends in a zero byte: the runtime writes none, so it is damage
)

var (
	errVarintLong   = errors.New("number of more than 64 bits")
	errVarintPadded = errors.New("number with superfluous zero bytes")
)

// uvarint decodes the number at the start of b and how many bytes it takes.
// There is one encoding per number, so that what is read can be written back.
func uvarint(b []byte) (v uint64, n int) {
	if len(b) >= 8 {
		if x := binary.LittleEndian.Uint64(b); x&0x80 == 0 {
			return x & 0x7f, 1
		} else if stop := ^x & 0x8080808080808080; stop != 0 {
			return packed(x, stop)
		}
	}
	return uvarintBytes(b)
}

// packed decodes a number of up to 8 bytes at once: x has its bytes, stop the
// high bits of those that may be its last.
func packed(x, stop uint64) (v uint64, n int) {
	n = bits.TrailingZeros64(stop)/8 + 1
	x &= stop ^ (stop - 1) // its own bytes
	x &= 0x7f7f7f7f7f7f7f7f
	x = x&0x007f007f007f007f | x&0x7f007f007f007f00>>1
	x = x&0x00003fff00003fff | x&0x3fff00003fff0000>>2
	x = x&0x000000000fffffff | x&0x0fffffff00000000>>4
	if n > 1 && x>>(7*(n-1)) == 0 {
		return 0, varintPadded
	}
	return x, n
}

// uvarintBytes is uvarint byte by byte.
func uvarintBytes(b []byte) (v uint64, n int) {
	for i, c := range b {
		if c < 0x80 {
			switch {
			case i == 9 && c > 1:
				return 0, varintLong
			case c == 0 && i > 0:
				return 0, varintPadded
			}
			return v | uint64(c)<<(7*i), i + 1
		}
		if i == 9 {
			return 0, varintLong
		}
		v |= uint64(c&0x7f) << (7 * i)
	}
	return 0, varintCut
}

// uvarintLen is how many bytes a number takes.
func uvarintLen(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

func varintError(n int) error {
	switch n {
	case varintLong:
		return errVarintLong
	case varintPadded:
		return errVarintPadded
	}
	return ErrTruncated
}
