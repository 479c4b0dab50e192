package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/jobtrace"
)

// evil is a name that must not become a part of a page.
const evil = `<img src=x onerror=alert(1)>"'&`

// folder makes memdbg/ with the two dumps of a worker, one that is cut short and one that is
// none, samples, a crash and a picture.
func folder(t testing.TB) (dir, exe string) {
	t.Helper()
	dir = t.TempDir()
	exe, truths := testprog.Series(t, testprog.Spec{Dir: "keyed", Flags: []string{"-trimpath"}})
	worker := filepath.Join(dir, "keyed")
	if err := os.Mkdir(worker, 0o700); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i, truth := range []string{truths[0].Dump, truths[len(truths)-1].Dump} {
		name := fmt.Sprintf("%06d-job", i+1)
		data := read(t, truth)
		put(t, filepath.Join(worker, name+".dump"), data)
		live, rss, duration := int64(1000*(i+1)), int64(5000), 1.5
		putJSON(t, filepath.Join(worker, name+".json"), map[string]any{"schema": 1, "worker": "keyed", "job": fmt.Sprint(evil, i+1), "seq": i + 1, "kind": "after", "outcome": "ok",
			"pid": 77, "written": at.Add(time.Duration(i) * time.Minute), "executable": exe, "dump": name + ".dump", "dumpBytes": len(data), "duration": duration, "pause": 0.01,
			"memoryBefore": map[string]any{"heapLive": 500, "rss": rss}, "memoryAfter": map[string]any{"heapLive": live, "rss": rss},
			"report": map[string]any{"verdict": evil, "leak": i == 1, "picture": "main.Item-job.svg", "rows": []jobtrace.Row{{Type: "main.Item", Total: 100, Delta: 10, Bytes: 6400}},
				"picked":  map[string]any{"type": "main.Item", "count": 100, "new": 10, "bytes": 6400, "retained": 6400, "holder": map[string]any{"name": "goroutine 7 main." + evil}},
				"leaked":  []any{map[string]any{"type": "main.Item", "count": 100, "delta": 10, "shape": "ramp"}},
				"unknown": []any{"98 % of the objects have a known type."},
				"chains":  []any{map[string]any{"count": 10, "root": map[string]any{"name": "goroutine 7 main." + evil}, "roots": 3, "steps": []any{map[string]any{"type": "main.Item", "edge": ".x", "addr": "0x1"}}}}}})
	}
	whole := read(t, truths[0].Dump)
	put(t, filepath.Join(worker, "000003-short.dump"), whole[:len(whole)*3/4])
	put(t, filepath.Join(worker, "000004-garbage.dump"), []byte("this is no dump"))
	put(t, filepath.Join(worker, "crash-77-1.txt"), []byte("fatal error: <b>all</b> goroutines are asleep"))
	put(t, filepath.Join(dir, "main.Item-job.svg"), []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`))
	put(t, filepath.Join(worker, "memory.jsonl"), samples(77, at.Add(-time.Hour), 700, 5*time.Second))
	return dir, exe
}

// samples are lines of memory.jsonl.
func samples(pid int, from time.Time, n int, every time.Duration) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"time":%q,"pid":%d,"rss":%d,"swap":0,"heapLive":%d,"heapIdle":1000,"heapReleased":0,"heapGoal":%d,"goroutines":%d,"job":"","jobsSoFar":%d}`+"\n",
			from.Add(time.Duration(i)*every).Format(time.RFC3339Nano), pid, 50_000_000+1000*i, 20_000_000+900*i, 40_000_000+1800*i, 8+i%5, i/10)
	}
	return []byte(b.String())
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func put(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func putJSON(t testing.TB, path string, v any) {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	put(t, path, data)
}

// serve is a dashboard of a folder that has been read once.
func serve(t testing.TB, o Options) *Server {
	t.Helper()
	if o.MaxMemory == 0 {
		o.MaxMemory = 4 << 30
	}
	if o.Host == "" {
		o.Host = "127.0.0.1"
	}
	s, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.store.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// ask asks for an address as a browser of this machine does; change may change the
// request.
func get(s *Server, url string, change ...func(*http.Request)) *http.Response {
	r := httptest.NewRequest(http.MethodGet, url, nil)
	r.Host = "127.0.0.1:7070"
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

// body is a page that is wanted with a status. A page that says that a dump is
// being opened is asked for again.
func body(t testing.TB, s *Server, url string, status int) string {
	t.Helper()
	for range 200 {
		r := get(s, url)
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if r.StatusCode == http.StatusAccepted && status != http.StatusAccepted {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if r.StatusCode != status {
			t.Fatalf("%s: status %d, want %d:\n%s", url, r.StatusCode, status, data)
		}
		return string(data)
	}
	t.Fatalf("%s: it is still being opened", url)
	return ""
}

// answer is what programs get.
type answer struct {
	Title, Says string
	Warnings    []string
	Facts       map[string]any
	Tables      map[string]struct {
		Total int
		Sort  string
		Rows  []map[string]any
	}
}

func asJSON(t testing.TB, s *Server, url string) (a answer) {
	t.Helper()
	if err := json.Unmarshal([]byte(body(t, s, with(url, "format=json"), http.StatusOK)), &a); err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	return a
}

func with(url, more string) string {
	if strings.Contains(url, "?") {
		return url + "&" + more
	}
	return url + "?" + more
}

func asCSV(t testing.TB, s *Server, url, table string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(body(t, s, with(url, "format=csv&table="+table), http.StatusOK))).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	return rows
}
