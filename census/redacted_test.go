package census

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// What tells a redacted dump from others: no text anywhere, in as many objects as can
// tell.
func TestIsRedacted(t *testing.T) {
	blank, text, code := strings.Repeat("\x00", 32), "\x00\x00\x00\x00\x00\x00\x00\x00text, behind zeroes    ", "\x40\x10\x40"+strings.Repeat("\x00", 29)
	for _, c := range []struct {
		about   string
		objects []string
		want    bool
	}{
		{"all blank", repeated(blank, 40), true},
		{"one text", append(repeated(blank, 40), text), false},
		{"too few to tell", repeated(blank, 31), false},
		{"closures among them", append(repeated(blank, 40), repeated(code, 3)...), true},
		{"numbers in the first word of many", append(repeated(blank, 40), repeated(code, 20)...), false},
		{"text in a large object alone", append(repeated(blank, 40), strings.Repeat("text", 32)), true},
	} {
		b := heaptest.New(mem.LE64, "go1.26.0")
		at := mem.Addr(0xc000000000)
		for _, o := range c.objects {
			b.Bytes(at, o)
			at += 8192 // a span for each
		}
		s, err := snapshot.Read(context.Background(), b.Dump(), snapshot.Options{Exe: snapshot.NoExe})
		if err != nil {
			t.Fatal(err)
		}
		if got := isRedacted(s); got != c.want {
			t.Errorf("%s: %v, want %v", c.about, got, c.want)
		}
		s.Close()
	}
}

func repeated(text string, n int) (out []string) {
	for range n {
		out = append(out, fmt.Sprintf("%-32s", text)[:32])
	}
	return out
}
