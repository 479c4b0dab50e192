package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// promised are the names in JSON that others rely on, as paths: [] is every
// element of an array, ! a value that may be null.
var promised = map[string]string{
	"info": `goVersion arch complete fileBytes objects objectBytes spanTailSlots memStats.heapObjects memStats.heapAlloc
		reachable.objects reachable.bytes reachable.conservative unreached.objects unreached.bytes
		typed.objects typed.bytes typed.objectsShare typed.bytesShare exe.path exe.how warnings
		evidence.header evidence.finalizer evidence.interface evidence.global evidence.local evidence.closure evidence.map
		evidence.channel evidence.pointer evidence.layout evidence.none`,
	"types": `types[].type types[].count types[].bytes types[].retained types[].guessed
		total.count total.bytes total.unreached.count total.unreached.bytes cut`,
	"types --by size": `sizes[].size sizes[].pointers sizes[].count sizes[].bytes total.count total.bytes spanTailSlots cut complete dump`,
	"info --header": `goVersion arch complete fileBytes objects objectBytes spanTailSlots memStats.heapObjects memStats.heapAlloc goroutines
		warnings dumpBytes params.pointerSize params.bigEndian params.heapStart params.heapEnd params.cpus pointerSlots
		records.object records.goroutine records.params records.memstats memoryEstimate`,
	"pprof -o x.pb.gz": `file by stacks total.count total.bytes merged.count merged.bytes unreached.count unreached.bytes guessed dump complete
		typed.objects typed.bytes typed.objectsShare typed.bytesShare warnings`,
	"roots": `roots[].kind roots[].name roots[].objects roots[].retained cut`,
	"paths": `target chains[].count chains[].root.kind chains[].root.name chains[].steps[].type chains[].steps[].edge
		chains[].steps[].addr chains[].fingerprint cut`,
	"leaks": `dumps jobs picked.type picked.count picked.new picked.gone picked.bytes picked.retained picked.perJob picked.why
		picked.runnersUp leaked[].type leaked[].count leaked[].new leaked[].gone leaked[].delta leaked[].bytes leaked[].retained
		leaked[].perJob leaked[].shape replaced grewOnce ambiguous redacted chains[].count chains[].root.kind chains[].root.name
		chains[].steps[].type chains[].steps[].edge chains[].steps[].addr chains[].fingerprint pictures verdict
		typed.objects typed.bytes typed.objectsShare typed.bytesShare warnings
		picked.firstSeen.job picked.firstSeen.dump picked.holder.name picked.holder.new picked.declared picked.allocated
		chains[].root.declared chains[].steps[].repeat retained accepted[].fingerprint accepted[].comment accepted[].count
		accepted[].types leaked[].ambiguous leaked[].background jobsFrom warmup.jobs warmup.dumps cut.leaked cut.chains unknown redacted`,
}

// TestJSONNames wants every promised name in the answers about a real program,
// with a value; addresses are texts.
func TestJSONNames(t *testing.T) {
	dir := series(t, "shapes")
	source, err := filepath.Abs(filepath.Join("..", "..", "testdata", "programs", "shapes"))
	if err != nil {
		t.Fatal(err)
	}
	dumps, _ := filepath.Glob(filepath.Join(dir, "*.dump"))
	t.Chdir(t.TempDir())
	for command, names := range promised {
		args := append([]string{"objgraph"}, strings.Fields(command)...)
		args = append(args, "--exe", filepath.Join(dir, "exe"), "--json", dumps[len(dumps)-1])
		if command == "paths" {
			args = append(args, "--type", "main.Steady")
		}
		if command == "leaks" {
			known := filepath.Join(t.TempDir(), "known.txt")
			if err := os.WriteFile(known, []byte("0123456789abcdef nothing\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args[:len(args)-1], dumps...)
			args = append(args, "--src", source, "--ignore-file", known)
		}
		answer := decode(t, args)
		for _, name := range strings.Fields(names) {
			for _, v := range lookUp(answer, name) {
				if v == nil {
					t.Errorf("%s --json: %s is missing or null", command, name)
				}
				if s, ok := v.(string); strings.HasSuffix(name, ".addr") && (!ok || !strings.HasPrefix(s, "0x")) {
					t.Errorf("%s --json: %s is %v, want a text 0x…", command, name, v)
				}
			}
		}
	}
}

// TestJSONNulls wants what one dump cannot say to be there and null.
func TestJSONNulls(t *testing.T) {
	t.Chdir(smallDumps(t))
	for line, names := range map[string]string{
		"leaks b.dump --json":           "picked.new picked.gone picked.perJob picked.firstSeen picked.holder picked.declared retained background jobsFrom",
		"leaks a.dump b.dump --json":    "leaked[].shape leaked[].since background",
		"leaks b.dump c.dump --json":    "picked",
		"info b.dump --json":            "exe",
		"pprof b.dump -o x --json":      "since ambiguous",
		"info b.dump --header --json":   "reachable unreached typed evidence exe roots edges conflicts",
		"info b.dump --json --exe none": "dumpBytes params pointerSlots records memoryEstimate",
		"types b.dump --by size --json": "sizes[].above sizes[].header",
	} {
		answer := decode(t, append([]string{"objgraph"}, strings.Fields(line)...))
		for _, name := range strings.Fields(names) {
			for _, v := range lookUp(answer, name) {
				if v != nil {
					t.Errorf("%s: %s is %v, want null", line, name, v)
				}
			}
			if !strings.Contains(name, "[") && !has(answer, name) {
				t.Errorf("%s: %s is missing", line, name)
			}
		}
	}
}

func decode(t *testing.T, args []string) (answer any) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(context.Background(), args, &out, &errs); code != 0 {
		t.Fatalf("%q: exit code %d\n%s", args, code, errs.String())
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return answer
}

// lookUp gives the values at a path, nil for each that is missing.
func lookUp(v any, path string) []any {
	if path == "" {
		return []any{v}
	}
	name, rest, _ := strings.Cut(path, ".")
	key, each := strings.CutSuffix(name, "[]")
	m, _ := v.(map[string]any)
	if !each {
		return lookUp(m[key], rest)
	}
	list, ok := m[key].([]any)
	if !ok || len(list) == 0 {
		return []any{nil}
	}
	var out []any
	for _, element := range list {
		out = append(out, lookUp(element, rest)...)
	}
	return out
}

// has reports whether the names of a path are there, whatever the value.
func has(v any, path string) bool {
	name, rest, more := strings.Cut(path, ".")
	m, _ := v.(map[string]any)
	inner, ok := m[name]
	return ok && (!more || has(inner, rest))
}

// TestInterrupt wants 130 and nothing half-written when the user stops it.
func TestInterrupt(t *testing.T) {
	t.Chdir(smallDumps(t))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, line := range []string{"leaks a.dump b.dump", "graph b.dump --addr 0xc000002000 -o x.svg", "types b.dump", "pprof b.dump -o x"} {
		var out, errs bytes.Buffer
		if code := run(ctx, append([]string{"objgraph"}, strings.Fields(line)...), &out, &errs); code != exitInterrupted {
			t.Errorf("%s: exit code %d\n%s", line, code, errs.String())
		}
		if out.Len() > 0 || errs.String() != "objgraph: interrupted\n" {
			t.Errorf("%s: prints %q and %q", line, out.String(), errs.String())
		}
	}
	if files, _ := os.ReadDir("."); len(files) != 3 {
		t.Errorf("files were left: %v", files)
	}
}
