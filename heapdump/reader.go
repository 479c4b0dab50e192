package heapdump

import (
	"fmt"
	"io"

	"github.com/objgraph/objgraph/mem"
)

// Reader reads the records of a dump one after the other. It keeps one record
// of each kind and fills it again and again, so reading allocates nothing but
// names that are new. Not safe for concurrent use; make one Reader each.
type Reader struct {
	data  []byte
	recs  records
	spare *records // for records that are read only to see whether they are some; nil until needed
	obj   *Object  // the one in recs
	names interner
	limit limits
	start int // of the record that Next returned last
	end   int // one past it
	eof   bool
	err   error
}

// records holds a record of each tag with pointers to its fields.
type records [numTags]struct {
	rec   Record
	slots []slot
}

func newRecords() (rs records) {
	for tag, row := range table {
		rec := row.empty()
		rs[tag].rec, rs[tag].slots = rec, rec.slots()
	}
	return rs
}

// NewReader starts at the first record of data, a whole dump uncompressed.
// The error, a *FormatError, says what data is if it is no heap dump.
func NewReader(data []byte) (*Reader, error) {
	if err := checkMagic(data); err != nil {
		return nil, err
	}
	r := &Reader{data: data, recs: newRecords(), limit: runtimeLimits(), start: len(Magic), end: len(Magic)}
	r.obj = r.recs[TagObject].rec.(*Object)
	return r, nil
}

// Next returns the next record, which is the Reader's own: it and its
// Contents and Fields (which are slices of the data) are valid until the next
// call. After the *EOF record it returns io.EOF. Any other error is a
// *FormatError and stays.
func (r *Reader) Next() (Record, error) {
	if r.err != nil {
		return nil, r.err
	}
	if r.object() {
		return r.obj, nil
	}
	return r.slow()
}

// slow reads a record that object does not take.
func (r *Reader) slow() (Record, error) {
	if r.eof {
		r.err = r.finish()
		return nil, r.err
	}
	d := decoder{data: r.data, pos: r.end, names: &r.names, limit: r.limit, spare: &r.spare}
	rec := d.record(&r.recs)
	if d.err != nil {
		r.err = d.err
		return nil, r.err
	}
	r.start, r.end, r.eof = d.start, d.pos, d.tag == TagEOF
	return rec, nil
}

// finish is the error after the EOF record. Bytes behind it are damage: a
// hole of zeros in the file reads as an EOF record, and so does the end of a
// dump written over a longer one.
func (r *Reader) finish() error {
	if more := len(r.data) - r.end; more > 0 {
		return &FormatError{
			Offset: int64(r.end), Start: int64(r.start), Record: TagEOF, Field: "tag",
			Err: fmt.Errorf("%d bytes follow the end record", more),
		}
	}
	return io.EOF
}

// Offset is where the record that Next returned last starts in the data.
func (r *Reader) Offset() int64 { return int64(r.start) }

// End is one past the end of the record that Next returned last.
func (r *Reader) End() int64 { return int64(r.end) }

// SeekTo makes off, the start of a record as Offset told it, the next place to
// read and clears the error. Anything below the first record is the first record.
func (r *Reader) SeekTo(off int64) {
	off = min(max(off, int64(len(Magic))), int64(len(r.data)))
	r.start, r.end, r.eof, r.err = int(off), int(off), false, nil
}

// object reads an object record by hand: nearly all records are objects. It
// takes well-formed ones and leaves the rest, and what to say of it, to slow.
func (r *Reader) object() bool {
	data := r.data[r.end:]
	if len(data) == 0 || data[0] != byte(TagObject) || r.eof {
		return false
	}
	data = data[1:]
	addr, n := uvarint(data)
	if n <= 0 {
		return false
	}
	data = data[n:]
	size, n := uvarint(data)
	if n <= 0 || size >= r.limit.trust || size > uint64(len(data)-n) {
		return false
	}
	body, list := data[n:n+int(size):n+int(size)], data[n+int(size):]
	end := fieldsEnd(list, size)
	if end < 0 {
		return false
	}
	o := r.obj
	o.Addr, o.Size, o.Contents, o.Fields = mem.Addr(addr), size, body, Fields(list[:end:end])
	r.start = r.end
	r.end = len(r.data) - len(list) + end + 1
	return true
}
