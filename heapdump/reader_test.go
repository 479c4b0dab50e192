package heapdump

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

func TestEveryRecordReadsBack(t *testing.T) {
	r, err := NewReader(oneOfEach(t))
	if err != nil {
		t.Fatal(err)
	}
	for tag := TagObject; tag < numTags; tag++ {
		rec, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if want := filled(tag); !reflect.DeepEqual(rec, want) {
			t.Errorf("%v: read %+v, want %+v", tag, rec, want)
		}
	}
	if rec, err := r.Next(); err != nil || rec.Tag() != TagEOF {
		t.Errorf("last record: %v, %v; want eof", rec, err)
	}
	for range 2 {
		if _, err := r.Next(); err != io.EOF {
			t.Errorf("after the end: %v, want io.EOF", err)
		}
	}
}

// TestArchitectures reads params and words of machines other than this one.
func TestArchitectures(t *testing.T) {
	for _, arch := range []mem.Arch{mem.LE64, {PtrSize: 8, BigEndian: true}, {PtrSize: 4}, {PtrSize: 4, BigEndian: true}} {
		contents := make([]byte, 16)
		arch.PutWord(contents[8:], 0xc0ffee00)
		data := dumpOf(t,
			&Params{BigEndian: arch.BigEndian, PtrSize: uint64(arch.PtrSize), Arch: "any", GoVersion: "go1.26.8"},
			&Object{Addr: 0xc000, Contents: contents, Fields: AppendField(nil, FieldPtr, 8)}, &EOF{})
		r, err := NewReader(data)
		if err != nil {
			t.Fatal(err)
		}
		rec, _ := r.Next()
		got, err := rec.(*Params).MemArch()
		if err != nil || got != arch {
			t.Errorf("MemArch = %+v, %v; want %+v", got, err, arch)
		}
		rec, _ = r.Next()
		o := rec.(*Object)
		_, off, _, ok := o.Fields.Next()
		if v := got.WordAt(o.Contents, off); !ok || v != 0xc0ffee00 {
			t.Errorf("%+v: word at %d is %#x", arch, off, v)
		}
	}
	if _, err := (&Params{PtrSize: 5}).MemArch(); !errors.Is(err, ErrFormat) {
		t.Errorf("pointers of 5 bytes: %v, want ErrFormat", err)
	}
}

// TestHandDecoder compares the decoder for objects with the general one.
func TestHandDecoder(t *testing.T) {
	data := smallDump(t)
	byHand, err := NewReader(data)
	if err != nil {
		t.Fatal(err)
	}
	general, _ := NewReader(data)
	for {
		a, errA := byHand.Next()
		b, errB := general.slow()
		if errA != errB {
			t.Fatalf("errors %v and %v", errA, errB)
		}
		if errA != nil {
			break
		}
		if !reflect.DeepEqual(a, b) || byHand.Offset() != general.Offset() || byHand.End() != general.End() {
			t.Fatalf("at %d: %+v, general %+v", byHand.Offset(), a, b)
		}
	}
}

func TestNoAllocationPerObject(t *testing.T) {
	r, err := NewReader(smallDump(t))
	if err != nil {
		t.Fatal(err)
	}
	allocs := testing.AllocsPerRun(5, func() {
		r.SeekTo(0)
		for {
			if _, err := r.Next(); err != nil {
				break
			}
		}
	})
	if allocs > 2 {
		t.Errorf("%v allocations to read the dump again, want none", allocs)
	}
}

func TestSeekTo(t *testing.T) {
	data := oneOfEach(t)
	ps, _ := places(t, data)
	r, err := NewReader(data[:len(data)-1])
	if err != nil {
		t.Fatal(err)
	}
	for i := len(ps) - 2; i >= 0; i-- {
		r.SeekTo(ps[i].start)
		rec, err := r.Next()
		if err != nil || rec.Tag() != ps[i].tag || r.End() != ps[i].end {
			t.Fatalf("SeekTo(%d): %v to %d, %v; want %+v", ps[i].start, rec, r.End(), err, ps[i])
		}
	}
	for _, off := range []int64{-5, 0, int64(len(Magic)), 1 << 40} {
		r.SeekTo(off)
		if _, err := r.Next(); (err != nil) != (off > 1000) {
			t.Errorf("SeekTo(%d): %v", off, err)
		}
	}
}

// cut reads data[:n] and checks what must hold of any dump that is cut off.
func cut(t *testing.T, data []byte, whole []place, n int) {
	t.Helper()
	got, err := places(t, data[:n])
	var fe *FormatError
	if !errors.As(err, &fe) || !errors.Is(err, ErrTruncated) || !errors.Is(err, ErrFormat) {
		t.Fatalf("cut at %d: %v, want ErrTruncated", n, err)
	}
	want := 0
	for want < len(whole) && whole[want].end <= int64(n) {
		want++
	}
	if len(got) != want {
		t.Fatalf("cut at %d: %d records, want %d", n, len(got), want)
	}
	if n >= len(Magic) && fe.Start != whole[want].start {
		t.Fatalf("cut at %d: record from %d, want %d", n, fe.Start, whole[want].start)
	}
	if fe.Offset < fe.Start || fe.Offset > int64(n) {
		t.Fatalf("cut at %d: damage at %d, record from %d", n, fe.Offset, fe.Start)
	}
}

func TestTruncation(t *testing.T) {
	for _, data := range [][]byte{oneOfEach(t), smallDump(t)} {
		whole, err := places(t, data)
		if err != io.EOF {
			t.Fatal(err)
		}
		for _, p := range whole {
			cut(t, data, whole, int(p.start))
		}
		rnd := rand.New(rand.NewPCG(1, uint64(len(data))))
		for range 1000 {
			cut(t, data, whole, rnd.IntN(len(data)))
		}
	}
}

// TestCorruption changes bytes at random: what lies before is still read.
func TestCorruption(t *testing.T) {
	for _, data := range [][]byte{oneOfEach(t), smallDump(t)} {
		whole, _ := places(t, data)
		rnd := rand.New(rand.NewPCG(2, uint64(len(data))))
		bad := make([]byte, len(data))
		for range 1000 {
			copy(bad, data)
			at := rnd.IntN(len(data)-len(Magic)) + len(Magic)
			for i := range bad[at:min(at+1+rnd.IntN(8), len(bad))] {
				bad[at+i] = byte(rnd.Uint32())
			}
			got, err := places(t, bad)
			if err != io.EOF && !errors.Is(err, ErrFormat) {
				t.Fatalf("damage at %d: %v", at, err)
			}
			for i := 0; i < len(whole) && whole[i].end <= int64(at); i++ {
				if i >= len(got) || got[i] != whole[i] {
					t.Fatalf("damage at %d, but record %d at %d is lost: %v", at, i, whole[i].start, err)
				}
			}
		}
	}
}

func TestBytesBehindTheEnd(t *testing.T) {
	data := append(oneOfEach(t), 0, 0, 0)
	ps, err := places(t, data)
	var fe *FormatError
	if !errors.As(err, &fe) || len(ps) != int(numTags) {
		t.Fatalf("%d records, %v", len(ps), err)
	}
	if fe.Offset != int64(len(data)-3) || !strings.HasSuffix(err.Error(), "3 bytes follow the end record") {
		t.Errorf("%v, want offset %d", err, len(data)-3)
	}
	if back, _ := rewrite(t, data); !bytes.Equal(back, data[:len(data)-3]) {
		t.Error("the records before differ")
	}
}
