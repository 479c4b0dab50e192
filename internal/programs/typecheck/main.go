// Command typecheck makes a heap of real size: it loads and type-checks Go
// packages from source, with all that they import, and writes a heap dump
// while the result is alive. It is a program to test on.
//
//	typecheck -dump FILE [-pkg net/http,…]
//
// Each object has an allocation sample, from the program's first on if it is
// started with GODEBUG=memprofilerate=1, else from the initialization of this
// package on.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"golang.org/x/tools/go/packages"
)

// The rate is set before any other variable of this package.
var _ = sampleAll()

func sampleAll() int {
	runtime.MemProfileRate = 1
	return runtime.MemProfileRate
}

func main() {
	dump := flag.String("dump", "", "write a heap dump to this `file`")
	list := flag.String("pkg", "net/http", "load these `packages`, separated by commas")
	flag.Parse()
	if err := run(*dump, strings.Split(*list, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "typecheck:", err)
		os.Exit(1)
	}
}

func run(dump string, patterns []string) error {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax}, patterns...)
	if err != nil {
		return err
	}
	if n := packages.PrintErrors(pkgs); n > 0 {
		return fmt.Errorf("%d errors in the packages", n)
	}
	if err := writeDump(dump); err != nil {
		return err
	}
	fmt.Println("buckets", buckets())
	runtime.KeepAlive(pkgs)
	return nil
}

func writeDump(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	runtime.GC()
	debug.WriteHeapDump(f.Fd())
	return f.Close()
}

// buckets counts the allocation sites. A program that does not refer to
// runtime.MemProfile is linked without memory profiles.
func buckets() int {
	n, _ := runtime.MemProfile(nil, true)
	return n
}
