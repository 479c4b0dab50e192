package snapshot_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// writeDump writes a dump of two objects: a variable holds the first, which
// holds the second.
func writeDump(path string) error {
	const first, second = mem.Addr(0xc000010000), mem.Addr(0xc000020000)
	d := heaptest.New(mem.LE64, "go1.26.8").
		Object(first, 1024, heaptest.Ref{Off: 16, To: second}).
		Object(second, 1024).
		Data(0x550000, 64, heaptest.Ref{Off: 8, To: first}).
		Add(&heapdump.MemStats{HeapObjects: 2, HeapAlloc: 2048})
	return os.WriteFile(path, d.Dump(), 0o600)
}

// Open a dump, and say how its last object is held. With Options.Exe types
// and variables have their names.
func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "heap.dump")
	if err := writeDump(path); err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	s, err := snapshot.Open(ctx, path, snapshot.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	tree, err := s.Graph.ShortestTree(ctx, graph.PathOptions{})
	if err != nil {
		log.Fatal(err)
	}
	last := mem.ObjID(s.Heap.NumObjects() - 1)
	chain, _ := tree.Chain(last)
	fmt.Println(s.RootName(chain.Root))
	for i, id := range chain.Objs {
		edge := s.RootLabel(chain.Root, chain.Slots[0])
		if i > 0 {
			edge = s.EdgeLabel(chain.Objs[i-1], chain.Slots[i])
		}
		fmt.Printf("  %s %v, %s, %d bytes\n", edge, s.Heap.Addr(id), s.TypeName(id), s.Size(id))
	}
	// Output:
	// global 0x550008 (unnamed)
	//    0xc000010000, ?1024[-,-,ptr,-,-,-,-,-,…], 1024 bytes
	//   +16 0xc000020000, ?1024 (no pointers), 1024 bytes
}
