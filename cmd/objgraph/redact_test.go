package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
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

// TestRedactedSeries wants the same of dumps without contents, but for what only contents
// tell: that is said to be unknown, not counted as nothing.
func TestRedactedSeries(t *testing.T) {
	exe, truths := testprog.Series(t, testprog.Spec{Dir: "cache"})
	var dumps []string
	for _, truth := range truths {
		dumps = append(dumps, truth.Dump)
	}
	original := leaksOf(t, dumps, exe)
	if known, _ := original["ambiguous"].(float64); known == 0 || len(original["redacted"].([]any)) != 0 {
		t.Fatalf("%v ambiguous objects in the dumps, redacted are %v; the test is about some, and none", original["ambiguous"], original["redacted"])
	}
	for _, with := range [][]string{nil, {"--exe", exe}} {
		var blank []string
		for _, d := range dumps {
			blank = append(blank, filepath.Join(t.TempDir(), filepath.Base(d)))
			mustRun(t, append([]string{"redact", d, blank[len(blank)-1]}, with...)...)
		}
		got := leaksOf(t, blank, exe)
		if got["ambiguous"] != nil || len(got["redacted"].([]any)) != len(dumps) {
			t.Errorf("ambiguous %v, redacted %v; want null, and all", got["ambiguous"], got["redacted"])
		}
		if with != nil {
			sameButFor(t, got, original, "dumps", "redacted", "ambiguous", "unknown")
		}
		last := len(dumps) - 1
		text := string(mustRun(t, "leaks", blank[0], dumps[1], dumps[last], "--exe", exe, "-o", t.TempDir()))
		if !strings.Contains(strings.Join(strings.Fields(text), " "), "Contents of 1 of the 3 dumps were redacted and not compared: whether an object stands in the slot of another of its type, and whether a buffer that grew was appended to or filled anew is not known.") {
			t.Errorf("of one redacted dump of three:\n%s", text)
		}
		text = string(mustRun(t, "pprof", blank[0], blank[last], "--exe", exe, "-o", filepath.Join(t.TempDir(), "p.pb.gz")))
		if !strings.Contains(text, "contents were redacted and not compared: more objects may be new") {
			t.Errorf("pprof says nothing of redaction:\n%s", text)
		}
	}
}

func leaksOf(t *testing.T, dumps []string, exe string) (out map[string]any) {
	t.Helper()
	text := mustRun(t, append([]string{"leaks", "--json", "--limit", "0", "--exe", exe, "-o", t.TempDir()}, dumps...)...)
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	delete(out, "pictures")
	return out
}

// sameButFor compares answers without some of their keys, at any depth.
func sameButFor(t *testing.T, got, want any, but ...string) {
	t.Helper()
	without(got, but)
	without(want, but)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v\nwant\n%v", got, want)
	}
}

func without(v any, keys []string) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range keys {
			delete(v, k)
		}
		for _, x := range v {
			without(x, keys)
		}
	case []any:
		for _, x := range v {
			without(x, keys)
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
