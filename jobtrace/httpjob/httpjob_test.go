package httpjob_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/jobtrace"
	"github.com/objgraph/objgraph/jobtrace/httpjob"
)

func handler(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/abort" {
		panic(http.ErrAbortHandler)
	}
	w.(http.Flusher).Flush() // the writer is the server's own
	w.Write([]byte("served " + r.URL.Path))
}

func tracer(t *testing.T) (tr *jobtrace.Tracer, dir string) {
	t.Helper()
	dir = t.TempDir()
	tr, err := jobtrace.New(jobtrace.Options{Dir: dir, Worker: "w", NoReport: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tr.Close() })
	return tr, dir
}

func TestMiddleware(t *testing.T) {
	tr, dir := tracer(t)
	srv := httptest.NewServer(httpjob.Middleware(tr, nil)(http.HandlerFunc(handler)))
	defer srv.Close()
	for path, want := range map[string]int{"/a?token=secret": 200, "/abort": 0} {
		resp, err := http.Get(srv.URL + path)
		if got := status(resp); got != want {
			t.Errorf("%s: status %d (%v), want %d", path, got, err, want)
		}
	}
	srv.Close()
	var seen []string
	paths, _ := filepath.Glob(filepath.Join(dir, "w", "*-*.json"))
	for _, path := range paths {
		var m jobtrace.Manifest
		text, _ := os.ReadFile(path)
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, m.Kind+" "+m.Job+" "+m.Outcome)
	}
	all := strings.Join(seen, ", ")
	for _, want := range []string{"after GET /a ok", "panic GET /abort panicked"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in the manifests: %s", want, all)
		}
	}
}

func status(resp *http.Response) int {
	if resp == nil {
		return 0
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil { // it ends when the job has
		return -1
	}
	return resp.StatusCode
}

func TestOff(t *testing.T) {
	h := httpjob.Middleware(nil, nil)(http.HandlerFunc(handler))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/b", nil))
	if w.Body.String() != "served /b" {
		t.Errorf("got %q", w.Body)
	}
}

func TestName(t *testing.T) {
	tr, dir := tracer(t)
	name := func(r *http.Request) string { return "order-" + r.URL.Query().Get("id") }
	httpjob.Middleware(tr, name)(http.HandlerFunc(handler)).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/b?id=7", nil))
	if _, err := os.Stat(filepath.Join(dir, "w", "000002-order-7.dump")); err != nil {
		t.Error(err)
	}
}
