package web

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"github.com/objgraph/objgraph/watch"
	"github.com/objgraph/objgraph/web/chart"
)

// addresses are all views, by what they are to show.
func addresses(t testing.TB, s *Server) map[string]string {
	t.Helper()
	dump := "/dump/keyed/000002-job"
	objects := asJSON(t, s, dump+"/objects?type=main.Item").Tables["objects"]
	if objects.Total != 100 || len(objects.Rows) != 100 {
		t.Fatalf("%d objects of main.Item in %d rows, want 100", objects.Total, len(objects.Rows))
	}
	addr := objects.Rows[0]["addr"].(string)
	return map[string]string{
		"/":                                      "keyed",
		"/worker/keyed":                          "Resident memory",
		"/worker/keyed?range=1h":                 "Heap: live",
		"/jobs":                                  "main.Item",
		"/jobs?leaks=1&sort=-growth&type=Item":   "main.Item",
		"/job/keyed/000002-job":                  "Who holds what leaked",
		"/job/keyed/000003-short":                "no report",
		"/compare":                               "Choose two dumps",
		dump:                                     "main.Item",
		dump + "?q=main.*&sort=type":             "main.Item",
		dump + "/set":                            "main.Item",
		dump + "/set?by=via&type=main.Item":      "map[string]*main.Item[*]",
		dump + "/set?in=type%7Cmain.Item&by=id":  "0x",
		dump + "/objects?type=main.Item":         addr,
		dump + "/object?addr=" + addr:            "map[string]*main.Item (group)",
		dump + "/roots":                          "global main.",
		dump + "/roots?q=main&sort=name":         "global main.",
		dump + "/tree":                           "Treemap",
		dump + "/tree?view=icicle":               "Icicle",
		dump + "/tree?node=" + addr:              "Below main.Item",
		dump + "/picture?addr=" + addr:           "map[string]*main.Item",
		dump + "/picture?type=main.Item":         "It stands for 100 objects",
		dump + "/picture?view=held&addr=" + addr: "What is held by main.Item",
		dump + "/chains?type=main.Item":          "global main.",
		dump + "/flamegraph":                     "pprof",
		dump + "/about":                          "reachable",
	}
}

var rawTag = regexp.MustCompile(`<img src=x|<script>alert|onerror=alert\(1\)>"`)

// Every view is a page that says what it is for, in which nothing hostile is more than
// text, and its tables are there as JSON and CSV with the same rows.
func TestViews(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	titles := map[string]string{}
	for url, want := range addresses(t, s) {
		page := body(t, s, url, http.StatusOK)
		title := regexp.MustCompile(`<title>(.*)</title>`).FindString(page)
		path, _, _ := strings.Cut(url, "?")
		if other, ok := titles[title]; ok && other != path {
			t.Errorf("%s and %s have the same title, %s", url, other, title)
		}
		titles[title] = path
		if !strings.Contains(page, chart.Escape(want)) && !strings.Contains(page, want) {
			t.Errorf("%s: the page lacks %q:\n%s", url, want, page)
		}
		if found := rawTag.FindString(page); found != "" {
			t.Errorf("%s: the page has %q as it is", url, found)
		}
		if strings.Count(page, "<h1>") != 1 || !strings.Contains(page, `href="#main"`) {
			t.Errorf("%s: the page lacks its heading, or the link to it", url)
		}
		for name, table := range asJSON(t, s, url).Tables {
			if rows := asCSV(t, s, url, name); len(rows) != len(table.Rows)+1 {
				t.Errorf("%s: table %s has %d rows as CSV and %d as JSON", url, name, len(rows)-1, len(table.Rows))
			}
		}
	}
}

// The tables have a head for each column, which says how it is sorted.
func TestTablesAreAccessible(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	page := body(t, s, "/dump/keyed/000002-job?sort=-count", http.StatusOK)
	for _, want := range []string{"<caption>", `<th scope="col" class="n" aria-sort="descending"`, `<th scope="row"`, `<label>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	rows := asJSON(t, s, "/dump/keyed/000002-job?sort=count").Tables["types"].Rows
	if !slices.IsSortedFunc(rows, func(a, b map[string]any) int { return int(a["count"].(float64) - b["count"].(float64)) }) {
		t.Error("sort=count: the rows are in another order")
	}
}

// A job's page tells one goroutine from several that hold alike, and what is not known
// from what is; of a dump that jobtrace did not write it shows no zeros as if measured.
func TestJobPage(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	page := body(t, s, "/job/keyed/000002-job", http.StatusOK)
	for _, want := range []string{chart.Escape("3 goroutines in main." + evil + " (one is goroutine 7)"), "<h2>What the evidence cannot say</h2>", "<li>98 % of the objects have a known type.</li>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	foreign := body(t, s, "/job/keyed/000003-short", http.StatusOK)
	for _, never := range []string{"Pause for the dump", "Jobs so far"} {
		if strings.Contains(foreign, never) {
			t.Errorf("a dump that jobtrace did not write has %q", never)
		}
	}
}

// A root leads to what it holds, and no column is without a name.
func TestRootsLead(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	page := body(t, s, "/dump/keyed/000002-job/roots?q=main.shop", http.StatusOK)
	to := regexp.MustCompile(`<a href="([^"]*/tree\?node=r\d+)">global main\.shop</a>`).FindStringSubmatch(page)
	if to == nil {
		t.Fatalf("global main.shop leads nowhere:\n%s", page)
	}
	if below := body(t, s, to[1], http.StatusOK); !strings.Contains(below, "<h1>Below global main.shop</h1>") || !strings.Contains(below, "main.Shop") {
		t.Errorf("%s is not what global main.shop holds:\n%s", to[1], below)
	}
	if page := body(t, s, "/dump/keyed/000002-job/chains?type=main.Shop", http.StatusOK); !strings.Contains(page, "points to → main.Shop") {
		t.Errorf("the first reference of a chain has no name:\n%s", page)
	}
	for url := range addresses(t, s) {
		if page := body(t, s, url, http.StatusOK); regexp.MustCompile(`<th scope="col"[^>]*></th>`).MatchString(page) {
			t.Errorf("%s: a column has no name", url)
		}
	}
}

// Each unfolded node brings its holders into the picture, and its address says so.
func TestPictureUnfolds(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	first := asJSON(t, s, "/dump/keyed/000002-job/picture?type=main.Item&view=held")
	page := body(t, s, "/dump/keyed/000002-job/picture?type=main.Item", http.StatusOK)
	if !strings.Contains(page, `<a href="/dump/keyed/000002-job/picture?addr=`) {
		t.Error("the boxes are no links")
	}
	policy := get(s, "/dump/keyed/000002-job/picture?type=main.Item").Header.Get("Content-Security-Policy")
	if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "style-src 'self' 'sha256-") {
		t.Errorf("the picture's style is not allowed by its hash: %s", policy)
	}
	if len(first.Tables["boxes"].Rows) == 0 {
		t.Fatal("no boxes")
	}
	back := asJSON(t, s, "/dump/keyed/000002-job/picture?type=main.Item").Tables["boxes"].Rows
	for _, row := range back {
		if href, ok := row["unfold"].(string); ok {
			more := asJSON(t, s, href).Tables["boxes"].Rows
			if len(more) < len(back) {
				t.Errorf("%s: %d boxes, fewer than before (%d)", href, len(more), len(back))
			}
			return
		}
	}
	t.Errorf("nothing unfolds in %v", back)
}

// What objects contain is shown with values alone.
func TestValues(t *testing.T) {
	dir, _ := folder(t)
	for _, show := range []bool{false, true} {
		s := serve(t, Options{Dir: dir, ShowValues: show})
		addr := asJSON(t, s, "/dump/keyed/000002-job/objects?type=main.Item").Tables["objects"].Rows[0]["addr"].(string)
		fields := asJSON(t, s, "/dump/keyed/000002-job/object?addr="+addr).Tables["fields"].Rows
		if len(fields) == 0 {
			t.Fatal("no fields")
		}
		if _, has := fields[0]["value"]; has != show {
			t.Errorf("values %v: %v", show, fields[0])
		}
	}
}

// Two dumps are compared as leaks does.
func TestCompare(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	a := asJSON(t, s, "/compare?a=keyed/000001-job&b=keyed/000002-job")
	if a.Says == "" || !strings.Contains(fmt.Sprint(a), "main.") {
		t.Errorf("compared: %+v", a)
	}
	if page := body(t, s, "/compare?a=keyed/000001-job&b=keyed/000002-job", http.StatusOK); !strings.Contains(page, ">A dump</th>") || strings.Contains(page, ">A job</th>") {
		t.Errorf("growth is told by job, and nobody said how many ran:\n%s", page)
	}
	body(t, s, "/compare?a=keyed/000001-job&b=keyed/000001-job", http.StatusBadRequest)
	wrong := body(t, s, "/compare?a=keyed/000002-job&b=keyed/000001-job", http.StatusUnprocessableEntity)
	if !strings.Contains(wrong, "give the dumps oldest first") || !strings.Contains(wrong, `<option value="keyed/000001-job" selected>`) {
		t.Errorf("the wrong way round, what was chosen cannot be changed:\n%s", wrong)
	}
	body(t, s, "/compare?a=keyed/000001-job&b=keyed/nothing", http.StatusNotFound)
	body(t, s, "/compare?a=keyed/000001-job&b=keyed/000004-garbage", http.StatusUnprocessableEntity)
}

// pprof's page runs the scripts that it wrote, and nothing is left of what writes files.
func TestFlameGraph(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	body(t, s, "/dump/keyed/000002-job", http.StatusOK)
	r := get(s, "/dump/keyed/000002-job/pprof/flamegraph")
	policy := r.Header.Get("Content-Security-Policy")
	if r.StatusCode != http.StatusOK || !strings.Contains(policy, "'sha256-") || strings.Contains(strings.Split(policy, "style-src")[0], "'unsafe-inline'") {
		t.Errorf("status %d, policy %s", r.StatusCode, policy)
	}
	if page := body(t, s, "/dump/keyed/000002-job/pprof/top", http.StatusOK); !strings.Contains(page, "main.Item") {
		t.Error("pprof's table lacks main.Item")
	}
	for _, name := range []string{"saveconfig", "deleteconfig", "source", "graph", "disasm"} {
		body(t, s, "/dump/keyed/000002-job/pprof/"+name, http.StatusNotFound)
	}
}

// Bad addresses, damaged dumps and dumps that went are told in words, with a status.
func TestFailures(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	dump := "/dump/keyed/000002-job"
	for url, status := range map[string]int{
		"/nothing":                               http.StatusNotFound,
		"/worker/nobody":                         http.StatusNotFound,
		"/worker/keyed?range=1y":                 http.StatusBadRequest,
		"/worker/keyed?from=yesterday":           http.StatusBadRequest,
		"/job/keyed/nothing":                     http.StatusNotFound,
		"/jobs?sort=salary":                      http.StatusBadRequest,
		"/jobs?page=x":                           http.StatusBadRequest,
		"/dump/keyed/nothing":                    http.StatusNotFound,
		"/dump/keyed/000004-garbage":             http.StatusUnprocessableEntity,
		"/dump/..%2f..%2fetc/passwd":             http.StatusNotFound,
		"/file/..%2fkeyed%2f000001-job.json":     http.StatusNotFound,
		"/file/.objgraph.sqlite":                 http.StatusNotFound,
		"/crash/..%2f/crash-1.txt":               http.StatusNotFound,
		"/assets/..%2fserver.go":                 http.StatusNotFound,
		dump + "?sort=nothing":                   http.StatusBadRequest,
		dump + "?format=xml":                     http.StatusBadRequest,
		dump + "/set?by=colour":                  http.StatusBadRequest,
		dump + "/set?in=type%7Cmain.Nothing":     http.StatusNotFound,
		dump + "/objects?type=main.Itm":          http.StatusNotFound,
		dump + "/objects":                        http.StatusBadRequest,
		dump + "/object?addr=zz":                 http.StatusBadRequest,
		dump + "/object?addr=0x1":                http.StatusNotFound,
		dump + "/tree?node=r99999999":            http.StatusBadRequest,
		dump + "/picture?type=main.Item&open=zz": http.StatusBadRequest,
		dump + "/pprof/nothing":                  http.StatusNotFound,
	} {
		page := body(t, s, url, status)
		if !strings.Contains(page, `role="alert"`) && !strings.HasPrefix(page, "{") {
			t.Errorf("%s: no words of what is wrong:\n%s", url, page)
		}
	}
	if page := body(t, s, "/dump/keyed/000003-short", http.StatusOK); !strings.Contains(page, `class="warn"`) {
		t.Error("a dump that is cut short: the page does not say so")
	}
}

// A dump that is removed while it is open is gone; its job is still known.
func TestDeletedDump(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	body(t, s, "/dump/keyed/000002-job", http.StatusOK)
	if err := os.Remove(filepath.Join(dir, "keyed", "000002-job.dump")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // before and after the folder is read again
		if page := body(t, s, "/dump/keyed/000002-job", http.StatusGone); !strings.Contains(page, "is gone") {
			t.Errorf("the page does not say that it is gone:\n%s", page)
		}
		body(t, s, "/job/keyed/000002-job", http.StatusOK)
		if err := s.store.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(filepath.Join(dir, "keyed")); err != nil {
		t.Fatal(err)
	}
	body(t, s, "/job/keyed/000001-job", http.StatusOK) // as long as the folder is not read again
	body(t, s, "/", http.StatusOK)
}

// A dump that was packed since the folder was read is no dump that is gone.
func TestPackedDump(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	for n := range 2 {
		pack(t, filepath.Join(dir, "keyed", fmt.Sprintf("%06d-job.dump", n+1)))
	}
	body(t, s, "/dump/keyed/000002-job", http.StatusOK)
	body(t, s, "/compare?a=keyed/000001-job&b=keyed/000002-job", http.StatusOK)
}

// pack does what objgraph watch does to a dump.
func pack(t *testing.T, path string) {
	t.Helper()
	if _, err := watch.Pack(path); err != nil {
		t.Fatal(err)
	}
}

// A hundred requests at once, for two dumps of which one fits into memory: nobody gets an
// error.
func TestManyAtOnce(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir, MaxMemory: 150e6})
	var urls []string
	for url := range addresses(t, s) {
		urls = append(urls, url, strings.Replace(url, "000002-job", "000001-job", 1))
	}
	urls = slices.DeleteFunc(urls, func(u string) bool { return strings.Contains(u, "addr=") || strings.Contains(u, "node=") })
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			r := get(s, with(urls[i%len(urls)], "format=json"))
			if r.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d", urls[i%len(urls)], r.StatusCode)
			}
		})
	}
	all.Wait()
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	if len(s.pool.entries) > 1 {
		t.Errorf("%d dumps are open, and one fits", len(s.pool.entries))
	}
}

// Work beside requests stands back while one is being answered, and is then done.
func TestBeside(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir})
	path := filepath.Join(dir, "keyed", "000002-job.dump")
	_, release, err := s.pool.use(t.Context(), path, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	e, err := s.pool.entry(path)
	if err != nil {
		t.Fatal(err)
	}
	s.pool.beside(e, func() { close(done) })
	s.pool.release(e)
	select {
	case <-done:
		t.Error("it was done while a request was being answered")
	case <-time.After(20 * yielding):
	}
	release()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Error("it was not done when the request had ended")
	}
}

// pprof asks no tool for anything, neither nm nor objdump: a page runs no programs.
func TestFlameGraphRunsNothing(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the test's tools are scripts")
	}
	bin := t.TempDir()
	for _, tool := range []string{"llvm-objdump", "objdump", "gobjdump", "llvm-nm", "nm", "addr2line", "llvm-symbolizer"} {
		if err := os.WriteFile(filepath.Join(bin, tool), []byte("#!/bin/sh\n: >\"$0\".was-run\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	if _, err := handlers(&profile.Profile{SampleType: []*profile.ValueType{{Type: "space", Unit: "bytes"}}}); err != nil {
		t.Fatal(err)
	}
	if ran, _ := filepath.Glob(filepath.Join(bin, "*.was-run")); len(ran) > 0 {
		t.Errorf("ran %v", ran)
	}
}

// A dump that takes too much is not opened.
func TestTooLarge(t *testing.T) {
	dir, _ := folder(t)
	s := serve(t, Options{Dir: dir, MaxMemory: 1e6})
	if page := body(t, s, "/dump/keyed/000002-job", http.StatusInsufficientStorage); !strings.Contains(page, "--max-memory") {
		t.Errorf("the page does not say what to do:\n%s", page)
	}
}

// The port that another server has is said to be taken, and by what.
func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, again := net.Listen("tcp", l.Addr().String())
	f := flags{addr: l.Addr().String()}
	if got, want := f.explainListen(again).Error(), "--addr "+f.addr+": another server has the port, perhaps this dashboard; give another, or port 0 for a free one"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
