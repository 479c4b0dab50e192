package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/jobtrace"
)

// tracedWorker builds the example worker that uses package jobtrace.
func tracedWorker(t *testing.T) (exe string) {
	t.Helper()
	exe = filepath.Join(t.TempDir(), "tracedworker")
	if out, err := exec.Command("go", "build", "-o", exe, "../../examples/tracedworker").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return exe
}

// bench is a folder in which workers run and watchers watch.
type bench struct {
	t              *testing.T
	dir            string // with memdbg
	worker, object string // executables
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return &bench{t, t.TempDir(), tracedWorker(t), built(t)}
}

// in is another folder for a part of a test.
func (b *bench) in(t *testing.T) *bench { return &bench{t, t.TempDir(), b.worker, b.object} }

// TestWatch runs real workers and watchers, and kills some.
func TestWatch(t *testing.T) {
	b := newBench(t)
	t.Run("two watchers", func(t *testing.T) { twoWatchers(t, b.in(t)) })
	t.Run("killed watchers", func(t *testing.T) { killedWatchers(t, b.in(t)) })
	t.Run("crashing worker", func(t *testing.T) { crashingWorker(t, b.in(t)) })
	t.Run("interrupted run", func(t *testing.T) { interruptedRun(t, b.in(t)) })
}

func (b *bench) command(exe string, args ...string) *exec.Cmd {
	cmd := exec.Command(exe, args...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(b.object)+string(filepath.ListSeparator)+os.Getenv("PATH"), "TRACE_MEMORY=1")
	return cmd
}

func (b *bench) run(exe string, args ...string) string {
	b.t.Helper()
	out, err := b.command(exe, args...).CombinedOutput()
	if err != nil {
		b.t.Fatalf("%s %v: %v\n%s", exe, args, err, out)
	}
	return string(out)
}

// work runs the worker without a watcher of its own.
func (b *bench) work(args ...string) {
	b.t.Helper()
	cmd := b.command(b.worker, args...)
	cmd.Env = append(cmd.Env, "TRACE_MEMORY_NO_REPORT=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// jobReport is what a manifest says.
type jobReport struct {
	jobtrace.Manifest
	Report *struct {
		jobtrace.Report
		Leak   bool
		Crash  string
		Picked *struct{ Type string }
		Chains []struct{ Root struct{ Name string } }
	} `json:"report"`
}

// reports are all manifests in order.
func (b *bench) reports() (out []jobReport) {
	b.t.Helper()
	paths, _ := filepath.Glob(filepath.Join(b.dir, "memdbg", "tracedworker", "*.json"))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		var r jobReport
		if err == nil {
			err = json.Unmarshal(text, &r)
		}
		if err != nil {
			b.t.Fatalf("%s: %v", path, err)
		}
		out = append(out, r)
	}
	return out
}

// dumps are those under their final names.
func (b *bench) dumps() (paths []string) {
	all, _ := filepath.Glob(filepath.Join(b.dir, "memdbg", "tracedworker", "*.dump*"))
	for _, path := range all {
		if !strings.HasPrefix(filepath.Base(path), ".") {
			paths = append(paths, path)
		}
	}
	return paths
}

// checkWhole wants no file under its final name that is not whole.
func (b *bench) checkWhole() {
	b.t.Helper()
	for _, path := range b.dumps() {
		s, err := heapdump.Look(b.t.Context(), path, heapdump.SurveyOptions{})
		if err != nil || !s.Complete() {
			b.t.Errorf("%s is not whole: %v", path, err)
		}
	}
	pictures, _ := filepath.Glob(filepath.Join(b.dir, "memdbg", "*.svg"))
	for _, path := range pictures {
		if text, err := os.ReadFile(path); err != nil || !bytes.HasSuffix(bytes.TrimSpace(text), []byte("</svg>")) {
			b.t.Errorf("%s is not whole: %v", path, err)
		}
	}
	b.reports()
}

// watcher is an objgraph watch that runs beside.
type watcher struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	mu    sync.Mutex
	out   bytes.Buffer
}

func (w *watcher) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

func (w *watcher) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.String()
}

func (b *bench) watch(args ...string) *watcher {
	b.t.Helper()
	if err := os.MkdirAll(filepath.Join(b.dir, "memdbg"), 0o700); err != nil {
		b.t.Fatal(err)
	}
	w := &watcher{cmd: b.command(b.object, append([]string{"watch", "memdbg", "--until-stdin-closes"}, args...)...)}
	w.cmd.Stdout, w.cmd.Stderr = w, w
	var err error
	if w.stdin, err = w.cmd.StdinPipe(); err == nil {
		err = w.cmd.Start()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return w
}

// end closes the watcher's standard input and waits for it to finish.
func (w *watcher) end(t *testing.T) {
	t.Helper()
	w.stdin.Close()
	if err := w.cmd.Wait(); err != nil {
		t.Errorf("objgraph watch: %v\n%s", err, w.text())
	}
}

func (w *watcher) kill() {
	w.cmd.Process.Kill()
	w.cmd.Wait()
}

func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for begun := time.Now(); !f(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatalf("%s: not within a minute", what)
		}
	}
}

// twoWatchers has one folder watched twice: the second says so and ends, and one
// that was killed leaves the folder to the next.
func twoWatchers(t *testing.T, b *bench) {
	first := b.watch()
	eventually(t, "the lock", func() bool {
		_, err := os.Stat(filepath.Join(b.dir, "memdbg", ".watch.lock"))
		return err == nil
	})
	b.work("-jobs", "2", "-kinds", "mail")
	eventually(t, "the reports", func() bool { return strings.Contains(first.text(), "job mail-2 ") })
	for _, dir := range []string{"memdbg", "memdbg/tracedworker"} {
		out, err := b.command(b.object, "watch", "--once", dir).CombinedOutput()
		if err == nil || !strings.Contains(string(out), dir+": another objgraph watch looks after this folder already") {
			t.Errorf("the second watcher of %s: %v, %s", dir, err, out)
		}
	}
	first.kill()
	b.work("-jobs", "1", "-kinds", "mail")
	if out := b.run(b.object, "watch", "memdbg", "--once"); strings.Count(out, "\n") != 1 || !strings.Contains(out, "job mail-1 (seq 5)") {
		t.Errorf("the next watcher says %s", out)
	}
}

// killedWatchers kills watchers at all times: the next one goes on, and in the
// end each job is reported, once, with one picture.
func killedWatchers(t *testing.T, b *bench) {
	b.work("-jobs", "12", "-kinds", "booking")
	printed := ""
	for n := range 6 {
		w := b.watch("--no-compress")
		time.Sleep(time.Duration(60*(n+1)) * time.Millisecond)
		w.kill()
		printed += w.text()
	}
	printed += b.run(b.object, "watch", "memdbg", "--once")
	b.checkWhole()
	lines := map[string]int{}
	for _, m := range regexp.MustCompile(`job (booking-\d+) `).FindAllStringSubmatch(printed, -1) {
		lines[m[1]]++
	}
	for _, r := range b.reports() {
		if r.Kind == jobtrace.KindBefore {
			continue
		}
		if r.Report == nil || r.Report.Error != "" || len(r.Report.Rows) == 0 || lines[r.Job] > 1 {
			t.Errorf("job %s: %+v, printed %d times", r.Job, r.Report, lines[r.Job])
			continue
		}
		if r.JobsSoFar >= 5 && (r.Report.Picked == nil || r.Report.Picked.Type != "main.Order" || r.Report.Rows[0].Delta != 25) {
			t.Errorf("job %s: %+v", r.Job, r.Report)
		}
	}
	pictures, _ := filepath.Glob(filepath.Join(b.dir, "memdbg", "*.svg"))
	if len(pictures) != 8 {
		t.Errorf("%d pictures, want one for each of the jobs 5 to 12: %v", len(pictures), pictures)
	}
	if n := len(b.dumps()); n > 12 || n < 8 {
		t.Errorf("%d dumps are left", n)
	}
}

// crashingWorker wants the text of a crash in the last report, though the watcher ends
// with the worker.
func crashingWorker(t *testing.T, b *bench) {
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" {
		t.Skip("this system has no SIGQUIT")
	}
	cmd := b.command(b.worker, "-jobs", "2", "-kinds", "mail", "-pause", "1h")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the report of the job", func() bool {
		all := b.reports()
		return len(all) == 2 && all[1].Report != nil
	})
	_ = cmd.Process.Signal(syscall.SIGQUIT)
	_ = cmd.Wait()
	eventually(t, "the crash in the report", func() bool {
		return strings.HasPrefix(filepath.Base(b.reports()[1].Report.Crash), "crash-")
	})
}

// interruptedRun wants the worker to end with objgraph run.
func interruptedRun(t *testing.T, b *bench) {
	cmd := b.command(b.object, "run", "--jobs", "1000", "--", b.worker, "-pause", "1h")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var worker int
	eventually(t, "the worker", func() bool {
		line, _ := os.ReadFile(filepath.Join(b.dir, "memdbg", "tracedworker", "memory.jsonl"))
		var s jobtrace.Sample
		json.Unmarshal(bytes.SplitN(line, []byte("\n"), 2)[0], &s)
		worker = s.PID
		return worker > 0
	})
	cmd.Process.Signal(os.Interrupt)
	err := cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted || stderr.String() != "objgraph: interrupted\n" {
		t.Errorf("%v, %q; want code %d", err, stderr.String(), exitInterrupted)
	}
	eventually(t, "the end of the worker", func() bool {
		p, err := os.FindProcess(worker)
		return err != nil || p.Signal(syscall.Signal(0)) != nil
	})
}
