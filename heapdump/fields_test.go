package heapdump

import (
	"bytes"
	"math"
	"testing"
)

func TestFields(t *testing.T) {
	offs := []uint64{0, 8, 127, 128, 16383, 16384, 1 << 31, math.MaxUint64}
	var f Fields
	for i, off := range offs {
		f = AppendField(f, FieldKind(1+i%3), off)
	}
	if f.Count() != len(offs) {
		t.Errorf("Count = %d, want %d", f.Count(), len(offs))
	}
	for i, want := range offs {
		kind, off, rest, ok := f.Next()
		if !ok || off != want || kind != FieldKind(1+i%3) {
			t.Fatalf("field %d: kind %d at %d, %v; want %d", i, kind, off, ok, want)
		}
		f = rest
	}
	if _, _, _, ok := f.Next(); ok {
		t.Error("a field after the last")
	}
}

func TestCutFieldsEnd(t *testing.T) {
	for _, f := range []Fields{nil, {1}, {1, 0x80}, {1, 0x80, 0x80}, bytes.Repeat([]byte{0xff}, 30)} {
		if _, _, _, ok := f.Next(); ok {
			t.Errorf("Fields(% x).Next is ok", []byte(f))
		}
	}
}

func TestValidFields(t *testing.T) {
	for _, f := range []Fields{{1}, {0, 8}, {4, 8}, {1, 0x80, 0x80, 0}, {1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2}, {1, 8, 1, 100}} {
		if f.valid(100) {
			t.Errorf("Fields(% x) is valid", []byte(f))
		}
	}
	if !(Fields{1, 0, 3, 99}).valid(100) || !Fields(nil).valid(0) {
		t.Error("a valid list is not")
	}
}

func TestUvarint(t *testing.T) {
	for _, c := range []struct {
		in   string
		want uint64
		n    int
	}{
		{"", 0, varintCut},
		{"\x80", 0, varintCut},
		{"\x00", 0, 1},
		{"\x7f\xff", 127, 1},
		{"\x80\x01", 128, 2},
		{"\x80\x00", 0, varintPadded},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", math.MaxUint64, 10},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 0, varintLong},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 0, varintLong},
		{"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 0, varintPadded},
	} {
		if v, n := uvarint([]byte(c.in)); v != c.want || n != c.n {
			t.Errorf("uvarint(% x) = %d, %d; want %d, %d", c.in, v, n, c.want, c.n)
		}
	}
}
