package main

import (
	"path/filepath"
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
)

// TestOnePassAgreesWithTheGraph wants the counts of info --header and of types
// --by size to be those of info, which reads the dump in another way.
func TestOnePassAgreesWithTheGraph(t *testing.T) {
	dumps := map[string]string{"small": filepath.Join(smallDumps(t), "b.dump")}
	_, dumps["fanin"], _ = testprog.Dump(t, testprog.Spec{Dir: "fanin"})
	_, dumps["leaky"], _ = testprog.Dump(t, testprog.Spec{Dir: "leaky"}, "-n", "40000")
	for _, v := range testprog.Versions() {
		_, truth := testprog.Known(t, testprog.Spec{Dir: "zoo", Go: v})
		dumps["zoo of go"+v] = truth.Dump
	}
	for name, dump := range dumps {
		graph := decode(t, []string{"objgraph", "info", dump, "--exe", "none", "--json"}).(map[string]any)
		header := decode(t, []string{"objgraph", "info", dump, "--header", "--json"}).(map[string]any)
		sizes := decode(t, []string{"objgraph", "types", dump, "--by", "size", "--json"}).(map[string]any)
		for _, field := range []string{"goVersion", "arch", "complete", "fileBytes", "objects", "objectBytes", "spanTailSlots", "goroutines"} {
			if graph[field] != header[field] {
				t.Errorf("%s: %s is %v by --header, %v by the graph", name, field, header[field], graph[field])
			}
		}
		total := sizes["total"].(map[string]any)
		if total["count"] != graph["objects"] || total["bytes"] != graph["objectBytes"] || sizes["spanTailSlots"] != graph["spanTailSlots"] {
			t.Errorf("%s: %v and %v tails by size, %v, %v and %v by the graph", name, total, sizes["spanTailSlots"], graph["objects"], graph["objectBytes"], graph["spanTailSlots"])
		}
	}
}
