package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/layouts"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"objgraph": main})
}

// TestScripts runs one short script for each behaviour of the command line.
// Each has these dumps, with the executable that wrote them beside:
//
//	$FANIN/heap.dump   one main.Shared with fourteen holders
//	$LEAKY/heap.dump   2,000 objects of the known-answer program
//	$SHAPES/*.dump     seven dumps, one job apart: main.Steady and others leak
//	$CACHE/*.dump      four dumps of a cache whose entries are replaced
//	$KEYED/*.dump      two of a program with something for each question of a session
//	$SMALL/*.dump      two made by hand, without an executable
//	$WORKER            the example worker that uses jobtrace
func TestScripts(t *testing.T) {
	env := map[string]string{
		"FANIN":  oneDump(t, "fanin"),
		"LEAKY":  oneDump(t, "leaky", "-n", "2000"),
		"SHAPES": series(t, "shapes"),
		"CACHE":  series(t, "cache"),
		"SMALL":  smallDumps(t),
		"WORKER": tracedWorker(t),
		"KEYED":  series(t, "keyed"),
	}
	cache := warmEngine(t)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			for name, dir := range env {
				e.Setenv(name, dir)
			}
			e.Setenv("HOME", e.Getenv("WORK"))
			e.Setenv("XDG_CACHE_HOME", cache)
			for _, name := range []string{"GOCACHE", "GOPATH", "GOMODCACHE"} {
				e.Setenv(name, goEnv(t, name))
			}
			return nil
		},
	})
}

// warmEngine draws a picture with all the time that the layout engine needs to
// be compiled, once for all scripts, and returns the folder where that is kept:
// with the race detector on a busy machine it takes longer than a picture may.
func warmEngine(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	pic := &layouts.Picture{Nodes: []layouts.Node{{Lines: []string{"main.T"}}}}
	if _, err := layouts.SVG(t.Context(), pic, layouts.Options{Timeout: 3 * time.Minute}); err != nil {
		t.Fatal(err)
	}
	return cache
}

// oneDump runs a program that writes one dump, and returns a folder with
// heap.dump and exe.
func oneDump(t *testing.T, program string, args ...string) string {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: program}, args...)
	return beside(t, filepath.Dir(dump), exe)
}

// series runs a program that writes several.
func series(t *testing.T, program string) string {
	exe, truths := testprog.Series(t, testprog.Spec{Dir: program})
	return beside(t, filepath.Dir(truths[0].Dump), exe)
}

func beside(t *testing.T, dir, exe string) string {
	data, err := os.ReadFile(exe)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "exe"), data, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
