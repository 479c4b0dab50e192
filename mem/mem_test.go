package mem

import (
	"runtime"
	"testing"
)

func TestGoVersion(t *testing.T) {
	for _, c := range []struct {
		v     GoVersion
		minor int
		swiss bool
		green bool // names nogreenteagc
	}{
		{"go1.21.13", 21, false, false},
		{"go1.24.13 X:noswissmap", 24, false, false},
		{"go1.24.13", 24, true, false},
		{"go1.26.8-X:nogreenteagc", 26, true, true},
		{"go1.26.8-X:boringcrypto,nogreenteagc", 26, true, true},
		{"devel go1.28-4f2a1b Mon", 28, true, false},
		{"go1.27rc1", 27, true, false},
		{"devel", 0, false, false},
		{"go1.", 0, false, false},
	} {
		if got := c.v.Minor(); got != c.minor {
			t.Errorf("%q.Minor() = %d, want %d", c.v, got, c.minor)
		}
		if got := c.v.SwissMaps(); got != c.swiss {
			t.Errorf("%q.SwissMaps() = %v, want %v", c.v, got, c.swiss)
		}
		if got := c.v.Experiment("nogreenteagc"); got != c.green {
			t.Errorf("%q.Experiment(nogreenteagc) = %v, want %v", c.v, got, c.green)
		}
	}
}

func TestWords(t *testing.T) {
	b := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	for _, c := range []struct {
		a    Arch
		want uint64
	}{
		{LE64, 0x0807060504030201},
		{Arch{PtrSize: 8, BigEndian: true}, 0x0102030405060708},
		{Arch{PtrSize: 4}, 0x04030201},
		{Arch{PtrSize: 4, BigEndian: true}, 0x01020304},
	} {
		if got := c.a.Word(b); got != c.want {
			t.Errorf("%+v.Word = %#x, want %#x", c.a, got, c.want)
		}
		out := make([]byte, c.a.PtrSize)
		c.a.PutWord(out, c.want)
		if string(out) != string(b[:c.a.PtrSize]) {
			t.Errorf("%+v.PutWord wrote %x", c.a, out)
		}
		if got := c.a.WordAt(b, 7); got != 0 {
			t.Errorf("%+v.WordAt past the end = %#x, want 0", c.a, got)
		}
	}
}

func TestWorkers(t *testing.T) {
	for asked, want := range map[int]int{1: 1, 7: 7, 1 << 30: max(mostWorkers, runtime.GOMAXPROCS(0)), 0: runtime.GOMAXPROCS(0)} {
		if got := Workers(asked); got != want {
			t.Errorf("%d asked for are %d, want %d", asked, got, want)
		}
	}
}
