package heapdump

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"github.com/objgraph/objgraph/mem"
)

// The text form of a dump: its first line, then one line a record, the fields
// as name=value in file order. Long values go on in lines that begin with a tab.
//
//	go1.7 heap dump
//	params bigEndian=0 ptrSize=8 heapStart=0xc000000000 heapEnd=0xc000400000 arch="amd64" goVersion="go1.26.8" ncpu=2
//	object addr=0xc000012000 contents=[e0f10110c0 00*3 "a name" 00*18] fields=[0]
//	eof
//
// Values by kind:
//
//	number, flag  decimal
//	address       0x and hex
//	string        quoted as in Go
//	bytes         [pieces]: hex, 00*24 (one byte 24 times), "printable"
//	field list    [8 i16 e32 40..96/8]: kind pointer, iface, eface; from..to/step
//	stack         ["func" "file" line …]
//	numbers       [1 2 0*254]: 0 254 times
//
// An object that the runtime wrote short has size=N before its contents. What
// is behind a damage is "rest [bytes]". Lines that begin with # are comments.

const textWidth = 110 // columns after which a list goes on in the next line

// WriteText writes the dump in data as text. A damaged dump is written up to
// the damage, a comment tells of it, and the rest follows as bytes, so that
// ParseText gives back every data that WriteText takes. The error is that of
// w, or of data that is no dump at all.
func WriteText(w io.Writer, data []byte) error {
	r, err := NewReader(data)
	if err != nil {
		return err
	}
	t := &textWriter{w: bufio.NewWriterSize(w, 1<<16)}
	t.w.WriteString(Magic)
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.rest(err, data[r.End():])
			break
		}
		t.record(rec)
	}
	return t.w.Flush()
}

// textWriter writes records. Its errors stick in w.
type textWriter struct {
	w       *bufio.Writer
	scratch []byte
	column  int // in the list being written
}

func (t *textWriter) record(rec Record) {
	t.w.WriteString(rec.Tag().String())
	for _, s := range rec.(slotted).slots() {
		t.slot(s)
	}
	t.w.WriteByte('\n')
}

func (t *textWriter) rest(err error, data []byte) {
	fmt.Fprintf(t.w, "# %v\nrest ", err)
	t.bytes(data)
	t.w.WriteByte('\n')
}

func (t *textWriter) slot(s slot) {
	if c, ok := s.at.(contents); ok && *c.size != uint64(len(*c.bytes)) {
		fmt.Fprintf(t.w, " size=%d", *c.size)
	}
	t.w.WriteByte(' ')
	t.w.WriteString(s.name)
	t.w.WriteByte('=')
	switch p := s.at.(type) {
	case *mem.Addr:
		t.w.WriteString("0x")
		t.number(uint64(*p), 16)
	case *uint64:
		t.number(*p, 10)
	case *bool:
		t.flag(*p)
	case *string:
		t.w.WriteString(strconv.Quote(*p))
	case *[]byte:
		t.bytes(*p)
	case contents:
		t.bytes(*p.bytes)
	case *Fields:
		t.fields(*p)
	case *[256]uint64:
		t.numbers(p[:])
	case *[]StackLine:
		t.stack(*p)
	}
}

func (t *textWriter) number(v uint64, base int) {
	t.scratch = strconv.AppendUint(t.scratch[:0], v, base)
	t.w.Write(t.scratch)
}

func (t *textWriter) flag(v bool) {
	if v {
		t.w.WriteByte('1')
	} else {
		t.w.WriteByte('0')
	}
}

// open, item and close write a list in brackets.
func (t *textWriter) open() {
	t.w.WriteByte('[')
	t.column = 0
}

func (t *textWriter) item(s []byte) {
	switch {
	case t.column == 0:
	case t.column+len(s) > textWidth:
		t.w.WriteString("\n\t")
		t.column = 0
	default:
		t.w.WriteByte(' ')
		t.column++
	}
	t.w.Write(s)
	t.column += len(s)
}

func (t *textWriter) close() { t.w.WriteByte(']') }

func (t *textWriter) bytes(b []byte) {
	t.open()
	for len(b) > 0 {
		n := pieceLen(b)
		t.scratch = appendPiece(t.scratch[:0], b[:n])
		t.item(t.scratch)
		b = b[n:]
	}
	t.close()
}

func (t *textWriter) fields(f Fields) {
	t.open()
	for len(f) > 0 {
		var run fieldRun
		run, f = cutFieldRun(f)
		t.scratch = run.append(t.scratch[:0])
		t.item(t.scratch)
	}
	t.close()
}

func (t *textWriter) numbers(v []uint64) {
	t.open()
	for len(v) > 0 {
		n := 1
		for n < len(v) && v[n] == v[0] {
			n++
		}
		t.scratch = strconv.AppendUint(t.scratch[:0], v[0], 10)
		if n > 1 {
			t.scratch = strconv.AppendInt(append(t.scratch, '*'), int64(n), 10)
		}
		t.item(t.scratch)
		v = v[n:]
	}
	t.close()
}

func (t *textWriter) stack(lines []StackLine) {
	t.open()
	for _, l := range lines {
		t.scratch = strconv.AppendQuote(t.scratch[:0], l.Func)
		t.scratch = strconv.AppendQuote(append(t.scratch, ' '), l.File)
		t.scratch = strconv.AppendUint(append(t.scratch, ' '), l.Line, 10)
		t.item(t.scratch)
	}
	t.close()
}
