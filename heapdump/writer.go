package heapdump

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/objgraph/objgraph/mem"
)

// Writer writes records in the runtime's encoding: what a Reader read comes
// out byte for byte. It buffers; the *EOF record, or Flush, empties the buffer.
type Writer struct {
	w   io.Writer
	buf []byte
	err error
}

const writerBuffer = 64 << 10

// NewWriter begins a dump with the magic line.
func NewWriter(w io.Writer) *Writer {
	return &Writer{w: w, buf: append(make([]byte, 0, writerBuffer), Magic...)}
}

// Write writes one record. The first error, of the underlying writer or of a
// record that no dump can hold (such as a malformed Fields), sticks.
func (w *Writer) Write(rec Record) error {
	if o, ok := rec.(*Object); ok {
		w.object(o)
		return w.err
	}
	s, ok := rec.(slotted)
	if !ok {
		return w.fail(fmt.Errorf("%w: cannot write a record of type %T", ErrFormat, rec))
	}
	w.uint(uint64(rec.Tag()))
	bound := anyOffset
	for _, slot := range s.slots() {
		if b, ok := slot.at.(*[]byte); ok && rec.Tag() != TagFrame {
			bound = uint64(len(*b))
		}
		w.slot(slot, bound)
	}
	if rec.Tag() == TagEOF {
		return w.Flush()
	}
	return w.err
}

// Flush hands everything written to the underlying writer.
func (w *Writer) Flush() error {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.w.Write(w.buf)
		w.buf = w.buf[:0]
	}
	return w.err
}

func (w *Writer) fail(err error) error {
	if w.err == nil {
		w.err = err
	}
	return w.err
}

func (w *Writer) object(o *Object) {
	w.uint(uint64(TagObject))
	w.uint(uint64(o.Addr))
	size := max(o.Size, uint64(len(o.Contents)))
	w.uint(size)
	w.raw(o.Contents)
	w.fields(o.Fields, size)
}

func (w *Writer) slot(s slot, bound uint64) {
	switch p := s.at.(type) {
	case *mem.Addr:
		w.uint(uint64(*p))
	case *uint64:
		w.uint(*p)
	case *bool:
		w.flag(*p)
	case *string:
		w.string(*p)
	case *[]byte:
		w.uint(uint64(len(*p)))
		w.raw(*p)
	case *Fields:
		w.fields(*p, bound)
	case *[256]uint64:
		for _, v := range p {
			w.uint(v)
		}
	case *[]StackLine:
		w.stack(*p)
	}
}

func (w *Writer) uint(v uint64) { w.buf = binary.AppendUvarint(w.buf, v) }

func (w *Writer) flag(v bool) {
	b := byte(0)
	if v {
		b = 1
	}
	w.buf = append(w.buf, b)
}

func (w *Writer) string(s string) {
	w.uint(uint64(len(s)))
	w.raw([]byte(s))
}

// raw writes bytes, past the buffer if they are many.
func (w *Writer) raw(b []byte) {
	if len(w.buf)+len(b) <= writerBuffer {
		w.buf = append(w.buf, b...)
		return
	}
	if w.Flush() == nil {
		_, w.err = w.w.Write(b)
	}
}

func (w *Writer) fields(f Fields, bound uint64) {
	if !f.valid(bound) {
		w.fail(fmt.Errorf("%w: malformed field list % x", ErrFormat, f[:min(len(f), 32)]))
		return
	}
	w.raw(f)
	w.buf = append(w.buf, 0)
}

func (w *Writer) stack(lines []StackLine) {
	w.uint(uint64(len(lines)))
	for _, l := range lines {
		w.string(l.Func)
		w.string(l.File)
		w.uint(l.Line)
	}
}
