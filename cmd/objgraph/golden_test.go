package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// goldens are commands on the small dumps, whose output is kept in
// testdata/golden under a name made from their arguments.
var goldens = []string{
	"info b.dump",
	"info b.dump --header",
	"info b.dump --json",
	"info b.dump --header --json",
	"types b.dump",
	"types b.dump --all --limit 2",
	"types b.dump --json",
	"types b.dump --by size",
	"types b.dump --by size --json --limit 2",
	"roots b.dump",
	"roots b.dump --json",
	"pprof b.dump -o x.pb.gz",
	"pprof a.dump b.dump -o x.pb.gz",
	"pprof b.dump -o x.pb.gz --by paths --max-stacks 3 --json",
	"paths b.dump --type ?32_(no_pointers)",
	"paths b.dump --addr 0xc000002000",
	"paths b.dump --addr 0xc000008000",
	"paths b.dump --addr 0xc000002000 --json",
	"graph b.dump --addr 0xc000002000",
	"graph b.dump --addr 0xc000000000 --forward --fanout 2 --depth 1",
	"graph b.dump --addr 0xc000006000 --back --chain",
	"graph b.dump --addr 0xc000004000 --chain --json",
	"graph b.dump --addr 0xc000006000 --format tree",
	"graph b.dump --type ?32_(no_pointers) --merged --format tree",
	"graph b.dump --type ?32_(no_pointers) --merged --theme print",
	"graph b.dump --type ?32_(no_pointers) --merged --json",
	"graph b.dump --type ?32_(no_pointers) --merged --only ?128* --format tree",
	"graph b.dump --type ?32_(no_pointers) --merged --stop-at ?64* --format tree",
	"leaks a.dump b.dump",
	"leaks a.dump b.dump --jobs 3 --json",
	"leaks b.dump c.dump",
	"leaks b.dump",
	"leaks b.dump --json",
}

// TestGoldens compares what the commands print with the golden files; read
// their diff like code after -update.
func TestGoldens(t *testing.T) {
	golden, err := filepath.Abs("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(smallDumps(t))
	for _, line := range goldens {
		name := strings.NewReplacer(" ", "_", "--", "").Replace(strings.NewReplacer("?", "", "*", "").Replace(line))
		t.Run(name, func(t *testing.T) {
			got := runLine(t, line)
			path := filepath.Join(golden, name+".txt")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("objgraph %s prints\n%s\nand not\n%s", line, got, want)
			}
		})
	}
}

// runLine runs a command that must succeed, and returns its standard output,
// then its standard error. An underscore in an argument stands for a space.
func runLine(t *testing.T, line string) []byte {
	t.Helper()
	args := []string{"objgraph"}
	for _, word := range strings.Fields(line) {
		args = append(args, strings.ReplaceAll(word, "_", " "))
	}
	var out, errs bytes.Buffer
	if code := run(context.Background(), args, &out, &errs); code != 0 {
		t.Errorf("objgraph %s: exit code %d\n%s", line, code, errs.String())
	}
	return append(append(out.Bytes(), "--- standard error\n"...), errs.Bytes()...)
}
