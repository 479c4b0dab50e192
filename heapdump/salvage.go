package heapdump

import "fmt"

// The runtime writes an object's bytes with one call, and loses the upper
// half of the length on the way (runtime/heapdump.go, Go 1.7 to 1.27):
//
//	func dwrite(data unsafe.Pointer, len uintptr) {
//		…
//		write(dumpfd, data, int32(len))   // result not looked at
//
// The length that stands before the bytes is the full one. So the records of
// such a dump go on earlier than the object claims.

// limits are the lengths at which writes go wrong; tests set small ones.
type limits struct {
	trust uint64 // lengths below this are always written in full
	wrap  uint64 // lengths are taken modulo this
	write uint64 // bytes that one system call writes at most
}

// runtimeLimits are those of Linux (MAX_RW_COUNT: 2 GiB less a page).
func runtimeLimits() limits {
	return limits{trust: 1 << 31, wrap: 1 << 32, write: 0x7ffff000}
}

const (
	salvageChain = 64 // records that must follow well-formed for a place to be believed
	salvageDepth = 3  // big objects one behind the other that are looked behind; the next is believed
)

const errShortWrite = formatText("the runtime writes objects of 2 GiB and more short, and no place was found where the records go on")

// contents reads an object's length and bytes: size as claimed, bytes as many
// as there are.
func (d *decoder) contents() (size uint64, b []byte) {
	at := d.pos
	size = d.uint()
	if d.err != nil {
		return 0, nil
	}
	if size >= d.limit.trust {
		return size, d.salvage(at, size)
	}
	if size > d.left() {
		d.fail(at, fmt.Errorf("%w: length %d, %d bytes remain", ErrTruncated, size, d.left()))
		return 0, nil
	}
	return size, d.take(size)
}

// salvage takes the bytes of an object that claims size. Each length that
// some system may have written is tried, and the first one behind which the
// records go on is believed.
func (d *decoder) salvage(at int, size uint64) []byte {
	d.salvaged = true
	if d.depth == salvageDepth {
		return nil
	}
	for _, n := range d.limit.lengths(size) {
		if n <= d.left() && d.chains(d.pos+int(n), size) {
			return d.take(n)
		}
	}
	d.fail(at, fmt.Errorf("%w (length %d, %d bytes remain)", errShortWrite, size, d.left()))
	return nil
}

// lengths are the possible numbers of bytes written of size: all, should a
// runtime mend this; what 32 bits hold, cut to a system call's maximum; none,
// where a negative length is refused.
func (l limits) lengths(size uint64) [3]uint64 {
	return [3]uint64{size, min(size%l.wrap, l.write), 0}
}

// chains reports whether pos is where an object's field list starts and
// records follow it: 64 of them, or fewer up to an EOF record that ends the
// data, or up to another big object, which has a chain of its own behind it.
func (d *decoder) chains(pos int, size uint64) bool {
	p := decoder{
		data: d.data, pos: pos, bound: size, names: new(interner),
		limit: d.limit, depth: d.depth + 1, spare: d.spare,
	}
	p.fields()
	for range salvageChain {
		p.record(p.spareRecords())
		switch {
		case p.salvaged && p.depth == salvageDepth:
			return true // whatever the decoder made of the rest of it
		case p.err != nil:
			return false
		case p.salvaged:
			return true
		case p.tag == TagEOF:
			return p.left() == 0
		}
	}
	return true
}

// spareRecords are records to read into that nobody sees.
func (d *decoder) spareRecords() *records {
	if *d.spare == nil {
		rs := newRecords()
		*d.spare = &rs
	}
	return *d.spare
}
