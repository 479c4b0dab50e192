package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestHunting runs every command of docs/hunting-memory-leaks.md, one after the
// other, and looks for every line of the output that it shows.
func TestHunting(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the commands are those of a shell, and some figures Linux's")
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "hunting-memory-leaks.md"))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, dir: t.TempDir(), object: built(t)}
	commands := 0
	for _, block := range strings.Split(string(text), "```console\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		for _, part := range strings.Split("\n"+block, "\n$ ")[1:] {
			line, shown, _ := strings.Cut(part, "\n")
			commands++
			checkShown(t, line, shown, b.shell(line))
		}
	}
	if commands < 8 {
		t.Errorf("%d commands were found", commands)
	}
}

// shell runs a line of the document. What it builds is in the source, and goes
// where the rest runs.
func (b *bench) shell(line string) string {
	b.t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = b.dir
	if rest, ok := strings.CutPrefix(line, "go build "); ok {
		cmd = exec.Command("go", "build", "-o", b.dir+"/", rest)
		cmd.Dir = filepath.Join("..", "..")
	}
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(b.object)+":"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.t.Fatalf("%s: %v\n%s", line, err, out)
	}
	return string(out)
}

// unsteady is what differs from run to run.
var unsteady = regexp.MustCompile(`0x[0-9a-f]+|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d|"heapLive":\d+| +|\[\d+\]|string +\d+|\d+(\.\d)? kB|first seen after job \d+|; [^;]+ of them, sampled, (was|were) allocated in \S+ at \S+:\d+`)

func checkShown(t *testing.T, line, shown, printed string) {
	t.Helper()
	steady := func(s string) string { return strings.Join(strings.Fields(unsteady.ReplaceAllString(s, " ")), " ") }
	lines := map[string]bool{}
	for p := range strings.Lines(printed) {
		lines[steady(p)] = true
	}
	for want := range strings.Lines(shown) {
		want, cut := strings.CutSuffix(strings.TrimSpace(want), "…")
		found := lines[steady(want)]
		for p := range lines {
			found = found || cut && strings.HasPrefix(p, steady(want))
		}
		if !found {
			t.Errorf("$ %s\ndoes not print the line\n%s\nbut\n%s", line, want, printed)
		}
	}
}
