// Package leaktest fails a test when a function leaks memory.
//
//	func TestRender(t *testing.T) {
//		leaktest.Check(t, leaktest.Options{Jobs: 20}, func() { render(order) })
//	}
//
// Check runs the function many times in a process of its own, which is this
// test alone, with heap dumps before, between and after. From these it finds
// out which type leaked and who holds it, as the command objgraph leaks does,
// and fails the test with that. What grows once, such as a cache that fills up,
// is no leak, and nothing is measured in bytes, so there are no thresholds to
// tune.
//
// A test binary made by go test has no debug information, without which the
// variables that hold have no names. Check then has go test -c build another one
// of the same package, which takes as long as linking the tests; run tests from
// a binary made with go test -c to save that, and where there is no go command.
//
// On systems other than Linux, whose executables are not read, tests are
// skipped at Check.
//
// Dumps hold the process's memory. They are written to the test's temporary
// folder, readable for their owner alone, and deleted with it.
package leaktest

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// Options says how a function is tried. The zero value is usable.
type Options struct {
	Jobs   int // runs of the function between the first dump and the last; 0: DefaultJobs
	Warmup int // runs before the first dump, for what is set up on first use; 0: DefaultWarmup, negative: none
	// Accept are fingerprints of leaks that are known, as a failure prints
	// them: what is held that way does not fail the test.
	Accept []string
}

// The defaults of Options.
const (
	DefaultJobs   = 12
	DefaultWarmup = 2
)

func (o Options) withDefaults() Options {
	if o.Jobs <= 0 {
		o.Jobs = DefaultJobs
	}
	if o.Warmup == 0 {
		o.Warmup = DefaultWarmup
	}
	return o
}

// Check fails the test if job leaks. The test up to this call is run again in
// the other process, and what comes after the call is not; so is job, where it
// may use the test to fail. Of several calls in a test each has a process of its
// own, in which the others do nothing. Calls with the same function, as in a
// loop, must be in subtests of their own.
func Check(t testing.TB, o Options, job func()) {
	t.Helper()
	o = o.withDefaults()
	id := callID(t.Name(), job)
	switch os.Getenv(envCheck) {
	case id:
		serve(t, o, job)
	case "":
		check(t, o, id)
	}
	// Otherwise this process is there for another call.
}

// callID tells the calls of Check in a test apart.
func callID(test string, job func()) string {
	name := runtime.FuncForPC(reflect.ValueOf(job).Pointer()).Name()
	return test + " " + name[strings.LastIndexByte(name, '/')+1:]
}

// intervals is how many there are between dumps: enough to tell growth that
// goes on from growth that ends.
const intervals = 3

// jobsIn are the jobs of each interval, as even as can be, none of them zero.
func jobsIn(jobs int) (out []int) {
	n := min(intervals, jobs)
	for i := range n {
		out = append(out, jobs*(i+1)/n-jobs*i/n)
	}
	return out
}

// dumpPath is the i-th dump in a folder.
func dumpPath(dir string, i, jobs int) string {
	return filepath.Join(dir, fmt.Sprintf("%03d-after-%d.dump", i, jobs))
}
