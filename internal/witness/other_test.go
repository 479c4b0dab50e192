package witness

import (
	"context"
	"os"
	"strings"
	"testing"
)

// TestOther compares the objects of any other program, OBJGRAPH_WITNESS=DIR[,ARG…]:
// the folder of a main package that writes its dump where -dump says.
func TestOther(t *testing.T) {
	dir, args, _ := strings.Cut(os.Getenv("OBJGRAPH_WITNESS"), ",")
	if dir == "" {
		t.Skip("for a program of yours: set OBJGRAPH_WITNESS=DIR[,ARG…]")
	}
	src, err := Load(context.Background(), dir, ".")
	if err != nil {
		t.Fatal(err)
	}
	s, dump := snap(t, build(t, dir, "."), strings.FieldsFunc(args, func(r rune) bool { return r == ',' })...)
	shares(t, s)
	check(t, compare(t, s, dump, src))
}
