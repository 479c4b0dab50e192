package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
)

const (
	heapBase = mem.Addr(0xc000000000)
	dataBase = mem.Addr(0x500000)
)

// smallDumps writes three dumps of one process by hand: a.dump, b.dump with
// three more objects of 64 bytes in the list at 0x500000, and c.dump later with
// the same.
func smallDumps(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, d := range map[string]struct{ n, made int }{"a.dump": {2, 2}, "b.dump": {5, 5}, "c.dump": {5, 9}} {
		if err := os.WriteFile(filepath.Join(dir, name), smallDump(d.n, d.made), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// smallDump has a global that points to an array of n objects, each of which
// points to one of 32 bytes; a stack with a pointer and a word that looks like
// one; and an object that nothing points to. So many were made before it.
func smallDump(n, made int) []byte {
	b := heaptest.New(mem.LE64, "go1.21.13")
	array, item := heapBase, func(i int) mem.Addr { return heapBase + 0x2000 + mem.Addr(i*64) }
	part := func(i int) mem.Addr { return heapBase + 0x4000 + mem.Addr(i*32) }
	var slots []heaptest.Ref
	for i := range n {
		slots = append(slots, heaptest.Ref{Off: uint64(i * 8), To: item(i)})
	}
	b.Object(array, 128, slots...)
	for i := range n {
		b.Object(item(i), 64, heaptest.Ref{Off: 16, To: part(i)})
	}
	for i := range n {
		b.Object(part(i), 32)
	}
	b.Object(heapBase+0x6000, 48)
	b.Object(heapBase+0x8000, 80)
	b.Add(&heapdump.Goroutine{Addr: 0xc000800000, SP: 0xc000900000, ID: 7, Status: 4, WaitReason: "chan receive"})
	b.Add(&heapdump.Frame{
		SP: 0xc000900000, Contents: stack(item(0), heapBase+0x6000), Fields: heapdump.AppendField(nil, heapdump.FieldPtr, 0),
		Entry: 0x401000, PC: 0x401010, ContPC: 0x401010, Func: "main.wait",
	})
	b.Data(dataBase, 64, heaptest.Ref{To: array})
	b.Add(&heapdump.MemStats{HeapObjects: uint64(2*n + 3), HeapAlloc: uint64(256 + 96*n), TotalAlloc: uint64(made)})
	return b.Dump()
}

func stack(addrs ...mem.Addr) []byte {
	out := make([]byte, 8*len(addrs))
	for i, a := range addrs {
		mem.LE64.PutWord(out[i*8:], uint64(a))
	}
	return out
}

func goEnv(t *testing.T, name string) string {
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
