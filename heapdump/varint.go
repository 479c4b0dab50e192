package heapdump

import "errors"

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

func varintError(n int) error {
	switch n {
	case varintLong:
		return errVarintLong
	case varintPadded:
		return errVarintPadded
	}
	return ErrTruncated
}
