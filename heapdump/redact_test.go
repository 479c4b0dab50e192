package heapdump

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// redacted is a dump in memory through a window of so many bytes, with pieces
// of long records no larger than that.
func redacted(t testing.TB, dump []byte, window int) ([]byte, *Redaction, error) {
	t.Helper()
	s, err := newStream(io.MultiReader(bytes.NewReader(dump)), -1, window)
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	r := newRedactor(s, &out, RedactOptions{})
	r.piece = make([]byte, 0, max(128, window/2/8*8))
	err = r.run(context.Background(), func() {})
	return out.Bytes(), &r.Redaction, err
}

const (
	typeA   = mem.Addr(0x500000)
	typeB   = mem.Addr(0x500400)
	itabA   = mem.Addr(0x580000)
	heapLow = mem.Addr(0xc000000000)
	secret  = 0x5ec2e75ec2e7aa55
)

func redactParams(version string) []Record {
	return []Record{
		&Params{PtrSize: 8, HeapStart: heapLow, HeapEnd: heapLow + 1<<26, Arch: "amd64", GoVersion: version},
		&Type{Addr: typeA, Name: "main.A"}, &Type{Addr: typeB, Name: "main.B"}, &Itab{Addr: itabA, Type: typeA},
	}
}

// contentsOf makes words.
func contentsOf(words ...uint64) (b []byte) {
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

func wordsOf(b []byte) (words []uint64) {
	for ; len(b) >= 8; b = b[8:] {
		words = append(words, binary.LittleEndian.Uint64(b))
	}
	return words
}

func listed(offs ...uint64) (f Fields) {
	for _, off := range offs {
		f = AppendField(f, FieldPtr, off)
	}
	return f
}

// TestRedactRules has each rule at work, and what looks nearly like it.
func TestRedactRules(t *testing.T) {
	obj := uint64(heapLow) + 0x2000
	for _, c := range []struct {
		name    string
		version string
		in      []uint64
		list    Fields
		want    []uint64
	}{
		{"no pointers", "go1.26.8", []uint64{secret, obj, 7, 12345}, nil, []uint64{0, 0, 0, 0}},
		{"text", "go1.26.8", []uint64{binary.LittleEndian.Uint64([]byte("password")), 0x636261}, nil, []uint64{0, 0}},
		{"string", "go1.26.8", []uint64{obj, 5, secret, secret}, listed(0), []uint64{obj, 5, 0, 0}},
		{"slice", "go1.26.8", []uint64{obj, 5, 8, secret}, listed(0), []uint64{obj, 5, 8, 0}},
		{"capacity below the length", "go1.26.8", []uint64{obj, 5, 4, secret}, listed(0), []uint64{obj, 5, 0, 0}},
		{"secret as length", "go1.26.8", []uint64{obj, secret, 4, 9}, listed(0), []uint64{obj, 0, 0, 0}},
		{"capacity of pages", "go1.26.8", []uint64{obj, 5, 1 << 20, 0}, listed(0), []uint64{obj, 5, 1 << 20, 0}},
		{"such a one off the page", "go1.26.8", []uint64{obj + 8, 5, 1 << 20, 0}, listed(0), []uint64{obj + 8, 5, 0, 0}},
		{"any", "go1.26.8", []uint64{uint64(typeA) + 64, obj}, listed(8), []uint64{uint64(typeA) + 64, obj}},
		{"error", "go1.26.8", []uint64{uint64(itabA), obj}, listed(8), []uint64{uint64(itabA), obj}},
		{"type beside no pointer", "go1.26.8", []uint64{secret, uint64(typeA) + 64, 0, obj}, listed(24), []uint64{0, 0, 0, obj}},
		{"odd number before a pointer", "go1.26.8", []uint64{uint64(typeA) + 3, obj}, listed(8), []uint64{0, obj}},
		{"closure", "go1.26.8", []uint64{0x401020, secret}, nil, []uint64{0x401020, 0}},
		{"three letters", "go1.26.8", []uint64{0x41424f, secret}, nil, []uint64{0, 0}},
		{"code elsewhere", "go1.26.8", []uint64{secret, 0x401020}, nil, []uint64{0, 0}},
		{"node", "go1.26.8", []uint64{1, 0, obj, secret}, listed(8, 16), []uint64{1, 0, obj, 0}},
		{"unlisted address", "go1.26.8", []uint64{obj, obj + 64, secret, secret}, listed(0), []uint64{obj, obj + 64, 0, 0}},
		{"small map", "go1.26.8", []uint64{3, secret, obj, 0, 0xaa00, secret}, listed(16), []uint64{3, 0, obj, 0, 0, 0}},
		{"large map", "go1.26.8", []uint64{99, secret, obj, 4, 0xbb02, secret}, listed(16), []uint64{99, 0, obj, 4, 2, 0}},
		{"no map", "go1.26.8", []uint64{99, secret, obj, 5, 0xbb02 << 40, secret}, listed(16), []uint64{0, 0, obj, 5, 0, 0}},
		{"table", "go1.26.8", []uint64{0x0001000200080006, 0, obj, 0}, listed(16), []uint64{0x0001000200080006, 0, obj, 0}},
		{"no table", "go1.26.8", []uint64{0x0001000200090006, 0, obj, 0}, listed(16), []uint64{0, 0, obj, 0}},
		{"map of Go 1.21", "go1.21.13", []uint64{9, (secret&0xffffffff)<<32 | 0x0203, obj, 0, secret, 0}, listed(16, 24, 40), []uint64{9, 0x0203, obj, 0, 0, 0}},
		{"channel", "go1.26.8", []uint64{1, 4, obj, 16, 0, uint64(typeB), 1, 0, obj + 64, 0, 0, 0, secret, secret}, nil,
			[]uint64{1, 4, obj, 16, 0, uint64(typeB), 1, 0, obj + 64, 0, 0, 0, 0, 0}},
		{"no channel", "go1.26.8", []uint64{5, 4, obj, 16, 0, uint64(typeB), 1, 0, obj + 64, 0, 0, 0, secret, secret}, nil, make([]uint64, 14)},
	} {
		in := contentsOf(c.in...)
		recs := append(redactParams(c.version), &Object{Addr: heapLow, Size: uint64(len(in)), Contents: in, Fields: c.list}, &EOF{})
		out, _, err := redacted(t, dumpOf(t, recs...), 64<<10)
		if err != nil {
			t.Fatal(err)
		}
		if got := wordsOf(onlyObject(t, out).Contents); !slices.Equal(got, c.want) {
			t.Errorf("%s: %#x, want %#x", c.name, got, c.want)
		}
	}
}

// onlyObject is the first object of a dump.
func onlyObject(t testing.TB, dump []byte) *Object {
	t.Helper()
	r, err := NewReader(dump)
	for err == nil {
		var rec Record
		if rec, err = r.Next(); err == nil && rec.Tag() == TagObject {
			return rec.(*Object)
		}
	}
	t.Fatal(err)
	return nil
}

// TestRedactHeader keeps what the allocator put before a value.
func TestRedactHeader(t *testing.T) {
	in := make([]byte, 576)
	copy(in, contentsOf(0x123456789, uint64(heapLow), secret, secret))
	in = append(in, "tail"...)
	recs := append(redactParams("go1.26.8"), &Object{Addr: heapLow, Size: 580, Contents: in, Fields: listed(8)}, &EOF{})
	out, sum, err := redacted(t, dumpOf(t, recs...), 64<<10)
	if err != nil {
		t.Fatal(err)
	}
	o := onlyObject(t, out)
	if got, want := wordsOf(o.Contents)[:4], []uint64{0x123456789, uint64(heapLow), 0, 0}; !slices.Equal(got, want) {
		t.Errorf("%#x, want %#x", got, want)
	}
	if bytes.HasSuffix(o.Contents, []byte("tail")) || sum.Words[KeptHeader] != 1 || sum.Words[Zeroed] != 2 {
		t.Errorf("the bytes behind the last word stay, or the sums are wrong: %v", sum.Words)
	}
}

// TestRedactElsewhere has secrets in segments, frames and other roots.
func TestRedactElsewhere(t *testing.T) {
	obj := uint64(heapLow) + 64
	in := contentsOf(obj, 3, secret, 0x401020, 0x401021, uint64(typeA), obj, secret)
	recs := append(redactParams("go1.26.8"),
		&OtherRoot{Description: "a password", To: heapLow},
		&Goroutine{ID: 1, WaitReason: "select"},
		&Frame{SP: 0x7000, Contents: in, Fields: append(listed(0), listed(1<<20)...), Func: "main.f"},
		&Segment{Addr: 0x600000, Contents: slices.Clone(in), Fields: listed(0)}, &EOF{})
	out, _, err := redacted(t, dumpOf(t, recs...), 64<<10)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(out)
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := r.Next()
		if err != nil {
			break
		}
		switch rec := rec.(type) {
		case *OtherRoot:
			if *rec != (OtherRoot{To: heapLow}) {
				t.Errorf("other root: %+v", rec)
			}
		case *Frame:
			if got, want := wordsOf(rec.Contents), []uint64{obj, 3, 0, 0x401020, 0, uint64(typeA), obj, 0}; !slices.Equal(got, want) {
				t.Errorf("frame: %#x, want %#x", got, want)
			}
		case *Segment:
			if got, want := wordsOf(rec.Contents), []uint64{obj, 3, 0, 0, 0, uint64(typeA), obj, 0}; !slices.Equal(got, want) {
				t.Errorf("segment: %#x, want %#x", got, want)
			}
		}
	}
}

// TestRedactLong has records that do not fit into the window, with slices at all
// places of its pieces.
func TestRedactLong(t *testing.T) {
	obj := uint64(heapLow) + 0x2000
	var in []uint64
	var list Fields
	for i := range uint64(700) {
		if i%7 == 0 {
			list = AppendField(list, FieldPtr, 8*uint64(len(in)))
			in = append(in, obj, 5, 8)
		} else {
			in = append(in, secret+i)
		}
	}
	b := append(contentsOf(in...), "end"...)
	recs := append(redactParams("go1.26.8"),
		&Object{Addr: heapLow, Size: uint64(len(b)), Contents: b, Fields: list},
		&Segment{BSS: true, Addr: 0x600000, Contents: b, Fields: list}, &EOF{})
	dump := dumpOf(t, recs...)
	want, _, err := redacted(t, dump, redactWindow)
	if err != nil {
		t.Fatal(err)
	}
	for window := 512; window < 4000; window += 37 {
		got, sum, err := redacted(t, dump, window)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) || sum.Whole != 2 {
			t.Fatalf("window of %d bytes: another result, %d long records", window, sum.Whole)
		}
	}
	if bytes.Contains(want, contentsOf(secret+1)) {
		t.Error("a secret stays")
	}
}

// afterParams is a dump of params that make sense and a record of each other tag.
func afterParams(t testing.TB) []byte {
	recs := redactParams("go1.26.8")
	for tag := TagObject; tag < numTags; tag++ {
		if tag != TagParams {
			recs = append(recs, filled(tag))
		}
	}
	return dumpOf(t, append(recs, &EOF{})...)
}

// TestRedactTwice changes nothing the second time, with records of all kinds.
func TestRedactTwice(t *testing.T) {
	for _, dump := range [][]byte{afterParams(t), smallDump(t)} {
		once, _, err := redacted(t, dump, redactWindow)
		if err != nil {
			t.Fatal(err)
		}
		again, sum, err := redacted(t, once, redactWindow)
		if err != nil || !bytes.Equal(once, again) || sum.Words[Zeroed] != 0 {
			t.Errorf("the second time differs: %v, %d words were zeroed", err, sum.Words[Zeroed])
		}
	}
}

// TestRedactDamage wants the error of a Reader for every cut, and the part before
// it written.
func TestRedactDamage(t *testing.T) {
	dump := afterParams(t)
	for cut := len(Magic); cut < len(dump); cut++ {
		out, _, err := redacted(t, dump[:cut], 4<<10)
		if !errors.Is(err, ErrFormat) || !bytes.HasPrefix(out, []byte(Magic)) || len(out) > cut {
			t.Fatalf("cut at %d of %d: %d bytes, error %v", cut, len(dump), len(out), err)
		}
	}
	if _, _, err := redacted(t, append(slices.Clone(dump), 1), 4<<10); !errors.Is(err, ErrFormat) {
		t.Errorf("bytes behind the end: %v", err)
	}
}

// TestRedactFile takes a path, and says of which file an error is.
func TestRedactFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.dump")
	if err := os.WriteFile(path, smallDump(t)[:3000], 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Redact(t.Context(), path, io.Discard, RedactOptions{})
	if !errors.Is(err, ErrFormat) || !strings.HasPrefix(err.Error(), path+": ") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Redact(ctx, path, io.Discard, RedactOptions{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// FuzzRedact wants no panic, and the same bytes the second time, whatever comes.
func FuzzRedact(f *testing.F) {
	f.Add(afterParams(f), uint16(600))
	f.Fuzz(func(t *testing.T, dump []byte, window uint16) {
		once, _, err := redacted(t, dump, int(window))
		if err != nil {
			return
		}
		again, _, err := redacted(t, once, int(window))
		if err != nil || !bytes.Equal(once, again) {
			t.Errorf("the second time: %v, %d bytes and then %d", err, len(once), len(again))
		}
	})
}
