// Command worker writes a heap dump that has a record of nearly every kind.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

type node struct {
	next *node
	data []byte
	any  interface{}
	name string
	pad  [5]uintptr
}

var (
	list *node
	big  []byte
	text = map[string]*node{}
)

func main() {
	runtime.MemProfileRate = 4096
	n := flag.Int("n", 300, "nodes")
	bigLen := flag.Int64("big", 0, "bytes of one large object")
	out := flag.String("o", "", "where the dump goes")
	flag.Parse()

	grow(*n)
	if *bigLen > 0 {
		big = make([]byte, *bigLen)
		big[0], big[*bigLen-1] = 0xb1, 0x9e
	}
	ready := make(chan bool)
	go parkInPanic(ready)
	go parkWithDefers(ready, 3)
	<-ready
	<-ready
	queueFinalizers(ready)
	if err := dump(*out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	runtime.MemProfile(nil, true) // keeps the profile's buckets
	runtime.KeepAlive(big)
}

func dump(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	debug.WriteHeapDump(f.Fd())
	return f.Close()
}

func grow(n int) {
	for i := 0; i < n; i++ {
		list = &node{next: list, data: make([]byte, i%700), any: i, name: fmt.Sprint("node ", i)}
		if i%10 == 0 {
			text[list.name] = list
		}
	}
}

// parkInPanic blocks in a deferred call while a panic is on its way.
func parkInPanic(ready chan bool) {
	defer func() {
		ready <- true
		select {}
	}()
	panic(errors.New("parked"))
}

// parkWithDefers blocks with n records of deferred calls.
func parkWithDefers(ready chan bool, n int) {
	for i := 0; i < n; i++ {
		defer fmt.Fprint(os.Stderr, i)
	}
	ready <- true
	select {}
}

// queueFinalizers leaves one finalizer running, some queued and one set.
func queueFinalizers(ready chan bool) {
	for i := 0; i < 5; i++ {
		runtime.SetFinalizer(&node{name: "dead"}, func(*node) {
			ready <- true
			select {}
		})
	}
	runtime.SetFinalizer(list, func(n *node) { n.name = "" })
	runtime.GC()
	<-ready
}
