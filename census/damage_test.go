package census_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand"
	"os"
	"testing"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/snapshot"
)

// rounds is how many places of a dump are damaged in each way.
func rounds() int {
	if os.Getenv("OBJGRAPH_BIG") == "1" {
		return 1000
	}
	return 400
}

// TestDamagedRealDump cuts and corrupts a dump that the runtime wrote, and asks
// for every answer with the executable at hand.
func TestDamagedRealDump(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "fanin"})
	whole, err := os.ReadFile(dump)
	if err != nil {
		t.Fatal(err)
	}
	p, err := program.Open(exe)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	rng := rand.New(rand.NewSource(1))
	for _, at := range boundaries(t, whole, rounds()) {
		ask(t, p, whole[:at], at < len(whole))
	}
	for range rounds() {
		ask(t, p, whole[:rng.Intn(len(whole))], true)
	}
	for range rounds() {
		damaged := bytes.Clone(whole)
		for range 1 + rng.Intn(3) {
			damaged[rng.Intn(len(whole))] ^= byte(1 + rng.Intn(255))
		}
		ask(t, p, damaged, false)
	}
}

// boundaries are the places where records end, n of them at the most.
func boundaries(t *testing.T, dump []byte, n int) (ends []int) {
	t.Helper()
	r, err := heapdump.NewReader(dump)
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := r.Next(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, int(r.End()))
	}
	rand.New(rand.NewSource(2)).Shuffle(len(ends), func(i, j int) { ends[i], ends[j] = ends[j], ends[i] })
	return ends[:min(n, len(ends))]
}

// ask wants an answer that says that the dump is cut, or an error that is
// meant for people.
func ask(t *testing.T, p *program.Program, dump []byte, cut bool) {
	t.Helper()
	s, err := snapshot.Read(context.Background(), dump, snapshot.Options{Program: p})
	if err != nil {
		var mismatch *program.MismatchError
		if !errors.Is(err, heapdump.ErrFormat) && !errors.Is(err, heap.ErrNothing) && !errors.As(err, &mismatch) {
			t.Fatalf("%d bytes: %v", len(dump), err)
		}
		return
	}
	defer s.Close()
	if cut && s.Complete() {
		t.Fatalf("%d bytes of a dump pass for whole", len(dump))
	}
	answers(t, s)
}
