package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// tracedWorker builds the example worker that uses package jobtrace.
func tracedWorker(t *testing.T) (exe string) {
	t.Helper()
	exe = filepath.Join(t.TempDir(), "tracedworker")
	if out, err := exec.Command("go", "build", "-o", exe, "../../examples/tracedworker").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return exe
}
