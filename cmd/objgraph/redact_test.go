package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
)

// redactedBoth writes a dump's folder twice beside it, redacted with and without
// its executable, all under one name.
func redactedBoth(t *testing.T, exe, dump string) (original, byWords, byTypes string) {
	t.Helper()
	data, err := os.ReadFile(dump)
	if err != nil {
		t.Fatal(err)
	}
	dirs := [3]string{t.TempDir(), t.TempDir(), t.TempDir()}
	if err := os.WriteFile(filepath.Join(dirs[0], "x.dump"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "redact", dump, filepath.Join(dirs[1], "x.dump"))
	mustRun(t, "redact", dump, filepath.Join(dirs[2], "x.dump"), "--exe", exe)
	return dirs[0], dirs[1], dirs[2]
}

// mustRun is the standard output of a command that succeeds.
func mustRun(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), append([]string{"objgraph"}, args...), &out, &errs); code != 0 {
		t.Fatalf("objgraph %q: exit code %d\n%s", args, code, errs.String())
	}
	return out.Bytes()
}

// sameOutput compares what a command says in two folders.
func sameOutput(t *testing.T, a, b string, args ...string) {
	t.Helper()
	t.Chdir(a)
	want := mustRun(t, args...)
	t.Chdir(b)
	if got := mustRun(t, args...); !bytes.Equal(got, want) {
		t.Errorf("objgraph %q of the redacted dump:\n%s\nof the dump:\n%s", args, firstLines(got), firstLines(want))
	}
}

func firstLines(b []byte) []byte { return b[:min(len(b), 2000)] }

// TestRedactedAnswers wants the same types of a dump without contents, and with
// those judged by types every answer.
func TestRedactedAnswers(t *testing.T) {
	for _, c := range []struct{ dir, typ string }{{"zoo", "main.House"}, {"leaky", "main.LeakedWorker"}} {
		for _, v := range testprog.Versions() {
			t.Run(c.dir+"/go"+v, func(t *testing.T) {
				args := []string{}
				if c.dir == "leaky" {
					args = []string{"-n", "20000"}
				}
				exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: c.dir, Go: v}, args...)
				original, byWords, byTypes := redactedBoth(t, exe, dump)
				sameOutput(t, original, byWords, "types", "x.dump", "--exe", exe, "--json", "--all")
				for _, line := range [][]string{
					{"types", "x.dump", "--json", "--all"}, {"roots", "x.dump", "--json"}, {"leaks", "x.dump", "--json", "-o", "out"},
					{"paths", "x.dump", "--type", c.typ, "--json"}, {"graph", "x.dump", "--type", c.typ, "-o", "x.dot"},
				} {
					sameOutput(t, original, byTypes, append(line, "--exe", exe)...)
				}
				sameFiles(t, original, byTypes, "x.dot")
				for _, dir := range []string{byWords, byTypes} {
					t.Chdir(dir)
					mustRun(t, "redact", "x.dump", "again.dump")
					mustRun(t, "redact", "x.dump", "again-exe.dump", "--exe", exe)
				}
				sameFiles(t, byWords, byWords, "x.dump", "again.dump")
				sameFiles(t, byTypes, byTypes, "x.dump", "again-exe.dump")
			})
		}
	}
}

// sameFiles compares a file of two folders, or two of one.
func sameFiles(t *testing.T, a, b string, names ...string) {
	t.Helper()
	x, err := os.ReadFile(filepath.Join(a, names[0]))
	if err != nil {
		t.Fatal(err)
	}
	y, err := os.ReadFile(filepath.Join(b, names[len(names)-1]))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x, y) {
		t.Errorf("%s differ", strings.Join(names, " and "))
	}
}

// TestRedactedSecrets looks for 4,000 secrets, in 30 kinds of places: all are in
// the dump, none in what is redacted.
func TestRedactedSecrets(t *testing.T) {
	exe, dump, lines := testprog.Dump(t, testprog.Spec{Dir: "secrets"})
	original, byWords, byTypes := redactedBoth(t, exe, dump)
	for _, dir := range []string{original, byWords, byTypes} {
		data, err := os.ReadFile(filepath.Join(dir, "x.dump"))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if found := bytes.Contains(data, secretOf(t, line)); found != (dir == original) {
				t.Errorf("%s: found %v, redacted %v", line, found, dir != original)
			}
		}
	}
	if len(lines) < 4000 {
		t.Errorf("%d secrets", len(lines))
	}
}

// secretOf is the secret of a line as testdata/programs/secrets prints it.
func secretOf(t *testing.T, line string) []byte {
	t.Helper()
	var kind string
	var n int
	if _, err := fmt.Sscanf(line, "%s %d", &kind, &n); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	name := strings.SplitN(line, " ", 3)[2]
	sum := sha256.Sum256([]byte(name))
	if kind == "number" {
		return sum[:n]
	}
	return []byte(hex.EncodeToString(sum[:])[:n])
}

// TestRedactMemory redacts a large dump through a pipe, with OBJGRAPH_BIG one of
// 2 GB, in 64 MB of memory. The race detector, which the test itself may have in
// it, takes more.
func TestRedactMemory(t *testing.T) {
	n, limit, program := "200000", int64(128<<20), objgraphCommand(t).Path
	if os.Getenv("OBJGRAPH_BIG") == "1" {
		n, limit, program = "8000000", 64<<20, built(t)
	}
	if ownMemory(os.Getpid()) == 0 {
		t.Skip("memory is measured from /proc, and this system has none")
	}
	_, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", n)
	cmd := exec.Command(program, "redact", "-", "-", "--quiet")
	cmd.Stdin, cmd.Stdout = throughPipe(t, dump), toFile(t, dump+".red")
	most := peakOf(t, cmd)
	was, err := os.Stat(dump)
	if err != nil {
		t.Fatal(err)
	}
	is, err := os.Stat(dump + ".red")
	if err != nil || is.Size() != was.Size() {
		t.Fatalf("%d bytes became %d: %v", was.Size(), is.Size(), err)
	}
	t.Logf("%d bytes took %.1f MB of memory", is.Size(), float64(most)/1e6)
	if most > limit || most == 0 {
		t.Errorf("%d bytes of memory, want 1 to %d", most, limit)
	}
}

// throughPipe is a file's contents by way of a pipe.
func throughPipe(t *testing.T, path string) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		io.Copy(w, f)
		w.Close()
		f.Close()
	}()
	t.Cleanup(func() { r.Close() })
	return r
}

func toFile(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
