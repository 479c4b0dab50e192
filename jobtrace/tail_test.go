package jobtrace

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// TestEndsWhole cuts a dump in many places.
func TestEndsWhole(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "d"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	debug.WriteHeapDump(f.Fd())
	data, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	tail := func(end int) []byte { return data[max(0, end-tailReach):end] }
	if !endsWhole(tail(len(data))) {
		t.Fatal("a whole dump is taken for a cut one")
	}
	r := rand.New(rand.NewPCG(1, 2))
	wrong := 0
	for range 3000 {
		if endsWhole(tail(1 + r.IntN(len(data)-1))) {
			wrong++
		}
	}
	for n := 1; n < 2000; n++ { // in the last records
		if endsWhole(tail(len(data) - n)) {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("%d of 4999 cut dumps are taken for whole ones", wrong)
	}
}

func TestEndsWholeNonsense(t *testing.T) {
	for _, tail := range []string{"", "\x00", strings.Repeat("\x00", 1000), "\x0a" + strings.Repeat("\x00", 282), strings.Repeat("\x11\x00", 10) + "\x00",
		strings.Repeat("\xff", 100) + "\x00", "\x10\xff\xff\xff\x00"} {
		if endsWhole([]byte(tail)) {
			t.Errorf("%.20q… is taken for the end of a dump", tail)
		}
	}
}
