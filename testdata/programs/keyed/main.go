// Keyed has something for each question of a session: 100 items under 100 keys of
// a map, labels of which many say the same, a list, a goroutine that holds what
// nobody else does, and between its two dumps objects that come and go. All
// allocations are sampled.
//
// usage: keyed -dir DIR; it writes DIR/000-before.dump and 001-after.dump, and
// prints the truth of each as package truth says.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"programs/truth"
)

var _ = sampleAll()

func sampleAll() bool { runtime.MemProfileRate = 1; return true }

// Item is under one key, and in no slice.
type Item struct {
	Label string
	Price float64
	Stock int32
	Sold  bool
	Extra *Extra // every tenth
}

// Extra is held by its item, and every other one by settings.
type Extra struct{ Words [6]int }

// Shop holds the items.
type Shop struct {
	items map[string]*Item
	log   []*Entry
}

// Entry: 30 before, 40 after.
type Entry struct {
	at   [3]int
	last *Entry
}

// Task is held by goroutines alone.
type Task struct {
	Note  string
	Needs [4]*Part
}

// Part: two for each task.
type Part struct{ size [5]int }

// Old goes before the second dump.
type Old struct{ pad [10]int }

var shop = open()

// open makes a shop in the heap: a literal here would be data.
//
//go:noinline
func open() *Shop { return &Shop{items: map[string]*Item{}} }

var settings struct {
	name   string
	extras []*Extra
}

var old []*Old

func main() {
	dir := flag.String("dir", ".", "write the heap dumps into this `folder`")
	flag.Parse()
	a := truth.New()
	fill(a)
	stop := make(chan bool)
	ready := make(chan bool)
	for i := 0; i < 3; i++ {
		go work(i, ready, stop)
		<-ready
	}
	truth.Exit(a.DumpTo(os.Stdout, filepath.Join(*dir, "000-before.dump")))
	old = nil
	addEntries(40)
	truth.Exit(truth.New().DumpTo(os.Stdout, filepath.Join(*dir, "001-after.dump")))
	close(stop)
}

// fill works in a goroutine that ends, so that no stack remembers what it made.
func fill(a *truth.Account) {
	done := make(chan bool)
	go func() {
		for i := 0; i < 100; i++ {
			truth.Of(a, addItem(i))
		}
		for i := 0; i < 5; i++ {
			old = append(old, &Old{})
		}
		close(done)
	}()
	<-done
	addEntries(30)
}

func addItem(i int) *Item {
	it := &Item{Label: strings.Repeat("shelf ", 5) + fmt.Sprint(i%4), Price: float64(i) / 4, Stock: int32(i), Sold: i%2 == 0}
	if i%10 == 0 {
		it.Extra = &Extra{}
	}
	if i%20 == 0 {
		settings.extras = append(settings.extras, it.Extra)
	}
	shop.items[fmt.Sprintf("the key of an item, number %03d", i)] = it
	return it
}

func addEntries(n int) {
	done := make(chan bool)
	go func() {
		for len(shop.log) < n {
			e := &Entry{}
			if len(shop.log) > 0 {
				e.last = shop.log[len(shop.log)-1]
			}
			shop.log = append(shop.log, e)
		}
		close(done)
	}()
	<-done
}

// work parks with a task that it alone holds.
//
//go:noinline
func work(i int, ready, stop chan bool) {
	t := newTask(i)
	ready <- true
	<-stop
	runtime.KeepAlive(t)
}

// newTask makes a task in the heap.
//
//go:noinline
func newTask(i int) *Task {
	t := &Task{Note: fmt.Sprint("a note of some length, number ", i)}
	t.Needs[0], t.Needs[2] = &Part{}, &Part{}
	return t
}
