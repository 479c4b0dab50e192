package session

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/objgraph/objgraph/census"
)

// readAccepted reads the file of --ignore-file: a fingerprint a line, then
// whatever comment. Empty lines and those that begin with # say nothing.
func readAccepted(path string) (out []census.Accept, err error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage("--ignore-file %s: no such file; make one with a fingerprint a line, as leaks prints them", path)
	case err != nil:
		return nil, usage("--ignore-file: %v", err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		end := strings.IndexAny(line, " \t")
		if end < 0 {
			end = len(line)
		}
		if !isFingerprint(line[:end]) {
			return nil, usage("--ignore-file %s, line %d: %q is no fingerprint; want the 16 digits that leaks prints below a chain", path, i+1, line[:end])
		}
		out = append(out, census.Accept{Fingerprint: line[:end], Comment: strings.TrimSpace(line[end:])})
	}
	return out, nil
}

func isFingerprint(word string) bool {
	return len(word) == 16 && strings.Trim(word, "0123456789abcdef") == ""
}
