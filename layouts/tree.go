package layouts

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/layouts/internal/glyphs"
)

// Tree writes p as text for a terminal or a log: the target, below it, further
// in, what holds it, and so on, an arrow a line. Names keep their letters; all else
// is ASCII. A node that several arrows meet is written out the first time only.
//
// A picture of what its target holds goes the other way. Nodes that no way joins
// to a target stand at the end.
func Tree(p *Picture) []byte {
	w := treeWriter{p: p, seen: make([]bool, len(p.Nodes)), closing: closing(p), sign: "<-"}
	w.next = make([][]int, len(p.Nodes))
	outward := slices.ContainsFunc(p.Nodes, func(n Node) bool { return n.Role == Held })
	if outward {
		w.sign = "->"
	}
	for i, e := range p.Edges {
		switch {
		case !p.has(e):
		case outward:
			w.next[e.From] = append(w.next[e.From], i)
		default:
			w.next[e.To] = append(w.next[e.To], i)
		}
	}
	w.head()
	for _, targets := range []bool{true, false} {
		for i := range p.Nodes {
			if !w.seen[i] && (p.Nodes[i].Role == Target || !targets) {
				w.node(i, "")
			}
		}
	}
	return w.b.Bytes()
}

// maxTreeIndent bounds an indent, in levels, so that a long chain does not
// become a square.
const maxTreeIndent = 40

// treeWriter is Tree at work.
type treeWriter struct {
	b       bytes.Buffer
	p       *Picture
	next    [][]int // by node: edges that lead to its children
	seen    []bool  // by node: written
	closing []bool
	sign    string
}

func (w *treeWriter) head() {
	for _, text := range append([]string{w.p.Title}, w.p.Notes...) {
		if text != "" {
			fmt.Fprintf(&w.b, "%s\n", glyphs.Visible(text))
		}
	}
	w.b.WriteByte('\n')
}

// node writes a node without indent, and what hangs from it. The stack holds what
// is still to be written.
func (w *treeWriter) node(root int, indent string) {
	type todo struct {
		edge   int
		indent string
		last   bool
	}
	var stack []todo
	push := func(i int, indent string) {
		edges := w.next[i]
		for k := len(edges) - 1; k >= 0; k-- {
			stack = append(stack, todo{edges[k], indent, k == len(edges)-1})
		}
	}
	w.seen[root] = true
	fmt.Fprintf(&w.b, "%s\n", w.words(root))
	push(root, indent)
	for len(stack) > 0 {
		t := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		e := &w.p.Edges[t.edge]
		to := e.From
		if w.sign == "->" {
			to = e.To
		}
		twig, below := "+-- ", "|   "
		if t.last {
			twig, below = "`-- ", "    "
		}
		fmt.Fprintf(&w.b, "%s%s%s %s %s%s\n", t.indent, twig, glyphs.Visible(shorten(e.Label, maxTreeName)), w.sign, w.words(to), w.again(to, t.edge))
		if !w.seen[to] {
			w.seen[to] = true
			if len(t.indent)/4 < maxTreeIndent {
				below = t.indent + below
			} else {
				below = t.indent
			}
			push(to, below)
		}
	}
}

// maxTreeName bounds a name in a line, in bytes.
const maxTreeName = 400

// words is a node in one line.
func (w *treeWriter) words(i int) string {
	n := &w.p.Nodes[i]
	var words []string
	for _, line := range n.lines() {
		words = append(words, glyphs.Visible(shorten(line, maxTreeName)))
	}
	for _, mark := range n.extra() {
		words = append(words, "["+mark+"]")
	}
	if n.Weak {
		words = append(words, "[conservative]")
	}
	if n.Role == Target {
		words = append([]string{"*"}, words...)
	}
	return strings.Join(words, "  ")
}

func (w *treeWriter) again(to, edge int) string {
	switch {
	case w.closing[edge]:
		return "  [" + w.p.cycleWord() + "]"
	case w.seen[to] && len(w.next[to]) > 0:
		return "  (above)"
	}
	return ""
}
