package program

import "testing"

// BenchmarkOpen opens, binds and lists the variables of the probe (2.6 MB).
func BenchmarkOpen(b *testing.B) {
	probe, err := newProbe("", "", nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		p, err := Open(probe.path)
		if err != nil {
			b.Fatal(err)
		}
		m, err := p.Bind(Facts{})
		if err != nil || len(m.Globals()) == 0 {
			b.Fatal(err)
		}
		p.Close()
	}
}

// BenchmarkTypeAt is the cost of a type that was asked for before.
func BenchmarkTypeAt(b *testing.B) {
	p, err := parse("tiny", makeTinyELF())
	if err != nil {
		b.Fatal(err)
	}
	m, err := p.Bind(Facts{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if m.TypeAt(tinyBase+tinyTypes+tinyPtrT) == nil {
			b.Fatal("no type")
		}
	}
}
