package main

import (
	"path/filepath"
	"strings"

	"github.com/objgraph/objgraph/report"
)

// commandLine is the command as a shell would take it again.
func commandLine(args []string) string {
	words := []string{filepath.Base(args[0])}
	for _, a := range args[1:] {
		words = append(words, report.Quote(a))
	}
	return strings.Join(words, " ")
}
