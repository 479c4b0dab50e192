package census_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/census"
)

// held is a program whose pages are held by a sync.Map, its items by goroutines and
// a shelf, its alarms by timers, and its three dumps, of 40 more items, and 8
// of the others, each; 8 more are held by their own cleanups.
func held(t *testing.T, args ...string) (exe string, dumps []string) {
	t.Helper()
	src := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module held\n\ngo 1.24\n", "main.go": heldSource} {
		if err := os.WriteFile(filepath.Join(src, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	exe = filepath.Join(src, "held")
	run(t, src, "go", "build", "-o", exe, ".")
	run(t, src, exe, args...)
	for _, name := range []string{"0.dump", "1.dump", "2.dump"} {
		dumps = append(dumps, filepath.Join(src, name))
	}
	return exe, dumps
}

const heldSource = `package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

type page struct{ n, m int }
type item struct{ a, b *int }
type box struct{ in *item }
type alarm struct{ a, b *int }
type lost struct {
	p   *int
	pad [600]byte // with a header, which says what it is
}
type keeper struct{ of *lost }
type shelf struct{ rows []map[int]*item }

var pages sync.Map
var shelves = &shelf{}
var quit = make(chan bool)
var parked sync.WaitGroup

//go:noinline
func clock() {
	t := time.NewTimer(time.Hour)
	parked.Done()
	<-t.C
	t.Stop()
}

// lose makes an object that only its own cleanup holds, so that it never runs.
//
//go:noinline
func lose() {
	l := &lost{p: new(int)}
	runtime.AddCleanup(l, func(k *keeper) { *k.of.p = 1 }, &keeper{l})
}

func ring(a *alarm) { time.AfterFunc(time.Hour, func() { *a.a = 1 }) }

//go:noinline
func wait(it *item) {
	parked.Done()
	<-quit
	runtime.KeepAlive(it)
}

//go:noinline
func outer(b *box, n int) {
	if n > 0 {
		middle(b, n-1)
	}
	runtime.KeepAlive(b)
}

//go:noinline
func middle(b *box, n int) {
	inner(b, n-1)
	runtime.KeepAlive(b)
}

//go:noinline
func inner(b *box, n int) {
	innermost(b, n-1)
	runtime.KeepAlive(b)
}

//go:noinline
func innermost(b *box, n int) {
	parked.Done()
	<-quit
	runtime.KeepAlive(b)
}

var tables []map[int]int

func fill() {
	for n := 0; n < 20; n++ {
		m := map[int]int{}
		for i := 0; i < 8+n/17*9000; i++ { // three are large
			m[i] = i
		}
		tables = append(tables, m)
	}
}

func main() {
	if len(os.Args) > 1 {
		fill()
	}
	runtime.GOMAXPROCS(1) // so that all timers are in one list
	parked.Add(1)
	go clock()
	for d := 0; d < 3; d++ {
		row := map[int]*item{}
		for i := 0; i < 40; i++ {
			if i%5 == 0 { // few, so that some lie in the first node and some below
				pages.Store(1000*d+i, &page{i, d})
				lose()
				ring(&alarm{new(int), new(int)})
			}
			it := &item{new(int), new(int)}
			row[i] = it
			parked.Add(2)
			go wait(it)
			go outer(&box{it}, 9)
		}
		shelves.rows = append(shelves.rows, row)
		parked.Wait()
		f, err := os.Create(fmt.Sprint(d, ".dump"))
		if err != nil {
			panic(err)
		}
		runtime.GC()
		debug.WriteHeapDump(f.Fd())
		f.Close()
	}
}
`

// TestHeldInTrie wants what a sync.Map holds to be held one way, at whatever depth
// of its trie.
func TestHeldInTrie(t *testing.T) {
	exe, dumps := held(t)
	l := find(t, dumps, census.LeaksOptions{Exe: exe, Type: "main.page"})
	if len(l.Chains) != 1 || l.Chains[0].Count != 16 || l.Chains[0].RootName != "global main.pages" {
		t.Errorf("held %d ways, the first %+v; want all 16 by main.pages, one way", len(l.Chains), l.Chains[0])
	}
}

// TestAlsoHeld wants a goroutine to be named once among other holders, whatever of
// its words lead to what leaked, and the shelf beside it.
func TestAlsoHeld(t *testing.T) {
	exe, dumps := held(t)
	l := find(t, dumps, census.LeaksOptions{Exe: exe, Type: "main.item"})
	var also []string
	for _, c := range l.Also {
		also = append(also, c.RootName)
	}
	names := strings.Join(also, "; ")
	if len(also) != 2 || !strings.Contains(names, "global main.shelves") || strings.Count(names, "goroutine ") != 1 {
		t.Errorf("held by %s and also by %q; want one goroutine and main.shelves", l.Chains[0].RootName, also)
	}
}

// TestHeldByTimers wants what timers are to call to be held by them, and not by a
// goroutine that has another timer, which leads to the list of all.
func TestHeldByTimers(t *testing.T) {
	exe, dumps := held(t)
	l := find(t, dumps, census.LeaksOptions{Exe: exe, Type: "main.alarm"})
	if len(l.Chains) != 1 || l.Chains[0].RootName != "global runtime.allp" {
		t.Errorf("held %d ways, the first by %s; want one, by runtime.allp", len(l.Chains), l.Chains[0].RootName)
	}
}

// TestMapForItsParts wants maps to be picked from one dump, and not the parts that
// only the large ones have, which are rarer.
func TestMapForItsParts(t *testing.T) {
	exe, dumps := held(t, "maps")
	l := find(t, dumps[:1], census.LeaksOptions{Exe: exe})
	if l.Picked == nil || l.Picked.Name != "map[int]int" {
		t.Errorf("%+v is picked, want map[int]int", l.Picked)
	}
}

// TestStray wants objects that only cleanups hold to be told, which no root of a
// dump reaches.
func TestStray(t *testing.T) {
	exe, dumps := held(t)
	l := find(t, dumps, census.LeaksOptions{Exe: exe})
	for _, g := range l.Stray {
		if g.Type == "main.lost" && g.Total == 24 && g.Delta == 16 {
			return
		}
	}
	t.Errorf("no root reaches %+v, want 24 main.lost, 16 more than at first", l.Stray)
}
