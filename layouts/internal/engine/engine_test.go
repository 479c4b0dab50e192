package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/layouts/internal/early"
)

const pair = "digraph { a -> b }"

func TestLayout(t *testing.T) {
	out, err := Layout(context.Background(), []byte(pair), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(out), "{") || !strings.Contains(string(out), `"name": "b"`) {
		t.Errorf("got %s", out)
	}
}

// An engine may be started long before its graph is known, and not be needed.
func TestAhead(t *testing.T) {
	e := Start(context.Background(), time.Minute)
	time.Sleep(50 * time.Millisecond)
	if out, err := e.Layout(context.Background(), []byte(pair)); err != nil || !strings.Contains(string(out), `"name": "b"`) {
		t.Errorf("%v, %s", err, out)
	}
	e.Stop()
	Start(context.Background(), time.Minute).Stop()
	ctx, cancel := context.WithCancel(context.Background())
	e = Start(ctx, time.Minute)
	cancel()
	if out, err := e.Layout(ctx, []byte(pair)); !errors.Is(err, context.Canceled) {
		t.Errorf("ended before: %v, %s", err, out)
	}
	e.Stop()
	if left := children(t); len(left) > 0 {
		t.Errorf("children are left: %v", left)
	}
}

func TestNotDOT(t *testing.T) {
	for _, text := range []string{"", "digraph {", "no graph", "\x00\xff", "digraph { a [label=<<TABLE>] }"} {
		if out, err := Layout(context.Background(), []byte(text), time.Minute); err == nil {
			t.Errorf("%q was laid out as %s", text, out)
		}
	}
}

// slow is a graph that takes Graphviz minutes.
func slow() []byte {
	var b strings.Builder
	b.WriteString("digraph {\n")
	for i := range 8000 {
		fmt.Fprintf(&b, "n%d -> n%d;\n", i*7919%400, i*104729%401)
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

func TestKilled(t *testing.T) {
	if out, err := Layout(context.Background(), slow(), time.Second); !errors.Is(err, ErrTimeout) {
		t.Errorf("time limit: %v, %d bytes", err, len(out))
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	reason := errors.New("reason")
	time.AfterFunc(500*time.Millisecond, func() { cancel(reason) })
	if out, err := Layout(ctx, slow(), time.Minute); !errors.Is(err, reason) {
		t.Errorf("cancel: %v, %d bytes", err, len(out))
	}
	if left := children(t); len(left) > 0 {
		t.Errorf("children are left: %v", left)
	}
}

// children lists this process's children.
func children(t *testing.T) []string {
	t.Helper()
	if runtime.GOOS != "linux" {
		return nil
	}
	var out []string
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	for _, list := range lists {
		data, _ := os.ReadFile(list)
		out = append(out, strings.Fields(string(data))...)
	}
	return out
}

// TestOrphan wants a child whose parent never kills it to end by itself.
func TestOrphan(t *testing.T) {
	cmd := child(t, t.TempDir(), "500ms")
	cmd.Stdin = strings.NewReader(string(slow()))
	start := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitLate {
		t.Errorf("got %v", err)
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("took %v", d)
	}
}

// child is a command that runs this test binary as a layout child.
func child(t *testing.T, cache, limit string) *exec.Cmd {
	t.Helper()
	exe, err := executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), early.ChildEnv+"="+limit, early.TempVar()+"="+cache)
	return cmd
}

// TestDamagedCache wants a layout in spite of a cache that crashes the child.
func TestDamagedCache(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	t.Setenv("HOME", home)
	if _, err := Layout(context.Background(), []byte(pair), time.Minute); err != nil {
		t.Fatal(err)
	}
	damaged := damage(t, home)
	if damaged == 0 {
		t.Skip("no cache below " + home)
	}
	if _, err := Layout(context.Background(), []byte(pair), time.Minute); err != nil {
		t.Error(err)
	}
}

// damage overwrites the middle of every file below dir.
func damage(t *testing.T, dir string) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i := range data[len(data)/8:] {
			data[len(data)/8+i] ^= 0xa5
		}
		files++
		return os.WriteFile(path, data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestNoCacheFolder wants a layout where the user's cache cannot be made, and
// nothing left behind.
func TestNoCacheFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", file)
	t.Setenv("HOME", file)
	t.Setenv(early.TempVar(), tmp)
	if _, err := Layout(context.Background(), []byte(pair), time.Minute); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestStart looks at the inits of a process that does not draw, and of one
// that does.
func TestStart(t *testing.T) {
	const wasm = "init github.com/goccy/go-graphviz/internal/wasm "
	tmp := t.TempDir()
	idle := trace(t, "", tmp)
	if strings.Contains(idle, wasm) {
		t.Error("go-graphviz is initialised in a process that does not draw")
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
		t.Errorf("a process that does not draw made %v", left)
	}
	drawing := trace(t, "1m", tmp)
	first := strings.Index(drawing, "init github.com/objgraph/objgraph/layouts/internal/early ")
	second := strings.Index(drawing, wasm)
	if first < 0 || second < 0 || first > second {
		t.Errorf("package early is not initialised before go-graphviz:\n%s", drawing)
	}
}

// trace starts this binary without tests, or as a child, and gives its list of inits.
func trace(t *testing.T, limit, tmp string) string {
	t.Helper()
	cmd := child(t, tmp, limit)
	cmd.Args = append(cmd.Args, "-test.run=^$")
	cmd.Env = append(cmd.Env, "GODEBUG=inittrace=1")
	cmd.Stdin = strings.NewReader(pair)
	var diag strings.Builder
	cmd.Stderr = &diag
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return diag.String()
}

func TestBetween(t *testing.T) {
	for _, c := range []struct {
		out, want string
		ok        bool
	}{
		{"noise" + beginMark + "x" + endMark, "x", true},
		{beginMark + endMark + "more", "", true},
		{beginMark + "x", "", false},
		{"x" + endMark, "", false},
		{"", "", false},
	} {
		got, err := between([]byte(c.out))
		if string(got) != c.want || (err == nil) != c.ok {
			t.Errorf("between(%q) = %q, %v", c.out, got, err)
		}
	}
}

// BenchmarkChild is what a child takes that lays out the smallest graph, its code in
// the cache: wall clock, and processor time.
func BenchmarkChild(b *testing.B) {
	ctx := context.Background()
	cache, err := early.CacheDir()
	if err != nil {
		b.Fatal(err)
	}
	var processor time.Duration
	for b.Loop() {
		c, err := start(ctx, time.Minute, cache)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.layOut(ctx, []byte(pair)); err != nil {
			b.Fatal(err)
		}
		<-c.ended
		processor += c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()
	}
	b.ReportMetric(float64(processor.Nanoseconds())/float64(b.N), "cpu-ns/op")
}
