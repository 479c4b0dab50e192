package web

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/objgraph/objgraph/internal/testprog"
)

func big(t *testing.T) {
	t.Helper()
	if os.Getenv("OBJGRAPH_BIG") != "1" {
		t.Skip("OBJGRAPH_BIG=1 looks at a dump of 2.0 million objects and at 50 workers with a week of samples")
	}
}

// within fails the test if a page takes longer in the best of so many tries: one
// where what is kept from try to try would tell too little.
func within(t *testing.T, s *Server, url string, limit time.Duration, tries int) {
	t.Helper()
	best := time.Hour
	for range tries {
		begin := time.Now()
		body(t, s, url, http.StatusOK)
		best = min(best, time.Since(begin))
	}
	t.Logf("%-60s %v", url, best.Round(time.Millisecond))
	if best > limit {
		t.Errorf("%s took %v, want %v at the most", url, best, limit)
	}
}

// Of 2.0 million objects the first page comes 2 s after the dump is loaded, and the
// others in 300 ms.
func TestLargeDump(t *testing.T) {
	big(t)
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "2000000")
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "leaky"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dump, filepath.Join(dir, "leaky", "leaky.dump")); err != nil {
		t.Fatal(err)
	}
	s := serve(t, Options{Dir: dir, Exe: exe})
	at := "/dump/leaky/leaky"
	if objects := asJSON(t, s, at+"/about").Facts["Objects"].(float64); objects < 1.9e6 {
		t.Errorf("%.0f objects, want 2.0 million", objects)
	}
	within(t, s, at, 2*time.Second, 1)
	within(t, s, at+"/pprof/flamegraph", 3*time.Second, 1) // by then all that is computed ahead is there
	for _, view := range []string{"?q=main&sort=-count", "/set", "/set?by=via", "/set?type=main.Job", "/objects?type=main.Job", "/objects?type=main.Record&sort=-holders",
		"/roots", "/tree", "/tree?view=icicle", "/pprof/flamegraph", "/pprof/top", "/chains?type=main.Job", "/about"} {
		within(t, s, at+view, 300*time.Millisecond, 3)
	}
	// A picture is kept, so each try is another: the best, as other tests run as well.
	best := time.Hour
	for _, typ := range []string{"main.Job", "main.Tracker", "main.JobContext", "main.Record", "main.Manager"} {
		begin := time.Now()
		body(t, s, at+"/picture?type="+typ, http.StatusOK)
		took := time.Since(begin)
		t.Logf("the picture of a %s: %v", typ, took.Round(time.Millisecond))
		best = min(best, took)
	}
	if best > 300*time.Millisecond {
		t.Errorf("the fastest of five pictures took %v, want 300 ms at the most", best)
	}
}

// 50 workers with a week of samples, one in five seconds: pages come within 500 ms, also
// while they are read for the first time.
func TestManySamples(t *testing.T) {
	big(t)
	dir := t.TempDir()
	const week = 7 * 24 * 720
	data := samples(1, time.Now().Add(-week*5*time.Second), week, 5*time.Second)
	for i := range 50 {
		worker := filepath.Join(dir, fmt.Sprintf("worker-%02d", i))
		if err := os.Mkdir(worker, 0o700); err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(worker, "memory.jsonl"), data)
	}
	s, err := New(t.Context(), Options{Dir: dir, Host: "127.0.0.1", MaxMemory: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	within(t, s, "/", time.Second, 1)
	if err := s.store.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"/", "/?format=json", "/worker/worker-07", "/worker/worker-07?range=1d", "/worker/worker-07?range=6h", "/worker/worker-07?range=10m", "/jobs"} {
		within(t, s, url, 500*time.Millisecond, 3)
	}
}
