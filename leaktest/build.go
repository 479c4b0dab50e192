package leaktest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/objgraph/objgraph/program"
)

// childBinary is a binary of these tests with debug information: this one, or
// one that go test -c builds. warning says what is amiss with it.
func childBinary(ctx context.Context, dir string) (path, warning string, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", "", err
	}
	if hasDWARF(self) {
		return self, "", nil
	}
	beside := self + ".debug" // for all calls
	if hasDWARF(beside) {
		return beside, "", nil
	}
	path = filepath.Join(dir, filepath.Base(self))
	if err := build(ctx, path); err != nil {
		return "", "", err
	}
	if !hasDWARF(path) {
		return path, "the tests are built without debug information (-ldflags=-s or -w in GOFLAGS?): variables that hold have no names, and fewer types are known", nil
	}
	if ofGoTest(self) && os.Link(path, beside) == nil {
		return beside, "", nil
	}
	return path, "", nil
}

// ofGoTest reports whether a binary lies in a folder of go test's own, which it
// deletes in the end.
func ofGoTest(path string) bool {
	return strings.Contains(filepath.ToSlash(path), "/go-build")
}

func hasDWARF(path string) bool {
	p, err := program.Open(path)
	if err != nil {
		return false
	}
	defer p.Close()
	return p.HasDWARF
}

// build links the tests of this package once more.
func build(ctx context.Context, path string) error {
	tool, err := exec.LookPath("go")
	if err != nil {
		return errors.New("this test binary has no debug information, as go test leaves it out, and there is no go command on the PATH to build one that has it; run the tests from a binary made with go test -c")
	}
	args := []string{"test", "-c", "-o", path}
	pkg := "."
	if info, ok := debug.ReadBuildInfo(); ok {
		args = append(args, buildFlags(info)...)
		if info.Path != "" {
			pkg = strings.TrimSuffix(info.Path, ".test")
		}
	}
	out, err := exec.CommandContext(ctx, tool, append(args, pkg)...).CombinedOutput()
	if ctx.Err() != nil {
		return fmt.Errorf("go test -c of %s: %w; give the tests more time (go test -timeout)", pkg, ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("go test -c of %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// buildFlags are those of this binary that change what the tests do.
func buildFlags(info *debug.BuildInfo) (flags []string) {
	for _, s := range info.Settings {
		switch {
		case s.Key == "-tags" && s.Value != "":
			flags = append(flags, "-tags="+s.Value)
		case (s.Key == "-race" || s.Key == "-msan" || s.Key == "-asan") && s.Value == "true":
			flags = append(flags, s.Key)
		}
	}
	return flags
}
