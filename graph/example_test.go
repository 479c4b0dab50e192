package graph_test

import (
	"context"
	"fmt"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
)

// Five objects: a registry (0) holds two jobs (1, 2), both jobs share a
// config (3), and a goroutine holds the second job and a buffer (4).
func build() (g *graph.Graph, names []string) {
	out := [][]mem.ObjID{0: {1, 2}, 1: {3}, 2: {3}, 3: nil, 4: nil}
	var b graph.RootsBuilder
	b.Add(graph.Global, graph.NoGroup, []mem.ObjID{0})
	b.Add(graph.Local, 0, []mem.ObjID{2})
	b.Add(graph.Local, 0, []mem.ObjID{4})
	row := func(id mem.ObjID, dst []mem.ObjID) []mem.ObjID { return append(dst, out[id]...) }
	return graph.Build(len(out), 4, row, b.Roots()), []string{"registry", "job 1", "job 2", "config", "buffer"}
}

func ExampleBuild() {
	g, names := build()
	for id, name := range names {
		fmt.Println(name, g.Out(mem.ObjID(id)), g.In(mem.ObjID(id)), g.RootsOf(mem.ObjID(id)))
	}
	// Output:
	// registry [1 2] [] [0]
	// job 1 [3] [0] []
	// job 2 [3] [0] [1]
	// config [] [1 2] []
	// buffer [] [] [2]
}

func ExampleGraph_ShortestTree() {
	g, names := build()
	tree, err := g.ShortestTree(context.Background(), graph.PathOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	chain, _ := tree.Chain(3)
	fmt.Print(g.Roots().Kind(chain.Root), " root ", chain.Root)
	for i, id := range chain.Objs {
		fmt.Printf(" [%d]-> %s", chain.Slots[i], names[id])
	}
	fmt.Println()
	// Output:
	// local root 1 [0]-> job 2 [0]-> config
}

func ExampleGraph_BackChains() {
	g, names := build()
	chains, err := g.BackChains(context.Background(), 3, 10, graph.PathOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range chains {
		fmt.Print("root ", c.Root)
		for _, id := range c.Objs {
			fmt.Print(" -> ", names[id])
		}
		fmt.Println()
	}
	// Output:
	// root 1 -> job 2 -> config
	// root 0 -> registry -> job 1 -> config
}

func ExampleGraph_Dominators() {
	g, names := build()
	d, err := g.Dominators(context.Background(), func(mem.ObjID) uint64 { return 100 })
	if err != nil {
		fmt.Println(err)
		return
	}
	for id, name := range names {
		fmt.Println(name, "retains", d.Retained(mem.ObjID(id)))
	}
	fmt.Println("the goroutine retains", d.RetainedGroup(0))
	fmt.Println("all together", d.RetainedNode(g.Top()))
	// Output:
	// registry retains 200
	// job 1 retains 100
	// job 2 retains 100
	// config retains 100
	// buffer retains 100
	// the goroutine retains 100
	// all together 500
}

func ExampleGraph_RetainedOfSets() {
	g, _ := build()
	class := []int{0: -1, 1: 0, 2: 0, 3: 1, 4: -1}
	sets, err := g.RetainedOfSets(context.Background(),
		func(id mem.ObjID) int { return class[id] },
		func() func(mem.ObjID) uint64 { return func(mem.ObjID) uint64 { return 100 } })
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("both jobs:", sets[0].Objects, "objects,", sets[0].Bytes, "bytes")
	fmt.Println("config:", sets[1].Objects, "objects,", sets[1].Bytes, "bytes")
	// Output:
	// both jobs: 3 objects, 300 bytes
	// config: 1 objects, 100 bytes
}
