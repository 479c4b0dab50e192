package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/repl"
)

// sessions are transcripts of objgraph heap on the two dumps of program keyed: lines
// after a prompt are typed, the others are answers. -update writes the answers.
const sessions = "testdata/session/*.txt"

func keyedDumps(t *testing.T) (dumps []string, exe string) {
	t.Helper()
	exe, truths := testprog.Series(t, testprog.Spec{Dir: "keyed", Flags: []string{"-trimpath"}})
	for _, truth := range truths {
		dumps = append(dumps, truth.Dump)
	}
	return dumps, exe
}

// unsettled is what differs from run to run: addresses, goroutines' numbers, the
// runtime's own objects, and which of some that are alike is shown.
var unsettled = []struct {
	is  *regexp.Regexp
	put string
}{
	{regexp.MustCompile(`0x[0-9a-f]+`), "0x…"},
	{regexp.MustCompile(`goroutine \d+`), "goroutine N"},
	{regexp.MustCompile(`(?m)^typed: .*`), "typed: …"},
	{regexp.MustCompile(`\[\d+\]( +->)`), "[N]$1"},
}

func settle(text, dir string) string {
	text = strings.ReplaceAll(text, dir+string(filepath.Separator), "")
	for _, u := range unsettled {
		text = u.is.ReplaceAllString(text, u.put)
	}
	return text
}

// typed are the lines after prompts.
func typed(transcript string) string {
	var in strings.Builder
	for line := range strings.Lines(transcript) {
		for _, prompt := range []string{">>> ", "... "} {
			if rest, ok := strings.CutPrefix(line, prompt); ok {
				in.WriteString(rest)
			} else if strings.TrimSpace(line) == strings.TrimSpace(prompt) {
				in.WriteString("\n")
			}
		}
	}
	return in.String()
}

// converse runs a session whose input is a text.
func converse(t *testing.T, input string, args ...string) string {
	t.Helper()
	in, err := os.Create(filepath.Join(t.TempDir(), "input"))
	if err == nil {
		_, err = in.WriteString(input)
	}
	if err == nil {
		_, err = in.Seek(0, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stdin
	os.Stdin = in
	defer func() { os.Stdin = was; in.Close() }()
	var out, errs bytes.Buffer
	if code := run(context.Background(), append([]string{"objgraph", "heap"}, args...), &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	return out.String()
}

func TestSessions(t *testing.T) {
	dumps, exe := keyedDumps(t)
	files, err := filepath.Glob(sessions)
	if err != nil || len(files) == 0 {
		t.Fatalf("no sessions: %v", err)
	}
	for i, path := range files {
		files[i], _ = filepath.Abs(path)
	}
	t.Chdir(t.TempDir())
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			args := append([]string{}, dumps...)
			got := settle(converse(t, typed(string(want)), append(args, "--exe", exe)...), filepath.Dir(dumps[0]))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Errorf("the session is now\n%s", firstDifference(string(want), got))
			}
		})
	}
}

// firstDifference shows where two texts part.
func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			lo := max(0, i-8)
			return fmt.Sprintf("%s\n--- want\n%s\n--- got\n%s", strings.Join(a[lo:i], "\n"), a[i], strings.Join(b[i:min(len(b), i+12)], "\n"))
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(b), len(a))
}

// Every attribute of every value has help, and is asked for in a session.
func TestSessionsAreComplete(t *testing.T) {
	files, err := filepath.Glob(sessions)
	if err != nil {
		t.Fatal(err)
	}
	asked := ""
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		asked += typed(string(text))
	}
	for typ, words := range repl.Words() {
		if len(words) == 0 {
			t.Errorf("%s has no words", typ)
		}
		for name, help := range words {
			if help == "" || strings.HasSuffix(help, ".") {
				t.Errorf("%s.%s: help %q: want words without a full stop", typ, name, help)
			}
			word := `\b` + regexp.QuoteMeta(name) + `\b`
			if typ != "" {
				word = `\.` + regexp.QuoteMeta(name) + `\b`
			}
			if !regexp.MustCompile(word).MatchString(asked) {
				t.Errorf("no session asks for %s of %q", name, typ)
			}
		}
	}
}
