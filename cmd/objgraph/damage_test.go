package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// everything is a line for each command that reads a dump.
var everything = []string{
	"info x.dump", "info x.dump --header", "types x.dump --all", "types x.dump --by size", "roots x.dump", "paths x.dump --addr 0xc000002000",
	"graph x.dump --addr 0xc000002000 --back --chain", "graph x.dump --addr 0xc000000000 --forward",
	"pprof x.dump -o x.pb.gz", "leaks x.dump --format dot", "leaks a.dump x.dump --format dot",
}

// TestTruncated runs every command on a dump cut at many places: an answer
// that says so, or one line of what is wrong.
func TestTruncated(t *testing.T) {
	t.Chdir(smallDumps(t))
	whole, err := os.ReadFile("b.dump")
	if err != nil {
		t.Fatal(err)
	}
	step := 7
	if testing.Short() {
		step = 29
	}
	for n := 0; n < len(whole); n += step {
		for _, line := range everything {
			out, code := tryOn(t, whole[:n], line)
			if code == 0 && !strings.Contains(out, "damaged") && !strings.Contains(out, "DAMAGED") {
				t.Fatalf("%s of the first %d bytes is no answer that says it is of a part:\n%s", line, n, out)
			}
		}
	}
}

// TestCorrupted does so on dumps with bytes changed at random.
func TestCorrupted(t *testing.T) {
	t.Chdir(smallDumps(t))
	whole, err := os.ReadFile("b.dump")
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		data := bytes.Clone(whole)
		for range 1 + rnd.IntN(4) {
			data[rnd.IntN(len(data))] = byte(rnd.Uint32())
		}
		tryOn(t, data, everything[rnd.IntN(len(everything))])
	}
}

// tryOn runs a command on x.dump and wants 0, or 2 with a line that says why.
func tryOn(t *testing.T, dump []byte, line string) (out string, code int) {
	t.Helper()
	if err := os.WriteFile("x.dump", dump, 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), append([]string{"objgraph"}, strings.Fields(line)...), &stdout, &stderr)
	last := stderr.String()[strings.LastIndex(strings.TrimSpace("\n"+stderr.String()), "\n")+1:]
	if code != 0 && (code != exitError || !strings.HasPrefix(last, "objgraph: ") || stdout.Len() > 0) {
		t.Fatalf("%s of %d bytes: exit code %d\n%s\n%s", line, len(dump), code, stdout.String(), stderr.String())
	}
	if leftover, _ := filepath.Glob("memdbg/.part-*"); leftover != nil {
		t.Fatalf("%s left %v", line, leftover)
	}
	return stdout.String(), code
}
