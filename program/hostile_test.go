package program

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/objgraph/objgraph/mem"
)

// exercise asks a program for everything it can tell.
func exercise(p *Program) {
	m, err := p.Bind(Facts{})
	if err != nil {
		return
	}
	seen := map[*Type]bool{}
	for _, g := range m.Globals() {
		visit(g.Type, seen)
		m.GlobalAt(g.Addr)
	}
	for _, g := range m.Literals() {
		m.ItabType(g.Addr)
	}
	n := 0
	for _, r := range p.typeNames().refs {
		if n++; n < 20000 {
			visit(p.typeOf(r), seen)
		}
	}
	for _, w := range m.CodeGlobals() {
		visit(w.Type, seen)
	}
	for _, made := range m.Allocated() {
		visit(made.Type, seen)
		m.Beginning(made.Type)
		m.ChanOf(made.Type)
		m.MapOf(made.Type)
	}
	for i := range min(p.funcs.n, 5000) {
		f := p.funcs.get(i)
		for _, w := range m.CodeFrame(f.Entry + 5) {
			visit(w.Type, seen)
		}
		for _, o := range m.StackObjects(f.Entry + 5) {
			visit(o.Type, seen)
		}
		if c := m.Closure(f.Entry); c != nil {
			visit(c.Type, seen)
		}
		for _, pc := range []mem.Addr{f.Entry, f.Entry + 5, f.End} {
			for _, v := range m.Vars(pc) {
				visit(v.Type, seen)
			}
		}
	}
}

// visit walks a type by value, as users of a type do.
func visit(t *Type, seen map[*Type]bool) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	t.Mask()
	t.FieldPath(t.Size / 2)
	t.PointerAt(t.Size / 2 &^ 7)
	t.Direct()
	for i := range t.Fields {
		visit(t.Fields[i].Type, seen)
	}
	if t.Kind == Array {
		visit(t.Elem, seen)
	}
}

// tryOpen parses bytes as a file; the error must be a *FileError.
func tryOpen(t *testing.T, data []byte) {
	p, err := parse("exe", data)
	if err == nil {
		exercise(p)
		return
	}
	var fe *FileError
	if !errors.As(err, &fe) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %T %v", err, err)
	}
}

func TestOtherFiles(t *testing.T) {
	for content, want := range map[string]string{
		"":                         "the file is empty",
		"just text":                "not an ELF executable",
		"\xcf\xfa\xed\xfe\x07\x00": "Mach-O",
		"MZ\x90\x00":               "Windows",
		"go1.7 heap dump\n":        "heap dump",
		"\x7fELF":                  "cut off",
		"\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 80): "no executable",
	} {
		path := filepath.Join(t.TempDir(), "exe")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path)
		var fe *FileError
		if !errors.As(err, &fe) || !strings.Contains(err.Error(), want) || fe.Path != path {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
	}
	if _, err := Open(t.TempDir()); err == nil {
		t.Error("a folder was opened")
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

func TestTruncated(t *testing.T) {
	data := probeBytes(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		tryOpen(t, data[:r.IntN(len(data))])
	}
}

// corruptRounds is how often each section is damaged, by 1 to 2048 bytes; more often
// with OBJGRAPH_BIG=1.
func corruptRounds() int {
	if os.Getenv("OBJGRAPH_BIG") == "1" {
		return 10
	}
	return 3
}

// Damage in each section that is read must cost knowledge, never more.
func TestCorrupted(t *testing.T) {
	corrupt(t, probeBytes(t), "")
}

// So must damage in packed sections, which are read while they are unpacked.
func TestCorruptedPacked(t *testing.T) {
	data, err := os.ReadFile(buildProbe(t, "", "").path)
	if err != nil {
		t.Fatal(err)
	}
	corrupt(t, data, ".debug_")
}

// corrupt damages the sections whose names begin as given.
func corrupt(t *testing.T, data []byte, prefix string) {
	f, err := parseELF("exe", data)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for _, s := range f.sections {
		if s.size == 0 || s.off+s.size > uint64(len(data)) || !strings.HasPrefix(s.name, prefix) {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			for range corruptRounds() {
				start := time.Now()
				bad := append([]byte{}, data...)
				for range 1 << r.IntN(12) {
					bad[s.off+r.Uint64N(s.size)] = byte(r.Uint32())
				}
				tryOpen(t, bad)
				if d := time.Since(start); d > 20*time.Second {
					t.Errorf("took %v", d)
				}
			}
		})
	}
}

// probeBytes is the probe with its DWARF unpacked, so that damage reaches it.
func probeBytes(t *testing.T) []byte {
	data, err := os.ReadFile(buildProbe(t, "", "", "-ldflags=-compressdwarf=false").path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Lazy parts may be asked for by several goroutines at once, and all must get
// the same types.
func TestConcurrentUse(t *testing.T) {
	p, err := parse("exe", probeBytes(t))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var got [4]*Type
	for i := range got {
		wg.Go(func() {
			exercise(p)
			got[i] = p.lookupType("map[string]*main.Named")
		})
	}
	wg.Wait()
	for _, ty := range got {
		if ty != got[0] || ty == nil {
			t.Errorf("types %p and %p", ty, got[0])
		}
	}
}
