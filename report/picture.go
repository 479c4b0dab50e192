package report

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// View is the side of an object that a picture shows.
type View uint8

// The views.
const (
	Back    View = iota // what holds it
	Forward             // what it holds
	Chain               // the way from a root to it, and nothing else
	Both                // Back and Chain in one, so that it ends in a root
)

// PictureOptions says what a picture shows. The zero value is usable.
type PictureOptions struct {
	View     View
	Depth    int // objects between the object and the border; 0: DefaultDepth
	FanOut   int // neighbours of one object; 0: DefaultFanOut
	MaxNodes int // boxes; 0: DefaultMaxNodes
	Title    string
	Notes    []string // before the picture's own
	Command  string   // that made it
	About    *About   // of the dump, if it is known already
	Font     string   // file of a font for what the built-in ones lack, "" for the system's
	Theme    layouts.Theme
	Filter   Filter
	Way      graph.Chain // from a root to the object, one of the shortest; without Objs any
	// Link, if not nil, gives the address that an object's box leads to.
	Link func(mem.Addr) string
}

// The defaults of a picture.
const (
	DefaultDepth    = 3
	DefaultFanOut   = 10
	DefaultMaxNodes = 300
)

func (o PictureOptions) withDefaults() PictureOptions {
	if o.Depth <= 0 {
		o.Depth = DefaultDepth
	}
	if o.FanOut <= 0 {
		o.FanOut = DefaultFanOut
	}
	if o.MaxNodes <= 0 {
		o.MaxNodes = DefaultMaxNodes
	}
	return o
}

// NewPicture draws the neighbourhood of an object. The error is ctx's.
func NewPicture(ctx context.Context, s *snapshot.Snapshot, target mem.ObjID, o PictureOptions) (*layouts.Picture, error) {
	p, err := newPainter(ctx, s, target, o.withDefaults())
	if err != nil {
		return nil, err
	}
	p.target()
	if p.o.View == Chain || p.o.View == Both {
		p.chain()
	}
	if p.o.View != Chain {
		p.spread()
		p.join()
	}
	p.dominators()
	p.words()
	return p.pic, ctx.Err()
}

// painter makes one picture. One goroutine.
type painter struct {
	ctx   context.Context
	o     PictureOptions
	s     *snapshot.Snapshot
	g     *graph.Graph
	links *linker
	rank  *ranker
	goal  mem.ObjID
	pic   *layouts.Picture

	drawn      map[graph.Node]int // box
	rootBox    map[string]int     // box of the roots of one name
	objects    []mem.ObjID        // drawn, in the order in which they were
	open       map[mem.ObjID]bool // neighbours wanted
	arrows     map[arrow]int      // in pic.Edges
	promised   int                // boxes for what is left out
	finalizers map[mem.ObjID]bool
	cut        bool // MaxNodes kept something out
	crowded    int  // references between drawn objects that were left out
}

func newPainter(ctx context.Context, s *snapshot.Snapshot, target mem.ObjID, o PictureOptions) (*painter, error) {
	if err := s.Prepare(); err != nil {
		return nil, err
	}
	tree, err := census.TreeWithout(ctx, s, o.Filter.Ignore)
	if err != nil {
		return nil, err
	}
	doms, err := s.Dominators()
	if err != nil {
		return nil, err
	}
	p := &painter{
		links: newLinker(s, &o.Filter), rank: &ranker{s, s.Graph, tree, doms},
		ctx: ctx, o: o, s: s, g: s.Graph, goal: target,
		pic:   &layouts.Picture{Title: o.Title, Command: o.Command, Theme: o.Theme, Style: o.View.style()},
		drawn: map[graph.Node]int{}, rootBox: map[string]int{}, open: map[mem.ObjID]bool{},
		arrows: map[arrow]int{}, finalizers: map[mem.ObjID]bool{},
	}
	p.links.stray, p.links.goals[target] = !s.Reach.Has(target), true
	for i := range s.Heap.Finalizers {
		if id, ok := s.Heap.Find(s.Heap.Finalizers[i].Object); ok {
			p.finalizers[id] = true
		}
	}
	return p, nil
}

// style is the layout of a view.
func (v View) style() layouts.Style {
	if v == Chain {
		return layouts.Chain
	}
	return layouts.FanIn
}

// dominators marks the boxes that every way from a root to the object leads
// through.
func (p *painter) dominators() {
	for v := p.rank.doms.Idom(graph.Node(p.goal)); v != graph.NoNode; v = p.rank.doms.Idom(v) {
		if box, ok := p.drawn[v]; ok {
			p.pic.Nodes[box].Dominator = true
		}
	}
}

func (p *painter) target() {
	box := p.add(graph.Node(p.goal), 0)
	p.pic.Nodes[box].Role = layouts.Target
}

// add draws a node, once.
func (p *painter) add(n graph.Node, depth int) (box int) {
	if box, ok := p.boxOf(n); ok {
		return box
	}
	box = len(p.pic.Nodes)
	p.drawn[n] = box
	if p.g.KindOf(n) == graph.NodeRoot {
		p.rootBox[p.rootKey(n)] = box
		p.pic.Nodes = append(p.pic.Nodes, layouts.Node{Lines: []string{p.rootName(n)}, Role: layouts.Root, Depth: depth, Weak: p.rank.weak(n), ID: anchor("r", p.rootKey(n))})
		return box
	}
	p.objects = append(p.objects, p.g.Object(n))
	p.pic.Nodes = append(p.pic.Nodes, p.object(p.g.Object(n), depth))
	return box
}

// boxOf is the box of a node. Roots of one name share theirs: the words of one
// variable, or copies of it on one stack.
func (p *painter) boxOf(n graph.Node) (int, bool) {
	box, ok := p.drawn[n]
	if !ok && p.g.KindOf(n) == graph.NodeRoot {
		box, ok = p.rootBox[p.rootKey(n)]
	}
	return box, ok
}

func (p *painter) rootKey(n graph.Node) string {
	return fmt.Sprint(p.rank.weak(n), p.rootName(n))
}

// rootName is the name of a root's box. Conservative words of one frame that
// have no name share theirs: they are mostly copies of each other.
func (p *painter) rootName(n graph.Node) string {
	name := p.rank.name(n)
	if at := strings.LastIndexByte(name, '+'); at > 0 && p.rank.weak(n) && strings.HasSuffix(name, " (unnamed)") {
		return name[:at] + " (unnamed)"
	}
	return name
}

func (p *painter) object(id mem.ObjID, depth int) layouts.Node {
	role := layouts.Holder
	if p.o.View == Forward {
		role = layouts.Held
	}
	addr := p.s.Addr(id)
	n := layouts.Node{
		Lines: []string{p.s.TypeName(id), address(addr), sizes(p.s.Size(id), p.rank.doms.Retained(id))},
		Role:  role, Depth: depth, Finalizer: p.finalizers[id], Weak: p.s.Reach.Weak.Has(id), ID: "o" + address(addr),
	}
	if p.o.Link != nil {
		n.Href = p.o.Link(addr)
	}
	return n
}

// sizes says how large something is, and what it keeps if that is more.
func sizes(size, retained uint64) string {
	line := Bytes(size)
	if retained > size {
		line += ", retains " + Bytes(retained)
	}
	return line
}

// anchor is a name for a box that stays the same as long as what it is made of.
func anchor(kind string, parts ...string) string {
	h := fnv.New64a()
	for _, part := range parts {
		h.Write([]byte(part + "\n"))
	}
	return fmt.Sprintf("%s%016x", kind, h.Sum64())
}
