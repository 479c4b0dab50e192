package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/partition"
)

// PatternText writes a pattern as heapy does: a line for each set, with its letters
// for where it stands in the tree, each followed by what refers to it.
//
//	[-]  its referrers follow
//	[+]  it has referrers, and the tree ends here
//	[^]  all of it stands on another line, as near to the set or nearer
//	[R]  a root
func PatternText(w io.Writer, p *partition.Pattern) {
	fmt.Fprintln(w, "Reference Pattern by type.")
	paths := patternPaths(p)
	for i, at := range p.Order() {
		n := &p.Nodes[at]
		fmt.Fprintf(w, "%2d: %s [%s] %s\n", i, dashes(paths[at]), mark(n), patternLine(n))
		if n.More > 0 {
			fmt.Fprintf(w, "    %s [… and %s]\n", strings.Repeat(" ", patternColumn), plural(n.More, "more kind"))
		}
	}
}

// patternColumn is how wide the letters are with the dashes behind them.
const patternColumn = 12

func dashes(path string) string {
	return path + " " + strings.Repeat("-", max(3, patternColumn-1-len(path)))
}

// patternPaths gives each node letters: "_" for the first, "a", "ab" and so on
// below it, with a number where letters are used up.
func patternPaths(p *partition.Pattern) []string {
	paths := make([]string, len(p.Nodes))
	for at := range p.Nodes {
		n := &p.Nodes[at]
		pre := paths[at]
		if at == 0 {
			pre, paths[at] = "", "_"
		}
		for i, c := range n.Children {
			letter := string(rune('a' + i%26))
			if i >= 26 {
				letter += fmt.Sprint(i / 26)
			}
			paths[c] = pre + letter
		}
	}
	return paths
}

func mark(n *partition.PatternNode) string {
	switch {
	case n.Root:
		return "R"
	case n.Seen:
		return "^"
	case n.Deep:
		return "+"
	}
	return "-"
}

func patternLine(n *partition.PatternNode) string {
	if n.Root {
		return middle(n.Name, maxKind) + times(n.Count)
	}
	return fmt.Sprintf("%d %s, %d bytes", n.Count, middle(n.Name, maxKind), n.Bytes)
}

func times(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d words)", n)
}

// PatternPicture draws a pattern: a box for each set.
func PatternPicture(p *partition.Pattern) *layouts.Picture {
	pic := &layouts.Picture{Title: "Who refers to " + p.Nodes[0].Name, NoLegend: true}
	for at := range p.Nodes {
		n := &p.Nodes[at]
		box := layouts.Node{Lines: []string{n.Name}, Role: layouts.Holder, Depth: n.Depth}
		switch {
		case n.Root:
			box.Role = layouts.Root
		case at == 0:
			box.Role = layouts.Target
		}
		if !n.Root {
			box.Lines = append(box.Lines, fmt.Sprintf("%s, %s", plural(n.Count, "object"), Bytes(n.Bytes)))
		}
		if n.Seen {
			box.Lines = append(box.Lines, "stands nearer to the set as well")
		}
		if n.More > 0 {
			box.Lines = append(box.Lines, plural(n.More, "more kind")+" of referrers")
		}
		pic.Nodes = append(pic.Nodes, box)
		if n.Parent >= 0 {
			pic.Edges = append(pic.Edges, layouts.Edge{From: at, To: n.Parent})
		}
	}
	return pic
}
