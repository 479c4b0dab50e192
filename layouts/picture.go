package layouts

import (
	"errors"
	"fmt"
	"slices"
)

// Picture is what is to be drawn: boxes, arrows between them, and the words
// around them. The zero value of every field but Nodes is fine.
//
// All texts are plain text in any script and may be hostile: bytes that are no
// UTF-8, control characters and glyphs that no font has are shown as escapes.
type Picture struct {
	Style   Style
	Theme   Theme
	Title   string   // above the drawing, one line (wrapped)
	Notes   []string // below the title, one line each (wrapped)
	Command string   // the command that made the picture, at the foot
	Nodes   []Node
	Edges   []Edge
	Legend  []LegendItem // further items after the standard ones

	// NoLegend leaves out the standard legend, which explains the roles and
	// marks that the picture uses, and no others.
	NoLegend bool
}

// Style is the layout of a picture.
type Style uint8

const (
	FanIn  Style = iota // an object and its neighbours, a rank for each distance
	Chain               // one way from a root, a straight column of wide boxes
	Merged              // boxes and arrows for many alike: stacks, arrows by how many they are
)

// Role says what a node is in the picture; it decides the box's colour.
type Role uint8

const (
	Plain  Role = iota // a white box
	Target             // the object that the picture is about: red
	Holder             // holds the target, directly or not: grey by Depth
	Held               // is held by the target, directly or not: grey by Depth
	Root               // a global, a goroutine's local, a finalizer: green
	More               // stands for nodes left out: a stack of boxes
)

// String gives the role's name in lower case.
func (r Role) String() string {
	names := [...]string{"plain", "target", "holder", "held", "root", "more"}
	if int(r) < len(names) {
		return names[r]
	}
	return fmt.Sprintf("role(%d)", uint8(r))
}

// Node is a box.
type Node struct {
	// Lines are drawn one below the other, the first (the type's name) in
	// bold. Long lines are wrapped, and shortened in the middle.
	Lines []string
	Role  Role
	// Depth is the number of edges between the node and the target. It shades
	// holders, and tells edges that close a cycle from those that lead to the
	// target. Roots need none.
	Depth     int
	Finalizer bool   // marked: the object has a finalizer
	Weak      bool   // dashed: known from conservative scanning only
	Dominator bool   // marked: every way from a root to the target leads through it
	Count     int    // objects that it stands for; more than one is drawn as a stack
	Tooltip   string // the lines in full if empty

	// ID is the node's anchor in SVG, "n0" and so on if it is empty; what no
	// anchor may have is replaced. Href makes the box a link: an address that is
	// relative, begins with #, or is of http or https. Others are left out.
	ID, Href string
}

// Edge is an arrow: the node From holds the node To. Several edges between the
// same two nodes are several arrows, each with its label.
type Edge struct {
	From, To int // indices into Picture.Nodes
	Label    string
	Weak     bool   // dashed
	Count    int    // references that it stands for; in a Merged picture many are thicker
	Tooltip  string // the label in full if empty
}

// LegendItem explains one look of a box, or of an arrow.
type LegendItem struct {
	Role      Role
	Depth     int
	Finalizer bool
	Weak      bool
	Dominator bool
	Many      bool // several alike
	Cycle     bool // an arrow that closes a cycle
	Text      string
}

// Errors that callers tell apart with errors.Is. After ErrEngine and
// ErrTimeout the DOT text of the same picture is still to be had.
var (
	ErrPicture = errors.New("invalid picture")
	ErrTooMany = errors.New("too many nodes")
	ErrEngine  = errors.New("layout engine failed")
	ErrTimeout = errors.New("layout took too long")
)

// check reports the first reason why p cannot be drawn.
func (p *Picture) check(maxNodes int) error {
	if p == nil || len(p.Nodes) == 0 {
		return fmt.Errorf("%w: it has no nodes", ErrPicture)
	}
	if len(p.Nodes) > maxNodes {
		return fmt.Errorf("%w: the picture has %d, the limit is %d (its DOT text has no limit)",
			ErrTooMany, len(p.Nodes), maxNodes)
	}
	for i, e := range p.Edges {
		if !p.has(e) {
			return fmt.Errorf("%w: edge %d joins nodes %d and %d of %d",
				ErrPicture, i, e.From, e.To, len(p.Nodes))
		}
	}
	return nil
}

// has reports whether both ends of e exist.
func (p *Picture) has(e Edge) bool {
	n := len(p.Nodes)
	return e.From >= 0 && e.From < n && e.To >= 0 && e.To < n
}

// legend gives the standard items for what p uses, then p's own.
func (p *Picture) legend() []LegendItem {
	if p.NoLegend {
		return p.Legend
	}
	used := p.marksUsed()
	var roles [More + 1]bool
	for _, n := range p.Nodes {
		if n.Role <= More {
			roles[n.Role] = true
		}
	}
	var items []LegendItem
	for _, it := range standardLegend() {
		switch {
		case p.Style == Merged && it.Role == Target:
			it.Text = "the objects"
		case p.Style == Merged && it.Cycle:
			it.Text = "leads back: a cycle, or a list"
		}
		m := it.marks()
		if m == (marks{}) && roles[it.Role] || m.finalizer && used.finalizer || m.weak && used.weak ||
			m.dominator && used.dominator || m.many && used.many || m.cycle && used.cycle {
			items = append(items, it)
		}
	}
	return append(items, p.Legend...)
}

// marksUsed are those of any part of the picture.
func (p *Picture) marksUsed() (m marks) {
	for i := range p.Nodes {
		n := p.Nodes[i].marks()
		m.finalizer, m.weak = m.finalizer || n.finalizer, m.weak || n.weak
		m.dominator, m.many = m.dominator || n.dominator, m.many || n.many
	}
	for _, e := range p.Edges {
		m.weak = m.weak || e.Weak
	}
	m.cycle = slices.Contains(closing(p), true)
	return m
}

// standardLegend lists every item that a legend may have, in its order.
func standardLegend() []LegendItem {
	return []LegendItem{
		{Role: Target, Text: "the object"},
		{Role: Holder, Depth: 1, Text: "holds it (fainter: farther away)"},
		{Role: Held, Depth: 1, Text: "held by it (fainter: farther away)"},
		{Role: Root, Text: "root"},
		{Role: More, Text: "left out"},
		{Role: Holder, Depth: 4, Many: true, Text: "several alike"},
		{Role: Plain, Dominator: true, Text: "dominator: every way to it leads through here"},
		{Role: Plain, Finalizer: true, Text: "has a finalizer"},
		{Role: Plain, Weak: true, Text: "conservative, perhaps a stale word"},
		{Role: Plain, Cycle: true, Text: "closes a cycle"},
	}
}
