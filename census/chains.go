package census

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// Step is one object of a chain.
type Step struct {
	ID     mem.ObjID
	Addr   mem.Addr
	Type   string
	Edge   string // the reference that leads here from the step before, or from the root
	Repeat int    // how many objects this stands for, in a row or in turn with the steps beside it, the last of which it is; 1 as a rule
}

// Chain is how a root holds objects: the root, then each holder, then the
// object itself as the last step. Parts of maps and channels are folded into
// their owner.
type Chain struct {
	Count       int // objects of the set that are held this way
	ByRoot      int // objects of the set that the same root holds, this way or another
	Roots       int // by so many roots, of which Root is one: goroutines that do the same
	Root        graph.RootID
	RootKind    string
	RootName    string
	Weak        bool // the root is a word that only looks like a pointer
	Steps       []Step
	Way         graph.Chain // to the last of Steps, with all that they fold
	Fingerprint string      // the same for the same root and types and fields, whatever the addresses, indexes, lengths and loops
	Flow        *Flow       // of a leak; nil where growth is not known
	Suspects    int         // so many references at the end led nowhere before: one of them should have been cut
	prints      []string    // of the chain without its loops up to each step; the last is Fingerprint
	passed      []string    // of the loops that were taken out of it
	ids         []mem.ObjID
}

// Flow is what leaked by one holder.
type Flow struct {
	New, Gone       int
	Bytes, Retained uint64 // of what leaked
	PerJob          float64
}

// ChainOptions says which chains are looked for.
type ChainOptions struct {
	Max    int      // chains at the most, 0 for all
	Ignore []Ignore // references left out of the search
	// Without, if not nil, is what is left out instead.
	Without *graph.PathOptions
}

// Ignore is a reference that a search leaves out: a field of a type, or a root
// by its name.
type Ignore struct {
	Type, Field string // "main.Cache", ".entries"
	Root        string // "global main.cache"; then Type and Field are empty
}

// Chains finds the shortest chain to each object of the set and gives one for
// each distinct pattern: most objects first, then the shorter, then by name.
// cut is how many patterns were left out, lost how many of the set have no
// chain.
func Chains(ctx context.Context, s *snapshot.Snapshot, set []mem.ObjID, o ChainOptions) (chains []Chain, cut, lost int, err error) {
	if err := checkIgnored(s, o.Ignore); err != nil {
		return nil, 0, 0, err
	}
	tree, err := treeWithout(ctx, s, o)
	if err != nil {
		return nil, 0, 0, err
	}
	p := newPatterns(s, tree, set)
	groups := map[uint32]*group{}
	for _, id := range set {
		if tree.Dist(id) == 0 {
			lost++
			continue
		}
		g := groups[p.of(id)]
		if g == nil {
			g = &group{id: id, pattern: p.of(id), roots: map[graph.RootID]bool{}}
			groups[g.pattern] = g
		}
		g.add(id, tree.Dist(id))
		g.roots[p.at(id).root] = true
	}
	byRoot := map[uint32]int{}
	for _, g := range groups {
		byRoot[p.rootOf(g.pattern)] += len(g.ids)
	}
	list := sortGroups(groups)
	if o.Max > 0 && len(list) > o.Max {
		cut, list = len(list)-o.Max, list[:o.Max]
	}
	for _, g := range list {
		c, _ := p.chain(g.id)
		chain := p.render(c)
		chain.Count, chain.Roots, chain.ids = len(g.ids), len(g.roots), g.ids
		chain.ByRoot = byRoot[p.rootOf(g.pattern)]
		chains = append(chains, chain)
	}
	return chains, cut, lost, nil
}

// TreeWithout is the tree of shortest chains that take none of the references.
// It refuses to leave out one that there is none of.
func TreeWithout(ctx context.Context, s *snapshot.Snapshot, ignore []Ignore) (*graph.Tree, error) {
	if err := checkIgnored(s, ignore); err != nil {
		return nil, err
	}
	return treeWithout(ctx, s, ChainOptions{Ignore: ignore})
}

func treeWithout(ctx context.Context, s *snapshot.Snapshot, o ChainOptions) (*graph.Tree, error) {
	if len(o.Ignore) == 0 && o.Without == nil {
		return s.ShortestTree()
	}
	return s.Graph.ShortestTree(ctx, o.paths(s))
}

func (o *ChainOptions) paths(s *snapshot.Snapshot) graph.PathOptions {
	if o.Without != nil {
		return *o.Without
	}
	return pathOptions(s, o.Ignore)
}

// group is the objects of a set with one pattern.
type group struct {
	pattern uint32
	ids     []mem.ObjID
	id      mem.ObjID // one with the shortest chain, the lowest of these
	dist    int
	roots   map[graph.RootID]bool
}

func (g *group) add(id mem.ObjID, dist int) {
	if len(g.ids) == 0 || dist < g.dist {
		g.id, g.dist = id, dist
	}
	g.ids = append(g.ids, id)
}

func sortGroups(groups map[uint32]*group) []*group {
	list := make([]*group, 0, len(groups))
	for _, g := range groups {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(len(b.ids), len(a.ids)), cmp.Compare(a.dist, b.dist), cmp.Compare(a.id, b.id))
	})
	return list
}

// AllChains finds one shortest chain to the object from every root that
// reaches it, the shortest first.
func AllChains(ctx context.Context, s *snapshot.Snapshot, id mem.ObjID, o ChainOptions) ([]Chain, error) {
	if err := checkIgnored(s, o.Ignore); err != nil {
		return nil, err
	}
	found, err := s.Graph.BackChains(ctx, id, o.Max, o.paths(s))
	if err != nil {
		return nil, err
	}
	p := patterns{s: s}
	var chains []Chain
	for _, c := range found {
		chain := p.render(c)
		chain.Count, chain.ByRoot, chain.Roots = 1, 1, 1
		chains = append(chains, chain)
	}
	return chains, nil
}

// checkIgnored refuses to leave out a reference that there is none of.
func checkIgnored(s *snapshot.Snapshot, ignore []Ignore) error {
	for _, i := range ignore {
		if i.Type != "" && !i.exists(s) {
			return fmt.Errorf("no reachable object of type %s refers to another by %s, so that cannot be left out; name the field as a chain shows it, or the root", i.Type, i.Field)
		}
	}
	return nil
}

// exists reports whether some object has the reference.
func (i Ignore) exists(s *snapshot.Snapshot) bool {
	for id := range mem.ObjID(s.Heap.NumObjects()) {
		if s.TypeName(id) != i.Type || !s.Reach.Has(id) {
			continue
		}
		for slot := range s.Graph.Out(id) {
			if i.leads(s, id, slot) {
				return true
			}
		}
	}
	return false
}

// leads reports whether a reference is the ignored one or lies in it.
func (i Ignore) leads(s *snapshot.Snapshot, from mem.ObjID, slot int) bool {
	return i.Covers(s.EdgeLabel(from, slot))
}

// Covers reports whether a label of an object of Type is Field or lies in it.
func (i Ignore) Covers(label string) bool {
	return under(label, i.Field) || under(Fold(label), i.Field)
}

func pathOptions(s *snapshot.Snapshot, ignore []Ignore) graph.PathOptions {
	var o graph.PathOptions
	if len(ignore) == 0 {
		return o
	}
	o.SkipRoot = func(r graph.RootID) bool {
		return slices.ContainsFunc(ignore, func(i Ignore) bool { return i.Root != "" && i.Root == s.RootName(r) })
	}
	fields := map[string][]Ignore{}
	for _, i := range ignore {
		if i.Type != "" {
			fields[i.Type] = append(fields[i.Type], i)
		}
	}
	o.Skip = func(from mem.ObjID, slot int) bool {
		return slices.ContainsFunc(fields[s.TypeName(from)], func(i Ignore) bool { return i.leads(s, from, slot) })
	}
	return o
}

// under reports whether a label is a field or lies in it: ".a.b" in ".a".
func under(label, field string) bool {
	if len(label) < len(field) || label[:len(field)] != field {
		return false
	}
	rest := label[len(field):]
	return rest == "" || rest[0] == '.' || rest[0] == '['
}

// Holder names what is at the chain's root: one root, or the many goroutines
// that hold objects the same way.
func (c *Chain) Holder() string {
	if c.Roots < 2 {
		return c.RootName
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(c.RootName, "goroutine "), " ")
	if !strings.HasPrefix(c.RootName, "goroutine ") {
		return fmt.Sprintf("%d roots like %s", c.Roots, c.RootName)
	}
	return fmt.Sprintf("%d goroutines in %s (one is goroutine %s)", c.Roots, rest, first)
}

// render turns a chain of the graph into names.
func (p *patterns) render(c graph.Chain) Chain {
	s := p.s
	roots := s.Graph.Roots()
	out := Chain{Root: c.Root, RootKind: roots.Kind(c.Root).String(), RootName: s.RootName(c.Root), Weak: roots.Kind(c.Root) == graph.Conservative}
	print := newPrint(rootPattern(s, c.Root))
	var steps folded
	edge := s.RootLabel(c.Root, c.Slots[0])
	for i, id := range c.Objs {
		if i > 0 {
			edge = s.EdgeLabel(c.Objs[i-1], c.Slots[i])
		}
		if s.Typing.Type(id).Folded() && i < len(c.Objs)-1 {
			continue
		}
		key := Fold(edge) + " " + s.Typing.Type(id).FullName
		if i == 0 || !s.Typing.Type(id).TrieNode() || s.Typing.Of[id] != s.Typing.Of[c.Objs[i-1]] {
			print.add(key)
		}
		steps.add(Step{ID: id, Addr: s.Addr(id), Type: s.TypeName(id), Edge: edge, Repeat: 1}, key)
	}
	out.Steps, out.Way = steps.steps, c
	out.prints, out.passed = print.names()
	out.Fingerprint = out.prints[len(out.prints)-1]
	return out
}

// rootPattern is what a fingerprint says of a root, whatever form of names was
// asked for.
func rootPattern(s *snapshot.Snapshot, r graph.RootID) string {
	if g := s.RootGlobal(r); g != nil {
		return "global " + g.FullName
	}
	return s.RootPattern(r)
}

// Fold replaces the indexes of a label: "[3].Val" is "[*].Val". The offset in
// an object of unknown type, "+16", may be one, and is "+*".
func Fold(label string) string {
	if len(label) > 1 && label[0] == '+' {
		return "+*"
	}
	out := make([]byte, 0, len(label))
	for i := 0; i < len(label); i++ {
		out = append(out, label[i])
		if label[i] != '[' {
			continue
		}
		j := i + 1
		for j < len(label) && label[j] >= '0' && label[j] <= '9' {
			j++
		}
		if j > i+1 && j < len(label) && label[j] == ']' {
			out = append(out, '*')
			i = j - 1
		}
	}
	return string(out)
}
