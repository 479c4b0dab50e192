// Command watcher stands for objgraph: it says what it was called with, waits
// for the end of its standard input, and says which dumps are there.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	fmt.Printf("called with %s\n", strings.Join(os.Args[1:len(os.Args)-1], " "))
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "TRACE_MEMORY") {
			fmt.Println("traced:", v)
		}
	}
	fmt.Println(strings.Repeat("x", 5000) + "\r")
	if os.Getenv("WATCHER_FAILS") != "" {
		fmt.Fprintln(os.Stderr, "objgraph: no folder for me")
		os.Exit(2)
	}
	if d, err := time.ParseDuration(os.Getenv("WATCHER_SLEEPS")); err == nil {
		defer time.Sleep(d)
	}
	io.Copy(io.Discard, os.Stdin)
	dir := os.Args[len(os.Args)-1]
	dumps, _ := filepath.Glob(filepath.Join(dir, "*.dump"))
	os.WriteFile(filepath.Join(dir, "finished"), []byte(fmt.Sprint(len(dumps))), 0o600)
	fmt.Print("finished")
}
