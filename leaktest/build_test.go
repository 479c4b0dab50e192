package leaktest

import (
	"context"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

func TestBuildWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	err := build(context.Background(), filepath.Join(t.TempDir(), "x"))
	if err == nil || !strings.Contains(err.Error(), "no go command on the PATH") || !strings.Contains(err.Error(), "go test -c") {
		t.Errorf("got %v", err)
	}
}

// TestBuildStripped wants debug information in what is built, unless the flags
// forbid it.
func TestBuildStripped(t *testing.T) {
	for flags, want := range map[string]bool{"": true, "-ldflags=-s": false} {
		t.Setenv("GOFLAGS", flags)
		path := filepath.Join(t.TempDir(), "x.test")
		if err := build(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		if got := hasDWARF(path); got != want {
			t.Errorf("with GOFLAGS=%s: debug information %v, want %v", flags, got, want)
		}
	}
	if hasDWARF(filepath.Join(t.TempDir(), "gone")) {
		t.Error("a file that is not there has debug information")
	}
}

func TestBuildFlags(t *testing.T) {
	info := &debug.BuildInfo{Settings: []debug.BuildSetting{
		{Key: "-buildmode", Value: "exe"}, {Key: "-tags", Value: "a,b"}, {Key: "-race", Value: "true"}, {Key: "GOOS", Value: "linux"}}}
	if got := buildFlags(info); !slices.Equal(got, []string{"-tags=a,b", "-race"}) {
		t.Errorf("got %q", got)
	}
}

func TestJobsIn(t *testing.T) {
	for jobs, want := range map[int][]int{1: {1}, 2: {1, 1}, 3: {1, 1, 1}, 10: {3, 3, 4}, 12: {4, 4, 4}} {
		if got := jobsIn(jobs); !slices.Equal(got, want) {
			t.Errorf("%d jobs: %v, want %v", jobs, got, want)
		}
	}
}

func TestChildArgs(t *testing.T) {
	if got := childArgs("TestA/b+c"); got[0] != `-test.run=^TestA$/^b\+c$` || got[1] != "-test.count=1" {
		t.Errorf("got %q", got)
	}
}
