package heapdump

import (
	"encoding/binary"
	"io"

	"github.com/objgraph/objgraph/mem"
)

// ObjectScanner finds object records at the speed of the disk: it reads the
// dump through a window, decodes by hand, and keeps no contents. It takes
// well-formed object records that fit into its window; whatever else comes, a
// Reader is for. Used by one goroutine.
type ObjectScanner struct {
	Addr  mem.Addr
	Size  uint64 // bytes of the slot
	Start int64  // of the record that Next found last, in the dump
	End   int64  // one past it
	List  int    // bytes of its field list, without the end mark

	in    io.ReaderAt // nil if win is the whole dump
	size  int64       // bytes of the dump
	win   []byte      // window of the dump, what was read of it
	whole []byte      // memory of the window
	base  int64       // where in the dump the window starts
	pos   int         // in win: the next record
	trust uint64      // see limits

	// The size that was decoded last, and how it is encoded: as a rule the next is
	// the same.
	same               uint64
	sizeBits, sizeMask uint64 // its bytes, and which of 8 they are
	sizeLen            int    // how many; 0 before the first record
}

// WindowBytes is the size of a window: larger ones leave the cache.
const WindowBytes = 1 << 18

// NewObjectScanner scans data, a whole dump, through in if that is not nil:
// reading is a third of the price of touching a fresh mapping. window is the
// memory for that, WindowBytes.
func NewObjectScanner(data []byte, in io.ReaderAt, window []byte) *ObjectScanner {
	s := &ObjectScanner{size: int64(len(data)), trust: runtimeLimits().trust}
	if in == nil || len(data) <= len(window) {
		s.win = data
		return s
	}
	s.in, s.whole = in, window
	return s
}

// SeekTo makes off the next place to read, the start of a record.
func (s *ObjectScanner) SeekTo(off int64) {
	if i := off - s.base; i >= 0 && i <= int64(len(s.win)) {
		s.pos = int(i)
	} else {
		s.base, s.win, s.pos = off, s.win[:0], 0
	}
	s.End = off
}

// Next finds the next record; false if it is none that the scanner takes.
func (s *ObjectScanner) Next() bool {
	if s.next() {
		return true
	}
	return s.more() && s.next()
}

// more moves the window to the next record; false if that brings no more of it.
func (s *ObjectScanner) more() bool {
	if s.in == nil || s.pos == 0 && len(s.win) > 0 || s.base+int64(len(s.win)) == s.size && len(s.win) > 0 {
		return false
	}
	s.base += int64(s.pos)
	s.pos = 0
	n := min(int64(len(s.whole)), s.size-s.base)
	got, _ := s.in.ReadAt(s.whole[:n], s.base) // a file cut since shows as records that do not fit
	s.win = s.whole[:got]
	return got > 0
}

// next decodes the record at pos: tag, address, size, contents, fields. It leaves
// headers that are unusual, or near the end of the window, to header.
func (s *ObjectScanner) next() bool {
	b, i := s.win, s.pos
	addr, n, known := uint64(0), 0, false
	if i+headerRoom <= len(b) && b[i] == byte(TagObject) && s.sizeLen > 0 {
		x := binary.LittleEndian.Uint64(b[i+1:])
		if stop := ^x & 0x8080808080808080; stop != 0 {
			if addr, n = packed(x, stop); n > 0 {
				i += 1 + n
				known = binary.LittleEndian.Uint64(b[i:])&s.sizeMask == s.sizeBits
				i += s.sizeLen
			}
		}
	}
	size := s.same
	if !known {
		if addr, size, i = s.header(); i < 0 {
			return false
		}
	}
	if size >= s.trust || size >= uint64(len(b)-i) {
		return false
	}
	i += int(size)
	end := 0
	if b[i] != 0 {
		if end = fieldsEnd(b[i:], size); end < 0 {
			return false
		}
	}
	s.Addr, s.Size, s.List = mem.Addr(addr), size, end
	s.Start = s.base + int64(s.pos)
	s.pos = i + end + 1
	s.End = s.base + int64(s.pos)
	return true
}

// headerRoom is more than tag, address and size take.
const headerRoom = 32

// header decodes tag, address and size of the record at pos, whatever they are, and
// where its contents begin, negative if they do not.
func (s *ObjectScanner) header() (addr, size uint64, contents int) {
	b, i := s.win, s.pos
	if i >= len(b) || b[i] != byte(TagObject) {
		return 0, 0, -1
	}
	addr, n := uvarint(b[i+1:])
	if n <= 0 {
		return 0, 0, -1
	}
	i += 1 + n
	size, n = uvarint(b[i:])
	if n <= 0 {
		return 0, 0, -1
	}
	if n < 8 && i+8 <= len(b) {
		s.same, s.sizeLen, s.sizeMask = size, n, 1<<(8*n)-1
		s.sizeBits = binary.LittleEndian.Uint64(b[i:]) & s.sizeMask
	}
	return addr, size, i + n
}

// Sync finds a place from off on, and before limit, from which 64 object
// records follow each other, as they would from the start of one. Records of more
// than half a window are passed over. Bytes that lie in an object can look so, which
// shows when the records before end elsewhere. ok is false if there is no such place.
func (s *ObjectScanner) Sync(off, limit int64) (at int64, ok bool) {
	for at = off; at < limit; at++ {
		if s.begins(at) && s.chain(at) {
			return at, true
		}
	}
	return 0, false
}

// begins reports whether an object's tag stands at a place.
func (s *ObjectScanner) begins(at int64) bool {
	s.SeekTo(at)
	if s.pos >= len(s.win) && !s.more() {
		return false
	}
	return s.win[s.pos] == byte(TagObject)
}

// chain reports whether records follow each other from a place on, of slots as
// the runtime has them and not far from each other. A field list can end in
// what looks like a record of a byte or two.
func (s *ObjectScanner) chain(at int64) bool {
	s.SeekTo(at)
	last := mem.Addr(0)
	for i := range salvageChain {
		if !s.nextNear() || s.Size < 8 || s.Addr%8 != 0 {
			return false
		}
		if i > 0 && s.Addr-last+maxStray > 2*maxStray {
			return false
		}
		last = s.Addr
	}
	return true
}

// nextNear is Next for what may be no record: the window moves by half of it at
// least, not for each byte that looks like a tag.
func (s *ObjectScanner) nextNear() bool {
	if s.next() {
		return true
	}
	return s.pos > len(s.win)/2 && s.more() && s.next()
}

// maxStray is how far from the one before a span may lie.
const maxStray = 1 << 40
