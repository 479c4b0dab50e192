package leaktest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/report"
)

// check is Check in the process of the tests.
func check(t testing.TB, o Options, id string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skipf("leaktest: executables of %s are not read, those of Linux are", runtime.GOOS)
	}
	ctx, stop := withDeadline(t)
	defer stop()
	dir := t.TempDir()
	exe, warning, err := childBinary(ctx, dir)
	if err != nil {
		t.Fatalf("leaktest: %v", err)
	}
	if warning != "" {
		t.Logf("leaktest: %s", warning)
	}
	dumps, err := runChild(ctx, t.Name(), id, exe, dir, jobsIn(o.Jobs))
	if err != nil {
		t.Fatalf("leaktest: %v", err)
	}
	says, err := verdict(ctx, exe, dumps, o)
	switch {
	case err != nil:
		t.Fatalf("leaktest: %v", err)
	case says != "":
		t.Errorf("leaktest: %s", says)
	}
}

// grace is the time that is left for the failure of a test that ran out of it.
const grace = 3 * time.Second

func withDeadline(t testing.TB) (context.Context, context.CancelFunc) {
	if timed, ok := t.(interface{ Deadline() (time.Time, bool) }); ok {
		if end, ok := timed.Deadline(); ok {
			return context.WithDeadline(t.Context(), end.Add(-grace))
		}
	}
	return context.WithCancel(t.Context())
}

// attempts is how often a child is started whose runtime gave up on the dump:
// Go 1.26 does when a goroutine is just leaving a system call.
const attempts = 3

const gaveUp = "dumpgs in STW - bad status"

// runChild runs one test of a binary for one call of Check, and gives the dumps
// that it wrote.
func runChild(ctx context.Context, test, id, exe, dir string, jobs []int) (dumps []string, err error) {
	var out []byte
	for i := range attempts {
		sub := filepath.Join(dir, fmt.Sprintf("dumps-%d", i))
		if err := os.Mkdir(sub, 0o700); err != nil {
			return nil, err
		}
		cmd := exec.CommandContext(ctx, exe, childArgs(test)...)
		cmd.Env = append(os.Environ(), envCheck+"="+id, envDir+"="+sub)
		if out, err = cmd.CombinedOutput(); err == nil {
			dumps, err = written(sub, jobs)
		}
		if err == nil || !bytes.Contains(out, []byte(gaveUp)) {
			break
		}
	}
	switch {
	case err == nil:
		return dumps, nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("the time of the test ran out before the function had run often enough: run it less often (Options.Jobs), or give the tests more time (go test -timeout)")
	}
	return nil, fmt.Errorf("the function failed in the process in which it was tried: %w\n%s", err, bytes.TrimSpace(out))
}

// written are the dumps in a folder; all must be there.
func written(dir string, jobs []int) ([]string, error) {
	dumps := []string{dumpPath(dir, 0, 0)}
	done := 0
	for i, n := range jobs {
		done += n
		dumps = append(dumps, dumpPath(dir, i+1, done))
	}
	for _, d := range dumps {
		if _, err := os.Stat(d); err != nil {
			return nil, errors.New("the test ended there before leaktest.Check was done; whatever comes before it must do the same in every process")
		}
	}
	return dumps, nil
}

// childArgs make a test binary run one test, with the flags of these tests that
// are not the testing package's.
func childArgs(test string) []string {
	parts := strings.Split(test, "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	args := []string{"-test.run=" + strings.Join(parts, "/"), "-test.count=1"}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	for _, a := range os.Args[1:] {
		if !strings.HasPrefix(a, "-test.") && !strings.HasPrefix(a, "--test.") {
			args = append(args, a)
		}
	}
	return args
}

// verdict says what leaked between the dumps and how it is held, "" if nothing
// did.
func verdict(ctx context.Context, exe string, dumps []string, o Options) (string, error) {
	lo := census.LeaksOptions{Exe: exe, Jobs: jobsIn(o.Jobs), MaxChains: 3}
	for _, print := range o.Accept {
		lo.Accept = append(lo.Accept, census.Accept{Fingerprint: print})
	}
	found, err := census.FindLeaks(ctx, dumps, lo)
	if err != nil {
		return "", err
	}
	defer found.Last.Close()
	a := &report.Leaks{Leaks: found, About: report.AboutOfLeaks(found), Limit: 5, Warnings: found.Warnings}
	if !a.Found() {
		return "", nil
	}
	var b bytes.Buffer
	if err := a.Brief(&b); err != nil {
		return "", err
	}
	return b.String(), nil
}
