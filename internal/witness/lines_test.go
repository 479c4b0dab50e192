package witness

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/typing"
)

// TestLines wants on each line of a file what the comment behind it says.
func TestLines(t *testing.T) {
	dir, err := filepath.Abs(filepath.Join("testdata", "lines"))
	if err != nil {
		t.Fatal(err)
	}
	src, err := Load(context.Background(), dir, ".")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "lines.go")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		n++
		code, comment, _ := strings.Cut(lines.Text(), " // ")
		if code == "" || strings.HasPrefix(code, "//") {
			continue
		}
		for _, want := range strings.Split(comment, ", ") {
			if want != "" && !slices.Contains(said(src.At(path, n)), want) {
				t.Errorf("line %d: %s: want %q, got %q", n, strings.TrimSpace(code), want, said(src.At(path, n)))
			}
		}
		if comment == "" && n > 7 && len(said(src.At(path, n))) > 0 {
			t.Errorf("line %d: %s: want nothing, got %q", n, strings.TrimSpace(code), said(src.At(path, n)))
		}
	}
}

// said spells wants as the file's comments do, without what follows from
// others: literals are values, backing arrays are slices that may move.
func said(wants []Want) (out []string) {
	ways := map[How]string{Object: "value ", Backing: "backing ", Box: "box ", ChanPart: "chan ", MapHead: "map "}
	for _, w := range wants {
		way, ok := ways[w.How]
		switch {
		case !ok:
			continue
		case w.How == Object && w.Form == typing.Array:
			way = "literal "
		}
		name := w.String()
		if w.Line != 0 {
			name = "func"
		}
		out = append(out, way+name)
	}
	return out
}
