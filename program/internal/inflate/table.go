package inflate

import (
	"math/bits"
	"sync"
)

const (
	maxLit  = 288 // symbols for literals, the end of a block, and lengths
	maxDist = 32  // symbols for distances
	litBits = 11  // bits that the first table looks at
	disBits = 8
	preBits = 7
	maxBits = 15 // of any code
)

// An entry of a table:
//
//	bits 0-7    the code's length
//	bits 8-13   how many further bits belong to the number
//	bit 14      special: the end, not a code, or another table
//	bit 15      a literal
//	bits 16-31  the literal, or what the further bits are added to
//
// For another table, bits 8-13 are how many bits index it, and 16-31 where it
// begins. It is the only special entry with bits there that are not 0.
const (
	isSpecial = 1 << 14
	isLiteral = 1 << 15
	endBlock  = isSpecial | 1<<16
	noCode    = isSpecial
)

// table decodes one alphabet: 1<<width entries, then those for longer codes.
type table struct {
	entries []uint32
	codes   [maxLit]uint16 // reversed, by symbol
	sub     [1 << litBits]uint8
}

var litEntries, distEntries, preEntries = makeEntries()

func makeEntries() (lit [maxLit]uint32, dist [maxDist]uint32, pre [19]uint32) {
	for i := range 256 {
		lit[i] = uint32(i)<<16 | isLiteral
	}
	lit[256] = endBlock
	base := uint32(3)
	for i := range uint32(28) {
		extra := max(i/4, 1) - 1
		lit[257+i] = base<<16 | extra<<8
		base += 1 << extra
	}
	lit[285] = 258 << 16
	lit[286], lit[287] = noCode, noCode
	base = 1
	for i := range uint32(30) {
		extra := max(i/2, 1) - 1
		dist[i] = base<<16 | extra<<8
		base += 1 << extra
	}
	dist[30], dist[31] = noCode, noCode
	for i := range pre {
		pre[i] = uint32(i) << 16
	}
	return lit, dist, pre
}

// build makes the table of the codes with these lengths, one per symbol. Codes
// must fill the space, but for a single one of length 1, or none at all.
func (t *table) build(lens []uint8, width uint, entries []uint32) error {
	next, err := firstCodes(lens)
	if err != nil {
		return err
	}
	if cap(t.entries) < 1<<width {
		t.entries = make([]uint32, 1<<width, 1<<width+1<<10)
	}
	t.entries = t.entries[:1<<width]
	for i := range t.entries {
		t.entries[i] = noCode | 1
	}
	long := false
	for sym, n := range lens {
		if n == 0 {
			continue
		}
		code := bits.Reverse16(next[n]) >> (16 - n)
		next[n]++
		t.codes[sym] = code
		if uint(n) > width {
			long = true
			continue
		}
		for i := int(code); i < 1<<width; i += 1 << n {
			t.entries[i] = entries[sym] | uint32(n)
		}
	}
	if long {
		t.buildLong(lens, width, entries)
	}
	return nil
}

// firstCodes is the first code of each length (RFC 1951, 3.2.2).
func firstCodes(lens []uint8) (next [maxBits + 1]uint16, err error) {
	var count [maxBits + 1]int
	for _, n := range lens {
		count[n]++
	}
	used := len(lens) - count[0]
	code, left := 0, 1
	count[0] = 0
	for n := 1; n <= maxBits; n++ {
		code = (code + count[n-1]) << 1
		next[n] = uint16(code)
		if left = left<<1 - count[n]; left < 0 {
			return next, ErrCorrupt
		}
	}
	if left > 0 && used > 0 && !(used == 1 && count[1] == 1) {
		return next, ErrCorrupt
	}
	return next, nil
}

// buildLong adds tables for codes longer than width: one for each beginning,
// indexed by as many bits as the longest code needs.
func (t *table) buildLong(lens []uint8, width uint, entries []uint32) {
	mask := uint16(1)<<width - 1
	clear(t.sub[:1<<width])
	for sym, n := range lens {
		if uint(n) > width {
			p := &t.sub[t.codes[sym]&mask]
			*p = max(*p, n-uint8(width))
		}
	}
	for sym, n := range lens {
		if uint(n) <= width {
			continue
		}
		head := &t.entries[t.codes[sym]&mask]
		more := t.sub[t.codes[sym]&mask]
		if *head>>16 == 0 {
			*head = uint32(len(t.entries))<<16 | isSpecial | uint32(more)<<8 | uint32(width)
			for range 1 << more {
				t.entries = append(t.entries, noCode|1)
			}
		}
		from := int(*head >> 16)
		for i := int(t.codes[sym] >> width); i < 1<<more; i += 1 << (uint(n) - width) {
			t.entries[from+i] = entries[sym] | uint32(n)
		}
	}
}

// fixedTables are those that need not be sent (RFC 1951, 3.2.6).
var fixedTables = sync.OnceValue(func() *[2]table {
	var lens [maxLit + maxDist]uint8
	for i := range lens {
		switch {
		case i < 144:
			lens[i] = 8
		case i < 256:
			lens[i] = 9
		case i < 280:
			lens[i] = 7
		case i < maxLit:
			lens[i] = 8
		default:
			lens[i] = 5
		}
	}
	var t [2]table
	if t[0].build(lens[:maxLit], litBits, litEntries[:]) != nil || t[1].build(lens[maxLit:], disBits, distEntries[:]) != nil {
		panic("the fixed codes of deflate fill the space")
	}
	return &t
})

// preOrder is the order in which the lengths of length codes are sent.
var preOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// readTables reads the code lengths at the start of a block (RFC 1951, 3.2.7).
func (s *Stream) readTables() error {
	s.refill()
	lits, dists, pres := int(s.take(5))+257, int(s.take(5))+1, int(s.take(4))+4
	if lits > 286 || dists > 30 {
		return ErrCorrupt
	}
	var pre [19]uint8
	for _, sym := range preOrder[:pres] {
		if s.refill(); s.n < 3 || s.n > 64 {
			return ErrShort
		}
		pre[sym] = uint8(s.take(3))
	}
	if err := s.lit.build(pre[:], preBits, preEntries[:]); err != nil {
		return err
	}
	if err := s.readLengths(lits + dists); err != nil {
		return err
	}
	if err := s.dist.build(s.lens[lits:lits+dists], disBits, distEntries[:]); err != nil {
		return err
	}
	return s.lit.build(s.lens[:lits], litBits, litEntries[:])
}

// readLengths reads code lengths into lens: 16 repeats the one before, 17 and
// 18 repeat 0.
func (s *Stream) readLengths(total int) error {
	for i := 0; i < total; {
		s.refill()
		e := s.lit.entries[s.bits&(1<<preBits-1)]
		if e&isSpecial != 0 {
			return ErrCorrupt
		}
		s.drop(uint64(e & 0xff))
		n, repeat := uint8(e>>16), 1
		switch e >> 16 {
		case 16:
			if i == 0 {
				return ErrCorrupt
			}
			n, repeat = s.lens[i-1], 3+int(s.take(2))
		case 17:
			n, repeat = 0, 3+int(s.take(3))
		case 18:
			n, repeat = 0, 11+int(s.take(7))
		}
		if s.n > 64 {
			return ErrShort
		}
		if repeat > total-i {
			return ErrCorrupt
		}
		for range repeat {
			s.lens[i] = n
			i++
		}
	}
	return nil
}
