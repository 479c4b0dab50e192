package heapdump

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/objgraph/objgraph/mem"
)

// Redaction takes the contents out of a dump and leaves what a reader of types
// and references needs. Every aligned word of objects, frames and segments
// becomes zero unless there is a reason to keep it:
//
//	pointer  a field list names the word
//	address  it lies in the heap's range, and stacks' with it, in an object with pointers, a frame or a segment
//	header   the allocator's, before objects of 513 bytes to 32 KiB with pointers
//	type     a descriptor or itab, where an interface or a channel has one
//	code     where functions begin, as the first word of an object or anywhere in a frame
//	length   an integer behind a pointer, no more than the bytes from there to the heap's end, and a
//	         capacity behind that; in frames any of at most 32,768, as the words of a slice lie apart
//	count    of a map's or channel's entries
//	flag     a 1 before a pointer in an object
//
// Objects without pointers lose all bytes unless they look like channels or
// closures. What is not in words, and descriptions of other roots, go as well.
// Names of functions, types and source files stay: they are the program's.
//
// It is one pass: of a dump through a pipe nothing is known before it comes.
// What decides comes first: the heap's range with the params, itabs and types
// before objects. Types that are shown tell where all lie, which is widened, and
// code lies below them. Segments and stacks come too late and are not asked for.

// Reason says why a word stays.
type Reason uint8

// The reasons, as above.
const (
	Zeroed Reason = iota
	KeptPointer
	KeptAddress
	KeptHeader
	KeptType
	KeptCode
	KeptLength
	KeptCount
	KeptFlag
	numReasons
)

var reasonNames = [numReasons]string{"zeroed", "pointer", "address", "header", "type", "code", "length", "count", "flag"}

// String is the reason's word in reports.
func (r Reason) String() string {
	if r < numReasons {
		return reasonNames[r]
	}
	return "unknown"
}

// Reasons lists the reasons for which words stay.
func Reasons() (out []Reason) {
	for r := KeptPointer; r < numReasons; r++ {
		out = append(out, r)
	}
	return out
}

// Redaction is what became of a dump.
type Redaction struct {
	Bytes   int64             // of the dump
	Objects int               // records of objects, span tails included
	Words   [numReasons]int64 // by Reason: words that stay; of Zeroed those that were not zero
	Whole   int64             // records that did not fit into memory and were judged by their words alone
}

// Knowledge is what another reader of the same dump found out. Its methods are
// called from one goroutine.
type Knowledge interface {
	// IsCode reports whether a function begins there.
	IsCode(mem.Addr) bool
	// IsType reports whether a type descriptor or an itab lies there.
	IsType(mem.Addr) bool
	// Room is how many bytes there are from an address to the end of the object,
	// segment or frame that it points into, 0 if it points into none.
	Room(mem.Addr) uint64
	// Object marks the words of an object that stay besides pointers. It returns
	// false for one of which it knows no better than the words themselves.
	Object(addr mem.Addr, contents []byte, keep *Kept) bool
	// Memory marks such words of a segment or frame.
	Memory(addr mem.Addr, contents []byte, keep *Kept) bool
}

// RedactOptions says how a dump is redacted. The zero value goes by the dump alone.
type RedactOptions struct {
	Knows    Knowledge // nil for none
	Progress mem.Progress
}

// redactWindow is how large a record may be of which all is seen before any of
// it is written.
const redactWindow = 16 << 20

// Redact reads the dump at path ("-": standard input; plain or packed) once and
// writes it without contents, unpacked. It holds two windows of 16 MiB, whatever the
// size of the dump. The error of a damaged dump is a *FormatError; what comes
// before the damage was written.
func Redact(ctx context.Context, path string, out io.Writer, o RedactOptions) (*Redaction, error) {
	src, err := openSource(path)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	s, err := newStream(src.in, src.size, redactWindow)
	if err != nil {
		return nil, named(path, src.broken(err))
	}
	s.file = src.file
	r := newRedactor(s, out, o)
	err = r.run(ctx, func() { o.Progress.Tell(mem.StageCount, src.read(s.offset()), max(0, src.fileBytes)) })
	if err != nil && s.ended != nil && s.ended != io.EOF {
		err = src.broken(s.ended)
	}
	if err != nil && ctx.Err() == nil {
		err = named(path, err)
	}
	return &r.Redaction, err
}

// redactor is a redaction under way.
type redactor struct {
	Redaction
	*stream
	out   io.Writer
	werr  error
	knows Knowledge
	rules words
	kept  Kept
	piece []byte // of a long record's contents
}

// pieceBytes is how much of a long record is looked at together.
const pieceBytes = 1 << 20

func newRedactor(s *stream, out io.Writer, o RedactOptions) *redactor {
	r := &redactor{stream: s, out: out, knows: o.Knows}
	r.rules.knows = o.Knows
	r.rules.itabs = map[mem.Addr]bool{}
	s.large = r.longRecord
	return r
}

// run copies record by record. tell is called once a window.
func (r *redactor) run(ctx context.Context, tell func()) error {
	r.write([]byte(Magic))
	for told := int64(-1); ; {
		if r.base != told {
			told = r.base
			if err := ctx.Err(); err != nil {
				return err
			}
			tell()
		}
		tag, err := r.next()
		if err == io.EOF {
			r.Bytes = r.offset()
			return nil
		}
		if r.werr != nil {
			return r.werr
		}
		if err != nil {
			return err
		}
		if tag == TagObject {
			r.Objects++
		}
		if err := r.record(tag); err != nil {
			return err
		}
	}
}

func (r *redactor) write(b []byte) {
	if r.werr == nil {
		_, r.werr = r.out.Write(b)
	}
}

// record redacts one that lies in the window, where it stands, and writes it.
func (r *redactor) record(tag Tag) error {
	if r.start < r.base {
		return r.werr // a long one, which is written
	}
	raw := r.buf[r.start-r.base : r.pos]
	if tag == TagObject {
		r.rules.object(&r.obj, &r.kept)
		r.apply(r.obj.head)
		r.write(raw)
		return r.werr
	}
	switch rec := r.rec.(type) {
	case *Params:
		if err := r.rules.setUp(rec); err != nil {
			return &FormatError{Offset: r.start, Start: r.start, Record: tag, Field: "ptrSize", Err: err}
		}
	case *Type:
		r.rules.addType(rec.Addr)
	case *Itab:
		r.rules.itabs[rec.Addr] = true
	case *Frame:
		r.rules.memory(inFrame, rec.SP, rec.Contents, rec.Fields, &r.kept)
		r.apply(rec.Contents)
	case *Segment:
		r.rules.memory(inSegment, rec.Addr, rec.Contents, rec.Fields, &r.kept)
		r.apply(rec.Contents)
	case *OtherRoot:
		raw = binary.AppendUvarint([]byte{byte(tag), 0}, uint64(rec.To)) // without its description
	}
	r.write(raw)
	return r.werr
}

// apply zeroes what is not to stay of b.
func (r *redactor) apply(b []byte) { r.kept.apply(b, &r.Redaction) }

const errLongRecord = formatText("a record of this kind with more than 16 MiB")

// longRecord redacts a record that does not fit into the window: its field list
// comes when its contents are gone, so these are judged by their words alone.
func (r *redactor) longRecord() (Tag, error) {
	tag := r.longTag()
	if r.err != nil {
		return tag, r.err
	}
	if tag != TagObject && tag != TagData && tag != TagBSS {
		r.fail(tag, r.start, errLongRecord)
		return tag, r.err
	}
	r.Whole++
	r.field = "addr"
	addr := mem.Addr(r.uint())
	r.field = "contents"
	n := uint64(0)
	if tag == TagObject {
		n = r.present()
	} else {
		n = r.count(1)
		r.obj.size, r.bound = n, n
	}
	head := binary.AppendUvarint([]byte{byte(tag)}, uint64(addr))
	r.write(binary.AppendUvarint(head, r.obj.size))
	r.longContents(addr, n)
	r.field = "fields"
	for {
		kind, off := r.pair(tag)
		if kind == 0 {
			break
		}
		r.write(AppendField(nil, kind, off))
	}
	r.write([]byte{0})
	return tag, r.blame(tag)
}

// around is how many words before and behind one may decide about it.
const around = 4

// longContents copies n bytes of contents, in pieces that overlap by as many
// words as decide about each other.
func (r *redactor) longContents(addr mem.Addr, n uint64) {
	overlap := around * r.rules.arch.PtrSize
	if r.piece == nil {
		r.piece = make([]byte, 0, pieceBytes)
	}
	piece := r.piece[:0]
	from := 0 // in piece: written
	for left := n; r.err == nil && r.werr == nil; {
		room := min(left, uint64(cap(piece)-len(piece)))
		if r.end == r.pos && room > 0 && !r.more() {
			r.fail(TagEOF, r.offset(), fmt.Errorf("%w: length %d, %d bytes are missing", ErrTruncated, n, left))
			return
		}
		room = min(room, uint64(r.end-r.pos))
		piece = append(piece, r.buf[r.pos:r.pos+int(room)]...)
		r.pos += int(room)
		left -= room
		if left > 0 && len(piece) < cap(piece) {
			continue
		}
		keep := min(2*overlap, len(piece))
		last := append([]byte{}, piece[len(piece)-keep:]...)
		r.rules.loose(addr, piece, &r.kept)
		r.apply(piece)
		if left == 0 {
			r.write(piece[from:])
			return
		}
		r.write(piece[from : len(piece)-overlap])
		addr += mem.Addr(len(piece) - keep)
		from = keep - overlap
		piece = append(piece[:0], last...)
	}
}
