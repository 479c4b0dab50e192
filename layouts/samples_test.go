package layouts_test

import (
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/layouts"
)

// sample is a picture that several tests draw.
type sample struct {
	name    string
	picture *layouts.Picture
}

func samples() []sample {
	return []sample{
		{"single", single()},
		{"chain", chain()},
		{"fanin", fanIn()},
		{"parallel", parallel()},
		{"cycle", cycle()},
		{"scripts", scripts()},
		{"generics", generics()},
		{"marks", marks()},
		{"forward", forward()},
		{"hostile", hostile()},
		{"large", large(200)},
		{"fan", fan(300)},
	}
}

func node(role layouts.Role, depth int, lines ...string) layouts.Node {
	return layouts.Node{Role: role, Depth: depth, Lines: lines}
}

func single() *layouts.Picture {
	return &layouts.Picture{
		Title: "Who holds main.Conn",
		Nodes: []layouts.Node{node(layouts.Target, 0, "main.Conn", "0xc000123450, 96 B")},
	}
}

func chain() *layouts.Picture {
	names := []string{"main.Job", "[]*main.Job", "main.Registry", "map[string]*main.Registry", "main.App"}
	labels := []string{"[3]", ".jobs", "[key]", ".registries", "main.app"}
	p := &layouts.Picture{
		Title:   "Why 500 main.Job are still in memory",
		Notes:   []string{"job-17.dump, Go 1.26.8: 500 new main.Job since job-14.dump", "shortest chain from a root to one of them"},
		Command: "objgraph graph job-17.dump --exe ./worker --type main.Job --chain -o job.svg",
	}
	for i, n := range names {
		role := layouts.Holder
		if i == 0 {
			role = layouts.Target
		}
		p.Nodes = append(p.Nodes, node(role, i, n, fmt.Sprintf("0xc0000%x000, %d B", 18+i, 48<<i)))
		p.Edges = append(p.Edges, layouts.Edge{From: i + 1, To: i, Label: labels[i]})
	}
	p.Nodes = append(p.Nodes, node(layouts.Root, 5, "global main.app"))
	return p
}

func fanIn() *layouts.Picture {
	p := &layouts.Picture{
		Title:   "Who holds main.Payload 0xc0001a2000",
		Notes:   []string{"14 referrers, 10 drawn (--fanout 10)"},
		Command: "objgraph graph leak.dump --exe ./leaky --type main.Payload --depth 3 --fanout 10",
		Nodes:   []layouts.Node{node(layouts.Target, 0, "main.Payload", "0xc0001a2000, 1.0 KiB")},
	}
	for i := range 10 {
		p.Nodes = append(p.Nodes, node(layouts.Holder, 1, "main.Record", fmt.Sprintf("0xc0002%02x000, 64 B", i*7)))
		p.Edges = append(p.Edges, layouts.Edge{From: i + 1, To: 0, Label: []string{".Payload", ".Last", ".payloads[2]"}[i%3]})
	}
	p.Nodes = append(p.Nodes, node(layouts.More, 1, "4 more:", "3 main.Record", "1 []*main.Payload"))
	p.Edges = append(p.Edges, layouts.Edge{From: 11, To: 0, Label: "…"})
	p.Nodes = append(p.Nodes, node(layouts.Holder, 2, "[]*main.Record", "0xc000400000, 80 KiB"))
	for i := range 10 {
		p.Edges = append(p.Edges, layouts.Edge{From: 12, To: i + 1, Label: fmt.Sprintf("[%d]", i*100)})
	}
	p.Nodes = append(p.Nodes, node(layouts.Root, 3, "global main.records"))
	p.Edges = append(p.Edges, layouts.Edge{From: 13, To: 12, Label: "main.records"})
	return p
}

func parallel() *layouts.Picture {
	return &layouts.Picture{
		Title: "One holder, two fields",
		Nodes: []layouts.Node{
			node(layouts.Target, 0, "main.Session"),
			node(layouts.Holder, 1, "main.Conn", "0xc000010000"),
			node(layouts.Root, 2, "goroutine 12 main.serve: conn"),
		},
		Edges: []layouts.Edge{
			{From: 1, To: 0, Label: ".session"},
			{From: 1, To: 0, Label: ".previous"},
			{From: 2, To: 1, Label: "conn"},
		},
	}
}

func cycle() *layouts.Picture {
	return &layouts.Picture{
		Title: "A tree whose children know their parent",
		Nodes: []layouts.Node{
			node(layouts.Target, 0, "main.Child"),
			node(layouts.Holder, 1, "main.Parent"),
			node(layouts.Holder, 2, "main.Tree"),
			node(layouts.Root, 3, "global main.tree"),
		},
		Edges: []layouts.Edge{
			{From: 0, To: 1, Label: ".parent"},
			{From: 1, To: 0, Label: ".children[0]"},
			{From: 2, To: 1, Label: ".root"},
			{From: 1, To: 1, Label: ".self"},
			{From: 0, To: 0, Label: ".next"},
			{From: 3, To: 2, Label: "main.tree"},
		},
	}
}

func scripts() *layouts.Picture {
	return &layouts.Picture{
		Title: "Ελληνικά, кириллица, 中文 and more",
		Notes: []string{"Ångström, naïve, straße, žluťoučký kůň"},
		Nodes: []layouts.Node{
			node(layouts.Target, 0, "main.Запись", "0xc000020000"),
			node(layouts.Holder, 1, "main.Κατάλογος[*main.Запись]", "0xc000021000"),
			node(layouts.Holder, 1, "main.缓存[string]", "0xc000022000"),
			node(layouts.Holder, 1, "main.データ", "0xc000023000"),
			node(layouts.Holder, 1, "main.Élève·Ñandú", "0xc000024000"),
			node(layouts.Root, 2, "global main.ρίζα"),
		},
		Edges: []layouts.Edge{
			{From: 1, To: 0, Label: ".στοιχεία[0]"},
			{From: 2, To: 0, Label: ".项目"},
			{From: 3, To: 0, Label: ".値"},
			{From: 4, To: 0, Label: ".запись"},
			{From: 5, To: 1, Label: "main.ρίζα"},
			{From: 5, To: 4, Label: "main.ρίζα"},
		},
	}
}

func generics() *layouts.Picture {
	long := "main.Cache[github.com/example/very/long/path/inventory.Key[string],map[github.com/example/very/long/path/inventory.ID]" +
		"*github.com/example/very/long/path/inventory.Record[github.com/example/very/long/path/money.Amount,struct { A int; B string; C []byte }]," +
		"github.com/example/very/long/path/policy.LeastRecentlyUsed[int64]]"
	return &layouts.Picture{
		Title:   "Who holds " + long,
		Notes:   []string{strings.Repeat("A note that is a good deal longer than the drawing is wide. ", 4)},
		Command: "objgraph graph --type '" + long + "' --depth 3 --fanout 10 -o pictures/generic.svg dumps/worker-0001.dump",
		Nodes: []layouts.Node{
			node(layouts.Target, 0, long, "0xc000020000, 512 B"),
			node(layouts.Holder, 1, "func main.(*Server).handle.func1.2.deferwrap3", "0xc000021000"),
			node(layouts.Holder, 2, strings.Repeat("x", 300)),
			node(layouts.Root, 3, "goroutine 4711 github.com/example/very/long/path/server.(*Server).acceptLoop: connection"),
		},
		Edges: []layouts.Edge{
			{From: 1, To: 0, Label: "captured cacheWithAnUnusuallyLongVariableNameThatGoesOnAndOnAndOnAndOnForever"},
			{From: 2, To: 1, Label: ".Options.Handlers[17].Callback"},
			{From: 3, To: 2, Label: "connection"},
		},
	}
}

func marks() *layouts.Picture {
	return &layouts.Picture{
		Title: "Every role and mark",
		Nodes: []layouts.Node{
			{Role: layouts.Target, Lines: []string{"os.File", "0xc000030000, 8 B"}, Finalizer: true},
			{Role: layouts.Holder, Depth: 1, Lines: []string{"main.Log"}, Finalizer: true},
			{Role: layouts.Holder, Depth: 2, Lines: []string{"main.Logs"}},
			{Role: layouts.Holder, Depth: 3, Lines: []string{"[]*main.Logs"}},
			{Role: layouts.Holder, Depth: 4, Lines: []string{"main.Rotation"}},
			{Role: layouts.Holder, Depth: 5, Lines: []string{"main.Service"}},
			{Role: layouts.Root, Depth: 6, Lines: []string{"global main.service"}},
			{Role: layouts.Root, Weak: true, Lines: []string{"goroutine 9 main.run+40 (unnamed)"}},
			{Role: layouts.More, Depth: 1, Lines: []string{"38 more:", "30 []string", "8 *main.T"}},
			{Role: layouts.Plain, Depth: 1, Lines: []string{"?48", "0xc000031000"}},
			{Role: layouts.Holder, Depth: 1, Weak: true, Lines: []string{"main.Stale"}},
		},
		Edges: []layouts.Edge{
			{From: 1, To: 0, Label: ".file"}, {From: 2, To: 1, Label: "[0]"}, {From: 3, To: 2, Label: "[*]"},
			{From: 4, To: 3, Label: ".all"}, {From: 5, To: 4, Label: ".rotation"}, {From: 6, To: 5, Label: "main.service"},
			{From: 7, To: 10, Label: "word at +40", Weak: true}, {From: 8, To: 0, Label: "[*]"},
			{From: 9, To: 0, Label: "+16"}, {From: 10, To: 0, Label: ".f", Weak: true},
		},
		Legend:  []layouts.LegendItem{{Role: layouts.Plain, Text: "type unknown"}},
		Command: `objgraph graph --title "a \"quoted\" one" x.dump`,
	}
}

func forward() *layouts.Picture {
	p := &layouts.Picture{
		Title: "What main.Job holds",
		Nodes: []layouts.Node{node(layouts.Target, 0, "main.Job")},
	}
	for i := range 3 {
		p.Nodes = append(p.Nodes, node(layouts.Held, 1, "main.Part"))
		p.Edges = append(p.Edges, layouts.Edge{From: 0, To: i + 1, Label: fmt.Sprintf(".parts[%d]", i)})
		p.Edges = append(p.Edges, layouts.Edge{From: i + 1, To: 0, Label: ".job"})
	}
	p.Nodes = append(p.Nodes, node(layouts.Held, 2, "[]uint8", "1.0 MiB"), node(layouts.More, 1, "12 more:", "12 main.Part"))
	p.Edges = append(p.Edges, layouts.Edge{From: 2, To: 4, Label: ".buf"}, layouts.Edge{From: 0, To: 5, Label: ".parts[*]"})
	return p
}

func hostile() *layouts.Picture {
	return &layouts.Picture{
		Title: "]]><script>alert(1)</script> & \"quotes\" 'single' \\N \\l \\",
		Notes: []string{"line\nbreak\ttab\x00nul\x1b[31mred", "\xff\xfe not UTF-8 \xc3"},
		Nodes: []layouts.Node{
			node(layouts.Target, 0, `main."T\"<b>`, "&amp; &lt; ]]> -->", "\u202egnp.exe", "a\u0301 e\u200b"),
			node(layouts.Holder, 1, strings.Repeat("long", 1<<18)),
			node(layouts.Holder, 1, "", "", `trailing \`),
			{Role: layouts.Role(200), Depth: -5, Lines: []string{"unknown role"}},
			{Lines: nil},
			{Role: layouts.Holder, Depth: 1 << 40, Lines: strings.Split(strings.Repeat("line,", 40), ",")},
		},
		Edges: []layouts.Edge{
			{From: 1, To: 0, Label: "<TABLE>\"'&\\\x7f"},
			{From: 2, To: 0, Label: strings.Repeat("w", 1<<20)},
			{From: 3, To: 0, Label: "\n\n\n"},
			{From: 4, To: 0, Label: "\ufffe\uffff\U0010ffff"},
			{From: 5, To: 0},
		},
		Command: "objgraph `rm -rf` $(x) ]]>",
	}
}

// large is a tree of n nodes with cross edges, as a back picture.
func large(n int) *layouts.Picture {
	p := &layouts.Picture{
		Title: fmt.Sprintf("%d nodes", n),
		Nodes: []layouts.Node{node(layouts.Target, 0, "main.Target")},
	}
	depth := make([]int, n)
	for i := 1; i < n; i++ {
		to := (i - 1) / 4
		depth[i] = depth[to] + 1
		p.Nodes = append(p.Nodes, node(layouts.Holder, depth[i], fmt.Sprintf("main.Type%d", i%13), fmt.Sprintf("0xc000%06x", i*64)))
		p.Edges = append(p.Edges, layouts.Edge{From: i, To: to, Label: fmt.Sprintf(".f%d", i%7)})
		if i%9 == 0 {
			p.Edges = append(p.Edges, layouts.Edge{From: i, To: (i * 7) % i, Label: ".x"})
		}
	}
	return p
}

// fan is a back picture as depth 3 and fan-out 10 give it, cut at n nodes.
func fan(n int) *layouts.Picture {
	p := &layouts.Picture{
		Title: fmt.Sprintf("Fan-out 10, cut at %d nodes", n),
		Nodes: []layouts.Node{node(layouts.Target, 0, "main.Job", "0xc000100000, 48 B")},
	}
	depth := make([]int, n)
	for i := 1; i < n; i++ {
		to := (i - 1) / 10
		depth[i] = depth[to] + 1
		p.Nodes = append(p.Nodes, node(layouts.Holder, depth[i], "*main.Holder", fmt.Sprintf("0xc000%06x, %d B", i*64, i%5*16)))
		p.Edges = append(p.Edges, layouts.Edge{From: i, To: to, Label: fmt.Sprintf(".field%d", i%7)})
		if i%17 == 0 {
			p.Edges = append(p.Edges, layouts.Edge{From: i, To: i / 3, Label: ".other"})
		}
	}
	return p
}
