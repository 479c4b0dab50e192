package layouts

import (
	"slices"
	"strings"

	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

// finalizerMark is the extra line of a node whose object has a finalizer,
// dominatorMark that of one that dominates the target.
const (
	finalizerMark = "finalizer"
	dominatorMark = "dominator"
	cycleMark     = "closes a cycle" // in the tooltip of an arrow
	backMark      = "leads back"     // the same between boxes of several: a list does that as well as a cycle
)

// extra are the node's marks in words, which are drawn as chips.
func (n *Node) extra() (words []string) {
	if n.Dominator {
		words = append(words, dominatorMark)
	}
	if n.Finalizer {
		words = append(words, finalizerMark)
	}
	return words
}

// cycleWord is what is said of an arrow that closes a cycle of boxes.
func (p *Picture) cycleWord() string {
	if p.Style == Merged {
		return backMark
	}
	return cycleMark
}

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
	return tip(strings.Join(slices.Concat(n.Lines, n.extra()), "\n"))
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
