package leaktest

import (
	"os"
	"runtime"
	"runtime/debug"
	"testing"
)

// The variables of the environment that make a test binary the child.
const (
	envCheck = "OBJGRAPH_LEAKTEST"     // the call of Check to serve
	envDir   = "OBJGRAPH_LEAKTEST_DIR" // where its dumps go
)

// serve is Check in the child: it runs the jobs, writes the dumps and ends the
// test.
func serve(t testing.TB, o Options, job func()) {
	t.Helper()
	for range max(0, o.Warmup) {
		job()
	}
	dir, done := os.Getenv(envDir), 0
	if err := writeDump(dumpPath(dir, 0, 0)); err != nil {
		t.Fatal(err)
	}
	for i, n := range jobsIn(o.Jobs) {
		for range n {
			job()
		}
		done += n
		if err := writeDump(dumpPath(dir, i+1, done)); err != nil {
			t.Fatal(err)
		}
	}
	t.SkipNow()
}

// writeDump collects once to free the garbage, again to free what pools and
// finalizers held on to, and writes a dump that only its owner may read.
func writeDump(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	runtime.GC()
	runtime.GC()
	debug.WriteHeapDump(f.Fd())
	return f.Close()
}
