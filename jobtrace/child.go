package jobtrace

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// child is objgraph watch on the worker's folder. It lives as long as its
// standard input is open, which is as long as this process lives, and then
// finishes what is there.
type child struct {
	cmd   *exec.Cmd
	stdin *os.File // our end
	done  chan struct{}
	err   error // of the process; valid once done is closed
}

// report starts the child unless that was tried. Under t.work.
func (t *Tracer) report() {
	if t.o.NoReport || t.child != nil {
		return
	}
	t.child = &child{done: make(chan struct{})}
	if err := t.child.start(t); err != nil {
		close(t.child.done)
		t.log.once("no reports are made (objgraph watch "+t.o.Dir+" makes them, also later)", err)
	}
}

func (c *child) start(t *Tracer) error {
	tool := t.o.Objgraph
	if tool == "" {
		tool = "objgraph"
	}
	cmd := exec.Command(tool, "watch", "--until-stdin-closes", "--rows", t.folder.dir)
	cmd.Env = childEnv(os.Environ())
	detach(cmd)
	theirs, stdin, err := os.Pipe()
	if err != nil {
		return err
	}
	defer theirs.Close()
	out, theirOut, err := os.Pipe()
	if err != nil {
		return errors.Join(err, stdin.Close())
	}
	defer theirOut.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirOut, theirOut
	if err := cmd.Start(); err != nil {
		return errors.Join(err, stdin.Close(), out.Close())
	}
	c.cmd, c.stdin = cmd, stdin
	go c.follow(t, out)
	return nil
}

// childEnv is the environment without what makes a process trace.
func childEnv(env []string) (out []string) {
	for _, v := range env {
		if !strings.HasPrefix(v, envOn) {
			out = append(out, v)
		}
	}
	return out
}

// follow copies what the child prints to the log, until it ends.
func (c *child) follow(t *Tracer, out *os.File) {
	l := &lines{say: t.log.say}
	for {
		n, err := readUnder(&t.work, out, l.buf[:])
		t.work.Lock() // the log is written, and no goroutine of ours may be in a system call during a dump
		l.Write(l.buf[:n])
		if err != nil {
			l.flush()
		}
		t.work.Unlock()
		if err != nil {
			break
		}
	}
	out.Close()
	c.err = c.cmd.Wait()
	close(c.done)
	if c.err != nil && !t.off() {
		t.log.once("objgraph watch ended; dumps are written still", c.err)
	}
}

// lines passes on what is written line by line. A line of more than 4 KiB is cut
// into several.
type lines struct {
	say  func(format string, args ...any)
	buf  [4 << 10]byte // for reading
	part [4 << 10]byte
	n    int // bytes in part
}

func (l *lines) Write(p []byte) (int, error) {
	for _, b := range p {
		if b == '\n' || l.n == len(l.part) {
			l.flush()
		}
		if b != '\n' {
			l.part[l.n] = b
			l.n++
		}
	}
	return len(p), nil
}

func (l *lines) flush() {
	text := strings.TrimRight(string(l.part[:l.n]), "\r")
	if text = strings.TrimPrefix(text, "objgraph: "); text != "" { // which the log says itself
		l.say("%s", text)
	}
	l.n = 0
}

// close tells the child to finish and waits for it.
func (c *child) close(patience time.Duration) error {
	if c == nil || c.stdin == nil {
		return nil
	}
	c.stdin.Close()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-c.done:
		if c.err != nil {
			return fmt.Errorf("jobtrace: objgraph watch: %w", c.err)
		}
		return nil
	case <-timer.C:
		return fmt.Errorf("jobtrace: reports are not done after %v; objgraph watch goes on with them", patience)
	}
}
