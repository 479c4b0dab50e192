package heapdump

import (
	"fmt"
	"io"

	"github.com/objgraph/objgraph/mem"
)

// Records that are larger than a stream's window: objects and segments of
// megabytes, and what a hostile file makes up. Their fields are passed over one
// by one; of the contents no more is read than their system gives unasked.

// long passes over the record at pos. Its error stays.
func (s *stream) long() (Tag, error) {
	tag := s.longTag()
	if s.err != nil {
		return tag, s.err
	}
	for _, sl := range s.recs[tag].slots {
		s.field = sl.name
		s.pass(tag, sl)
		if s.err != nil {
			return tag, s.blame(tag)
		}
	}
	return tag, nil
}

// longTag begins such a record.
func (s *stream) longTag() Tag {
	s.start, s.rec, s.obj, s.bound = s.offset(), nil, seen{}, anyOffset
	s.field = "tag"
	number := s.uint()
	if number >= uint64(numTags) {
		s.fail(TagEOF, s.start, fmt.Errorf("unknown record tag %d", number))
		return TagEOF
	}
	return Tag(number)
}

// blame gives the error its record.
func (s *stream) blame(tag Tag) error {
	if e, ok := s.err.(*FormatError); ok {
		e.Record = tag
	}
	return s.err
}

func (s *stream) fail(tag Tag, at int64, err error) {
	if s.err == nil {
		s.err = &FormatError{Offset: at, Start: s.start, Record: tag, Field: s.field, Err: err}
	}
}

// pass reads one field of a record. The first address and the length of the
// contents are kept in s.obj, whatever the record.
func (s *stream) pass(tag Tag, sl slot) {
	switch sl.at.(type) {
	case *mem.Addr:
		if v := s.uint(); sl.name == "addr" {
			s.obj.addr = mem.Addr(v)
		}
	case *uint64:
		s.uint()
	case *bool:
		at := s.offset()
		if v := s.uint(); v > 1 {
			s.fail(tag, at, fmt.Errorf("flag is %d, want 0 or 1", v))
		}
	case *string:
		s.skip(s.offset(), s.count(1))
	case *[]byte:
		at := s.offset()
		if s.obj.size = s.count(1); tag != TagFrame {
			s.bound = s.obj.size
		}
		s.skip(at, s.obj.size)
	case contents:
		s.contents()
	case *Fields:
		s.fields(tag)
	case *[256]uint64:
		for range 256 {
			s.uint()
		}
	case *[]StackLine:
		const least = 3 // bytes of a line, see decoder.stack
		for n := s.count(least); n > 0 && s.err == nil; n-- {
			s.skip(s.offset(), s.count(1))
			s.skip(s.offset(), s.count(1))
			s.uint()
		}
	}
}

// uint reads a number.
func (s *stream) uint() uint64 {
	const longest = 10
	if s.err != nil {
		return 0
	}
	if s.end-s.pos < longest {
		s.more()
	}
	v, n := uvarint(s.buf[s.pos:s.end])
	if n <= 0 {
		s.fail(TagEOF, s.offset(), varintError(n))
		return 0
	}
	s.pos += n
	return v
}

// count reads how many elements of at least min bytes follow.
func (s *stream) count(min uint64) uint64 {
	at := s.offset()
	n := s.uint()
	s.want(at, n, min)
	if s.err != nil {
		return 0
	}
	return n
}

// want fails if fewer than n times min bytes remain, where that is known.
func (s *stream) want(at int64, n, min uint64) {
	if left := uint64(max(0, s.size-s.offset())); s.size >= 0 && n > left/min {
		s.fail(TagEOF, at, fmt.Errorf("%w: length %d, %d bytes remain", ErrTruncated, n, left))
	}
}

// skip passes over n bytes, whose length stands at offset at.
func (s *stream) skip(at int64, n uint64) {
	if s.err != nil {
		return
	}
	if here := uint64(s.end - s.pos); n <= here {
		s.pos += int(n)
		return
	}
	if s.file != nil {
		s.seek(s.offset() + int64(n))
		return
	}
	for left := n; left > 0; {
		step := min(left, uint64(s.end-s.pos))
		s.pos += int(step)
		if left -= step; left > 0 && !s.more() {
			s.fail(TagEOF, at, fmt.Errorf("%w: length %d, %d bytes are missing", ErrTruncated, n, left))
			return
		}
	}
}

// seek goes on reading at an offset of a plain file.
func (s *stream) seek(to int64) {
	if _, err := s.file.Seek(to, io.SeekStart); err != nil {
		s.fail(TagEOF, s.offset(), err)
		return
	}
	s.base, s.pos, s.end, s.ended = to, 0, 0, nil
}

// contents passes over an object's bytes.
func (s *stream) contents() {
	at := s.offset()
	s.skip(at, s.present())
}

// present reads an object's length, and tells how many bytes there are of it.
func (s *stream) present() uint64 {
	at := s.offset()
	size := s.uint()
	s.obj.size, s.bound = size, size
	if size >= s.limit.trust {
		return s.salvage(at, size)
	}
	s.want(at, size, 1)
	return size
}

const errShortStream = formatText("the runtime writes objects of 2 GiB and more short, and where the records go on is found in plain files only; unpack the dump")

// salvage finds the end of an object that the runtime wrote short. That takes
// a look at many places of the file, so it is mapped, for as long as it takes.
func (s *stream) salvage(at int64, size uint64) uint64 {
	if s.err != nil {
		return 0
	}
	if s.file == nil || s.size != int64(int(s.size)) {
		s.fail(TagObject, at, errShortStream)
		return 0
	}
	data, err := mapFile(s.file, int(s.size))
	if err != nil {
		s.fail(TagObject, at, errShortStream)
		return 0
	}
	defer unmapFile(data)
	var spare *records
	d := decoder{data: data, pos: int(s.offset()), tag: TagObject, field: s.field, start: int(s.start),
		names: new(interner), limit: s.limit, spare: &spare}
	b := d.salvage(int(at), size)
	if d.err != nil {
		s.err = d.err
		return 0
	}
	return uint64(len(b))
}

// fields passes over a field list and keeps its first pair.
func (s *stream) fields(tag Tag) {
	for {
		kind, off := s.pair(tag)
		if kind == 0 {
			return
		}
		if s.obj.pointers++; s.obj.pointers == 1 {
			s.obj.fields = AppendField(nil, kind, off)
		}
	}
}

// pair reads one pair of a field list, of kind 0 at its end and at damage.
func (s *stream) pair(tag Tag) (FieldKind, uint64) {
	at := s.offset()
	kind := s.uint()
	if s.err != nil || kind == 0 {
		return 0, 0
	}
	if kind > uint64(FieldEface) {
		s.fail(tag, at, fmt.Errorf("field kind is %d, want 1 to 3", kind))
		return 0, 0
	}
	at = s.offset()
	off := s.uint()
	if s.err == nil && off >= s.bound {
		s.fail(tag, at, fmt.Errorf("field at %d of %d bytes of contents", off, s.bound))
	}
	if s.err != nil {
		return 0, 0
	}
	return FieldKind(kind), off
}
