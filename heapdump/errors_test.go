package heapdump

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestDamage gives single damages and what is said of them. Offsets count
// from the first record.
func TestDamage(t *testing.T) {
	long := strings.Repeat("\xff", 10)
	for _, c := range []struct {
		name, data string
		offset     int64
		record     Tag
		field, err string
	}{
		{"no end record", "", 0, 0, "tag", "the file ends too early"},
		{"unknown tag", "\x12", 0, 0, "tag", "unknown record tag 18"},
		{"large tag", "\x81\x02", 0, 0, "tag", "unknown record tag 257"},
		{"address cut", "\x01\x80", 1, TagObject, "addr", "the file ends too early"},
		{"address too long", "\x01" + long + "\x01", 1, TagObject, "addr", "number of more than 64 bits"},
		{"padded number", "\x01\x80\x00", 1, TagObject, "addr", "number with superfluous zero bytes"},
		{"object longer than file", "\x01\x08\x10abc", 2, TagObject, "contents", "length 16, 3 bytes remain"},
		{"object of 2^64-1 bytes", "\x01\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01a", 2, TagObject, "contents", "no place was found"},
		{"kind 4", "\x01\x08\x02ab\x04\x00\x00", 5, TagObject, "fields", "field kind is 4, want 1 to 3"},
		{"kind of two bytes", "\x01\x08\x02ab\x81\x01\x00\x00", 5, TagObject, "fields", "field kind is 129, want 1 to 3"},
		{"field outside", "\x01\x08\x02ab\x01\x02\x00", 6, TagObject, "fields", "field at 2 of 2 bytes of contents"},
		{"second field outside", "\x01\x08\x02ab\x01\x00\x01\x90\x01\x00", 8, TagObject, "fields", "field at 144 of 2 bytes"},
		{"field list cut", "\x01\x08\x02ab\x01\x00", 7, TagObject, "fields", "the file ends too early"},
		{"field offset cut", "\x01\x08\x02ab\x01", 6, TagObject, "fields", "the file ends too early"},
		{"segment field outside", "\x0c\x08\x02ab\x01\x02\x00", 6, TagData, "fields", "field at 2 of 2 bytes"},
		{"flag of 2", "\x06\x02", 1, TagParams, "bigEndian", "flag is 2, want 0 or 1"},
		{"name longer than file", "\x03\x08\x08\xff\xff\xff\xff\x0fname", 3, TagType, "name", "length 4294967295, 4 bytes remain"},
		{"stack of many lines", "\x10\x01\x01\x05\x00\x00\x00", 3, TagBucket, "stack", "length 5, 3 bytes remain"},
		{"pauses cut", "\x0a" + strings.Repeat("\x01", 100), 101, TagMemStats, "pauseNs", "the file ends too early"},
		{"second record", "\x08\x01\x02\x08\x03", 5, TagItab, "type", "the file ends too early"},
		{"bytes behind the end", "\x00\x00", 1, 0, "tag", "1 bytes follow the end record"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := NewReader([]byte(Magic + c.data))
			if err != nil {
				t.Fatal(err)
			}
			for err == nil {
				_, err = r.Next()
			}
			var fe *FormatError
			if !errors.As(err, &fe) || !errors.Is(err, ErrFormat) {
				t.Fatalf("error %v, want a FormatError", err)
			}
			got := fmt.Sprintln(fe.Offset-int64(len(Magic)), fe.Record, fe.Field)
			if want := fmt.Sprintln(c.offset, c.record, c.field); got != want || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s%v\nwant %s%s", got, err, want, c.err)
			}
			if _, again := r.Next(); again != err {
				t.Errorf("then %v: the error does not stay", again)
			}
		})
	}
}

// TestFrameAtEntry reads fields outside of a frame's contents: a goroutine
// that has not run yet has such.
func TestFrameAtEntry(t *testing.T) {
	data := dumpOf(t, &Frame{Func: "main.f", Fields: AppendField(nil, FieldPtr, 1<<64-8)}, &EOF{})
	if ps, _ := places(t, data); len(ps) != 2 {
		t.Errorf("%d records, want 2", len(ps))
	}
}

func TestNoDump(t *testing.T) {
	for _, c := range []struct{ data, err string }{
		{"", "the file is empty"},
		{"go1.7 heap", "ends within the first line"},
		{"go1.4 heap dump\n", "format of Go 1.4"},
		{"go1.8 heap dump\n", "not a heap dump"},
		{"\x7fELF\x02\x01", "executable"},
		{"heap profile: 1: 2 [3: 4] @ heap/1048576\n", "this is a pprof profile in text form, not a heap dump; write one with debug.WriteHeapDump"},
		{"\x0a\x04\x08\x01\x10\x02\x0a\x04\x08\x03\x10\x04", "this is a pprof profile, not a heap dump; write one with debug.WriteHeapDump"},
		{"hello, world\n", "text file"},
		{"\x00\x01\x02", "this is not a heap dump; write one with debug.WriteHeapDump"},
		{"BZh91", "unpack it"},
	} {
		_, err := NewReader([]byte(c.data))
		if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", c.data, err, c.err)
		}
	}
}
