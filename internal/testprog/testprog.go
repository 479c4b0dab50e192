// Package testprog builds the Go programs below testdata/programs with the
// toolchain and flags that a test asks for, runs them, and reads the truth that
// they print about their heap dumps. It is for tests alone.
//
// An executable is kept in the user's cache folder under a name made from the
// program's source, the toolchain and the flags, so that many tests and many
// runs build it once. Toolchains other than the local one are used only when
// OBJGRAPH_MATRIX=1 is set; a test that asks for one is skipped otherwise.
package testprog

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A Spec says which program to build and how. The zero values of Go, Flags and
// Env are the local toolchain and its defaults.
type Spec struct {
	Dir   string   // the program: a folder of testdata/programs, or an absolute path of one that imports nothing from further away
	Go    string   // Go version, "1.21.13"; "" for the local one
	Flags []string // of go build: "-buildmode=pie", "-ldflags=-s -w"
	Env   []string // of go build: "GOEXPERIMENT=noswissmap"
}

// versions are the toolchains of the matrix: the last of each minor version.
const versions = "1.21.13 1.22.12 1.23.12 1.24.13 1.25.7 1.26.8 1.27.0"

// Matrix reports whether tests are to use toolchains other than the local one.
func Matrix() bool { return os.Getenv("OBJGRAPH_MATRIX") == "1" }

// Local is the version of the local toolchain: "1.26.8".
func Local() string {
	v, _, _ := strings.Cut(strings.TrimPrefix(runtime.Version(), "go"), " ")
	v, _, _ = strings.Cut(v, "-")
	return v
}

// Versions lists the Go versions to test with, oldest first: seven with
// OBJGRAPH_MATRIX=1, the local one alone otherwise.
func Versions() []string {
	if Matrix() {
		return strings.Fields(versions)
	}
	return []string{Local()}
}

// Build returns the path of the program's executable. It skips the test if s
// asks for a toolchain that is not to be used, and fails it if the program does
// not build.
func Build(t testing.TB, s Spec) (exe string) {
	t.Helper()
	if s.Go != "" && s.Go != Local() && !Matrix() {
		t.Skipf("needs Go %s, and this is Go %s: set OBJGRAPH_MATRIX=1 to run it", s.Go, Local())
	}
	dir, err := sourceDir(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	name, err := s.cacheName(dir)
	if err != nil {
		t.Fatal(err)
	}
	cache := cacheDir(t)
	exe = filepath.Join(cache, name)
	if _, err := os.Stat(exe); err == nil {
		return exe
	}
	forgetOld(cache)
	if err := s.build(dir, exe); err != nil {
		t.Fatal(err)
	}
	return exe
}

// build writes the executable under its final name only when it is whole.
func (s Spec) build(dir, exe string) error {
	part, err := os.MkdirTemp(filepath.Dir(exe), ".part-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(part)
	out := filepath.Join(part, filepath.Base(exe))
	args := append([]string{"build", "-o", out}, s.Flags...)
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), s.environment()...)
	if text, err := cmd.CombinedOutput(); err != nil {
		return errors.New("build " + s.Dir + " with Go " + s.toolchain() + ": " + err.Error() + "\n" + string(text))
	}
	return os.Rename(out, exe)
}

// environment is what go build gets besides the environment of the test.
func (s Spec) environment() []string {
	env := []string{"GOTOOLCHAIN=" + s.toolchain(), "GOFLAGS=-mod=mod", "GOWORK=off"}
	return append(env, s.Env...)
}

func (s Spec) toolchain() string {
	if s.Go == "" || s.Go == Local() {
		return "local"
	}
	return "go" + s.Go
}

// A Run is what became of one run of a program.
type Run struct {
	Exe   string
	Dir   string   // a folder of the test: what the program wrote
	Lines []string // of its standard output
}

// Start runs exe with args in a new folder of the test and fails the test if it
// fails. "{dir}" in an argument stands for that folder.
func Start(t testing.TB, exe string, args ...string) *Run {
	t.Helper()
	r := &Run{Exe: exe, Dir: t.TempDir()}
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "{dir}", r.Dir)
	}
	var stderr bytes.Buffer
	cmd := exec.Command(exe, args...)
	cmd.Dir = r.Dir
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run %s %q: %v\n%s", exe, args, err, stderr.Bytes())
	}
	r.Lines = strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	return r
}

// Dump builds and runs a program that writes one dump with -dump FILE, and
// returns its executable, its dump and what it printed.
func Dump(t testing.TB, s Spec, args ...string) (exe, dump string, lines []string) {
	t.Helper()
	exe = Build(t, s)
	r := Start(t, exe, append([]string{"-dump", filepath.Join("{dir}", "heap.dump")}, args...)...)
	return exe, filepath.Join(r.Dir, "heap.dump"), r.Lines
}

// Series builds and runs a program that writes several dumps with -dir DIR, and
// returns its executable and the truth of each dump, in order.
func Series(t testing.TB, s Spec, args ...string) (exe string, truths []*Truth) {
	t.Helper()
	exe = Build(t, s)
	r := Start(t, exe, append([]string{"-dir", "{dir}"}, args...)...)
	truths, err := ParseTruth(r.Lines)
	if err != nil {
		t.Fatal(err)
	}
	return exe, truths
}

// Known is Dump for a program that prints the truth of its one dump.
func Known(t testing.TB, s Spec, args ...string) (exe string, truth *Truth) {
	t.Helper()
	exe, _, lines := Dump(t, s, args...)
	truths, err := ParseTruth(lines)
	if err != nil {
		t.Fatal(err)
	}
	if len(truths) != 1 {
		t.Fatalf("%s prints the truth of %d dumps, want 1", s.Dir, len(truths))
	}
	return exe, truths[0]
}
