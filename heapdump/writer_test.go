package heapdump

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

func TestWriterGivesTheSameBytes(t *testing.T) {
	for _, data := range [][]byte{oneOfEach(t), smallDump(t)} {
		back, err := rewrite(t, data)
		if err != nil || !bytes.Equal(back, data) {
			t.Errorf("%d bytes became %d, %v", len(data), len(back), err)
		}
	}
}

func TestWriterRefuses(t *testing.T) {
	for _, rec := range []Record{
		&Object{Contents: make([]byte, 8), Fields: AppendField(nil, FieldPtr, 8)},
		&Object{Contents: make([]byte, 8), Fields: Fields{1}},
		&Object{Contents: make([]byte, 8), Fields: Fields{4, 0}},
		&Object{Contents: make([]byte, 8), Fields: Fields{0, 0}},
		&Segment{Contents: make([]byte, 8), Fields: AppendField(nil, FieldPtr, 9)},
		&Frame{Fields: Fields{1, 0x80, 0x00}},
		foreign{},
	} {
		w := NewWriter(io.Discard)
		if err := w.Write(rec); !errors.Is(err, ErrFormat) {
			t.Errorf("%+v: %v, want ErrFormat", rec, err)
		}
		if err := w.Write(&EOF{}); !errors.Is(err, ErrFormat) {
			t.Errorf("then %v: the error does not stay", err)
		}
	}
}

// foreign is a Record of another package.
type foreign struct{}

func (foreign) Tag() Tag { return TagItab }

func TestWriterPassesErrorsOn(t *testing.T) {
	w := NewWriter(full{})
	big := &Object{Contents: make([]byte, 2*writerBuffer)}
	if err := w.Write(big); err != errFull {
		t.Errorf("large object: %v, want %v", err, errFull)
	}
	if err := w.Flush(); err != errFull {
		t.Errorf("Flush: %v, want %v", err, errFull)
	}
	w = NewWriter(full{})
	if err := w.Write(&Itab{}); err != nil {
		t.Errorf("buffered: %v", err)
	}
	if err := w.Write(&EOF{}); err != errFull {
		t.Errorf("end record: %v, want %v", err, errFull)
	}
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
