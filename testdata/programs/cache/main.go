// Cache has a cache at its bound of 100 entries. Between its dumps some, none
// or all of the entries are replaced by others, as many as went: no leak,
// although every dump has entries that the one before has not.
//
// usage: cache -dir DIR; it writes DIR/000-full.dump, 001-some.dump (30
// replaced), 002-none.dump and 003-all.dump (100 replaced), and prints the
// truth of each as package truth says. Slots that were freed may be used again:
// an address in two dumps need not be one entry.
package main

import (
	"container/list"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"programs/truth"
)

const bound = 100

// Entry is what the cache holds, by its map and by its list.
type Entry struct {
	key   string
	value *Value
}

// Value: one for each Entry.
type Value struct{ a, b, c int }

// Cache forgets the entry that was added first.
type Cache struct {
	byKey map[string]*list.Element
	order *list.List
	added int
}

var cache = &Cache{byKey: make(map[string]*list.Element, bound), order: list.New()}

func (c *Cache) add() {
	key := fmt.Sprintf("a key of 16 bytes %06d", c.added)
	c.added++
	if c.order.Len() == bound {
		oldest := c.order.Remove(c.order.Front()).(*Entry)
		delete(c.byKey, oldest.key)
	}
	c.byKey[key] = c.order.PushBack(&Entry{key: key, value: &Value{a: c.added}})
}

func main() {
	dir := flag.String("dir", ".", "write the heap dumps into this `folder`")
	flag.Parse()
	for i := 0; i < bound+10; i++ { // warm: it has replaced ten already
		cache.add()
	}
	for _, step := range []struct {
		name     string
		replaced int
	}{{"000-full", 0}, {"001-some", 30}, {"002-none", 0}, {"003-all", bound}} {
		replace(step.replaced)
		truth.Exit(account(step.replaced).DumpTo(os.Stdout, filepath.Join(*dir, step.name+".dump")))
	}
}

// replace works in a goroutine that ends, so that no stack remembers entries.
func replace(n int) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; i < n; i++ {
			cache.add()
		}
	}()
	<-done
}

func account(replaced int) *truth.Account {
	a := truth.New()
	for e := cache.order.Front(); e != nil; e = e.Next() {
		truth.Of(a, e)
		entry := truth.Of(a, e.Value.(*Entry))
		truth.Of(a, entry.value)
	}
	for _, typ := range []string{"list.Element", "main.Entry", "main.Value"} {
		a.Moved(typ, replaced, replaced)
	}
	return a
}
