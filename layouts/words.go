package layouts

import (
	"strings"

	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

// finalizerMark is the extra line of a node whose object has a finalizer.
const finalizerMark = "finalizer"

// pageRows is how many rows title, notes, legend and command may take each.
const pageRows = 4

// lines are the node's lines, cut to maxLines.
func (n *Node) lines() []string {
	if len(n.Lines) <= maxLines {
		return n.Lines
	}
	return append(append([]string{}, n.Lines[:maxLines-1]...), ellipsis)
}

// rows is how many rows line i may take.
func (n *Node) rows(i int) int {
	if i == 0 {
		return typeRows
	}
	return lineRows
}

// tooltip is the node's text in full.
func (n *Node) tooltip() string {
	if n.Tooltip != "" {
		return tip(n.Tooltip)
	}
	words := n.Lines
	if n.Finalizer {
		words = append(append([]string{}, words...), finalizerMark)
	}
	return tip(strings.Join(words, "\n"))
}

func (e *Edge) tooltip() string {
	if e.Tooltip != "" {
		return tip(e.Tooltip)
	}
	return tip(e.Label)
}

// tip bounds a tooltip and shows what has no ink, but keeps its lines.
func tip(text string) string {
	lines := strings.Split(shorten(text, maxTooltip), "\n")
	for i, line := range lines {
		lines[i] = glyphs.Visible(line)
	}
	return strings.Join(lines, "\n")
}
