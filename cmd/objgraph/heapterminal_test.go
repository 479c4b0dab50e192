//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// wait waits until a screen shows a text after what was waited for before, and
// returns where the text ends.
func (s *screen) wait(t *testing.T, from int, text string) int {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		s.mu.Lock()
		all := s.text.String()
		s.mu.Unlock()
		if i := strings.Index(all[min(from, len(all)):], text); i >= 0 {
			return from + i + len(text)
		}
	}
	t.Fatalf("the screen does not show %q:\n%s", text, s)
	return 0
}

// A session at a terminal completes words, keeps its names when Ctrl-C ends an
// answer, and its lines for the next one.
func TestHeapAtATerminal(t *testing.T) {
	dumps, exe := keyedDumps(t)
	master, slave, err := pty.Open()
	if err != nil {
		t.Skipf("no terminal: %v", err)
	}
	defer master.Close()
	if err := pty.Setsize(master, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	cmd := objgraphCommand(t, "heap", dumps[1], "--exe", exe)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.Env = append(os.Environ(), "TERM=xterm", "HOME="+home, "XDG_CONFIG_HOME="+home)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s := watch(master)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	at := s.wait(t, 0, ">>> ")
	for _, step := range []struct{ types, shows string }{
		{"items = h.where(type=\"main.It\t\")\r", ">>> "},
		{"items.cou\t\r", "100"},
		{"while True: pass\r\r", "... "},
		{"", "\n"},
	} {
		master.WriteString(step.types)
		at = s.wait(t, at, step.shows)
	}
	time.Sleep(200 * time.Millisecond) // it is at it
	master.WriteString("\x03")
	at = s.wait(t, at, "error: interrupted")
	at = s.wait(t, at, ">>> ")
	master.WriteString("items.count + 1\r")
	at = s.wait(t, at, "101")
	s.wait(t, at, ">>> ")
	master.WriteString("\x04")
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, s)
	}
	<-s.done
	history, err := os.ReadFile(filepath.Join(home, "objgraph", "heap-history"))
	if err != nil || !strings.Contains(string(history), "items.count\n") {
		t.Errorf("history %q, %v", history, err)
	}
}
