package program

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
)

// builds are ways to build a program that differ in what an index has of it.
var builds = map[string][]string{
	"packed":   nil,
	"plain":    {"-ldflags=-compressdwarf=false"},
	"pie":      {"-buildmode=pie"},
	"stripped": {"-ldflags=-s -w"},
}

// openAs opens an executable with options, until the test ends.
func openAs(t *testing.T, path string, o Options) *Program {
	t.Helper()
	p, err := OpenWith(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// all is what there is to say of a program, a line each.
func all(t *testing.T, p *Program) []string {
	t.Helper()
	m, err := p.Bind(Facts{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, g := range append(m.Globals(), m.Literals()...) {
		add("%s %s %s %v %d %s", g.Name, g.FullName, g.PkgPath, g.Addr, g.Size, spell(g.Type))
	}
	n := p.typeNames()
	for i, r := range n.refs {
		add("%x %s", n.hashes[i], spell(p.typeOf(r)))
	}
	for _, made := range m.Allocated() {
		add("%s %v", spell(made.Type), made.Array)
		add("%s %s", m.ChanOf(made.Type), m.MapOf(made.Type))
	}
	for _, w := range m.CodeGlobals() {
		add("%+v", w)
	}
	for i := range p.funcs.n {
		f := p.funcs.get(i)
		add("%+v", *f)
		if c := m.Closure(f.Entry); c != nil {
			add("%s", spell(c.Type))
		}
		for _, pc := range []mem.Addr{f.Entry + 5, (f.Entry + f.End) / 2} {
			add("%+v %+v %+v", m.Vars(pc), m.StackObjects(pc), m.CodeFrame(pc))
		}
	}
	return append(lines, fmt.Sprint(p.HasDWARF, p.Warnings))
}

func spell(t *Type) string {
	if t == nil {
		return "none"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %v %d %d %v", t.FullName, t.Kind, t.Addr, t.Size, t.PtrBytes, t.Elem)
	for i := range t.Fields {
		fmt.Fprintf(&b, " %s %v", t.Fields[i].Name, t.Fields[i].Type)
	}
	return b.String()
}

// same compares what two ways of opening have to say.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("%s, line %d:\n%s\nwant\n%s", what, i, got[i], want[i])
		}
	}
	if len(got) != len(want) || len(want) < 1000 {
		t.Fatalf("%s: %d lines, want %d", what, len(got), len(want))
	}
}

// Whatever the number of workers, and whether an index was used, the answers are
// the same to the last word.
func TestIndexAndWorkers(t *testing.T) {
	for name, flags := range builds {
		t.Run(name, func(t *testing.T) {
			exe := testprog.Build(t, testprog.Spec{Dir: "zoo", Flags: flags})
			want := all(t, openAs(t, exe, Options{Workers: 1, Cache: CacheOff}))
			for _, workers := range []int{2, 8} {
				same(t, fmt.Sprint(workers, " workers"), all(t, openAs(t, exe, Options{Workers: workers, Cache: CacheOff})), want)
			}
			dir := makeIndex(t, exe)
			p := openAs(t, exe, Options{Cache: dir})
			if !p.fromIndex {
				t.Fatal("the index is not used")
			}
			same(t, "from the index", all(t, p), want)
		})
	}
}

// makeIndex opens an executable so that it leaves an index in a new folder.
func makeIndex(t *testing.T, exe string) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "cache")
	p, err := OpenWith(exe, Options{Cache: dir})
	if err != nil {
		t.Fatal(err)
	}
	p.preloadAll()
	p.Close()
	return dir
}

// indexIn is the one index in a folder.
func indexIn(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	return found[0]
}

// The folder and the index are the user's alone.
func TestIndexModes(t *testing.T) {
	dir := makeIndex(t, buildProbe(t, "", "").path)
	for path, want := range map[string]os.FileMode{dir: 0o700, indexIn(t, dir): 0o600} {
		if st, err := os.Stat(path); err != nil || st.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", path, st.Mode(), err, want)
		}
	}
}

// A damaged index is not used, wherever the damage is, and is written again.
func TestIndexDamage(t *testing.T) {
	exe := buildProbe(t, "", "").path
	dir := makeIndex(t, exe)
	path := indexIn(t, dir)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damage := map[string][]byte{"empty": {}, "longer": append(whole[:len(whole):len(whole)], 0)}
	for _, at := range []int{0, len(indexMagic), indexHeader, indexHeader + 40, len(whole) / 3, len(whole) / 2, len(whole) - 1} {
		b := append([]byte(nil), whole...)
		b[at] ^= 0x10
		damage[fmt.Sprint("byte ", at)] = b
		damage[fmt.Sprint("cut at ", at)] = whole[:at]
	}
	for name, b := range damage {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		p := openAs(t, exe, Options{Cache: dir})
		if p.fromIndex {
			t.Errorf("%s: used", name)
		}
		p.preloadAll()
		if b, err := os.ReadFile(path); err != nil || string(b) != string(whole) {
			t.Errorf("%s: not written again: %d bytes, %v", name, len(b), err)
		}
	}
}

// An index never serves another executable: not one that differs in a byte, not
// under its name, and not with a valid checksum.
func TestIndexOfAnother(t *testing.T) {
	exe := buildProbe(t, "", "").path
	dir := makeIndex(t, exe)
	b, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, b, 0o700); err != nil {
		t.Fatal(err)
	}
	if openAs(t, other, Options{Cache: dir}).fromIndex {
		t.Error("used for a file with another byte")
	}
	pie := buildProbe(t, "", "", "-buildmode=pie").path
	p := openAs(t, pie, Options{Cache: CacheOff})
	proof, err := prove(p.contents, len(p.file.data), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(indexIn(t, dir), filepath.Join(dir, indexName(p.BuildID, proof))); err != nil {
		t.Fatal(err)
	}
	if openAs(t, pie, Options{Cache: dir}).fromIndex {
		t.Error("used under another's name")
	}
	foreign := (&indexed{dwarf: true, units: []unit{{off: 0, end: 1 << 40, version: 4, addrSize: 8, offSize: 4}}}).encode()
	if err := writeIndex(dir, indexName(p.BuildID, proof), proof, foreign); err != nil {
		t.Fatal(err)
	}
	if openAs(t, pie, Options{Cache: dir}).fromIndex {
		t.Error("used although units lie outside of the file")
	}
}

// Where no index can be written, or none is wanted, everything works without.
func TestIndexNowhere(t *testing.T) {
	exe := buildProbe(t, "", "").path
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(cacheEnv, CacheOff)
	for _, dir := range []string{filepath.Join(file, "in"), CacheOff, ""} {
		p := openAs(t, exe, Options{Cache: dir})
		p.preloadAll()
		if p.fromIndex || len(p.Warnings) > 0 || len(p.globals()) == 0 {
			t.Errorf("%q: %v", dir, p.Warnings)
		}
	}
	if got := indexFolder(""); got != "" {
		t.Errorf("%s=off: %s", cacheEnv, got)
	}
	t.Setenv(cacheEnv, "/elsewhere")
	if got := indexFolder(""); got != "/elsewhere" {
		t.Errorf("%s: %s", cacheEnv, got)
	}
}

// Many may open one executable, write its index and read it at the same time.
func TestIndexTogether(t *testing.T) {
	exe := buildProbe(t, "", "").path
	dir := filepath.Join(t.TempDir(), "cache")
	want := len(openAs(t, exe, Options{Cache: CacheOff}).globals())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 4 {
				p, err := OpenWith(exe, Options{Cache: dir})
				if err != nil {
					t.Error(err)
					return
				}
				p.Preload()
				if got := len(p.globals()); got != want {
					t.Errorf("%d variables, want %d", got, want)
				}
				p.Close()
			}
		})
	}
	wg.Wait()
	makeSure := openAs(t, exe, Options{Cache: dir})
	makeSure.preloadAll()
	if !openAs(t, exe, Options{Cache: dir}).fromIndex {
		t.Error("no index is left")
	}
	indexIn(t, dir) // and nothing else
}

// The folder keeps to its size: the index longest unused goes first.
func TestTrimIndexes(t *testing.T) {
	dir, long := t.TempDir(), time.Date(2020, 1, 10, 0, 0, 0, 0, time.UTC)
	for i, name := range []string{"c", "a", "b"} {
		path := filepath.Join(dir, name+indexSuffix)
		if err := os.WriteFile(path, make([]byte, 100), 0o600); err != nil {
			t.Fatal(err)
		}
		at := long.AddDate(0, 0, -i)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	stale := filepath.Join(dir, "new-1.tmp")
	if err := os.WriteFile(stale, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(stale, long, long); err != nil {
		t.Fatal(err)
	}
	trimIndexes(dir, 250)
	found, _ := filepath.Glob(filepath.Join(dir, "*"))
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	if got := strings.Join(found, " "); got != "a"+indexSuffix+" c"+indexSuffix {
		t.Error(got)
	}
}

// What is found out in the background may be asked for at the same time, by
// several, and the program may be bound or closed meanwhile.
func TestPreload(t *testing.T) {
	exe := buildProbe(t, "", "").path
	for range 3 {
		p, err := OpenWith(exe, Options{Cache: filepath.Join(t.TempDir(), "cache")})
		if err != nil {
			t.Fatal(err)
		}
		p.Preload()
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				p.Preload()
				m, err := p.Bind(Facts{})
				if err != nil {
					t.Error(err)
					return
				}
				if m.LookupType("runtime.g") == nil || len(m.Globals()) == 0 || len(m.Allocated()) == 0 {
					t.Error("something is not known")
				}
				for i := 0; i < p.funcs.n; i += 7 {
					m.Vars(p.funcs.entry(i) + 5)
					m.Closure(p.funcs.entry(i))
				}
			})
		}
		wg.Wait()
		p.Close()
	}
	p, err := Open(exe)
	if err != nil {
		t.Fatal(err)
	}
	p.Preload()
	p.Close()
}
