package inflate

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand"
	"testing"
)

// samples are contents of every nature.
func samples() map[string][]byte {
	r := rand.New(rand.NewSource(1))
	noise := make([]byte, 300<<10)
	r.Read(noise)
	text := make([]byte, 0, 1<<20)
	for len(text) < 1<<20 {
		at := r.Intn(max(len(text), 1))
		text = append(text, text[at:min(at+r.Intn(300), len(text))]...)
		text = append(text, noise[r.Intn(200):][:1+r.Intn(8)]...)
	}
	skewed := make([]byte, 200<<10) // long codes: each byte half as frequent as the one before
	for i := range skewed {
		for skewed[i] < 40 && r.Intn(2) == 0 {
			skewed[i]++
		}
	}
	return map[string][]byte{
		"empty": {}, "one": {7}, "noise": noise, "text": text, "skewed": skewed,
		"zeros": make([]byte, 500<<10), "period": bytes.Repeat([]byte("abc"), 100<<10), "wide": bytes.Repeat(noise[:40<<10], 4),
	}
}

func pack(t testing.TB, b []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(b)
	w.Close()
	return out.Bytes()
}

// unpack unpacks all of a stream of known length.
func unpack(src []byte, size int) ([]byte, []Point, error) {
	s := New(make([]byte, size+Slack), src)
	var points []Point
	for !s.Done() {
		points = append(points, Point{s.In(), uint64(s.Out())})
		if err := s.Block(); err != nil {
			return nil, nil, err
		}
	}
	return s.dst[:s.Out()], points, nil
}

var levels = []int{flate.HuffmanOnly, flate.NoCompression, flate.BestSpeed, 3, flate.DefaultCompression, flate.BestCompression}

// What compress/flate packs must come back, and so must every part of it from
// every point between two blocks, with no more than the window before it.
func TestUnpack(t *testing.T) {
	for name, want := range samples() {
		for _, level := range levels {
			src := pack(t, want, level)
			got, points, err := unpack(src, len(want))
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%s, level %d: %d bytes of %d, %v", name, level, len(got), len(want), err)
			}
			for i, p := range points {
				checkResume(t, src, want, p, append(points, Point{Out: uint64(len(want))})[i+1].Out)
			}
		}
	}
}

func checkResume(t *testing.T, src, want []byte, from Point, to uint64) {
	t.Helper()
	done := min(from.Out, Window)
	dst := make([]byte, done+to-from.Out+Slack)
	copy(dst, want[from.Out-done:from.Out])
	s, err := Resume(dst, int(done), src, from)
	if err != nil {
		t.Fatal(err)
	}
	for uint64(s.Out())-done+from.Out < to {
		if err := s.Block(); err != nil {
			t.Fatalf("from %+v: %v", from, err)
		}
	}
	if !bytes.Equal(dst[done:s.Out()], want[from.Out:to]) {
		t.Fatalf("from %+v to %d: other bytes", from, to)
	}
}

// A stream that is cut off, changed, or longer than its output is an error or
// gives other bytes, and never more than there is room for.
func TestDamage(t *testing.T) {
	want := samples()["text"][:50<<10]
	for _, level := range levels {
		src := pack(t, want, level)
		for cut := 0; cut < len(src); cut += 1 + cut/20 {
			if got, _, err := unpack(src[:cut], len(want)); err == nil {
				t.Fatalf("level %d: no error after %d of %d bytes: %d", level, cut, len(src), len(got))
			}
		}
		if _, _, err := unpack(src, len(want)-1); err != ErrLong {
			t.Fatalf("level %d, one byte less: %v", level, err)
		}
	}
}

// Fuzz compares with compress/flate: the same bytes, or both an error.
func Fuzz(f *testing.F) {
	for _, b := range samples() {
		for _, level := range levels {
			f.Add(pack(f, b[:min(len(b), 2000)], level))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		const room = 1 << 20
		r := flate.NewReader(bytes.NewReader(src))
		want, wantErr := io.ReadAll(io.LimitReader(r, room+1))
		got, _, err := unpack(src, room)
		if wantErr == nil && len(want) > room {
			if err != ErrLong {
				t.Fatalf("too long, and %v", err)
			}
			return
		}
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%v, compress/flate says %v", err, wantErr)
		}
		if err == nil && !bytes.Equal(got, want) {
			t.Fatalf("%d bytes, compress/flate has %d", len(got), len(want))
		}
	})
}

func BenchmarkUnpack(b *testing.B) {
	text := samples()["text"]
	src := pack(b, text, flate.BestSpeed)
	b.SetBytes(int64(len(text)))
	dst := make([]byte, len(text)+Slack)
	for b.Loop() {
		s := New(dst, src)
		for !s.Done() {
			if err := s.Block(); err != nil {
				b.Fatal(err)
			}
		}
	}
}
