package mem

import (
	"strconv"
	"strings"
)

// GoVersion is what runtime.Version printed: "go1.26.8", "go1.24.13 X:noswissmap",
// "go1.26.8-X:nogreenteagc", "devel go1.28-4f2…".
type GoVersion string

// Minor is N of go1.N, and 0 if the text has none.
func (v GoVersion) Minor() int {
	_, rest, ok := strings.Cut(string(v), "go1.")
	if !ok {
		return 0
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		rest = rest[:end]
	}
	n, err := strconv.Atoi(rest)
	if err != nil {
		return 0
	}
	return n
}

// AtLeast reports whether the version is go1.minor or later.
func (v GoVersion) AtLeast(minor int) bool { return v.Minor() >= minor }

// Experiment reports whether the version names the GOEXPERIMENT word. The list
// follows "X:", after a space up to Go 1.25 and after a dash since, so the
// words are searched and the separator is not.
func (v GoVersion) Experiment(word string) bool {
	_, list, ok := strings.Cut(string(v), "X:")
	if !ok {
		return false
	}
	for _, w := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if w == word {
			return true
		}
	}
	return false
}

// SwissMaps reports whether maps have the swiss layout (Go 1.24 and later,
// unless the experiment was switched off, which Go 1.26 no longer allows).
func (v GoVersion) SwissMaps() bool {
	return v.AtLeast(24) && !v.Experiment("noswissmap")
}
