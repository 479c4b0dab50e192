package heapdump

import (
	"fmt"

	"github.com/objgraph/objgraph/mem"
)

// decoder reads the fields of one record. The first error sticks: what is
// read after it is zero, and pos stays at the damage.
type decoder struct {
	data     []byte
	pos      int
	tag      Tag
	field    string // being read
	start    int    // of the record
	bound    uint64 // of the offsets in the record's field list
	names    *interner
	limit    limits
	depth    int       // of salvages within salvages
	salvaged bool      // an object was, or would have been but for the depth
	spare    **records // what it points at is read into when nobody looks; nil until needed
	err      *FormatError
}

// fail reports damage at offset off.
func (d *decoder) fail(off int, err error) {
	if d.err == nil {
		d.err = &FormatError{Offset: int64(off), Start: int64(d.start), Record: d.tag, Field: d.field, Err: err}
	}
}

// left is how many bytes remain.
func (d *decoder) left() uint64 { return uint64(len(d.data) - d.pos) }

// record reads the record at pos: its tag, then the slots of recs' record of that tag.
func (d *decoder) record(recs *records) Record {
	d.start, d.field, d.bound = d.pos, "tag", anyOffset
	tag := d.uint()
	if d.err != nil {
		return nil
	}
	if tag >= uint64(numTags) {
		d.fail(d.start, fmt.Errorf("unknown record tag %d", tag))
		return nil
	}
	d.tag = Tag(tag)
	r := &recs[tag]
	for _, s := range r.slots {
		if d.slot(s); d.err != nil {
			return nil
		}
	}
	return r.rec
}

func (d *decoder) slot(s slot) {
	d.field = s.name
	switch p := s.at.(type) {
	case *mem.Addr:
		*p = mem.Addr(d.uint())
	case *uint64:
		*p = d.uint()
	case *bool:
		*p = d.flag()
	case *string:
		*p = d.names.get(d.bytes())
	case *[]byte:
		*p = d.bytes()
		d.boundBy(*p)
	case contents:
		*p.size, *p.bytes = d.contents()
		d.bound = *p.size
	case *Fields:
		*p = d.fields()
	case *[256]uint64:
		for i := range p {
			p[i] = d.uint()
		}
	case *[]StackLine:
		*p = d.stack((*p)[:0])
	}
}

// boundBy says that the offsets of the field list to come lie within b. Not
// so for frames: a function at its entry has no frame yet, while its pointer
// map tells of one, and the runtime subtracts without a look.
func (d *decoder) boundBy(b []byte) {
	if d.tag != TagFrame {
		d.bound = uint64(len(b))
	}
}

func (d *decoder) uint() uint64 {
	v, n := uvarint(d.data[d.pos:])
	if n <= 0 {
		d.fail(d.pos, varintError(n))
		return 0
	}
	if d.err == nil {
		d.pos += n
	}
	return v
}

func (d *decoder) flag() bool {
	at := d.pos
	v := d.uint()
	if v > 1 {
		d.fail(at, fmt.Errorf("flag is %d, want 0 or 1", v))
	}
	return v == 1
}

// count reads how many elements of at least min bytes follow.
func (d *decoder) count(min uint64) uint64 {
	at := d.pos
	n := d.uint()
	if d.err == nil && n > d.left()/min {
		d.fail(at, fmt.Errorf("%w: length %d, %d bytes remain", ErrTruncated, n, d.left()))
		return 0
	}
	return n
}

func (d *decoder) bytes() []byte { return d.take(d.count(1)) }

// take cuts off the next n bytes, which must be there.
func (d *decoder) take(n uint64) []byte {
	if d.err != nil {
		return nil
	}
	end := d.pos + int(n)
	b := d.data[d.pos:end:end]
	d.pos = end
	return b
}

func (d *decoder) fields() Fields {
	if end := fieldsEnd(d.data[d.pos:], d.bound); end >= 0 {
		list := d.take(uint64(end))
		d.pos++
		return Fields(list)
	}
	d.blameField()
	return nil
}

// blameField reads a damaged list pair by pair to say what is wrong with it.
func (d *decoder) blameField() {
	for d.err == nil {
		at := d.pos
		if kind := d.uint(); d.err == nil && (kind == 0 || kind > uint64(FieldEface)) {
			d.fail(at, fmt.Errorf("field kind is %d, want 1 to 3", kind))
			return
		}
		at = d.pos
		if off := d.uint(); d.err == nil && off >= d.bound {
			d.fail(at, fmt.Errorf("field at %d of %d bytes of contents", off, d.bound))
		}
	}
}

func (d *decoder) stack(lines []StackLine) []StackLine {
	const least = 3 // bytes of a line: two empty strings and a number
	for n := d.count(least); n > 0 && d.err == nil; n-- {
		lines = append(lines, StackLine{d.names.get(d.bytes()), d.names.get(d.bytes()), d.uint()})
	}
	return lines
}

// interner keeps one string for equal names: a thousand goroutines have few functions.
type interner map[string]string

func (in *interner) get(b []byte) string {
	if s, ok := (*in)[string(b)]; ok {
		return s
	}
	if *in == nil {
		*in = make(interner)
	}
	s := string(b)
	(*in)[s] = s
	return s
}
