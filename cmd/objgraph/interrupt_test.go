package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/internal/testprog"
)

// promptly is how soon a command ends after a signal.
const promptly = 100 * time.Millisecond

// stopped is what became of a command that got a signal.
type stopped struct {
	took   time.Duration // from the signal to the end
	code   int           // -1: the signal itself ended it
	stderr string
}

// stopAt runs the program in dir, and sends a signal after so long.
func stopAt(t *testing.T, exe, dir string, at time.Duration, sig syscall.Signal, args ...string) stopped {
	t.Helper()
	cmd := exec.Command(exe, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(dir, "cache"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(at)
	begun := time.Now()
	cmd.Process.Signal(sig)
	err := cmd.Wait()
	s := stopped{time.Since(begun), 0, stderr.String()}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		s.code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return s
}

// built is the program as users have it.
func built(t *testing.T) string {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "objgraph")
	if out, err := exec.Command("go", "build", "-o", exe, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return exe
}

// checkStopped wants the code and the line of an interrupted command, or those
// of one that had come to its end. A signal in the first milliseconds, before
// the program listens, ends it without a word.
func checkStopped(t *testing.T, s stopped, sig syscall.Signal) {
	t.Helper()
	switch {
	case s.code == 0 || s.code == -1:
	case s.code != 128+int(sig) || !strings.HasSuffix(s.stderr, "objgraph: interrupted\n") || strings.Count(s.stderr, "interrupted") != 1:
		t.Errorf("%v: exit code %d, %q", sig, s.code, s.stderr)
	}
}

// checkLeft wants no file that is not whole below dir, and no program that is
// still at work there.
func checkLeft(t *testing.T, dir string) {
	t.Helper()
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && d.Name() == "cache" {
			return fs.SkipDir // of the layout engine
		}
		switch {
		case d == nil || err != nil:
		case strings.HasPrefix(d.Name(), ".part-"):
			t.Errorf("%s was left", path)
		case !d.IsDir() && !whole(path):
			t.Errorf("%s is not whole", path)
		}
		return nil
	})
	for range 20 { // what was killed takes a moment to go
		if len(atWork(dir)) == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%q are still at work in %s", atWork(dir), dir)
}

// atWork are the programs that run below dir.
func atWork(dir string) (lines []string) {
	cwds, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range cwds {
		if cwd, err := os.Readlink(link); err == nil && strings.HasPrefix(cwd, dir) {
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "cmdline"))
			lines = append(lines, string(line))
		}
	}
	return lines
}

// whole reports whether a file of ours ends as it should.
func whole(path string) bool {
	switch filepath.Ext(path) {
	case ".svg", ".xml":
		b, err := os.ReadFile(path)
		return err == nil && bytes.HasSuffix(bytes.TrimSpace(b), []byte(">")) && bytes.Contains(b, []byte("</"))
	case ".dump":
		s, err := heapdump.Look(context.Background(), path, heapdump.SurveyOptions{})
		return err == nil && s.Complete()
	}
	return true
}

// stopPromptly stops a command, and again if that took longer than promptly and
// killing it: what the command is to blame for happens every time, what other programs
// do to it does not. A command that is late is compared with one killed just after.
func stopPromptly(t *testing.T, exe string, at time.Duration, sig syscall.Signal, killed time.Duration, args ...string) (took time.Duration) {
	t.Helper()
	for try := range 8 {
		dir := t.TempDir()
		s := stopAt(t, exe, dir, at, sig, args...)
		checkStopped(t, s, sig)
		checkLeft(t, dir)
		if took = s.took; took <= promptly+killed {
			return took
		}
		beside := stopAt(t, exe, t.TempDir(), at, syscall.SIGKILL, args...).took
		t.Logf("%s: %v after %v, try %d: it ended after %v; killed, after %v", args[0], sig, at, try+1, took, beside)
		if took <= promptly+beside {
			return took
		}
	}
	t.Errorf("%s: %v after %v: it ended after %v", args[0], sig, at, took)
	return took
}

// interruptAtAll stops a command at n moments between from and to, with one
// signal and the other. A command that is killed shows what the machine takes
// to end a process at all: the median of three.
func interruptAtAll(t *testing.T, exe string, n int, from, to time.Duration, args ...string) {
	t.Helper()
	var kills []time.Duration
	for i := range 3 {
		kills = append(kills, stopAt(t, exe, t.TempDir(), from+(to-from)*time.Duration(i)/2, syscall.SIGKILL, args...).took)
	}
	slices.Sort(kills)
	worst := time.Duration(0)
	for i := range n {
		at, sig := from+(to-from)*time.Duration(i)/time.Duration(n-1), []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}[i%2]
		worst = max(worst, stopPromptly(t, exe, at, sig, kills[1], args...))
	}
	t.Logf("%s: the longest of %d ended after %v; killed, after %v", args[0], n, worst, kills)
}

// TestInterruptedDrawing stops a command while it draws.
func TestInterruptedDrawing(t *testing.T) {
	dump := filepath.Join(smallDumps(t), "b.dump")
	interruptAtAll(t, built(t), 6, 60*time.Millisecond, 600*time.Millisecond,
		"graph", dump, "--addr", "0xc000002000", "-o", "x.svg")
}

// TestInterruptedAnywhere stops every kind of command at many moments.
func TestInterruptedAnywhere(t *testing.T) {
	if os.Getenv("OBJGRAPH_BIG") != "1" {
		t.Skip("OBJGRAPH_BIG=1 stops commands on a dump of 530 MB")
	}
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "2000000")
	program := built(t)
	interruptAtAll(t, program, 30, 50*time.Millisecond, 2*time.Second, "leaks", dump, "--exe", exe, "--junit", "x.xml")
	interruptAtAll(t, program, 6, 50*time.Millisecond, time.Second, "types", dump, "--exe", exe)
	interruptAtAll(t, program, 4, 20*time.Millisecond, 200*time.Millisecond, "info", "--header", dump)
	interruptAtAll(t, program, 20, 50*time.Millisecond, 6*time.Second, "demo")
}
