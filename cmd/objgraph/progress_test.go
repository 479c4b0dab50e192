//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/objgraph/objgraph/mem"
)

// screen collects what a terminal gets, with the time of the first byte.
type screen struct {
	mu    sync.Mutex
	text  bytes.Buffer
	first time.Time
	done  chan struct{}
}

func watch(r io.Reader) *screen {
	s := &screen{done: make(chan struct{})}
	go func() {
		defer close(s.done)
		buf := make([]byte, 4096)
		for {
			n, err := r.Read(buf)
			s.mu.Lock()
			if n > 0 && s.first.IsZero() {
				s.first = time.Now()
			}
			s.text.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return // of a terminal: all its programs have ended
			}
		}
	}()
	return s
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// slowDump is a named pipe that gives the first half of a dump, and the rest
// when the test says so.
func slowDump(t *testing.T) (path string, finish func()) {
	t.Helper()
	dir := smallDumps(t)
	data, err := os.ReadFile(filepath.Join(dir, "b.dump"))
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("no named pipes: %v", err)
	}
	release := make(chan struct{})
	go func() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return
		}
		defer f.Close()
		f.Write(data[:len(data)/2])
		<-release
		f.Write(data[len(data)/2:])
	}()
	return path, func() { close(release) }
}

// objgraphCommand is the program in a process of its own.
func objgraphCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("objgraph") // testscript puts the test itself there
	if err != nil {
		t.Fatal(err)
	}
	return exec.Command(path, args...)
}

// onTerminal runs a command whose standard error is a terminal for so long,
// then lets its dump come to an end.
func onTerminal(t *testing.T, after time.Duration, args ...string) (out string, s *screen, begun time.Time) {
	t.Helper()
	path, finish := slowDump(t)
	master, slave, err := pty.Open()
	if err != nil {
		t.Skipf("no terminal: %v", err)
	}
	defer master.Close()
	cmd := objgraphCommand(t, append(args, path)...)
	var stdout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, slave
	cmd.Env = append(os.Environ(), "TERM=xterm")
	s, begun = watch(master), time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	time.Sleep(after)
	finish()
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, s)
	}
	<-s.done
	return stdout.String(), s, begun
}

// TestProgressOnATerminal wants a line after a second, not before, and none
// left when the answer comes.
func TestProgressOnATerminal(t *testing.T) {
	out, s, begun := onTerminal(t, 2500*time.Millisecond, "info", "--header")
	got := s.String()
	if after := s.first.Sub(begun); got == "" || after < meterDelay {
		t.Errorf("after %v the terminal has %q", after, got)
	}
	if !strings.Contains(got, "objgraph: counting") || !strings.HasSuffix(got, clearLine) || strings.Contains(got, "\n") {
		t.Errorf("the terminal got %q", got)
	}
	if !strings.HasPrefix(out, "dump ") {
		t.Errorf("the answer is %q", out)
	}
}

// TestProgressOfSeveral says which of the dumps it is.
func TestProgressOfSeveral(t *testing.T) {
	first := filepath.Join(smallDumps(t), "a.dump")
	_, s, _ := onTerminal(t, 1500*time.Millisecond, "leaks", "--out", t.TempDir(), "--exe", "none", first)
	if got := s.String(); !strings.Contains(got, "objgraph: dump 1 of 2, reading") {
		t.Errorf("the terminal got %q", got)
	}
}

// TestNoProgress wants nothing on the terminal of work that is short, nor where
// it was forbidden.
func TestNoProgress(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		args  string
	}{
		{200 * time.Millisecond, "info --header"},
		{1500 * time.Millisecond, "info --header --quiet"},
		{1500 * time.Millisecond, "info --header --json --no-progress"},
	} {
		if _, s, _ := onTerminal(t, c.after, strings.Fields(c.args)...); s.String() != "" {
			t.Errorf("%s: the terminal got %q", c.args, s)
		}
	}
}

// TestNoProgressThroughAPipe takes as long, with no terminal.
func TestNoProgressThroughAPipe(t *testing.T) {
	path, finish := slowDump(t)
	cmd := objgraphCommand(t, "info", "--header", path)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond)
	finish()
	if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
		t.Errorf("%v, standard error %q", err, stderr.String())
	}
}

// TestProgressMakesWay wants the line gone before anything is printed, and none
// drawn into a line that has not ended.
func TestProgressMakesWay(t *testing.T) {
	var b bytes.Buffer
	m := &meter{w: &b, begun: time.Now().Add(-2 * meterDelay), quit: make(chan struct{})}
	out := m.over(&b)
	m.tell(mem.StageType, 1, 2)
	m.draw()
	line := clearLine + "objgraph: typing  40 %  about 3 s left"
	if b.String() != line {
		t.Errorf("drawn: %q, want %q", b.String(), line)
	}
	b.Reset()
	io.WriteString(out, "half a ")
	m.draw()
	io.WriteString(out, "line\n")
	if want := clearLine + "half a line\n"; b.String() != want {
		t.Errorf("printed: %q, want %q", b.String(), want)
	}
	b.Reset()
	m.draw()
	m.stop()
	m.draw()
	if b.String() != line+clearLine {
		t.Errorf("at the end: %q", b.String())
	}
}

func TestProgressLine(t *testing.T) {
	for want, p := range map[string]place{
		"objgraph: working":                                                      {},
		"objgraph: reading":                                                      {stage: mem.StageRead},
		"objgraph: counting  25 %  about 30 s left":                              {stage: mem.StageCount, done: 1, total: 4},
		"objgraph: dump 2 of 4, reading  30 %  about 23 s left":                  {stage: mem.StageRead, done: 1, total: 1, dump: 1, dumps: 4},
		"objgraph: dump 1 of 100000, reading":                                    {stage: mem.StageRead, dumps: 100000},
		"objgraph: drawing  100 %  under 1 s left":                               {stage: mem.StageDraw, done: 3, total: 3},
		"objgraph: computing retained sizes  80 %  about 2 s left":               {stage: mem.StageDominators},
		"objgraph: dump 7 of 7, finding what is reachable  96 %  under 1 s left": {stage: mem.StageReach, dump: 6, dumps: 7},
	} {
		if got := p.line(10 * time.Second); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
	for d, want := range map[time.Duration]string{30 * time.Second: "about 30 s", 3 * time.Minute: "about 3 min", 5 * time.Hour: "about 5 h"} {
		if got := roughly(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

// TestStages wants words and a weight for every stage, a hundred in all.
func TestStages(t *testing.T) {
	sum := 0.0
	for _, s := range mem.Stages() {
		if stageWords[s] == "" || weights[s] == 0 {
			t.Errorf("stage %q has no words or no weight", s)
		}
		sum += weights[s]
	}
	if sum != 100 || len(weights) != len(mem.Stages()) {
		t.Errorf("%d weights, %v in all", len(weights), sum)
	}
}
