package snapshot_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
)

// TestKnownAnswer counts the objects of the known-answer program, of which
// -n objects make n/4 records, payloads and bodies, in jobs of 1,000.
func TestKnownAnswer(t *testing.T) {
	sizes := []int{40_000}
	if os.Getenv("OBJGRAPH_BIG") == "1" {
		sizes = append(sizes, 2_000_000)
	}
	for _, spec := range builds() {
		for _, n := range sizes {
			t.Run(fmt.Sprintf("%s/%d", name(spec), n), func(t *testing.T) {
				spec := spec
				spec.Dir = "leaky"
				knownAnswer(t, spec, n)
			})
		}
	}
}

func knownAnswer(t *testing.T, spec testprog.Spec, n int) {
	exe, dump, _ := testprog.Dump(t, spec, "-n", fmt.Sprint(n))
	s := open(t, dump, exe)
	jobs := n / 4000
	got := counts(s)
	for name, want := range map[string]int{
		"main.Record": n / 4, "main.Payload": n / 4,
		"main.Job": jobs, "main.JobContext": jobs, "main.Tracker": jobs, "func main.build.func1": jobs,
		"chan *main.Record": jobs, "chan *main.Record (buf)": jobs, "[]*main.Record": jobs,
		"main.LeakedWorker": min(7, jobs), "main.Manager": 1,
	} {
		if got[name] != want {
			t.Errorf("%d reachable %s, want %d", got[name], name, want)
		}
	}
	bodies := 0
	for i := range s.Heap.NumObjects() {
		if id := mem.ObjID(i); s.Reach.Has(id) && s.TypeName(id) == "[]uint8" && s.Size(id) == 896 {
			bodies++
		}
	}
	if bodies != n/4 {
		t.Errorf("%d reachable bodies of 880 bytes, want %d", bodies, n/4)
	}
	if d := int64(s.Heap.NumObjects()) - int64(s.Heap.MemStats.HeapObjects); d < -32 || d > 32 {
		t.Errorf("%d objects, MemStats says %d", s.Heap.NumObjects(), s.Heap.MemStats.HeapObjects)
	}
}
