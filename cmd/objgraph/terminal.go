package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/objgraph/objgraph/report"
)

// progress prints what is being done, on a terminal only.
func progress(w io.Writer) func(string) {
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(what string) { fmt.Fprintf(w, "objgraph: %s\n", what) }
}

// commandLine is the command as a shell would take it again.
func commandLine(args []string) string {
	words := []string{filepath.Base(args[0])}
	for _, a := range args[1:] {
		words = append(words, report.Quote(a))
	}
	return strings.Join(words, " ")
}
