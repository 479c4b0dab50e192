package heapdump

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

var update = flag.Bool("update", false, "rewrite golden files")

// dumpOf writes records into a dump, as they are: without params or EOF of its own.
func dumpOf(t testing.TB, recs ...Record) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, rec := range recs {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// filled returns a record of the tag with every field set to something of its own.
func filled(tag Tag) Record {
	rec := table[tag].empty()
	for i, s := range rec.slots() {
		seed := uint64(tag)<<32 + uint64(i)*1000 + 1
		switch p := s.at.(type) {
		case *mem.Addr:
			*p = mem.Addr(0xc000000000 + seed)
		case *uint64:
			*p = seed
		case *bool:
			*p = true
		case *string:
			*p = fmt.Sprintf("%v \"%s\"\n\xff", tag, s.name)
		case *[]byte:
			*p = []byte("\x00\x01contents of a segment\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
		case contents:
			*p.size, *p.bytes = 300, bytes.Repeat([]byte{7, 8, 9}, 100)
		case *Fields:
			*p = AppendField(AppendField(AppendField(nil, FieldPtr, 0), FieldIface, 8), FieldEface, 24)
		case *[256]uint64:
			p[0], p[1], p[255] = 1, 1, 1<<63
		case *[]StackLine:
			*p = []StackLine{{"main.f", "f.go", 7}, {"(0x0)", "?", 0}}
		}
	}
	return rec
}

// oneOfEach is a dump with a record of each tag, its end record last.
func oneOfEach(t testing.TB) []byte {
	var recs []Record
	for tag := TagObject; tag < numTags; tag++ {
		recs = append(recs, filled(tag))
	}
	return dumpOf(t, append(recs, &EOF{})...)
}

// place is where a record lies in a dump.
type place struct {
	tag        Tag
	start, end int64
}

// places reads all that a Reader gives of data, and its last error.
func places(t testing.TB, data []byte) ([]place, error) {
	t.Helper()
	r, err := NewReader(data)
	if err != nil {
		return nil, err
	}
	var ps []place
	for {
		rec, err := r.Next()
		if err != nil {
			return ps, err
		}
		ps = append(ps, place{rec.Tag(), r.Offset(), r.End()})
	}
}

// rewrite reads data and writes the records again.
func rewrite(t testing.TB, data []byte) ([]byte, error) {
	t.Helper()
	r, err := NewReader(data)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := NewWriter(&b)
	for {
		rec, err := r.Next()
		if err != nil {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			if err == io.EOF {
				err = nil
			}
			return b.Bytes(), err
		}
		if err := w.Write(rec); err != nil {
			t.Fatalf("writing what was read: %v", err)
		}
	}
}

// buildWorker builds testdata/worker with more environment (toolchain,
// experiments) and returns the executable.
func buildWorker(t testing.TB, env ...string) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("the go command is needed to build the program that writes a dump")
	}
	exe := filepath.Join(t.TempDir(), "worker")
	cmd := exec.Command("go", "build", "-o", exe, ".")
	cmd.Dir = filepath.Join("testdata", "worker")
	cmd.Env = append(append(os.Environ(), "GOFLAGS=", "GOWORK=off"), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build with %v: %v\n%s", env, err, out)
	}
	return exe
}

// runWorker writes a dump and returns its path.
func runWorker(t testing.TB, exe string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "worker.dump")
	out, err := exec.Command(exe, append(args, "-o", path)...).CombinedOutput()
	if errors.Is(err, syscall.ENOEXEC) {
		t.Skipf("this system's kernel runs no such programs (of 32 bits, as a rule): %v", err)
	}
	if err != nil {
		t.Fatalf("worker: %v\n%s", err, out)
	}
	return path
}

// smallDump is a dump of the local toolchain with some 1,000 objects, made once.
func smallDump(t testing.TB) []byte {
	t.Helper()
	once.Do(func() {
		small, _ = os.ReadFile(runWorker(t, buildWorker(t)))
	})
	if small == nil {
		t.Skip("no dump of the worker")
	}
	return small
}

// The dump is made once for all tests, which only read it.
var (
	once  sync.Once
	small []byte
)
