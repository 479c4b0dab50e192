package http

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain is the objgraph command in the children that the tests start.
func TestMain(m *testing.M) {
	if mode := os.Getenv("FAKE_OBJGRAPH"); mode != "" && len(os.Args) > 1 && os.Args[1] == "redact" {
		os.Exit(fake(mode))
	}
	os.Exit(m.Run())
}

func fake(mode string) int {
	if os.Getenv("OBJGRAPH_TOKEN") != "" || os.Getenv("TRACE_MEMORY") != "" || !slices.Equal(os.Args[1:], []string{"redact", "-", "-", "--quiet"}) {
		fmt.Fprintf(os.Stderr, "called as %q\n", os.Args)
		return 2
	}
	switch mode {
	case "count":
		n, err := io.Copy(io.Discard, os.Stdin)
		fmt.Printf("redacted %d, %v", n, err)
	case "fail":
		fmt.Fprintln(os.Stderr, "objgraph: the dump is odd")
		return 2
	case "half":
		fmt.Print(strings.Repeat("x", 100_000))
		return 2
	case "hang":
		os.WriteFile(os.Getenv("FAKE_PID"), []byte(strconv.Itoa(os.Getpid())), 0o600)
		for {
			if _, err := os.Stdout.WriteString("go on and on\n"); err != nil {
				return 1
			}
		}
	}
	return 0
}

// fakeChild makes the test itself the command.
func fakeChild(t *testing.T, mode string) Options {
	t.Helper()
	t.Setenv("FAKE_OBJGRAPH", mode)
	t.Setenv("TRACE_MEMORY", "1")
	t.Setenv("TMPDIR", t.TempDir())
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Options{Objgraph: exe}
}

// ask sends a request as if from this machine, as change says otherwise.
func ask(o Options, target string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://localhost:6060"+target, nil)
	r.RemoteAddr = "127.0.0.1:4711"
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	Handler(o).ServeHTTP(w, r)
	return w
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func from(addr, host string) func(*http.Request) {
	return func(r *http.Request) { r.RemoteAddr, r.Host = addr, host }
}

// TestAccess has who may ask and who may not.
func TestAccess(t *testing.T) {
	with := Options{Token: "s3cret"}
	for _, c := range []struct {
		name   string
		o      Options
		want   int
		change []func(*http.Request)
	}{
		{"local", Options{}, 200, nil},
		{"by address", Options{}, 200, []func(*http.Request){from("127.0.0.1:1", "127.0.0.1:6060")}},
		{"IPv6", Options{}, 200, []func(*http.Request){from("[::1]:1", "[::1]:6060")}},
		{"remote", Options{}, 403, []func(*http.Request){from("192.0.2.1:1", "localhost")}},
		{"remote address without a port", Options{}, 403, []func(*http.Request){from("", "localhost")}},
		{"another name for this machine", Options{}, 403, []func(*http.Request){from("127.0.0.1:1", "evil.example:6060")}},
		{"no name", Options{}, 403, []func(*http.Request){from("127.0.0.1:1", "")}},
		{"a proxy", Options{}, 403, []func(*http.Request){header("X-Forwarded-For", "192.0.2.1")}},
		{"a proxy that tells the scheme", Options{}, 403, []func(*http.Request){header("X-Forwarded-Proto", "https")}},
		{"a proxy that tells the client", Options{}, 403, []func(*http.Request){header("CF-Connecting-IP", "192.0.2.1")}},
		{"nginx as it comes", Options{}, 403, []func(*http.Request){func(r *http.Request) { r.Proto, r.ProtoMinor = "HTTP/1.0", 0 }}},
		{"another site's page", Options{}, 403, []func(*http.Request){header("Sec-Fetch-Site", "cross-site")}},
		{"from the address bar", Options{}, 200, []func(*http.Request){header("Sec-Fetch-Site", "none")}},
		{"with a token", with, 200, []func(*http.Request){from("192.0.2.1:1", "worker.example"), header("Authorization", "Bearer s3cret")}},
		{"with another", with, 401, []func(*http.Request){header("Authorization", "Bearer s3cre")}},
		{"remote without the token", with, 403, []func(*http.Request){from("192.0.2.1:1", "localhost")}},
		{"token that nobody set", Options{}, 403, []func(*http.Request){from("192.0.2.1:1", "localhost"), header("Authorization", "Bearer ")}},
		{"POST", Options{}, 405, []func(*http.Request){func(r *http.Request) { r.Method = http.MethodPost }}},
	} {
		if got := ask(c.o, MemoryPath, c.change...); got.Code != c.want {
			t.Errorf("%s: %d %s, want %d", c.name, got.Code, got.Body, c.want)
		}
	}
	t.Setenv("OBJGRAPH_TOKEN", "of the environment")
	if got := ask(Options{}, MemoryPath, from("192.0.2.1:1", "x"), header("Authorization", "Bearer of the environment")); got.Code != 200 {
		t.Errorf("token of the environment: %d", got.Code)
	}
}

// TestMemory has every number that this system gives.
func TestMemory(t *testing.T) {
	runtime.GC()
	var m map[string]any
	if err := json.Unmarshal(ask(Options{}, MemoryPath).Body.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"heapLive", "heapIdle", "heapGoal", "goroutines", "pid"} {
		if n, ok := m[name].(float64); !ok || n <= 0 {
			t.Errorf("%s: %v", name, m[name])
		}
	}
	if n, ok := m["rss"].(float64); !ok && m["rss"] != nil || ok && n <= 0 {
		t.Errorf("rss: %v", m["rss"])
	}
	if m["jobsSoFar"] != nil || m["job"] != nil {
		t.Errorf("jobs of nobody: %v %v", m["job"], m["jobsSoFar"])
	}
	SetJobs(func() (string, int) { return "a/b", 0 })
	defer jobs.Store(nil)
	if body := ask(Options{}, MemoryPath).Body.String(); !strings.Contains(body, `"job":"a/b","jobsSoFar":0`) {
		t.Error(body)
	}
}

// TestDump has the child redact, and headers that tell of the process.
func TestDump(t *testing.T) {
	o := fakeChild(t, "count")
	SetJobs(func() (string, int) { return "import 17\n", 41 })
	defer jobs.Store(nil)
	t.Setenv("OBJGRAPH_TOKEN", "not for the child")
	w := ask(o, DumpPath)
	var n int
	if _, err := fmt.Sscanf(w.Body.String(), "redacted %d, <nil>", &n); err != nil || n < 100_000 || w.Code != 200 {
		t.Fatalf("%d %q: %v", w.Code, w.Body, err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Executable": strings.ReplaceAll(exe, "/", "%2F"), "Pid": strconv.Itoa(os.Getpid()),
		"Redacted": "true", "Job": "import%2017%0A", "Jobs": "41", "Content-Type": "application/octet-stream",
	} {
		if got := w.Header().Get("X-Objgraph-" + name); got != want && w.Header().Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if pause, err := strconv.ParseFloat(w.Header().Get("X-Objgraph-Pause"), 64); err != nil || pause <= 0 {
		t.Errorf("pause %v, %v", pause, err)
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("left in the folder for temporary files: %v", left)
	}
}

// TestBuildID is that of the executable, as the Go command would say it.
func TestBuildID(t *testing.T) {
	if id := process().BuildID; strings.Count(id, "/") != 3 && id != "" {
		t.Errorf("%q is no build id", id)
	}
}

// TestContents gives a dump as it is, on this machine only.
func TestContents(t *testing.T) {
	o := Options{Objgraph: filepath.Join(t.TempDir(), "nowhere"), Token: "s3cret"}
	w := ask(o, DumpPath)
	if w.Code != http.StatusNotImplemented || !strings.Contains(w.Body.String(), "?contents=1") {
		t.Errorf("without a command: %d %s", w.Code, w.Body)
	}
	token := header("Authorization", "Bearer s3cret")
	w = ask(o, DumpPath+"?contents=1&gc=0", token)
	if w.Code != 200 || !strings.HasPrefix(w.Body.String(), "go1.7 heap dump\n") || w.Header().Get("X-Objgraph-Redacted") != "false" {
		t.Errorf("%d, %.20q", w.Code, w.Body)
	}
	for about, w := range map[string]*httptest.ResponseRecorder{
		"from elsewhere":      ask(o, DumpPath+"?contents=1", from("192.0.2.1:1", "worker"), token),
		"through a proxy":     ask(o, DumpPath+"?contents=1", header("Via", "1.1 proxy"), token),
		"without the token":   ask(o, DumpPath+"?contents=1"),
		"where there is none": ask(Options{Objgraph: o.Objgraph}, DumpPath+"?contents=1", header("Authorization", "Bearer ")),
	} {
		if w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "heap dump\n") {
			t.Errorf("%s: %d", about, w.Code)
		}
	}
}

// TestChildFails is an error page where nothing was sent, and a cut connection
// later.
func TestChildFails(t *testing.T) {
	w := ask(fakeChild(t, "fail"), DumpPath)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "the dump is odd") || w.Header().Get("X-Objgraph-Pid") != "" {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	srv := httptest.NewServer(Handler(fakeChild(t, "half")))
	defer srv.Close()
	resp, err := http.Get(srv.URL + DumpPath)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("%d bytes of a broken dump look whole", len(b))
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nowhere"))
	if w := ask(fakeChildIn(t), DumpPath); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "TMPDIR") {
		t.Errorf("without a folder for temporary files: %d %s", w.Code, w.Body)
	}
}

// fakeChildIn is the test as the command, with the environment as it is.
func fakeChildIn(t *testing.T) Options {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Options{Objgraph: exe}
}

// TestClientGoes ends the child when nobody listens, and answers one at a time.
func TestClientGoes(t *testing.T) {
	pidFile := filepath.Join(t.TempDir(), "pid")
	t.Setenv("FAKE_PID", pidFile)
	srv := httptest.NewServer(Handler(fakeChild(t, "hang")))
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+DumpPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadFull(resp.Body, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	second, err := http.Get(srv.URL + DumpPath)
	if err != nil {
		t.Fatal(err)
	}
	second.Body.Close()
	if second.StatusCode != http.StatusConflict || second.Header.Get("Retry-After") == "" {
		t.Errorf("a second dump: %s", second.Status)
	}
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(string(text))
	if err != nil {
		t.Fatal(err)
	}
	child, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for deadline := time.Now().Add(10 * time.Second); child.Signal(syscall.Signal(0)) == nil; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the child is still there")
		}
	}
	for deadline := time.Now().Add(10 * time.Second); !dumping.TryLock(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no other dump can be asked for")
		}
	}
	dumping.Unlock()
}

// TestDefaultMux has the pages where importing the package puts them.
func TestDefaultMux(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "http://localhost"+MemoryPath, nil)
	r.RemoteAddr = "[::1]:1"
	w := httptest.NewRecorder()
	http.DefaultServeMux.ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
