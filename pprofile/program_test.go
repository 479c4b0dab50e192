package pprofile

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/snapshot"
)

// openProgram is read of a dump with its executable.
func openProgram(t *testing.T, exe, dump string) *snapshot.Snapshot {
	t.Helper()
	data, err := os.ReadFile(dump)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, data, snapshot.Options{Exe: exe})
}

// write writes the profile of a dump, and returns its path.
func write(t *testing.T, s *snapshot.Snapshot, o Options) string {
	t.Helper()
	p, err := New(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	p.Comment("a comment of the test")
	path := filepath.Join(t.TempDir(), "heap.pb.gz")
	f, err := os.Create(path)
	if err == nil {
		err = p.Write(f)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// pprof runs go tool pprof and returns what it prints, spaces as one.
func pprof(t *testing.T, args ...string) string {
	t.Helper()
	var errs bytes.Buffer
	cmd := exec.Command("go", append([]string{"tool", "pprof"}, args...)...)
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go tool pprof %q: %v\n%s", args, err, errs.String())
	}
	if strings.Contains(errs.String(), "ymboliz") {
		t.Errorf("go tool pprof %q looks for symbols: %s", args, errs.String())
	}
	return regexp.MustCompile(` +`).ReplaceAllString(string(out), " ")
}

func wantAll(t *testing.T, out string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(out, w) {
			t.Errorf("%q is missing in\n%s", w, out)
		}
	}
}

// TestProgram wants the exact numbers of a program whose objects are known, and
// every way of pprof's to look at them.
func TestProgram(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "20000")
	s := openProgram(t, exe, dump)
	all := reachable(s)
	path := write(t, s, Options{})

	raw := pprof(t, "-raw", path)
	objects, bytes := rawTotals(t, raw)
	if objects != all.objects || bytes != all.bytes {
		t.Errorf("pprof reads %d objects and %d bytes, want %+v", objects, bytes, all)
	}
	wantAll(t, raw, "Period: 1\n", "Comment: a comment of the test\n", filepath.Base(exe), s.Program.BuildID)

	top := pprof(t, "-top", "-nodecount=1000", "-nodefraction=0", "-sample_index=objects", path)
	wantAll(t, top, fmt.Sprintf("of %d total", all.objects),
		" main.workers\n", // the root; what it holds and its list:
		" main.LeakedWorker.Prev main.LeakedWorker\n", " main.Payload.Body []uint8\n", " main.Manager.jobs map[string]*main.Job\n", " func main.build.func1 captured tr main.Tracker\n")

	for name, flat := range map[string]int{`main.Payload.Body []uint8`: 5000, `main.LeakedWorker`: 1, `main.LeakedWorker.Prev main.LeakedWorker`: 4} {
		if !regexp.MustCompile(fmt.Sprintf(`\n %d [^\n]* %s\n`, flat, regexp.QuoteMeta(name))).MatchString(top) {
			t.Errorf("%d of %s are missing in\n%s", flat, name, top)
		}
	}

	top = pprof(t, "-top", "-unit=B", "-nodefraction=0", path)
	wantAll(t, top, fmt.Sprintf("of %dB total", all.bytes), "Type: space\n", " 4480000B ")
	wantAll(t, pprof(t, "-top", "-unit=B", "-focus", `main\.Payload\.Body`, path), "4480000B")
	wantAll(t, pprof(t, "-peek", `main\.Payload\.Body`, path), "main.Record.Val main.Payload")
	wantAll(t, pprof(t, "-top", "-files", path), " main\n")
	wantAll(t, pprof(t, "-top", "-diff_base", path, path), "Showing nodes accounting for 0, 0% of ")
}

var rawSample = regexp.MustCompile(`(?m)^ ?(\d+) (\d+): [\d ]+$`)

// rawTotals adds up the samples of pprof -raw.
func rawTotals(t *testing.T, raw string) (objects, bytes uint64) {
	t.Helper()
	for _, m := range rawSample.FindAllStringSubmatch(raw, -1) {
		var a, b uint64
		if _, err := fmt.Sscan(m[1], &a); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscan(m[2], &b); err != nil {
			t.Fatal(err)
		}
		objects, bytes = objects+a, bytes+b
	}
	return objects, bytes
}

// TestSameBytes wants the same file from another snapshot of the same dump.
func TestSameBytes(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "4000")
	for _, o := range []Options{{}, {Paths: true}, {MaxStacks: 20}} {
		a, err := os.ReadFile(write(t, openProgram(t, exe, dump), o))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(write(t, openProgram(t, exe, dump), o))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%+v: two profiles of one dump differ", o)
		}
	}
}

// TestDifference wants of two dumps what came between, and nothing of what stayed.
func TestDifference(t *testing.T) {
	exe, truths := testprog.Series(t, testprog.Spec{Dir: "shapes"})
	first := write(t, openProgram(t, exe, truths[0].Dump), Options{})
	last := write(t, openProgram(t, exe, truths[len(truths)-1].Dump), Options{})
	out := pprof(t, "-top", "-nodefraction=0", "-nodecount=1000", "-sample_index=objects", "-diff_base", first, last)
	for name, more := range map[string]int{"Steady": 6, "Heavy": 18, "Stairs": 12, "Once": 50, "Flat": 35, "Shrink": -30} {
		if !regexp.MustCompile(fmt.Sprintf(`\n %d [^\n]* main\.%s\n`, more, name)).MatchString(out) {
			t.Errorf("%d of main.%s are missing in\n%s", more, name, out)
		}
	}
	for _, same := range []string{"Churn", "Still"} {
		if regexp.MustCompile(`\n -?[1-9][^\n]* main\.` + same + `\n`).MatchString(out) {
			t.Errorf("main.%s did not change, and is in\n%s", same, out)
		}
	}
}

// TestPages wants the pages that pprof serves.
func TestPages(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "4000")
	url := serve(t, write(t, openProgram(t, exe, dump), Options{}))
	for page, want := range map[string]string{"flamegraph": "main.Payload.Body", "top": "main.Record.Val main.Payload", "peek?f=Payload": "main.Payload.Body []uint8"} {
		resp, err := http.Get(url + "/ui/" + page)
		for try := 0; err != nil && try < 100; try++ { // it says so before it does
			time.Sleep(50 * time.Millisecond)
			resp, err = http.Get(url + "/ui/" + page)
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("page %s: %s, %v, %d bytes without %q", page, resp.Status, err, len(body), want)
		}
	}
}

// serve runs pprof as a server until the test ends, and returns its address.
func serve(t *testing.T, path string) string {
	t.Helper()
	tool, err := exec.Command("go", "tool", "-n", "pprof").Output()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(strings.TrimSpace(string(tool)), "-http=127.0.0.1:", "-no_browser", path)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	limit := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer limit.Stop()
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "Serving web UI on "); ok {
			return strings.TrimSpace(url)
		}
	}
	t.Fatal("pprof serves nothing")
	return ""
}

// TestLarge makes the profile of a heap of two million objects.
func TestLarge(t *testing.T) {
	if os.Getenv("OBJGRAPH_BIG") != "1" {
		t.Skip("OBJGRAPH_BIG=1 makes the profile of 2 million objects")
	}
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "2000000")
	s := openProgram(t, exe, dump)
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	for _, paths := range []bool{false, true} {
		begun := time.Now()
		p, err := New(context.Background(), s, Options{Paths: paths})
		took := time.Since(begun)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("paths %v: %v for %d objects in %d stacks", paths, took, p.Total.Count, p.Stacks)
		if p.Total != counted(reachable(s)) || took > 3*time.Second {
			t.Errorf("paths %v: %+v in %v, want %+v in about a second", paths, p.Total, took, reachable(s))
		}
	}
}
