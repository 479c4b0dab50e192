package heapdump

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// tiny are limits as of a runtime that counts in bytes what ours counts in GiB.
var tiny = limits{trust: 2000, wrap: 4000, write: 1990}

// shortDump is a dump with an object that claims size and has present bytes,
// a record before it and n behind, and an end record.
func shortDump(t testing.TB, size uint64, present, n int) []byte {
	o := &Object{Addr: 0xc000, Size: size, Contents: bytes.Repeat([]byte("go"), present)[:present], Fields: AppendField(nil, FieldPtr, size-8)}
	recs := []Record{filled(TagParams), o}
	for range n {
		recs = append(recs, filled(TagGoroutine))
	}
	return dumpOf(t, append(recs, &EOF{})...)
}

// readShort reads a dump under limits and returns the first object, how many
// records there are, and the last error.
func readShort(t testing.TB, data []byte, l limits) (first *Object, n int, err error) {
	t.Helper()
	r, err := NewReader(data)
	if err != nil {
		t.Fatal(err)
	}
	r.limit = l
	for ; ; n++ {
		rec, err := r.Next()
		if err != nil {
			return first, n, err
		}
		if o, ok := rec.(*Object); ok && first == nil {
			copied := *o
			first = &copied
		}
	}
}

func TestSalvage(t *testing.T) {
	for _, c := range []struct {
		name          string
		size          uint64
		present, more int
		records       int // 0: the object is lost
	}{
		{"whole, not suspect", 1999, 1999, 3, 6},
		{"cut to one system call", 3000, 1990, 3, 6},
		{"cut, no record behind", 2000, 1990, 0, 3},
		{"cut, many records behind", 2000, 1990, 500, 503},
		{"length wraps", 5000, 1000, 3, 6},
		{"length wraps to nothing", 8000, 0, 3, 6},
		{"length wraps and is cut", 7000, 1990, 3, 6},
		{"length refused", 3000, 0, 3, 6},
		{"written in full", 3000, 3000, 3, 6},
		{"disk full", 3000, 1500, 3, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := shortDump(t, c.size, c.present, c.more)
			o, n, err := readShort(t, data, tiny)
			if c.records == 0 {
				if !errors.Is(err, errShortWrite) || n != 1 || o != nil {
					t.Errorf("object %v, %d records, %v; want a short write after 1", o, n, err)
				}
				return
			}
			if err != io.EOF || n != c.records {
				t.Fatalf("%d records, %v; want %d", n, err, c.records)
			}
			if o.Size != c.size || len(o.Contents) != c.present || o.Short() != c.size-uint64(c.present) {
				t.Errorf("object of %d with %d bytes, %d short; want %d with %d", o.Size, len(o.Contents), o.Short(), c.size, c.present)
			}
		})
	}
}

// TestSalvageOfNeighbours has short objects one behind the other.
func TestSalvageOfNeighbours(t *testing.T) {
	for n := 1; n < 12; n++ {
		var recs []Record
		for range n {
			recs = append(recs, &Object{Addr: 0xc000, Size: 3000, Contents: bytes.Repeat([]byte{0xab}, 1990)})
		}
		data := dumpOf(t, append(recs, filled(TagItab), &EOF{})...)
		if _, got, err := readShort(t, data, tiny); err != io.EOF || got != n+2 {
			t.Errorf("%d neighbours: %d records, %v; want %d", n, got, err, n+2)
		}
	}
}

// TestSalvageNeedsAChain cuts the dump within the records that must follow.
func TestSalvageNeedsAChain(t *testing.T) {
	data := shortDump(t, 3000, 1990, 10)
	_, n, err := readShort(t, data[:len(data)-1], tiny)
	if n != 1 || !errors.Is(err, errShortWrite) || !strings.Contains(err.Error(), "2 GiB") {
		t.Errorf("%d records, %v; want 1 and a short write", n, err)
	}
	data = shortDump(t, 3000, 1990, salvageChain)
	if _, n, err := readShort(t, data[:len(data)-1], tiny); n != salvageChain+2 || !errors.Is(err, ErrTruncated) {
		t.Errorf("%d records, %v; want all and a cut", n, err)
	}
}

// TestSalvageTrueSize has the runtime's limits, in a file whose 2 GiB are a hole.
func TestSalvageTrueSize(t *testing.T) {
	if runtime.GOOS != "linux" || ^uint(0)>>32 == 0 {
		t.Skip("needs files with holes, mapped, and 64 bits")
	}
	whole := shortDump(t, 3<<30, 0, 3)
	ps, _ := places(t, dumpOf(t, filled(TagParams)))
	header := int(ps[0].end) + len("\x01\xc0\x80\x03\x80\x80\x80\x80\x0c") // tag, address, size
	path := filepath.Join(t.TempDir(), "hole")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Write(whole[:header])
	f.WriteAt(whole[header:], int64(header)+0x7ffff000)
	f.Close()
	dump, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dump.Close()
	o, n, err := readShort(t, dump.Data(), runtimeLimits())
	if err != io.EOF || n != 6 || o.Size != 3<<30 || len(o.Contents) != 0x7ffff000 {
		t.Errorf("%d records, %v, object %v", n, err, o)
	}
}

// TestSalvageIsLinear has many short objects in a small file: looking behind
// each must not take time that grows with their number.
func TestSalvageIsLinear(t *testing.T) {
	var recs []Record
	for range 20000 {
		recs = append(recs, &Object{Addr: 0xc000, Size: 1 << 32})
	}
	data := dumpOf(t, append(recs, &EOF{})...)
	start := time.Now()
	if ps, err := places(t, data); err != io.EOF || len(ps) != 20001 {
		t.Errorf("%d records, %v", len(ps), err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("%v for %d bytes", took, len(data))
	}
}

func TestLengthsWritten(t *testing.T) {
	const gib = 1 << 30
	for size, want := range map[uint64][3]uint64{
		2 * gib: {2 * gib, 0x7ffff000, 0},
		3 * gib: {3 * gib, 0x7ffff000, 0},
		4 * gib: {4 * gib, 0, 0},
		5 * gib: {5 * gib, gib, 0},
		7 * gib: {7 * gib, 0x7ffff000, 0},
	} {
		if got := runtimeLimits().lengths(size); !reflect.DeepEqual(got, want) {
			t.Errorf("lengths(%d) = %v, want %v", size, got, want)
		}
	}
}
