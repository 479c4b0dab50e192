package program

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
)

// An executable and its symbols in a file apart are as good as one file; another
// build's symbols are refused.
func TestOpenSplit(t *testing.T) {
	full := buildProbe(t, "", "")
	bare := filepath.Join(t.TempDir(), "bare")
	testprog.RemoveSymbols(t, full.path, bare)
	p, err := OpenSplit(bare, full.path)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if !p.HasDWARF || len(p.Warnings) > 0 || len(p.globals()) < 100 || len(p.literals()) == 0 {
		t.Errorf("%d globals, %d literals, warnings %q", len(p.globals()), len(p.literals()), p.Warnings)
	}
	for _, l := range full.facts["frame"] {
		if p.frameVars(addr(t, l[0])) == nil {
			t.Error("no variables in a frame")
		}
	}
	_, err = OpenSplit(bare, buildProbe(t, "", "", "-ldflags=-s -w").path)
	if !errors.Is(err, ErrOtherBuild) || !strings.Contains(err.Error(), "build id") {
		t.Errorf("another build: %v", err)
	}
	if _, err := OpenSplit(bare, bare); !errors.Is(err, errNoDWARF) {
		t.Errorf("without DWARF: %v", err)
	}
}

func TestSlideString(t *testing.T) {
	for s, want := range map[Slide]string{
		{}:                                       "0x0 text, types, itabs, data, bss",
		{Data: 0x20, BSS: 0x20}:                  "0x0 text, types, itabs, 0x20 data, bss",
		{0x1000, 0x1020, 0x1000, 0x1020, 0x1040}: "0x1000 text, itabs, 0x1020 types, data, 0x1040 bss",
	} {
		if got := s.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
