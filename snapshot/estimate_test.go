package snapshot_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/snapshot"
)

// largeDumps are dumps of three programs, larger than an estimate looks at; the
// third only where time does not matter.
func largeDumps(t *testing.T) map[string]string {
	t.Helper()
	_, leaky, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "200000")
	source, err := filepath.Abs("../examples/leakyworker")
	if err != nil {
		t.Fatal(err)
	}
	worker := testprog.Start(t, testprog.Build(t, testprog.Spec{Dir: source}), "-jobs", "12000", "-every", "12000", "-dumps", "{dir}")
	dumps := map[string]string{"leaky": leaky, "leakyworker": filepath.Join(worker.Dir, "12000-invoice-13000.dump")}
	if os.Getenv("OBJGRAPH_BIG") == "1" {
		exe := filepath.Join(t.TempDir(), "typecheck")
		if out, err := exec.Command("go", "build", "-o", exe, "../internal/programs/typecheck").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		run := testprog.Start(t, exe, "-dump", "{dir}/heap.dump", "-pkg", "go/types")
		dumps["typecheck"] = filepath.Join(run.Dir, "heap.dump")
	}
	return dumps
}

// TestEstimate wants estimates within 30 % of what a dump holds. Of pointers a
// few large tables may hold most, so only what they add to the memory counts.
func TestEstimate(t *testing.T) {
	for name, dump := range largeDumps(t) {
		exact, err := heapdump.Look(t.Context(), dump, heapdump.SurveyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := snapshot.EstimateOf(t.Context(), dump)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %+v, in truth %d objects, %d pointers, %d bytes", name, e, exact.Objects, exact.Pointers, exact.Bytes)
		for what, pair := range map[string][2]float64{
			"objects": {float64(e.Objects), float64(exact.Objects)},
			"memory":  {float64(e.Memory), float64(snapshot.Memory(int64(exact.Objects), int64(exact.Pointers)))},
		} {
			if r := pair[0] / pair[1]; r < 0.7 || r > 1.3 {
				t.Errorf("%s: %.0f %s estimated, %.0f in truth", name, pair[0], what, pair[1])
			}
		}
		if e.Exact || e.DumpBytes != exact.Bytes {
			t.Errorf("%s: %d bytes, want %d, and not all of them looked at", name, e.DumpBytes, exact.Bytes)
		}
	}
}

// TestEstimateOfPacked finds out how large a packed dump is unpacked.
func TestEstimateOfPacked(t *testing.T) {
	_, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "200000")
	data, err := os.ReadFile(dump)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(data)
	z.Close()
	path := filepath.Join(t.TempDir(), "dump.gz")
	if err := os.WriteFile(path, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := snapshot.EstimateOf(t.Context(), path)
	if err != nil || e.DumpBytes != int64(len(data)) || e.Objects < 150_000 || e.Objects > 260_000 {
		t.Errorf("%+v, %v; want some 200,000 objects in %d bytes", e, err, len(data))
	}
}

// TestEstimateOfSmall is exact, and of no dump an error.
func TestEstimateOfSmall(t *testing.T) {
	_, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "fanin"})
	s, err := snapshot.Open(t.Context(), dump, snapshot.Options{Exe: snapshot.NoExe})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	e, err := snapshot.EstimateOf(t.Context(), dump)
	if err != nil || !e.Exact || e.Objects != int64(s.Heap.NumObjects()) {
		t.Errorf("%+v, %v; want %d objects", e, err, s.Heap.NumObjects())
	}
	if _, err := snapshot.EstimateOf(t.Context(), filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := snapshot.EstimateOf(ctx, dump); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func ExampleMemory() {
	fmt.Println(snapshot.Memory(100e6, 300e6)/1e9, "GB")
	// Output: 6 GB
}
