package partition

import (
	"cmp"
	"context"
	"slices"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
)

// PatternNode is a set of objects of one kind in a tree of who refers to whom.
type PatternNode struct {
	Name string // of the type, or of a root as byvia has it
	census.Sum
	Set      graph.Set
	Root     bool // of a root: Count is the number of its words that lead here
	Parent   int  // what it refers to, -1 for the first
	Depth    int
	Children []int // most objects first, roots last
	More     int   // kinds of referrers left out
	// Seen says that all objects of the kind stand elsewhere, as near to the set or
	// nearer; Deep that the tree ends here although there are referrers.
	Seen, Deep bool
}

// Pattern is heapy's reference pattern: the referrers of a set by type, theirs in
// turn, and so on. Each object stands where it was met first, level by level.
type Pattern struct{ Nodes []PatternNode }

// PatternOptions bounds a pattern.
type PatternOptions struct {
	Depth, Width int // levels, and kinds of referrers of one node
	Nodes        int
}

// Pattern follows a set to what refers to it. The error is the context's.
func (sp *Space) Pattern(ctx context.Context, set graph.Set, o PatternOptions) (*Pattern, error) {
	t, err := sp.By(ctx, set, "type", false)
	if err != nil {
		return nil, err
	}
	name := "(several types)"
	if t.Len() == 1 {
		name = t.Rows(0, 1)[0].Name
	}
	b := patternBuilder{sp: sp, o: o, p: &Pattern{}, seen: set}
	b.add(PatternNode{Name: name, Sum: t.Total, Set: set, Parent: -1})
	for at := 0; at < len(b.p.Nodes); at++ {
		if n := &b.p.Nodes[at]; n.Root || n.Seen {
			continue
		}
		if err := b.expand(ctx, at); err != nil {
			return nil, err
		}
	}
	return b.p, nil
}

type patternBuilder struct {
	sp   *Space
	o    PatternOptions
	p    *Pattern
	seen graph.Set
}

func (b *patternBuilder) add(n PatternNode) {
	if n.Parent >= 0 {
		n.Depth = b.p.Nodes[n.Parent].Depth + 1
		b.p.Nodes[n.Parent].Children = append(b.p.Nodes[n.Parent].Children, len(b.p.Nodes))
	}
	b.p.Nodes = append(b.p.Nodes, n)
}

// expand adds the referrers of a node.
func (b *patternBuilder) expand(ctx context.Context, at int) error {
	set, depth := b.p.Nodes[at].Set, b.p.Nodes[at].Depth
	from, err := b.sp.Referrers(ctx, set)
	if err != nil {
		return err
	}
	roots := b.roots(set)
	if depth >= b.o.Depth || len(b.p.Nodes) >= b.o.Nodes {
		b.p.Nodes[at].Deep = !from.Empty() || len(roots) > 0
		return nil
	}
	t, err := b.sp.By(ctx, from, "type", false)
	if err != nil {
		return err
	}
	for i, r := range t.Rows(0, b.o.Width) {
		n := PatternNode{Name: r.Name, Set: t.Of(i, i+1), Parent: at}
		fresh := n.Set.AndNot(b.seen)
		if n.Seen = fresh.Empty(); !n.Seen {
			n.Set, b.seen = fresh, b.seen.Or(fresh)
		}
		n.Sum = b.sp.Sum(n.Set)
		b.add(n)
	}
	b.p.Nodes[at].More = max(0, t.Len()-b.o.Width)
	for i, r := range roots {
		if i == b.o.Width {
			b.p.Nodes[at].More += len(roots) - i
			break
		}
		r.Parent = at
		b.add(r)
	}
	return nil
}

// roots are the roots of a set by name, those with most words into it first.
func (b *patternBuilder) roots(set graph.Set) (nodes []PatternNode) {
	at := map[string]int{}
	for _, w := range b.sp.rootsInto(set) {
		label := b.sp.rootLabel(rootWord{w.root, w.slot, false})
		name := label[1 : len(label)-1] // unquoted
		i, ok := at[name]
		if !ok {
			i = len(nodes)
			at[name] = i
			nodes = append(nodes, PatternNode{Name: name, Root: true})
		}
		nodes[i].Count++
	}
	sortNodes(nodes)
	return nodes
}

func sortNodes(nodes []PatternNode) {
	slices.SortFunc(nodes, func(a, b PatternNode) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
}

// Order lists the nodes as they are written: each followed by what refers to it.
func (p *Pattern) Order() []int {
	order := make([]int, 0, len(p.Nodes))
	stack := []int{0}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		order = append(order, at)
		children := p.Nodes[at].Children
		for i := len(children) - 1; i >= 0; i-- {
			stack = append(stack, children[i])
		}
	}
	return order
}
