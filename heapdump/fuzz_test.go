package heapdump

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// FuzzReader reads anything to the end, writes what was read, and takes it
// through the text form: all must agree, and all damage must be a FormatError
// inside of the data.
func FuzzReader(f *testing.F) {
	f.Add(oneOfEach(f))
	f.Add(shortDump(f, 3<<30, 0, 2))
	f.Add(shortDump(f, 1<<32+40, 40, 2))
	f.Add(dumpOf(f, &Frame{Fields: AppendField(nil, FieldPtr, 1<<64-8)}))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := NewReader(data)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%v is no ErrFormat", err)
			}
			return
		}
		end := readThrough(t, r)
		back, err := rewrite(t, data)
		if !bytes.Equal(back, data[:end]) {
			t.Errorf("%d bytes read became %d others, %v", end, len(back), err)
		}
		textThrough(t, data)
		scanThrough(t, data)
	})
}

// scanThrough wants an ObjectScanner to find the objects that a Reader does.
func scanThrough(t *testing.T, data []byte) {
	r, err := NewReader(data)
	if err != nil {
		t.Fatal(err)
	}
	s := NewObjectScanner(data, nil, nil)
	for {
		s.SeekTo(r.End())
		rec, err := r.Next()
		if err != nil {
			return
		}
		o, ok := rec.(*Object)
		ok = ok && uint64(len(o.Contents)) == o.Size && o.Size < s.trust
		if s.Next() != ok {
			t.Fatalf("%v record at %d: the scanner takes it: %v", rec.Tag(), r.Offset(), !ok)
		}
		if ok && (s.Addr != o.Addr || s.Size != o.Size || s.List != len(o.Fields) || s.Start != r.Offset() || s.End != r.End()) {
			t.Fatalf("the scanner has %v, %d bytes, a list of %d, from %d to %d; the reader %v, %d, %d, %d, %d",
				s.Addr, s.Size, s.List, s.Start, s.End, o.Addr, o.Size, len(o.Fields), r.Offset(), r.End())
		}
	}
}

// readThrough reads all records and checks the places of each and of the damage.
func readThrough(t *testing.T, r *Reader) (end int64) {
	end = int64(len(Magic))
	for {
		rec, err := r.Next()
		var fe *FormatError
		switch {
		case err == io.EOF:
			return end
		case errors.As(err, &fe):
			if fe.Start > fe.Offset || fe.Offset > int64(len(r.data)) || fe.Offset < end-1 {
				t.Errorf("%v: record from %d, damage at %d, read to %d", err, fe.Start, fe.Offset, end)
			}
			return end
		case err != nil:
			t.Fatalf("%v is no FormatError", err)
		case r.Offset() != end || r.End() <= end:
			t.Fatalf("%v record from %d to %d, the last ended at %d", rec.Tag(), r.Offset(), r.End(), end)
		}
		end = r.End()
	}
}

func textThrough(t *testing.T, data []byte) {
	var text bytes.Buffer
	if err := WriteText(&text, data); err != nil {
		t.Fatal(err)
	}
	if back, err := parseText(text.Bytes(), 1<<24); err != nil || !bytes.Equal(back, data) {
		t.Errorf("the text leads to %d bytes for %d, %v\n%s", len(back), len(data), err, text.Bytes())
	}
}

// FuzzParseText takes any text: no panic, and what is accepted reads back.
func FuzzParseText(f *testing.F) {
	f.Add([]byte(text(f, oneOfEach(f))))
	f.Add([]byte(Magic + "object addr=0x1 contents=[00*8 \"ab\"] fields=[0..7/1 i3 e4]\nrest [ff]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		data, err := parseText(text, 1<<16)
		if err == nil {
			textThrough(t, data)
		}
	})
}
