package heapdump_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
)

// sample is a dump of two objects that a global holds.
func sample() []byte {
	b := heaptest.New(mem.LE64, "go1.26.8")
	b.Object(0xc000010000, 32, heaptest.Ref{Off: 8, To: 0xc000020000})
	b.Bytes(0xc000020000, "leaked words    ")
	b.BSS(0x5a0000, 16, heaptest.Ref{Off: 0, To: 0xc000010000})
	return b.Dump()
}

// Counts the records of a dump by kind.
func ExampleReader() {
	r, err := heapdump.NewReader(sample())
	if err != nil {
		fmt.Println(err)
		return
	}
	var count [256]int
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println("the rest is lost:", err)
			break
		}
		count[rec.Tag()]++
	}
	for tag, n := range count {
		if n > 0 {
			fmt.Println(n, heapdump.Tag(tag))
		}
	}
	// Output:
	// 1 eof
	// 2 object
	// 1 params
	// 1 bss
}

// Prints where each object points to.
func ExampleFields_Next() {
	r, err := heapdump.NewReader(sample())
	if err != nil {
		fmt.Println(err)
		return
	}
	for {
		rec, err := r.Next()
		if err != nil {
			break
		}
		o, ok := rec.(*heapdump.Object)
		if !ok {
			continue
		}
		for list := o.Fields; ; {
			_, off, rest, ok := list.Next()
			if !ok {
				break
			}
			fmt.Printf("%v+%d -> %#x\n", o.Addr, off, mem.LE64.WordAt(o.Contents, off))
			list = rest
		}
	}
	// Output: 0xc000010000+8 -> 0xc000020000
}

// Opens a dump that was cut off, and one that is none.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "worker.dump")
	dump := sample()
	os.WriteFile(path, dump[:len(dump)-20], 0o600)

	f, err := heapdump.Open(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	r, err := heapdump.NewReader(f.Data())
	n := 0
	for ; err == nil; n++ {
		_, err = r.Next()
	}
	fmt.Println(n-1, "records, then", errors.Is(err, heapdump.ErrTruncated))

	_, err = heapdump.NewReader([]byte("goroutine 1 [running]:\n"))
	fmt.Println(err)
	// Output:
	// 3 records, then true
	// this is a text file, not a heap dump; write one with debug.WriteHeapDump
}

// Shows a dump as text.
func ExampleWriteText() {
	if err := heapdump.WriteText(os.Stdout, sample()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// go1.7 heap dump
	// params bigEndian=0 ptrSize=8 heapStart=0xc000000000 heapEnd=0xc004000000 arch="amd64" goVersion="go1.26.8" ncpu=2
	// object addr=0xc000010000 contents=[00*10 0200c0 00*19] fields=[8]
	// object addr=0xc000020000 contents=["leaked words    "] fields=[]
	// bss addr=0x5a0000 contents=[00000100c0 00*11] fields=[0]
	// eof
}

// The last slot of a page of 512-byte objects is the runtime's own.
func ExampleTailRule() {
	rule := heapdump.NewTailRule("go1.26.8", mem.LE64)
	fmt.Println(rule.Reserved(512, true), rule.Slots(512, true))
	fmt.Println(rule.IsTail(0xc000001c00, 512, true), rule.IsTail(0xc000001e00, 512, true))
	// Output:
	// 256 15
	// false true
}
