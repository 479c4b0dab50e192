package program

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// Each fact of a dump that is wrong must be named, with both values.
func TestBindNamesTheFactThatDisagrees(t *testing.T) {
	p := buildProbe(t, "", "")
	m := p.open(t)
	good := func() Facts { return p.facts1(t, m.Program(), 0) }
	for _, c := range []struct {
		fact  string
		spoil func(f *Facts)
	}{
		{"go version", func(f *Facts) { f.GoVersion = "go1.20.1" }},
		{"architecture", func(f *Facts) { f.Machine = "riscv64" }},
		{"words", func(f *Facts) { f.Arch.BigEndian = true }},
		{"data segment", func(f *Facts) { f.DataSize++ }},
		{"bss segment", func(f *Facts) { f.BSSSize -= 8 }},
		{"data address", func(f *Facts) { f.DataAddr += 8 << 20; f.BSSAddr += 8 << 20 }},
		{"bss address", func(f *Facts) { f.BSSAddr += 1 << 20 }},
		{"function at", func(f *Facts) { f.Funcs[0].Name = "main.other" }},
		{"function at", func(f *Facts) { f.Funcs[0].Entry++ }},
		{"type at", func(f *Facts) { f.Types[0].Size++ }},
		{"type at", func(f *Facts) { f.Types[0].Addr += 4 }},
		{"type at", func(f *Facts) { f.Types[0].Name = "main.Other" }},
		{"itab at", func(f *Facts) {
			f.Itabs = []ItabFact{{addr(t, p.facts["itab"][0][0]), f.Types[0].Addr}}
		}},
	} {
		f := good()
		c.spoil(&f)
		_, err := m.Program().Bind(f)
		var mismatch *MismatchError
		if !errors.As(err, &mismatch) || !strings.HasPrefix(mismatch.Fact, c.fact) || mismatch.Dump == mismatch.Exe {
			t.Errorf("%s: %v", c.fact, err)
		}
	}
}

func TestBindAcceptsOtherSpellings(t *testing.T) {
	p := buildProbe(t, "", "")
	m := p.open(t)
	f := p.facts1(t, m.Program(), 0)
	f.GoVersion += " X:nogreenteagc"
	f.Types[0].Name, f.Types[1].Name = "main.Named", "main."
	if _, err := m.Program().Bind(f); err != nil {
		t.Error(err)
	}
	if _, err := m.Program().Bind(Facts{}); err != nil {
		t.Errorf("no facts: %v", err)
	}
}

// A stripped build has no names of variables, but all types, functions and
// closures.
func TestStripped(t *testing.T) {
	for _, flags := range [][]string{{"-ldflags=-s -w"}, {"-ldflags=-s -w", "-buildmode=pie"}} {
		p := buildProbe(t, "", "", flags...)
		prog, err := Open(p.path)
		if err != nil {
			t.Fatal(err)
		}
		defer prog.Close()
		if prog.HasDWARF || len(prog.globals()) != 0 || len(prog.literals()) != 0 || len(prog.Warnings) != 1 || !strings.Contains(prog.Warnings[0], "is stripped") {
			t.Errorf("%v: DWARF %v, %d globals, warnings %q", flags, prog.HasDWARF, len(prog.globals()), prog.Warnings)
		}
		for _, l := range p.facts["type"] {
			if ty := prog.lookupType(l[0]); ty == nil || ty.Name != l[0] {
				t.Errorf("%v: %s is %v", flags, l[0], ty)
			}
		}
		i := prog.funcs.lookup("main.closures.func1")
		c := prog.closure(prog.funcs.entry(i))
		if c == nil || len(c.Type.Fields) != 3 || c.Type.Fields[1].Type != prog.lookupType("*main.Tracker") {
			t.Errorf("%v: closure %+v", flags, c)
		}
	}
}

// The unstripped build stands in for a stripped program that wrote the dump.
func TestTwin(t *testing.T) {
	eachVersion(t, func(t *testing.T, toolchain string) {
		for _, flags := range [][]string{nil, {"-buildmode=pie"}} {
			twin(t, buildProbe(t, toolchain, "", append([]string{"-ldflags=-s -w"}, flags...)...), buildProbe(t, toolchain, "", flags...))
		}
	})
}

func twin(t *testing.T, stripped, full *probe) {
	t.Helper()
	dumped, err := Open(stripped.path)
	if err != nil {
		t.Fatal(err)
	}
	defer dumped.Close()
	prog, err := Open(full.path)
	if err != nil {
		t.Fatal(err)
	}
	defer prog.Close()
	var slide mem.Addr // of the process that wrote the facts
	for _, l := range stripped.facts["type"] {
		slide = addr(t, l[1]) - dumped.lookupType(l[0]).Addr
	}
	m, err := prog.Bind(stripped.facts1(t, dumped, slide))
	if err != nil {
		t.Errorf("%s: %v", prog.GoVersion, err)
		return
	}
	t.Logf("%s: %s", prog.GoVersion, m.How())
	for _, l := range stripped.facts["global"] {
		if g := m.GlobalAt(addr(t, l[1])); g == nil || g.Name != l[0] {
			t.Errorf("%s: %s is %v", prog.GoVersion, l[0], g)
		}
	}
	itab := stripped.facts["itab"][0]
	if ty := m.ItabType(addr(t, itab[0])); ty == nil || ty.Name != itab[1] {
		t.Errorf("%s: itab of %v", prog.GoVersion, ty)
	}
	for _, l := range stripped.facts["closure"] {
		if m.Closure(addr(t, l[1])) == nil {
			t.Errorf("%s: no closure %s", prog.GoVersion, l[0])
		}
	}
}

// The machines that cannot be run here must still be read.
func TestOtherMachines(t *testing.T) {
	want := closureNames(t, buildProbe(t, "", ""))
	machines := []string{"arm64", "386", "riscv64", "s390x"}
	if os.Getenv("OBJGRAPH_MATRIX") == "" {
		t.Log("only arm64: OBJGRAPH_MATRIX=1 reads all of", machines)
		machines = machines[:1]
	}
	for _, goarch := range machines {
		p := buildProbe(t, "", goarch)
		prog, err := Open(p.path)
		if err != nil {
			t.Fatal(err)
		}
		defer prog.Close()
		if prog.Machine != goarch || len(prog.Warnings) > 0 {
			t.Errorf("%s: machine %s, warnings %q", goarch, prog.Machine, prog.Warnings)
		}
		for _, name := range []string{"main.Named", "map[string]*main.Named", "func(int, ...string) (error, bool)"} {
			if prog.lookupType(name) == nil {
				t.Errorf("%s: no %s", goarch, name)
			}
		}
		if g := prog.globals(); len(g) < 100 || g[0].Type == nil {
			t.Errorf("%s: %d globals", goarch, len(g))
		}
		if goarch != "arm64" {
			continue
		}
		if got := closureNames(t, p); got != want {
			t.Errorf("%s: closures\n%s\nwant\n%s", goarch, got, want)
		}
	}
}

// closureNames lists the closures that the code of package main allocates.
func closureNames(t *testing.T, p *probe) string {
	prog, err := Open(p.path)
	if err != nil {
		t.Fatal(err)
	}
	defer prog.Close()
	var b strings.Builder
	for i := range prog.funcs.n {
		if ty := prog.allocations().closures[prog.funcs.entry(i)]; ty != nil && strings.HasPrefix(prog.funcs.get(i).Name, "main.") {
			b.WriteString(prog.funcs.get(i).Name + " " + ty.Name + "\n")
		}
	}
	return b.String()
}
