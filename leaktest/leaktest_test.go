package leaktest_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/leaktest"
)

// recorder is a test whose failures are looked at instead.
type recorder struct {
	testing.TB
	failed, logged []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.failed = append(r.failed, fmt.Sprintf(format, args...))
}

func (r *recorder) Logf(format string, args ...any) {
	r.logged = append(r.logged, fmt.Sprintf(format, args...))
}

type stop struct{}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	panic(stop{})
}

// try gives what Check fails a test with.
func try(t *testing.T, o leaktest.Options, job func()) (failed []string) {
	t.Helper()
	r := &recorder{TB: t}
	defer func() {
		if p := recover(); p != nil && p != (stop{}) {
			panic(p)
		}
		failed = r.failed
	}()
	leaktest.Check(r, o, job)
	return nil
}

type order struct{ lines [8]int }

type ledger struct{ open map[int]*order }

var books = &ledger{open: map[int]*order{}}

func leak() { books.open[len(books.open)] = &order{lines: [8]int{1}} }

func TestLeak(t *testing.T) {
	failed := try(t, leaktest.Options{Jobs: 9}, leak)
	if len(failed) != 1 {
		t.Fatalf("it failed with %q, want one leak", failed)
	}
	flat := strings.Join(strings.Fields(failed[0]), " ")
	for _, want := range []string{
		"leaktest: 9 of leaktest_test.order stay after 9 jobs, one a job, ",
		"all 9 are held by global leaktest_test.books through ",
		"first seen after job 3",
		"-> leaktest_test.order 0x",
	} {
		if !strings.Contains(flat, want) {
			t.Errorf("the failure does not say %q:\n%s", want, failed[0])
		}
	}
}

// TestAccepted accepts the leak by the fingerprint that a failure prints.
func TestAccepted(t *testing.T) {
	failed := try(t, leaktest.Options{}, leak)
	prints := regexp.MustCompile(`fingerprint ([0-9a-f]{16})`).FindStringSubmatch(strings.Join(failed, ""))
	if os.Getenv("OBJGRAPH_LEAKTEST") != "" {
		prints = []string{"", "which the child need not know"}
	}
	if prints == nil {
		t.Fatalf("no fingerprint in %q", failed)
	}
	if failed := try(t, leaktest.Options{Accept: prints[1:]}, func() { leak() }); failed != nil {
		t.Errorf("the accepted leak failed with %q", failed)
	}
}

// TestClean has a function that fills up a cache and makes garbage.
func TestClean(t *testing.T) {
	cache := map[int]*order{}
	n := 0
	leaktest.Check(t, leaktest.Options{}, func() {
		n++
		cache[n%5] = &order{}
		_ = make([]*order, 1000)
	})
}

// TestCalls has several calls in one test, in subtests and out of them.
func TestCalls(t *testing.T) {
	if failed := try(t, leaktest.Options{}, func() {}); failed != nil {
		t.Errorf("the first failed with %q", failed)
	}
	for _, name := range []string{"a b", "c+d"} {
		t.Run(name, func(t *testing.T) {
			if failed := try(t, leaktest.Options{}, leak); len(failed) != 1 {
				t.Errorf("%s failed with %q, want one leak", name, failed)
			}
		})
	}
}

func TestFailingFunction(t *testing.T) {
	failed := try(t, leaktest.Options{}, func() {
		fmt.Fprintln(os.Stderr, "the printer is on fire")
		os.Exit(3)
	})
	if len(failed) != 1 || !strings.Contains(failed[0], "exit status 3") || !strings.Contains(failed[0], "the printer is on fire") {
		t.Errorf("it failed with %q", failed)
	}
}

// timed is a test whose time ends early.
type timed struct {
	recorder
	end time.Time
}

func (r *timed) Deadline() (time.Time, bool) { return r.end, true }

func TestTime(t *testing.T) {
	try(t, leaktest.Options{Jobs: 1}, func() {}) // builds the binary
	r := &timed{recorder{TB: t}, time.Now().Add(3500 * time.Millisecond)}
	defer func() {
		if p := recover(); p != nil && p != (stop{}) {
			panic(p)
		}
		if len(r.failed) != 1 || !strings.Contains(r.failed[0], "time of the test ran out") {
			t.Errorf("it failed with %q", r.failed)
		}
	}()
	leaktest.Check(r, leaktest.Options{}, func() { time.Sleep(time.Minute) })
}

// TestEndedBefore has a test that takes another way in the child.
func TestEndedBefore(t *testing.T) {
	if os.Getenv("OBJGRAPH_LEAKTEST") != "" {
		return
	}
	failed := try(t, leaktest.Options{}, func() {})
	if len(failed) != 1 || !strings.Contains(failed[0], "the test ended there before leaktest.Check was done") {
		t.Errorf("it failed with %q", failed)
	}
}
