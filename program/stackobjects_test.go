package program

import (
	"fmt"
	"strings"
	"testing"
)

// Each variable that the probe uses by its address must be found at its place
// from the CFA, with its pointers; and so in the stripped program.
func TestStackObjects(t *testing.T) {
	eachVersion(t, func(t *testing.T, toolchain string) {
		for _, flags := range [][]string{nil, {"-buildmode=pie"}, {"-ldflags=-s -w"}, {"-buildmode=pie", "-ldflags=-s -w"}} {
			t.Run(strings.Join(flags, " "), func(t *testing.T) {
				p := buildProbe(t, toolchain, "", flags...)
				checkStackObjects(t, p, p.open(t))
			})
		}
	})
}

func checkStackObjects(t *testing.T, p *probe, m *Image) {
	for _, l := range p.facts["stack"] {
		list := m.StackObjects(addr(t, l[0]))
		found := false
		for i := range list {
			o := &list[i]
			if uint64(o.Offset) != uint64(addr(t, l[3])-addr(t, l[1])) {
				continue
			}
			found = true
			if fmt.Sprint(o.Size) != l[4] || pointerWords(o) != l[5] {
				t.Errorf("%s: %d bytes, pointers %s, want %v", l[2], o.Size, pointerWords(o), l[4:])
			}
			if m.Program().HasDWARF && o.Type != nil && o.Type.Name != l[2] {
				t.Errorf("%s: type %v", l[2], o.Type)
			}
		}
		if !found {
			t.Errorf("%s at %d is not among %+v", l[2], int64(addr(t, l[3])-addr(t, l[1])), list)
		}
	}
	if list := m.StackObjects(1); list != nil {
		t.Errorf("at 1: %+v", list)
	}
}

func pointerWords(o *StackObject) string {
	words := make([]string, len(o.Ptrs))
	for i, off := range o.Ptrs {
		words[i] = fmt.Sprint(off / 8)
	}
	return strings.Join(words, " ")
}
