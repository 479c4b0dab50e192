package typefilter

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// Pattern selects types by name.
type Pattern struct {
	text  string
	match func(name, full string) bool
}

// ErrPattern marks every error of Parse.
var ErrPattern = errors.New("bad type pattern")

// Parse reads a pattern:
//
//	main.Job, *main.Conn, []main.T   exactly this type
//	main.*, *Cache*, net/http.*      glob: * is any run of characters
//	pkg:net/http, pkg:golang.org/x/… the named types and closures of a package, … for those below it too
//	/^main\.(Job|Task)$/             regular expression, unanchored
//
// A pattern selects a type if either form of its name matches. A star before a
// type is a pointer and no wildcard: *main.Conn, map[string]*main.Job. Errors
// match ErrPattern.
func Parse(text string) (*Pattern, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return nil, fmt.Errorf("%w: it is empty", ErrPattern)
	case strings.HasPrefix(text, "pkg:"):
		return parsePackage(text)
	case strings.HasPrefix(text, "/"):
		return parseRegexp(text)
	}
	parts := splitGlob(unescape(text))
	return &Pattern{text, func(name, full string) bool {
		return globMatch(parts, name) || globMatch(parts, full)
	}}, nil
}

// String is the pattern as it was written.
func (p *Pattern) String() string { return p.text }

// Match reports whether the pattern selects the type with these names.
func (p *Pattern) Match(name, full string) bool { return p.match(name, unescape(full)) }

func parseRegexp(text string) (*Pattern, error) {
	body, closed := strings.CutSuffix(text[1:], "/")
	if !closed || body == "" {
		return nil, fmt.Errorf("%w %q: a regular expression stands between two slashes, as in /^main\\./", ErrPattern, text)
	}
	re, err := regexp.Compile(body)
	if err != nil {
		return nil, fmt.Errorf("%w %q: %w", ErrPattern, text, err)
	}
	return &Pattern{text, func(name, full string) bool {
		return re.MatchString(name) || re.MatchString(full)
	}}, nil
}

func parsePackage(text string) (*Pattern, error) {
	path := strings.TrimPrefix(text, "pkg:")
	path = strings.ReplaceAll(path, "…", "...")
	path, below := strings.CutSuffix(path, "/...")
	if path == "" || strings.ContainsAny(path, "* ") || strings.HasSuffix(path, "/") {
		return nil, fmt.Errorf("%w %q: a package is its name or import path, as in pkg:net/http, or pkg:net/... with all below", ErrPattern, text)
	}
	is := func(pkg string) bool { return pkg == path || below && strings.HasPrefix(pkg, path+"/") }
	return &Pattern{text, func(name, full string) bool {
		return is(PackageOf(name)) || is(PackageOf(full))
	}}, nil
}

// splitGlob cuts a pattern at its wildcards.
func splitGlob(text string) []string {
	var parts []string
	start := 0
	for i := range len(text) {
		if text[i] == '*' && !isPointer(text, i) {
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}

// pointee is how a type begins: qualified name, composite, or basic type.
var pointee = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\**(\[[0-9]*\]|map\[|chan |<-chan |func\(|struct ?\{|interface ?\{|` +
		`[\p{L}\p{N}_~\-./%]*[\p{L}\p{N}_\-%]\.[\p{L}_]|` +
		`(bool|string|error|any|u?int(8|16|32|64)?|uintptr|float(32|64)|complex(64|128)|byte|rune)([\],) ]|$))`)
})

// isPointer reports whether the star at i stands where a type may begin, and
// before one.
func isPointer(text string, i int) bool {
	before := strings.TrimRight(text[:i], "*")
	starts := before == "" || strings.ContainsAny(before[len(before)-1:], "][ ,({")
	return starts && pointee().MatchString(text[i+1:])
}

// globMatch reports whether s is the parts in order with anything between.
func globMatch(parts []string, s string) bool {
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return s == first
	}
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, ok := strings.Cut(s, part)
		if !ok {
			return false
		}
		s = rest
	}
	return true
}
