package asynq_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	traced "github.com/objgraph/objgraph/contrib/asynq"
	"github.com/objgraph/objgraph/jobtrace"
)

// redis starts a Redis on a socket in a folder of the test.
func redis(t *testing.T) (socket string) {
	t.Helper()
	server, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("needs redis-server (Debian: apt-get install redis-server)")
	}
	dir, err := os.MkdirTemp("", "redis-*") // a socket's path has at most 108 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket = filepath.Join(dir, "s")
	cmd := exec.Command(server, "--port", "0", "--unixsocket", socket, "--dir", dir, "--save", "", "--appendonly", "no")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("unix", socket); err == nil {
			c.Close()
			return socket
		}
		if time.Now().After(end) {
			t.Fatal("redis-server does not answer")
		}
	}
}

// build builds a command of a module, "" for this one.
func build(t *testing.T, dir, pkg string) (exe string) {
	t.Helper()
	exe = filepath.Join(t.TempDir(), filepath.Base(pkg))
	cmd := exec.Command("go", "build", "-o", exe, pkg)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	return exe
}

// kinds are the example's types of tasks.
var kinds = []string{"picture:resize", "mail:send", "report:make"}

// enqueue puts tasks of all kinds into Redis, in turn.
func enqueue(t *testing.T, socket string, tasks int) {
	t.Helper()
	client := asynq.NewClient(asynq.RedisClientOpt{Network: "unix", Addr: socket})
	defer client.Close()
	for i := range tasks {
		task := asynq.NewTask(kinds[i%len(kinds)], fmt.Appendf(nil, "nobody-%d", i))
		if _, err := client.Enqueue(task, asynq.TaskID(fmt.Sprintf("id-%02d", i)), asynq.Timeout(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
}

// work runs the example until so many tasks are done.
func work(t *testing.T, exe, socket, dir string, tasks int, args ...string) (out string) {
	t.Helper()
	args = append([]string{"--network", "unix", "--redis", socket, "--tasks", fmt.Sprint(tasks), "--trace_memory", "--trace_memory_output_dir", dir}, args...)
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), "TRACE_MEMORY_NO_REPORT=1")
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("the worker: %v\n%s", err, text)
	}
	return string(text)
}

// traces reads the manifests of a worker, in order.
func traces(t *testing.T, dir string) (list []jobtrace.Manifest) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*-*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		var m jobtrace.Manifest
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &m); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		list = append(list, m)
	}
	return list
}

// TestTasks runs 50 tasks and wants a dump for each, and the leaking handler's
// type named from them.
func TestTasks(t *testing.T) {
	const tasks = 50
	socket, dir := redis(t), t.TempDir()
	enqueue(t, socket, tasks)
	exe := build(t, ".", "./example")
	out := work(t, exe, socket, dir, tasks)
	worker := filepath.Join(dir, "example")
	list := traces(t, worker)
	if len(list) != tasks+1 {
		t.Fatalf("%d dumps, want %d\n%s", len(list), tasks+1, out)
	}
	dumps := []string{filepath.Join(worker, list[0].Dump)}
	for i, m := range list[1:] {
		kind := kinds[i%len(kinds)]
		outcome := jobtrace.OutcomeOK
		if kind == "mail:send" {
			outcome = jobtrace.OutcomeFailed
		}
		if want := fmt.Sprintf("%s-id-%02d", kind, i); m.Kind != jobtrace.KindAfter || m.Job != want || m.Outcome != outcome || m.JobsSoFar != i+1 {
			t.Errorf("dump %d is %s %s %s after %d jobs, want that after %s %s", m.Seq, m.Kind, m.Job, m.Outcome, m.JobsSoFar, want, outcome)
		}
		dumps = append(dumps, filepath.Join(worker, m.Dump))
	}
	resizes := (tasks + len(kinds) - 1) / len(kinds)
	wantPicked(t, exe, dumps, "main.Thumbnail", 200*resizes)
}

// wantPicked asks objgraph leaks which type leaked.
func wantPicked(t *testing.T, exe string, dumps []string, typ string, count int) {
	t.Helper()
	args := append([]string{"leaks", "--json", "--exe", exe, "--out", t.TempDir()}, dumps...)
	out, err := exec.Command(build(t, "../..", "./cmd/objgraph"), args...).Output()
	if err != nil {
		t.Fatalf("objgraph leaks: %v\n%s", err, out)
	}
	var answer struct {
		Picked *struct {
			Type  string
			Delta int
		}
		Leaked []struct {
			Type  string
			Delta int
		}
		Verdict string
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatal(err)
	}
	for _, l := range answer.Leaked {
		if l.Type == typ && l.Delta != count {
			t.Errorf("%d of %s leaked, want %d", l.Delta, typ, count)
		}
	}
	if answer.Picked == nil || answer.Picked.Type != typ || !strings.Contains(answer.Verdict, "main.thumbnails") {
		t.Errorf("the verdict is %s", answer.Verdict)
	}
}

// TestConcurrency has a server that runs tasks at the same time.
func TestConcurrency(t *testing.T) {
	const tasks = 30
	socket, dir := redis(t), t.TempDir()
	enqueue(t, socket, tasks)
	out := work(t, build(t, ".", "./example"), socket, dir, tasks, "--concurrency", "4")
	if n := strings.Count(out, "another job is running"); n > 1 {
		t.Errorf("it says %d times that tasks are not traced:\n%s", n, out)
	}
	if n := len(traces(t, filepath.Join(dir, "example"))); n == 0 {
		t.Error("no task was traced")
	}
}

func TestOff(t *testing.T) {
	mux := asynq.NewServeMux()
	if h := traced.Middleware(nil)(mux); h != asynq.Handler(mux) {
		t.Errorf("got %v, want the handler itself", h)
	}
}
