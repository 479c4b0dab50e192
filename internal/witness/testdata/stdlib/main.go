// Command stdlib keeps values of many packages of the standard library, and
// writes a heap dump.
//
//	stdlib -dump FILE
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// kept is all that stays alive.
var kept []any

func keep(v ...any) { kept = append(kept, v...) }

// later are the parts that need a newer Go than the oldest.
var later []func()

func main() {
	dump := flag.String("dump", "stdlib.dump", "write the heap dump to this `file`")
	flag.Parse()
	for _, part := range append([]func(){codecs, text, containers, network, images, reflects}, later...) {
		part()
	}
	time.Sleep(100 * time.Millisecond)
	f, err := os.OpenFile(*dump, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		fmt.Fprintln(os.Stderr, "stdlib:", err)
		os.Exit(1)
	}
	runtime.GC()
	debug.WriteHeapDump(f.Fd())
	runtime.MemProfile(nil, true) // else the linker leaves memory profiles out
	runtime.KeepAlive(kept)
}
