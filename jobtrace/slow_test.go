//go:build linux

package jobtrace_test

import (
	"bufio"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestKilled kills workers in the middle of a dump, and wants no half file under
// a final name, and that the next worker goes on.
func TestKilled(t *testing.T) {
	slow(t)
	base := t.TempDir()
	dir := filepath.Join(base, "w")
	r := rand.New(rand.NewPCG(7, 7))
	last, halves := 0, 0
	for round := range 20 {
		kill(t, base, r)
		half, _ := filepath.Glob(filepath.Join(dir, ".*.dump.*.tmp"))
		halves += len(half)
		list := manifests(t, dir)
		dumps, _ := filepath.Glob(filepath.Join(dir, "*.dump"))
		if len(list) < len(dumps)-round-1 || len(list) > len(dumps) {
			t.Errorf("%d dumps have %d manifests", len(dumps), len(list))
		}
		for _, path := range dumps {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			wantWhole(t, path, info.Size())
			os.Remove(path)
			os.Remove(strings.TrimSuffix(path, ".dump") + ".json")
		}
		if len(list) == 0 || list[0].Seq <= last {
			t.Fatalf("round %d: it did not go on from %d: %s", round, last, shape(list))
		}
		last = list[len(list)-1].Seq
		// The numbers go on as long as some file has them.
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(dumps[len(dumps)-1])+".zst"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if halves < 5 {
		t.Errorf("only %d of 20 workers were killed in the middle of a dump", halves)
	}
	t.Logf("%d of 20 workers were killed in the middle of a dump", halves)
}

// kill starts a worker and kills it while it writes a dump, or soon after its
// first job.
func kill(t *testing.T, base string, r *rand.Rand) {
	t.Helper()
	cmd := exec.Command(program(t, "worker"), base, "forever")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	if !bufio.NewScanner(out).Scan() {
		t.Fatal("the worker did not begin")
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		if half, _ := filepath.Glob(filepath.Join(base, "w", ".*.dump.*.tmp")); len(half) > 0 {
			break
		}
	}
	time.Sleep(time.Duration(r.IntN(30)) * time.Millisecond)
}

// TestOverhead compares workers with a Tracer with workers that collect and dump
// by hand: at most 5 % more processor time for each job, at most 5 MB more RSS.
func TestOverhead(t *testing.T) {
	slow(t)
	const rounds = 7
	var cpu, rss [2][]float64 // by hand, traced
	for range rounds {
		for i, mode := range []string{"hand", "jobs"} {
			s, mb := measure(t, mode)
			cpu[i], rss[i] = append(cpu[i], s), append(rss[i], mb)
		}
	}
	hand, traced := median(cpu[0]), median(cpu[1])
	t.Logf("processor time of 10 jobs and 11 dumps of 64 MB: by hand %.2f s, traced %.2f s, %+.1f %%", hand, traced, 100*(traced/hand-1))
	t.Logf("largest RSS: by hand %.1f MB, traced %.1f MB", median(rss[0]), median(rss[1]))
	if traced > 1.05*hand {
		t.Errorf("a traced job takes %.1f %% more, want at most 5", 100*(traced/hand-1))
	}
	if more := median(rss[1]) - median(rss[0]); more >= 5 {
		t.Errorf("the RSS is %.1f MB higher, want less than 5", more)
	}
}

// measure runs a worker and returns its processor time in seconds and its
// largest RSS in MB.
func measure(t *testing.T, mode string) (cpu, rss float64) {
	t.Helper()
	dir := t.TempDir()
	defer os.RemoveAll(dir)
	cmd := exec.Command(program(t, "worker"), dir, mode)
	cmd.Env = append(os.Environ(), "JOBS=10", "DEPTH=20")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", mode, err, out)
	}
	use := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), float64(use.Maxrss) / 1024
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}
