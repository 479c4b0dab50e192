package heapdump

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/objgraph/objgraph/mem"
)

// windowBytes is how much of a dump a stream holds. Most records are far
// smaller; those that are not are passed over, see long.go.
const windowBytes = 1 << 20

// stream reads the records of a dump that is not in memory, one window after
// the other. What it says of a record is what Reader says; a record that does
// not fit into the window is known by its tag, address and size alone. One
// goroutine.
type stream struct {
	in    io.Reader
	file  *os.File // what in reads, if it is a plain file, in which places can be skipped
	size  int64    // bytes of the dump, -1: not known
	buf   []byte   // the window: buf[pos:end] is still to be read
	pos   int
	end   int
	base  int64 // offset of buf[0] in the dump
	ended error // why in gives no more, io.EOF at its end; nil before

	recs  records
	names interner
	limit limits
	start int64 // of the record that next returned last
	obj   seen  // if that was an object
	rec   Record
	bound uint64 // of the field list to come, in a long record
	field string // of a long record
	eof   bool
	err   error
	large func() (Tag, error) // reads a record that does not fit; nil: long
}

// seen is what a stream tells of an object. Valid until the next record.
type seen struct {
	addr     mem.Addr
	size     uint64
	fields   Fields // in a long record no more than the first pair
	pointers int
	head     []byte // first bytes of the contents
}

// maxNames bounds the names that are kept for records to share.
const maxNames = 1 << 14

// newStream reads a dump of size bytes (-1: not known) whose first window
// begins with the magic line.
func newStream(in io.Reader, size int64, window int) (*stream, error) {
	s := &stream{in: in, size: size, buf: make([]byte, max(window, sniffLen)), recs: newRecords(), limit: runtimeLimits()}
	s.more()
	if s.end == 0 && s.ended != io.EOF {
		return nil, s.ended
	}
	if err := checkMagic(s.buf[:min(s.end, sniffLen)]); err != nil {
		return nil, err
	}
	s.pos = len(Magic)
	return s, nil
}

// offset is where the next byte lies in the dump.
func (s *stream) offset() int64 { return s.base + int64(s.pos) }

// more moves what is left to the start of the window and fills it up. It
// reports whether there is more than before.
func (s *stream) more() bool {
	if s.ended != nil || s.pos == 0 && s.end == len(s.buf) {
		return false
	}
	copy(s.buf, s.buf[s.pos:s.end])
	s.base, s.end, s.pos = s.base+int64(s.pos), s.end-s.pos, 0
	had := s.end
	for s.end < len(s.buf) && s.ended == nil {
		var n int
		n, s.ended = s.in.Read(s.buf[s.end:])
		s.end += n
	}
	return s.end > had
}

// next reads a record: an object into s.obj, any other into s.rec, which is nil
// if the record did not fit. The error is io.EOF after the EOF record, else a
// *FormatError, which stays.
func (s *stream) next() (Tag, error) {
	for s.err == nil {
		if s.eof {
			s.err = s.finish()
			break
		}
		if s.object() {
			return TagObject, nil
		}
		if tag, done := s.short(); done {
			return tag, s.err
		}
		if s.more() {
			continue
		}
		if s.large != nil {
			return s.large()
		}
		return s.long()
	}
	return TagEOF, s.err
}

// object reads an object record that lies whole in the window, by hand: nearly
// all records are such.
func (s *stream) object() bool {
	data := s.buf[s.pos:s.end]
	if len(data) == 0 || data[0] != byte(TagObject) {
		return false
	}
	addr, n := uvarint(data[1:])
	if n <= 0 {
		return false
	}
	at := 1 + n
	size, n := uvarint(data[at:])
	at += n
	if n <= 0 || size >= s.limit.trust || size > uint64(len(data)-at) {
		return false
	}
	list := data[at+int(size):]
	end := fieldsEnd(list, size)
	if end < 0 {
		return false
	}
	s.start = s.offset()
	s.obj = seen{mem.Addr(addr), size, Fields(list[:end]), 0, data[at : at+int(size)]}
	if end > 0 {
		s.obj.pointers = s.obj.fields.Count()
	}
	s.pos += at + int(size) + end + 1
	return true
}

// short reads a record that lies whole in the window, or the damage that does.
// done is false if more of the dump is needed to tell.
func (s *stream) short() (tag Tag, done bool) {
	if len(s.names) > maxNames {
		s.names = nil
	}
	d := decoder{data: s.buf[s.pos:s.end], names: &s.names, limit: s.limit, depth: salvageDepth}
	rec := d.record(&s.recs)
	switch {
	case d.salvaged:
		return 0, false // long knows how
	case d.err != nil && errors.Is(d.err, ErrTruncated) && s.ended == nil:
		return 0, false
	case d.err != nil:
		d.err.Offset, d.err.Start = d.err.Offset+s.offset(), d.err.Start+s.offset()
		s.err = d.err
		return d.tag, true
	}
	s.start, s.rec = s.offset(), rec
	s.pos += d.pos
	s.eof = d.tag == TagEOF
	if o, ok := rec.(*Object); ok {
		s.obj = seen{o.Addr, o.Size, o.Fields, o.Fields.Count(), o.Contents}
	}
	return d.tag, true
}

// finish is the error after the EOF record, see Reader.finish.
func (s *stream) finish() error {
	at, more := s.offset(), int64(0)
	if s.size >= 0 {
		more = s.size - at
	} else {
		for {
			more += int64(s.end - s.pos)
			if s.pos = s.end; !s.more() {
				break
			}
		}
	}
	if more > 0 {
		return &FormatError{
			Offset: at, Start: s.start, Record: TagEOF, Field: "tag",
			Err: fmt.Errorf("%d bytes follow the end record", more),
		}
	}
	return io.EOF
}
