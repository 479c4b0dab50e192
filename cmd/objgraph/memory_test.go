package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/objgraph/objgraph/internal/testprog"
)

// peak runs a command and returns the most memory of its own that it had, in
// bytes, as seen from outside: pages of files do not count.
func peak(t *testing.T, exe string, args ...string) (most int64) {
	t.Helper()
	return peakOf(t, exec.Command(exe, args...))
}

// peakOf is peak of a command, which may have its standard streams already.
func peakOf(t *testing.T, cmd *exec.Cmd) (most int64) {
	t.Helper()
	var out bytes.Buffer
	if cmd.Stderr = &out; cmd.Stdout == nil {
		cmd.Stdout = &out
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%q: %v\n%s", cmd.Args, err, out.String())
			}
			return most
		case <-time.After(2 * time.Millisecond):
			most = max(most, ownMemory(cmd.Process.Pid))
		}
	}
}

// ownMemory is RssAnon and RssShmem of a process, in bytes.
func ownMemory(pid int) (sum int64) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		var n int64
		if name, rest, _ := strings.Cut(line, ":"); name == "RssAnon" || name == "RssShmem" {
			fmt.Sscan(rest, &n)
			sum += n << 10
		}
	}
	return sum
}

// packed is a dump packed with zstd.
func packed(t *testing.T, dump string) string {
	t.Helper()
	in, err := os.Open(dump)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	path := filepath.Join(t.TempDir(), "dump.zst")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	z, err := zstd.NewWriter(out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.Copy(z, in); err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOnePassTakesConstantMemory compares a dump of 530 MB with one twice as
// large, plain and packed, and the time with that of a checksum.
func TestOnePassTakesConstantMemory(t *testing.T) {
	if os.Getenv("OBJGRAPH_BIG") != "1" {
		t.Skip("OBJGRAPH_BIG=1 reads dumps of 530 MB and 1 GB")
	}
	program := built(t)
	_, small, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "2000000")
	_, large, _ := testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "4000000")
	for _, args := range []string{"info --header", "types --by size"} {
		for how, pair := range map[string][2]string{"plain": {small, large}, "packed": {packed(t, small), packed(t, large)}} {
			words := strings.Fields(args)
			a, b := peak(t, program, append(words, pair[0])...), peak(t, program, append(words, pair[1])...)
			t.Logf("%s, %s: %.1f MB and %.1f MB", args, how, float64(a)/1e6, float64(b)/1e6)
			if b > a+5e6 || a == 0 {
				t.Errorf("%s, %s: %d bytes of memory for 530 MB, %d for twice as much", args, how, a, b)
			}
		}
	}
	compareTime(t, program, small)
}

// compareTime logs how long a pass takes and a checksum of the same file; the
// pass is to be the faster one.
func compareTime(t *testing.T, program, dump string) {
	t.Helper()
	best := [2]time.Duration{time.Hour, time.Hour}
	for range 5 {
		begun := time.Now()
		if out, err := exec.Command(program, "info", "--header", dump).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		best[0] = min(best[0], time.Since(begun))
		begun = time.Now()
		f, err := os.Open(dump)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(sha256.New(), f); err != nil {
			t.Fatal(err)
		}
		f.Close()
		best[1] = min(best[1], time.Since(begun))
	}
	t.Logf("info --header %v, SHA-256 %v", best[0], best[1])
	if best[0] > best[1] {
		t.Errorf("info --header takes %v, a checksum of the file %v", best[0], best[1])
	}
}
