package layouts_test

import (
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/layouts"
)

// graphs are the pictures whose SVG is kept as text and whose PNG is compared with
// what a browser makes of the SVG: the samples, each in a theme of its own, and
// what they lack.
func graphs() []sample {
	out := []sample{
		{"one-node", &layouts.Picture{Nodes: []layouts.Node{node(layouts.Target, 0, "main.T")}}},
		{"self", self()},
		{"two-ways", twoWays()},
		{"long-names", longNames()},
		{"fourteen", fourteen()},
		{"merged", mergedSample()},
		{"merged-cycle", mergedCycle()},
		{"long-chain", longChain(30)},
		{"links", links()},
		{"emoji", emoji()},
		{"many-lines", manyLines()},
		{"wide", wide()},
		{"weak", weak()},
		{"notes", notes()},
		{"diamond", diamond()},
		{"no-legend", noLegend()},
		{"unlabelled", unlabelled()},
	}
	for _, s := range samples() {
		if s.name != "hostile" && s.name != "large" && s.name != "fan" {
			out = append(out, s)
		}
	}
	for _, theme := range []layouts.Theme{layouts.Dark, layouts.Print} {
		for _, of := range []sample{{"marks", marks()}, {"merged", mergedSample()}, {"cycle", cycle()}} {
			of.picture.Theme = theme
			out = append(out, sample{of.name + "-" + theme.String(), of.picture})
		}
	}
	out = append(out, sample{"auto", mergedSample()})
	out[len(out)-1].picture.Theme = layouts.Auto
	return out
}

// fontsOfSystem says that a graph has characters for which the system's fonts are
// needed.
func fontsOfSystem(name string) bool {
	return name == "scripts" || name == "emoji" || name == "hostile"
}

func self() *layouts.Picture {
	return &layouts.Picture{Title: "An object that holds itself",
		Nodes: []layouts.Node{node(layouts.Target, 0, "main.Ring", "0xc000010000, 16 B"), node(layouts.Root, 1, "global main.ring")},
		Edges: []layouts.Edge{{From: 0, To: 0, Label: ".next"}, {From: 0, To: 0, Label: ".prev"}, {From: 1, To: 0, Label: "main.ring"}}}
}

func twoWays() *layouts.Picture {
	return &layouts.Picture{Title: "Two objects that hold each other, at one distance",
		Nodes: []layouts.Node{node(layouts.Target, 0, "main.Leaf"), node(layouts.Holder, 1, "main.A"), node(layouts.Holder, 1, "main.B")},
		Edges: []layouts.Edge{{From: 1, To: 0, Label: ".leaf"}, {From: 2, To: 0, Label: ".leaf"}, {From: 1, To: 2, Label: ".b"}, {From: 2, To: 1, Label: ".a"}}}
}

func longNames() *layouts.Picture {
	p := &layouts.Picture{Title: "Names of 200 characters", Command: "objgraph graph " + strings.Repeat("very-long-name-", 20) + ".dump"}
	for i, letter := range []string{"m", "W", "i"} {
		name := "pkg." + strings.Repeat(letter, 196)
		role := layouts.Holder
		if i == 0 {
			role = layouts.Target
		}
		p.Nodes = append(p.Nodes, node(role, i, name, strings.Repeat("x.", 100)))
		if i > 0 {
			p.Edges = append(p.Edges, layouts.Edge{From: i, To: i - 1, Label: "." + strings.Repeat(letter, 199)})
		}
	}
	return p
}

func fourteen() *layouts.Picture {
	p := &layouts.Picture{Title: "14 referrers", Nodes: []layouts.Node{node(layouts.Target, 0, "main.Shared", "48 B")}}
	for i := range 14 {
		p.Nodes = append(p.Nodes, node(layouts.Holder, 1, fmt.Sprintf("main.Holder%d", i+1)))
		p.Edges = append(p.Edges, layouts.Edge{From: i + 1, To: 0, Label: fmt.Sprintf(".Field%d", i+1)})
	}
	return p
}

func many(n layouts.Node, count int) layouts.Node {
	n.Count = count
	return n
}

func mergedSample() *layouts.Picture {
	p := &layouts.Picture{Style: layouts.Merged, Title: "Who holds the 500 main.Job that came in 100 jobs",
		Notes: []string{"merged: holders of one type that lead to the objects by the same fields are one box"},
		Nodes: []layouts.Node{
			many(node(layouts.Target, 0, "main.Job", "500 objects, 24.0 kB", "retain 1.2 MB"), 500),
			many(node(layouts.Holder, 1, "main.Session", "480 objects, 46.1 kB"), 480),
			node(layouts.Holder, 1, "[]*main.Job", "0xc000400000", "4.1 kB, retains 1.2 MB"),
			many(node(layouts.Holder, 2, "map[string]*main.Session", "4 objects, 192 B", "retain 210 kB"), 4),
			many(node(layouts.Root, 3, "main.serve: sessions", "4 goroutines"), 4),
			node(layouts.Root, 2, "global main.jobs"),
			node(layouts.More, 1, "20 more:", "18 main.Retry", "2 main.Audit"),
		},
		Edges: []layouts.Edge{
			{From: 1, To: 0, Label: ".job (480 times)", Count: 480}, {From: 2, To: 0, Label: "[*] (500 times)", Count: 500},
			{From: 3, To: 1, Label: "[key] (480 times)", Count: 480}, {From: 4, To: 3, Label: "sessions (4 times)", Count: 4},
			{From: 5, To: 2, Label: "points to", Count: 1}, {From: 6, To: 0, Label: "20 more"},
		}}
	p.Nodes[2].Dominator, p.Nodes[5].Dominator = true, true
	p.Nodes[1].Finalizer = true
	return p
}

func mergedCycle() *layouts.Picture {
	return &layouts.Picture{Style: layouts.Merged, Title: "A list of a million",
		Nodes: []layouts.Node{many(node(layouts.Target, 0, "main.Item", "1,000,000 objects, 32.0 MB"), 1e6),
			many(node(layouts.Holder, 1, "main.Node", "1,000,000 objects, 48.0 MB"), 1e6), node(layouts.Root, 2, "global main.head")},
		Edges: []layouts.Edge{{From: 1, To: 0, Label: ".item (1,000,000 times)", Count: 1e6}, {From: 1, To: 1, Label: ".next (999,999 times)", Count: 999_999},
			{From: 0, To: 1, Label: ".owner (1,000,000 times)", Count: 1e6}, {From: 2, To: 1, Label: "main.head", Count: 1}}}
}

func longChain(n int) *layouts.Picture {
	p := &layouts.Picture{Style: layouts.Chain, Title: fmt.Sprintf("A chain of %d", n)}
	for i := range n {
		role := layouts.Holder
		if i == 0 {
			role = layouts.Target
		}
		p.Nodes = append(p.Nodes, node(role, i, fmt.Sprintf("github.com/example/service/internal/pipeline.Stage%d", i), fmt.Sprintf("0xc0000%02x000, 64 B", i)))
		if i > 0 {
			p.Edges = append(p.Edges, layouts.Edge{From: i, To: i - 1, Label: ".next"})
		}
	}
	return p
}

func links() *layouts.Picture {
	p := parallel()
	p.Title = "Boxes that lead somewhere"
	for i, href := range []string{"/object/0xc000010000?dump=3&x=<y>", "#there", "javascript:alert(1)"} {
		p.Nodes[i].Href, p.Nodes[i].ID = href, fmt.Sprintf("o\"%d", i)
	}
	return p
}

func emoji() *layouts.Picture {
	return &layouts.Picture{Title: "中文 and 🎉",
		Nodes: []layouts.Node{node(layouts.Target, 0, "main.任务", "48 B"), node(layouts.Holder, 1, "main.Party🎉🎈", "👩‍🚀"), node(layouts.Root, 2, "global main.全部")},
		Edges: []layouts.Edge{{From: 1, To: 0, Label: ".任务🎉"}, {From: 2, To: 1, Label: "main.全部"}}}
}

func manyLines() *layouts.Picture {
	n := node(layouts.Target, 0, "main.T")
	for i := range 30 {
		n.Lines = append(n.Lines, fmt.Sprintf("line %d", i))
	}
	return &layouts.Picture{Title: "More lines than a box shows", Nodes: []layouts.Node{n}}
}

func wide() *layouts.Picture {
	p := &layouts.Picture{Title: "40 leaves in rows", Nodes: []layouts.Node{node(layouts.Target, 0, "main.Hub")}}
	for i := range 40 {
		p.Nodes = append(p.Nodes, node(layouts.Holder, 1, fmt.Sprintf("main.Leaf%d", i)))
		p.Edges = append(p.Edges, layouts.Edge{From: i + 1, To: 0, Label: ".hub"})
	}
	return p
}

func weak() *layouts.Picture {
	return &layouts.Picture{Title: "Held by words that look like pointers",
		Nodes: []layouts.Node{{Role: layouts.Target, Lines: []string{"main.Stale"}, Weak: true},
			{Role: layouts.Root, Lines: []string{"goroutine 1 main.main+24 (unnamed)"}, Weak: true, Dominator: true}},
		Edges: []layouts.Edge{{From: 1, To: 0, Label: "points to", Weak: true}}}
}

func notes() *layouts.Picture {
	p := chain()
	for i := range 8 {
		p.Notes = append(p.Notes, fmt.Sprintf("note %d: %s", i, strings.Repeat("words ", 12+i)))
	}
	return p
}

func diamond() *layouts.Picture {
	return &layouts.Picture{Title: "Two ways from one dominator",
		Nodes: []layouts.Node{node(layouts.Target, 0, "main.Bottom"), node(layouts.Holder, 1, "main.Left"), node(layouts.Holder, 1, "main.Right"),
			{Role: layouts.Holder, Depth: 2, Lines: []string{"main.Top"}, Dominator: true, Finalizer: true}},
		Edges: []layouts.Edge{{From: 1, To: 0, Label: ".bottom"}, {From: 2, To: 0, Label: ".bottom"}, {From: 3, To: 1, Label: ".left"}, {From: 3, To: 2, Label: ".right"}}}
}

func noLegend() *layouts.Picture {
	p := diamond()
	p.Title, p.NoLegend = "", true
	return p
}

func unlabelled() *layouts.Picture {
	p := diamond()
	for i := range p.Edges {
		p.Edges[i].Label = ""
	}
	return p
}

// lattice is n nodes in rows of twelve.
func lattice(n int) *layouts.Picture {
	p := &layouts.Picture{Title: fmt.Sprintf("%d nodes in rows", n), Nodes: []layouts.Node{node(layouts.Target, 0, "main.Target")}}
	for i := 1; i < n; i++ {
		to := max(0, i-12)
		p.Nodes = append(p.Nodes, node(layouts.Holder, p.Nodes[to].Depth+1, fmt.Sprintf("main.Type%d", i%13), fmt.Sprintf("0xc000%06x", i*64)))
		p.Edges = append(p.Edges, layouts.Edge{From: i, To: to, Label: fmt.Sprintf(".f%d", i%7)})
	}
	return p
}
