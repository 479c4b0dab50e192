package http

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// dump is the page of heap dumps.
func (o *Options) dump(w http.ResponseWriter, r *http.Request) {
	contents := r.FormValue("contents") == "1"
	if contents {
		if err := o.mayHaveContents(r); err != nil {
			http.Error(w, "a dump with contents must not leave the machine: "+err.Error(), http.StatusForbidden)
			return
		}
	}
	redactor, err := o.redactor()
	if err != nil && !contents {
		http.Error(w, err.Error(), http.StatusNotImplemented)
		return
	}
	if !dumping.TryLock() {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "another dump is on its way: one at a time", http.StatusConflict)
		return
	}
	defer dumping.Unlock()
	http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a server without it sends what it can in its time
	if r.FormValue("gc") != "0" {
		runtime.GC()
		runtime.GC() // finalizers and pools' victims
	}
	d, err := writeDump()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer d.close()
	d.headers(w.Header(), !contents)
	if contents {
		io.Copy(w, d.file) // whoever went away needs no answer
		return
	}
	sendRedacted(r.Context(), w, redactor, d.file)
}

const noRedactor = "there is no objgraph command to take the contents out of the dump (%v): put it in the PATH of this program, name it in OBJGRAPH_BIN, or ask on this machine, with the token of OBJGRAPH_TOKEN, for ?contents=1, which has all passwords and keys in it"

// redactor is the path of the objgraph command.
func (o *Options) redactor() (string, error) {
	name := o.Objgraph
	if name == "" {
		name = os.Getenv("OBJGRAPH_BIN")
	}
	if name == "" {
		name = "objgraph"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf(noRedactor, err)
	}
	return path, nil
}

// heapDump is a dump in a file without a name.
type heapDump struct {
	file  *os.File
	pause time.Duration // that the program stood still for, and as long as the call took
	named bool          // the system does not let go of the name of an open file
}

// writeDump writes a dump to a temporary file that only this process has.
func writeDump() (d *heapDump, err error) {
	f, err := os.CreateTemp("", "objgraph-*.dump") // 0600
	if err != nil {
		return nil, fmt.Errorf("no temporary file for the dump: %w; set TMPDIR to a folder that can be written", err)
	}
	d = &heapDump{file: f, named: os.Remove(f.Name()) != nil}
	begun := time.Now()
	debug.WriteHeapDump(f.Fd())
	d.pause = time.Since(begun)
	if err := d.rewind(); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

// rewind goes back to the start of a dump that is whole as far as can be seen: the
// runtime does not say whether the disk was full. The last record is a zero.
func (d *heapDump) rewind() error {
	end, err := d.file.Seek(-1, io.SeekEnd)
	last := []byte{1}
	if err == nil {
		_, err = d.file.ReadAt(last, end)
	}
	if err == nil && last[0] != 0 {
		err = errors.New("its end is missing")
	}
	if err == nil {
		_, err = d.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("the dump was not written whole to %s (%w); is there enough room?", os.TempDir(), err)
	}
	return nil
}

func (d *heapDump) close() {
	d.file.Close()
	if d.named {
		os.Remove(d.file.Name())
	}
}

// headers tell of the process. What may be of any letters is escaped as in URLs.
func (d *heapDump) headers(h http.Header, redacted bool) {
	h.Set("Content-Type", "application/octet-stream")
	h.Set("X-Objgraph-Executable", url.PathEscape(process().Executable))
	h.Set("X-Objgraph-Build-Id", url.PathEscape(process().BuildID))
	h.Set("X-Objgraph-Go-Version", runtime.Version())
	h.Set("X-Objgraph-Pid", strconv.Itoa(os.Getpid()))
	h.Set("X-Objgraph-Started", process().Started.Format(time.RFC3339Nano))
	h.Set("X-Objgraph-Pause", strconv.FormatFloat(d.pause.Seconds(), 'f', 6, 64))
	h.Set("X-Objgraph-Redacted", strconv.FormatBool(redacted))
	if job, soFar, known := currentJob(); known {
		h.Set("X-Objgraph-Job", url.PathEscape(job))
		h.Set("X-Objgraph-Jobs", strconv.Itoa(soFar))
	}
}

// childGrace is how long a child that was told to end may take.
const childGrace = 5 * time.Second

// sendRedacted sends what the child makes of the dump, which ends when the client
// goes away. A child that fails with nothing sent is an error page; later the
// connection is cut, so that nobody takes a part for the whole.
func sendRedacted(ctx context.Context, w http.ResponseWriter, redactor string, dump *os.File) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var says words
	cmd := exec.CommandContext(ctx, redactor, "redact", "-", "-", "--quiet")
	cmd.Stdin, cmd.Stderr, cmd.WaitDelay, cmd.Env = dump, &says, childGrace, childEnv(os.Environ())
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		failed(w, redactor, err, &says)
		return
	}
	n, sent := io.Copy(w, out)
	if sent != nil {
		cancel() // the client is gone
	}
	err = cmd.Wait()
	switch {
	case sent == nil && err == nil && n > 0:
	case sent == nil && n == 0:
		failed(w, redactor, err, &says)
	default:
		panic(http.ErrAbortHandler)
	}
}

// failed answers that the child did not work.
func failed(w http.ResponseWriter, redactor string, err error, says *words) {
	for name := range w.Header() {
		if strings.HasPrefix(name, "X-Objgraph-") {
			w.Header().Del(name)
		}
	}
	http.Error(w, fmt.Sprintf("%s redact failed (%v): %s", redactor, err, says.Bytes()), http.StatusServiceUnavailable)
}

// childEnv leaves out what is meant for the program: a child is to write no dumps
// of its own, and needs no token.
func childEnv(env []string) (out []string) {
	for _, e := range env {
		if !strings.HasPrefix(e, "TRACE_MEMORY") && !strings.HasPrefix(e, "OBJGRAPH_TOKEN=") {
			out = append(out, e)
		}
	}
	return out
}

// words keeps the first of what is written to it.
type words struct{ bytes.Buffer }

const maxSays = 2 << 10

func (t *words) Write(b []byte) (int, error) {
	t.Buffer.Write(b[:min(len(b), max(0, maxSays-t.Len()))])
	return len(b), nil
}
