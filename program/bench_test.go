package program

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// benchEnv is the path of an executable to measure with; without it, it is this
// module's own command (22 MB).
const benchEnv = "OBJGRAPH_BENCH_EXE"

var benchExe = sync.OnceValues(func() (string, error) {
	if path := os.Getenv(benchEnv); path != "" {
		return path, nil
	}
	dir, err := probeDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "objgraph")
	out, err := exec.Command("go", "build", "-o", path, "../cmd/objgraph").CombinedOutput()
	if err != nil {
		os.Stderr.Write(out)
	}
	return path, err
})

func benchPath(b *testing.B) string {
	b.Helper()
	path, err := benchExe()
	if err != nil {
		b.Fatal(err)
	}
	if st, err := os.Stat(path); err == nil {
		b.SetBytes(st.Size())
	}
	b.ReportAllocs()
	return path
}

func mustOpen(b *testing.B, path, cache string) *Program {
	p, err := OpenWith(path, Options{Cache: cmp.Or(cache, CacheOff)})
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// BenchmarkOpen opens and binds, with and without an index.
func BenchmarkOpen(b *testing.B) {
	path := benchPath(b)
	run := func(b *testing.B, cache string) {
		for b.Loop() {
			p := mustOpen(b, path, cache)
			if _, err := p.Bind(Facts{}); err != nil {
				b.Fatal(err)
			}
			p.Close()
		}
	}
	b.Run("fresh", func(b *testing.B) { run(b, "") })
	b.Run("indexed", func(b *testing.B) { run(b, benchIndex(b, path)) })
}

// benchIndex is a folder with the executable's index.
func benchIndex(b *testing.B, path string) (dir string) {
	b.Helper()
	dir = b.TempDir()
	p := mustOpen(b, path, dir)
	p.preloadAll()
	p.Close()
	return dir
}

// BenchmarkPreload opens, and finds out all that dumps ask for.
func BenchmarkPreload(b *testing.B) {
	path := benchPath(b)
	run := func(b *testing.B, cache string) {
		for b.Loop() {
			p := mustOpen(b, path, cache)
			p.indexDir = "" // nothing is written
			p.preloadAll()
			p.Close()
		}
	}
	b.Run("fresh", func(b *testing.B) { run(b, "") })
	b.Run("indexed", func(b *testing.B) { run(b, benchIndex(b, path)) })
}

// BenchmarkStages are the parts of Preload, each alone.
func BenchmarkStages(b *testing.B) {
	path := benchPath(b)
	for _, stage := range []struct {
		name string
		run  func(p *Program)
	}{
		{"names", func(p *Program) { p.typeNames() }},
		{"globals", func(p *Program) { p.globals() }},
		{"allocations", func(p *Program) { p.allocations() }},
		{"places", func(p *Program) { p.places() }},
		{"maps", func(p *Program) { p.typeIndex() }},
		{"frames", func(p *Program) {
			for i := 0; i < p.funcs.n; i += 1 + p.funcs.n/200 {
				pc := p.funcs.entry(i) + 5
				p.frameVars(pc)
				p.stackObjects(pc)
				p.closure(pc - 5)
			}
		}},
		{"code", func(p *Program) { p.code() }},
	} {
		b.Run(stage.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				p := mustOpen(b, path, "")
				b.StartTimer()
				stage.run(p)
				b.StopTimer()
				p.Close()
				b.StartTimer()
			}
		})
	}
}

// BenchmarkIndexWrite is what a first time costs more.
func BenchmarkIndexWrite(b *testing.B) {
	path := benchPath(b)
	p := mustOpen(b, path, "")
	defer p.Close()
	p.preloadAll()
	dir := b.TempDir()
	for b.Loop() {
		p.indexDir = dir
		p.saveIndex()
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

// BenchmarkLookup is the cost of a name once all are read.
func BenchmarkLookup(b *testing.B) {
	p := mustOpen(b, benchPath(b), "")
	defer p.Close()
	for b.Loop() {
		if p.lookupType("runtime.g") == nil {
			b.Fatal("no type")
		}
	}
}
