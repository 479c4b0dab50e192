package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// numbers are what differs between the README's dump and a smaller one of the
// same program.
var numbers = regexp.MustCompile(`0x[0-9a-f]+|[0-9][0-9,.]*( [kMG]?B)?|go1[0-9.]+|s\b`)

// TestReadmeLargeDumps runs the commands that the README shows on a large dump,
// on a small one of the same program, and wants the same words.
func TestReadmeLargeDumps(t *testing.T) {
	dir := oneDump(t, "leaky", "-n", "4000")
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if err := os.Rename("exe", "worker"); err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "## Large dumps")
	block := strings.SplitN(section, "```\n", 3)[1]
	parts := strings.Split(block, "$ objgraph ")[1:]
	if len(parts) != 2 {
		t.Fatalf("%d commands in the section on large dumps, want 2", len(parts))
	}
	for _, part := range parts {
		line, shown, _ := strings.Cut(part, "\n")
		printed := string(runLine(t, line))
		printed, _, _ = strings.Cut(printed, "--- standard error\n")
		if got, want := wordsOf(printed), wordsOf(shown); got != want {
			t.Errorf("objgraph %s prints\n%s\nthe README shows\n%s", line, got, want)
		}
	}
}

// wordsOf are the words of a text: of a table the headings.
func wordsOf(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		line = numbers.ReplaceAllString(line, "*")
		if words := strings.Fields(line); len(words) > 0 && words[0] != "*" || strings.Contains(line, "slot") {
			out = append(out, strings.Join(words, " "))
		}
	}
	return strings.Join(out, "\n")
}
