package heapdump

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// pack compresses data with "gzip" or "zstd".
func pack(t testing.TB, compression string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if compression == "zstd" {
		z, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		w = z
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// put writes a file and returns its path.
func put(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpen(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	dump := oneOfEach(t)
	for _, compression := range []string{"", "gzip", "zstd"} {
		raw := dump
		if compression != "" {
			raw = pack(t, compression, dump)
		}
		f, err := Open(put(t, raw))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(f.Data(), dump) || f.Size() != int64(len(raw)) || f.Compression() != compression || f.Damage() != nil {
			t.Errorf("%q: %d bytes of %d, size %d, compression %q, damage %v",
				compression, len(f.Data()), len(dump), f.Size(), f.Compression(), f.Damage())
		}
		f.ReleaseBehind(1 << 40)
		f.ReleaseBehind(-1)
		if !bytes.Equal(f.Data(), dump) {
			t.Errorf("%q: other data once released", compression)
		}
		for range 2 {
			if err := f.Close(); err != nil || f.Data() != nil {
				t.Errorf("%q: Close: %v, %d bytes left", compression, err, len(f.Data()))
			}
		}
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) != 0 {
		t.Errorf("temporary files left: %v", left)
	}
}

func TestOpenStandardInput(t *testing.T) {
	dump := oneOfEach(t)
	for _, raw := range [][]byte{dump, pack(t, "gzip", dump)} {
		in, out, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			out.Write(raw)
			out.Close()
		}()
		old := os.Stdin
		os.Stdin = in
		f, err := Open("-")
		os.Stdin = old
		if err != nil || !bytes.Equal(f.Data(), dump) || f.Size() != int64(len(raw)) {
			t.Fatalf("%v, %+v", err, f)
		}
		f.Close()
		in.Close()
	}
}

// TestBrokenStream cuts packed dumps and changes bytes in them: what was
// unpacked before is there.
func TestBrokenStream(t *testing.T) {
	dump := make([]byte, 3<<20)
	copy(dump, Magic)
	for i, rnd := len(Magic), rand.New(rand.NewPCG(3, 3)); i < len(dump); i++ {
		dump[i] = byte(rnd.IntN(50))
	}
	for _, compression := range []string{"gzip", "zstd"} {
		whole := pack(t, compression, dump)
		flipped := bytes.Clone(whole)
		flipped[len(whole)-1] ^= 0xff
		for name, raw := range map[string][]byte{"cut": whole[:len(whole)*2/3], "flipped": flipped} {
			f, err := Open(put(t, raw))
			if err != nil {
				t.Fatalf("%s %s: %v", compression, name, err)
			}
			if n := len(f.Data()); n < len(dump)/3 || !bytes.HasPrefix(dump, f.Data()) {
				t.Errorf("%s %s: %d bytes of %d", compression, name, n, len(dump))
			}
			if !errors.Is(f.Damage(), ErrTruncated) || !strings.Contains(f.Damage().Error(), compression) {
				t.Errorf("%s %s: damage %v", compression, name, f.Damage())
			}
			f.Close()
		}
	}
}

func TestOpenOtherThings(t *testing.T) {
	var profile bytes.Buffer
	if err := pprof.Lookup("heap").WriteTo(&profile, 0); err != nil {
		t.Fatal(err)
	}
	elf := "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 100)
	for _, c := range []struct{ name, data, err string }{
		{"empty", "", "the file is empty"},
		{"text", "a\nb\n", "text file"},
		{"executable", elf, "executable"},
		{"packed executable", string(pack(t, "zstd", []byte(elf))), "executable"},
		{"profile", profile.String(), "this is a pprof profile, not a heap dump; write one with debug.WriteHeapDump"},
		{"packed twice", string(pack(t, "gzip", pack(t, "zstd", []byte(Magic)))), "zstd file"},
		{"packed nothing", string(pack(t, "zstd", nil)), "empty"},
		{"gzip without stream", "\x1f\x8b", "gzip"},
		{"gzip of garbage", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff", "gzip"},
		{"zstd of garbage", "\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff\xff", "zstd"},
	} {
		_, err := Open(put(t, []byte(c.data)))
		if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", c.name, err, c.err)
		}
	}
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("folder: %v", err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// TestNoTemporaryFolder unpacks where nothing can be written.
func TestNoTemporaryFolder(t *testing.T) {
	path := put(t, pack(t, "gzip", oneOfEach(t)))
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	if _, err := Open(path); err == nil || errors.Is(err, ErrFormat) {
		t.Errorf("%v, want an error of the folder", err)
	}
}

// TestDiskFull unpacks into a file that takes nothing: that is no damage of the dump.
func TestDiskFull(t *testing.T) {
	readOnly, err := os.Open(put(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	var f File
	err = f.fill(bytes.NewReader(oneOfEach(t)), func() (*spoolFile, error) { return &spoolFile{f: readOnly}, nil })
	if err == nil || errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), os.TempDir()) {
		t.Errorf("%v, want an error of the folder", err)
	}
}

// TestReadInsteadOfMap loads a file the way of systems without mapping.
func TestReadInsteadOfMap(t *testing.T) {
	path := put(t, []byte(Magic))
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := new(File).load(f, int64(len(Magic))); err == nil {
		t.Error("a file that cannot be read was loaded")
	}
	data, err := readAll(bytes.NewReader([]byte(Magic)), len(Magic))
	if err != nil || string(data) != Magic {
		t.Errorf("readAll = %q, %v", data, err)
	}
	if data, err := readAll(strings.NewReader("abc"), 5); err != nil || string(data) != "abc" {
		t.Errorf("readAll of a file that shrank = %q, %v", data, err)
	}
}
