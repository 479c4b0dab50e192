package census_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// TestSites has six objects: three made by main.parse through package strings,
// two of them over another way; one by the library alone; one whose bucket is
// missing; one without a sample.
func TestSites(t *testing.T) {
	const base = mem.Addr(0xc000000000)
	malloc := heapdump.StackLine{Func: "runtime.newobject", File: "/go/src/runtime/malloc.go", Line: 1}
	build := heapdump.StackLine{Func: "strings.(*Builder).grow", File: "/go/src/strings/builder.go", Line: 60}
	parse := heapdump.StackLine{Func: "main.parse", File: "/app/main.go", Line: 41}
	b := heaptest.New(mem.LE64, "go1.26.8")
	var set []mem.ObjID
	for i := range 6 {
		b.Object(base+mem.Addr(i*64), 64)
		set = append(set, mem.ObjID(i))
	}
	for id, stack := range map[mem.Addr][]heapdump.StackLine{
		10: {malloc, build, parse}, 11: {malloc, parse, build}, 12: {malloc, build}, 13: {malloc},
	} {
		b.Add(&heapdump.ProfileBucket{ID: id, Stack: stack})
	}
	for i, bucket := range []mem.Addr{10, 11, 11, 12, 99} {
		b.Add(&heapdump.AllocSample{Object: base + mem.Addr(i*64), Bucket: bucket})
	}
	s, err := snapshot.Read(context.Background(), bytes.Clone(b.Dump()), snapshot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sites := census.Sites(s, set)
	if len(sites) != 2 {
		t.Fatalf("%d sites, want 2: %+v", len(sites), sites)
	}
	if got := sites[0]; got.Count != 3 || got.Own != 1 || got.Stack[1] != (census.Call{Func: "main.parse", File: "/app/main.go", Line: 41}) {
		t.Errorf("first %+v, want 3 by main.parse", got)
	}
	if got := sites[1]; got.Count != 1 || got.Stack[got.Own].Func != "strings.(*Builder).grow" {
		t.Errorf("second %+v, want 1 by strings", got)
	}
}
