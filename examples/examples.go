// Package examples holds the source of the example worker, so that an
// installed program can build and run it anywhere a Go toolchain is.
package examples

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
)

//go:embed leakyworker/main.go
var leakyWorkerSource string

// leakyWorkerModule makes a folder with the source a module of its own, one
// that needs no other.
const leakyWorkerModule = "module leakyworker\n\ngo 1.21\n"

// Facts of the example worker that its source states and its dumps show.
const (
	LeakedType   = "main.Invoice" // one more each job
	LeakedHolder = "main.leaks"   // the global that holds them
	FirstDump    = "000-start.dump"
)

// LeakyWorkerFiles are the files of the module by their names.
func LeakyWorkerFiles() map[string]string {
	return map[string]string{"main.go": leakyWorkerSource, "go.mod": leakyWorkerModule}
}

// WriteLeakyWorker writes the example worker as a Go module of two files into
// dir, which it creates if need be; `go build` there makes an executable named
// leakyworker, with Go 1.21 or later and without a network.
func WriteLeakyWorker(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write the example worker: %w", err)
	}
	for name, text := range LeakyWorkerFiles() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("write the example worker: %w", err)
		}
	}
	return nil
}
