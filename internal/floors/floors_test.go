// Package floors holds the table of which package may import which, and the
// test that the source keeps to it. It parses the imports itself: what a child
// process reads is unknown to the test cache, which would serve a stale pass.
package floors

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// table: package: what it may import. Lowest first; a line names only lines
// above it, so there is no way up and no cycle.
const table = `
mem:
heapdump:          mem
heap:              mem heapdump
program/internal/inflate:
program:           mem program/internal/inflate
typefilter:
graph:             mem
typing:            mem heapdump heap program
snapshot:          all above
census:            mem heapdump typefilter graph typing snapshot
fields:            mem heap program typing
pprofile:          mem heap graph typing snapshot census
partition:         mem heapdump heap typefilter graph typing fields snapshot census
declare:           mem program

# pictures know nothing of heaps
layouts/internal/early:
layouts/internal/engine: layouts/internal/early
layouts/internal/glyphs:
layouts/internal/raster: layouts/internal/glyphs
layouts:           layouts/internal/engine layouts/internal/glyphs layouts/internal/raster

report:            mem typefilter graph typing snapshot census partition layouts
htmlreport:        report
leaktest:          program census report

# what workers import: nothing else of this module
jobtrace:
jobtrace/httpjob:  jobtrace
jobtrace/http:     jobtrace

examples:
examples/leakyworker:
examples/tracedworker: jobtrace
watch:             heapdump jobtrace
session:           all above
repl:              all above
web/chart:
web/store:         jobtrace watch
web:               all above
internal/hugeheap:
cmd/objgraph:      all above

# for tests alone
heapdump/heaptest: mem heapdump
internal/testprog: mem
internal/programs/typecheck:
internal/programs/served: jobtrace/http
internal/witness:  all above
internal/accuracy: all above
internal/browser:

`

func TestFloors(t *testing.T) {
	floors, err := parseTable(table)
	if err != nil {
		t.Fatal(err)
	}
	got, err := check(os.DirFS("../.."), floors)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range got.wrong {
		t.Error(w)
	}
	for _, m := range got.missing {
		t.Errorf("package %s of the table has no folder", m)
	}
}

// TestCheckFails shows that the checker finds what it is for.
func TestCheckFails(t *testing.T) {
	tree := fstest.MapFS{
		"low/low.go":           source(`import "fmt"`),
		"low/low_test.go":      source(`import "` + module + `/high"`),
		"mid/mid.go":           source(`import "` + module + `/low"`),
		"mid/mid_windows.go":   source(`import _ "` + module + `/high"`),
		"high/high.go":         source(`import x "` + module + `/mid"`),
		"high/deep/deep.go":    source(``),
		"testdata/prog/a.go":   source(`import "` + module + `/high"`),
		"other/go.mod":         {Data: []byte("module other\n")},
		"other/other.go":       source(`import "` + module + `/high"`),
		".hidden/h.go":         source(``),
		"onlytests/on_test.go": source(``),
		"main.go":              source(``),
	}
	floors, err := parseTable("low:\nmid: low\nhigh: all above\nabsent: mid")
	if err != nil {
		t.Fatal(err)
	}
	got, err := check(tree, floors)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"mid/mid_windows.go imports high, which the table does not let mid do",
		"package folder . is not in the table",
		"package folder high/deep is not in the table",
	}
	if strings.Join(got.wrong, "\n") != strings.Join(want, "\n") {
		t.Errorf("wrong:\n%s\nwant:\n%s", strings.Join(got.wrong, "\n"), strings.Join(want, "\n"))
	}
	if len(got.missing) != 1 || got.missing[0] != "absent" {
		t.Errorf("missing %v, want [absent]", got.missing)
	}
}

func TestCheckRefusesWhatItCannotParse(t *testing.T) {
	tree := fstest.MapFS{"low/low.go": {Data: []byte("package")}}
	if _, err := check(tree, nil); err == nil {
		t.Error("no error for a file that is no Go")
	}
}

func TestParseTableFails(t *testing.T) {
	for _, bad := range []string{
		"low: high\nhigh:", // names a line below
		"low: low",         // names itself
		"low:\nlow:",       // twice
		"low",              // no colon
		"low:\nhigh: elsewhere",
	} {
		if got, err := parseTable(bad); err == nil {
			t.Errorf("%q: %v, want an error", bad, got)
		}
	}
}

func source(imports string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("package p\n\n" + imports + "\n")}
}
