package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLeakyWorker builds the worker from what WriteLeakyWorker wrote, away
// from this module, and runs it.
func TestLeakyWorker(t *testing.T) {
	exe := buildLeakyWorker(t)
	for _, c := range []struct {
		name  string
		args  []string
		dumps string
		says  string
	}{
		{"leak", []string{"-jobs", "3"}, "000-start 001-invoice-1001 002-invoice-1002 003-invoice-1003", "holds 3 invoices"},
		{"every", []string{"-jobs", "7", "-every", "3"}, "000-start 003-invoice-1003 006-invoice-1006", "holds 7 invoices"},
		{"no leak", []string{"-jobs", "2", "-leak=false"}, "000-start 001-invoice-1001 002-invoice-1002", "holds 0 invoices"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "dumps")
			out, err := exec.Command(exe, append(c.args, "-dumps", dir)...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if !strings.Contains(string(out), c.says) {
				t.Errorf("it does not say %q:\n%s", c.says, out)
			}
			if strings.Count(string(out), " 6 rates replaced") != strings.Count(string(out), "job ") {
				t.Errorf("the cache is not at its bound in every job:\n%s", out)
			}
			checkDumps(t, dir, strings.Fields(c.dumps))
		})
	}
}

func TestLeakyWorkerRefuses(t *testing.T) {
	exe := buildLeakyWorker(t)
	for _, args := range [][]string{{"-every", "0"}, {"-jobs", "-1"}, {"extra"}, {"-dumps", exe}} {
		if out, err := exec.Command(exe, args...).CombinedOutput(); err == nil {
			t.Errorf("%q: no error\n%s", args, out)
		}
	}
}

func buildLeakyWorker(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "source")
	if err := WriteLeakyWorker(dir); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOPROXY=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return filepath.Join(dir, "leakyworker")
}

// checkDumps wants exactly the dumps of these names, whole and private.
func checkDumps(t *testing.T, dir string, want []string) {
	t.Helper()
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v; want mode 0700", info, err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, strings.TrimSuffix(f.Name(), ".dump"))
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v; want mode 0600", f.Name(), info, err)
		}
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil || !strings.HasPrefix(string(data), "go1.7 heap dump\n") || data[len(data)-1] != 0 {
			t.Errorf("%s is no whole dump", f.Name())
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("dumps %v, want %v", got, want)
	}
}
