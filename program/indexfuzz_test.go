package program

import (
	"os"
	"testing"
)

// FuzzIndex reads arbitrary bytes as the body of an index, and asks for all that
// the program then has to tell.
func FuzzIndex(f *testing.F) {
	for _, flags := range [][]string{nil, {"-ldflags=-s -w"}} {
		probe, err := newProbe("", "", flags)
		if err != nil {
			f.Fatal(err)
		}
		p, err := OpenWith(probe.path, Options{Cache: CacheOff})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(p.collect().encode(), p.HasDWARF)
		p.Close()
	}
	packed, stripped := fuzzProbe(f, nil), fuzzProbe(f, []string{"-ldflags=-s -w"})
	f.Fuzz(func(t *testing.T, body []byte, dwarf bool) {
		data := stripped
		if dwarf {
			data = packed
		}
		x := decodeIndex(body)
		if x == nil {
			return
		}
		p := bare(t, data)
		if p.restore(x) {
			glance(p)
		}
	})
}

// glance asks for a little of everything.
func glance(p *Program) {
	m, err := p.Bind(Facts{})
	if err != nil {
		return
	}
	seen := map[*Type]bool{}
	for i, r := range p.typeNames().refs {
		if i%512 == 0 {
			visit(p.typeOf(r), seen)
		}
	}
	for _, g := range m.Globals() {
		m.GlobalAt(g.Addr)
	}
	m.Allocated()
	m.CodeGlobals()
	for i := 0; i < p.funcs.n; i += 64 {
		pc := p.funcs.entry(i) + 5
		m.Vars(pc)
		m.Closure(pc - 5)
		m.CodeFrame(pc)
	}
}

func fuzzProbe(f *testing.F, flags []string) []byte {
	f.Helper()
	probe, err := newProbe("", "", flags)
	if err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(probe.path)
	if err != nil {
		f.Fatal(err)
	}
	return data
}

// bare is a program of which no more than its descriptors and functions are read.
func bare(t *testing.T, data []byte) *Program {
	t.Helper()
	p, err := parseBare("exe", inMemory(data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What an index says is used as it is: every number in it is changed in turn, and
// nothing may come of it but less knowledge.
func TestIndexNumbers(t *testing.T) {
	exe := buildProbe(t, "", "").path
	data, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	p := openAs(t, exe, Options{Cache: CacheOff})
	body := p.collect().encode()
	used := 0
	for at := 0; at < len(body); at += 1 + len(body)/60 {
		bad := append([]byte(nil), body...)
		bad[at] ^= 0x41
		x, q := decodeIndex(bad), bare(t, data)
		if x != nil && q.restore(x) {
			exercise(q)
			used++
		}
	}
	if used == 0 {
		t.Error("nothing of it was used")
	}
}
