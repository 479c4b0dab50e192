package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var address = regexp.MustCompile(`0x[0-9a-f]+|\[[0-9]+\]`) // and which of equals stands for all

// TestReadme runs the README's first command and looks for every line of the
// output that it shows, and for every word of its picture. With -update the
// picture is drawn anew.
func TestReadme(t *testing.T) {
	readme, picture := filepath.Join("..", "..", "README.md"), filepath.Join("..", "..", "docs", "demo.svg")
	shown := firstBlock(t, readme)
	want := texts(t, picture)
	abs, err := filepath.Abs(picture)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"objgraph", "demo"}, &out, &errs); code != 0 {
		t.Fatalf("objgraph demo exits %d: %s", code, errs.String())
	}
	printed := map[string]bool{}
	for line := range strings.Lines(address.ReplaceAllString(out.String(), "0x")) {
		printed[strings.TrimRight(line, " \n")] = true
	}
	for line := range strings.Lines(address.ReplaceAllString(shown, "0x")) {
		if line = strings.TrimRight(line, " \n"); line != "…" && !printed[line] {
			t.Errorf("README shows a line that objgraph demo does not print: %q", line)
		}
	}
	drawn := filepath.Join("memdbg", "main.Invoice-010-invoice-1010.svg")
	if *update {
		b, err := os.ReadFile(drawn)
		if err == nil {
			err = os.WriteFile(abs, b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := texts(t, drawn); got != want {
		t.Errorf("docs/demo.svg says\n%s\nobjgraph demo draws\n%s", want, got)
	}
}

// firstBlock is the first fenced block of a document.
func firstBlock(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(string(b), "```\n", 3)
	if len(parts) < 3 {
		t.Fatal("the README shows no output")
	}
	return parts[1]
}

var textElement = regexp.MustCompile(`<text[^>]*>([^<]*)</text>`)

// varying is what differs from run to run, or with the Go version.
var varying = regexp.MustCompile(`0x[0-9a-f]+|[0-9.]+ %|go1[0-9.]+|\[[0-9]+\]`)

// texts are the words of an SVG file, without what varies.
func texts(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range textElement.FindAllStringSubmatch(string(b), -1) {
		out = append(out, varying.ReplaceAllString(m[1], "*"))
	}
	if len(out) == 0 {
		t.Fatalf("%s has no text", path)
	}
	return strings.Join(out, "\n")
}
