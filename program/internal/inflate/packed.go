package inflate

import "encoding/binary"

// packed unpacks the symbols of a block with the tables of its two alphabets. Its state is in local variables, as
// this is where all the time goes.
func (s *Stream) packed(lits, dists []uint32) error {
	src, dst, limit := s.src, s.dst, s.limit
	in, bits, n, out := s.in, s.bits, s.n, s.out
	defer func() { s.in, s.bits, s.n, s.out = in, bits, n, out }()
	lit, dist := (*[1 << litBits]uint32)(lits), (*[1 << disBits]uint32)(dists)
	for {
		if n > 64 {
			return ErrShort
		}
		if in+8 <= len(src) {
			bits |= binary.LittleEndian.Uint64(src[in:]) << (n & 63)
			in += int((63 - n) >> 3)
			n |= 56
		} else {
			for n <= 56 && in < len(src) {
				bits |= uint64(src[in]) << (n & 63)
				in++
				n += 8
			}
		}
		if out > limit {
			return ErrLong
		}
		e := lit[bits&(1<<litBits-1)]
		if e&isLiteral != 0 { // a second and a third need no more bits
			bits >>= e & 63
			n -= uint64(e & 0xff)
			dst[out] = byte(e >> 16)
			out++
			if e = lit[bits&(1<<litBits-1)]; e&isLiteral != 0 {
				bits >>= e & 63
				n -= uint64(e & 0xff)
				dst[out] = byte(e >> 16)
				out++
				if e = lit[bits&(1<<litBits-1)]; e&isLiteral != 0 {
					bits >>= e & 63
					n -= uint64(e & 0xff)
					dst[out] = byte(e >> 16)
					out++
				}
			}
			continue
		}
		if e&isSpecial != 0 {
			if e&^0xff == endBlock {
				bits >>= e & 63
				n -= uint64(e & 0xff)
				if n > 64 {
					return ErrShort
				}
				return nil
			}
			if e>>16 == 0 {
				return ErrCorrupt
			}
			e = lits[e>>16+uint32(bits>>litBits)&(1<<(e>>8&63)-1)]
			if e&isSpecial != 0 && e&^0xff != endBlock {
				return ErrCorrupt
			}
			bits >>= e & 63
			n -= uint64(e & 0xff)
			if e&isLiteral != 0 {
				dst[out] = byte(e >> 16)
				out++
				continue
			}
			if e&isSpecial != 0 {
				if n > 64 {
					return ErrShort
				}
				return nil
			}
		} else {
			bits >>= e & 63
			n -= uint64(e & 0xff)
		}
		x := e >> 8 & 63
		length := int(e>>16 + uint32(bits)&(1<<x-1))
		bits >>= x
		n -= uint64(x)
		e = dist[bits&(1<<disBits-1)]
		if e&isSpecial != 0 {
			if e>>16 == 0 {
				return ErrCorrupt
			}
			if e = dists[e>>16+uint32(bits>>disBits)&(1<<(e>>8&63)-1)]; e&isSpecial != 0 {
				return ErrCorrupt
			}
		}
		bits >>= e & 63
		n -= uint64(e & 0xff)
		x = e >> 8 & 63
		distance := int(e>>16 + uint32(bits)&(1<<x-1))
		bits >>= x
		n -= uint64(x)
		if distance > out {
			return ErrCorrupt
		}
		if length > limit-out {
			return ErrLong
		}
		repeat(dst, out, distance, length)
		out += length
	}
}

// repeat copies what stands distance before out to out, where it may run into
// itself. Up to 7 bytes more are written.
func repeat(dst []byte, out, distance, length int) {
	from := out - distance
	switch {
	case distance >= length:
		if length > 32 {
			copy(dst[out:out+length], dst[from:])
			return
		}
		fallthrough
	case distance >= 8:
		for k := 0; k < length; k += 8 {
			binary.LittleEndian.PutUint64(dst[out+k:], binary.LittleEndian.Uint64(dst[from+k:]))
		}
	default:
		for k := range length {
			dst[out+k] = dst[from+k]
		}
	}
}
