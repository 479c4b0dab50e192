package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHeapDocument holds the sessions that docs/heap.md shows against a session on
// the dumps of the demo. With -update the answers are written anew.
func TestHeapDocument(t *testing.T) {
	doc, err := filepath.Abs(filepath.Join("..", "..", "docs", "heap.md"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"objgraph", "demo"}, &out, &errs); code != 0 {
		t.Fatalf("objgraph demo exits %d: %s", code, errs.String())
	}
	const dir = "memdbg/leakyworker/"
	parts := strings.Split(string(text), "```\n")
	input := ""
	for i, p := range parts {
		if isSession(i, p) {
			input += typed(p)
		}
	}
	answers := answersOf(settle(converse(t, input, dir+"000-start.dump", dir+"010-invoice-1010.dump", "--exe", dir+"leakyworker"), dir))
	for i, p := range parts {
		if !isSession(i, p) {
			continue
		}
		n := strings.Count("\n"+p, "\n>>>") + strings.Count("\n"+p, "\n...")
		parts[i], answers = strings.Join(answers[:n], ""), answers[n:]
	}
	got := strings.Join(parts, "```\n")
	switch {
	case *update:
		if err := os.WriteFile(doc, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	case got != string(text):
		t.Errorf("docs/heap.md shows other answers:\n%s", firstDifference(string(text), got))
	}
	if strings.Contains(got, "\nerror: ") {
		t.Error("docs/heap.md shows a mistake")
	}
}

func isSession(i int, block string) bool { return i%2 == 1 && strings.HasPrefix(block, ">>>") }

// answersOf splits a transcript before each prompt.
func answersOf(transcript string) (out []string) {
	for line := range strings.Lines(transcript) {
		if strings.HasPrefix(line, ">>>") || strings.HasPrefix(line, "...") {
			out = append(out, "")
		}
		out[len(out)-1] += line
	}
	return out
}
