package graph

import (
	"context"
	"iter"

	"github.com/objgraph/objgraph/mem"
)

// PathOptions leave holders out of a search. The zero value leaves out none.
type PathOptions struct {
	// Skip leaves out one slot of an object, an index into Out(from). It must
	// give the same answer whenever it is asked.
	Skip func(from mem.ObjID, slot int) bool
	// SkipRoot leaves out a root.
	SkipRoot func(RootID) bool
	// SkipTarget leaves out one slot of a root, an index into its targets.
	SkipTarget func(r RootID, slot int) bool
	// Avoid are objects that are not entered.
	Avoid Set
	// Mem holds a tree for as long as it is used; nil: the collector's memory.
	Mem *mem.Scratch
}

func (o *PathOptions) skips(from mem.ObjID, slot int) bool {
	return o.Skip != nil && o.Skip(from, slot)
}

func (o *PathOptions) skipsRoot(r RootID) bool {
	return o.SkipRoot != nil && o.SkipRoot(r)
}

func (o *PathOptions) skipsTarget(r RootID, slot int) bool {
	return o.SkipTarget != nil && o.SkipTarget(r, slot)
}

// Tree holds one shortest path from a root to every object.
type Tree struct {
	g     *Graph
	opts  PathOptions
	up    []upward   // by object, if something is left out
	far   *distances // else: the referrers say the rest
	aside Set        // leaves that are not in it: they hang from their referrers
	weak  Set        // objects that only conservative roots reach
}

// upward is where a path goes on towards the root. The two are used together, so
// they lie together.
type upward struct {
	parent Node   // valid where dist is not 0
	dist   uint32 // edges from the root, 0 where none leads here
}

// Reached is what the roots reach that are not left out, on ways that lead through
// none of the objects in stop, which are not among it either: the objects that the
// tree of the same options has. A nil stop stops nothing. The error is the
// context's.
func (g *Graph) Reached(ctx context.Context, skipRoot func(RootID) bool, stop *Set) (Set, error) {
	reach, err := g.Reach(ctx)
	if err != nil {
		return Set{}, err
	}
	if stop == nil {
		stop = &Set{}
	}
	var scratch mem.Scratch
	defer scratch.Free()
	m := newMarker(ctx, g, *stop, &scratch)
	m.skip = skipRoot
	if !m.fromRoots(false) {
		return Set{}, ctx.Err()
	}
	strong := m.marked()
	if !m.fromRoots(true) {
		return Set{}, ctx.Err()
	}
	all := m.marked()
	for i := range all.words { // of what weak holders lead to only what is weak
		all.words[i] = strong.words[i] | all.words[i]&reach.Weak.words[i]
	}
	all.minus(*stop)
	g.markAside(all)
	all.minus(*stop) // leaves aside
	return all, nil
}

// ShortestTree searches breadth-first from all strong roots at once, then from
// the conservative ones to the weak objects. Among parents at the same
// distance the lowest root, or object, is taken. The error is the context's.
//
// If nothing is left out, one search is enough for this and for Reach, where that
// has not been asked for before.
func (g *Graph) ShortestTree(ctx context.Context, opts PathOptions) (*Tree, error) {
	if !opts.leavesOut() {
		t := &Tree{g: g, far: newDistances(opts.Mem, g.n), aside: g.aside}
		reach, err := g.search(ctx, t.far)
		if err != nil {
			return nil, err
		}
		t.weak = reach.Weak
		return t, nil
	}
	reach, err := g.Reach(ctx)
	if err != nil {
		return nil, err
	}
	t := &Tree{g: g, opts: opts, up: mem.Alloc[upward](opts.Mem, g.n), weak: reach.Weak}
	if opts.Skip == nil {
		t.aside = g.aside.AndNot(opts.Avoid)
	}
	b := breadth{Tree: t, pulse: pulse{ctx: ctx}, end: g.leaf}
	if opts.Skip == nil {
		b.end = g.end
	}
	b.queue.Mem, b.queue.Chunk = &b.mem, min(g.n, 1<<18)
	defer b.mem.Free()
	for _, weak := range []bool{false, true} {
		if weak {
			b.only = &reach.Weak
		}
		b.seed(weak)
		if !b.search() {
			return nil, ctx.Err()
		}
	}
	return t, nil
}

// breadth is one breadth-first search that fills a tree.
type breadth struct {
	*Tree
	only  *Set                 // if not nil, objects outside are not entered
	queue mem.Queue[mem.ObjID] // entered, targets not looked at; without end
	end   Set                  // objects that lead to nothing that is entered
	pulse pulse
	mem   mem.Scratch // of the queue
	read  uint32      // of what was read ahead, so that it is not left out
}

// seed enters what the conservative roots point to, or what the others do.
func (b *breadth) seed(weak bool) {
	roots := b.g.roots
	for r := range RootID(roots.Len()) {
		if roots.weak(r) != weak || b.opts.skipsRoot(r) {
			continue
		}
		for slot, t := range roots.Targets(r) {
			if b.up[t].dist == 0 && b.admits(t) && !b.opts.skipsTarget(r, slot) {
				b.enter(t, b.g.NodeOfRoot(r), 1)
			}
		}
	}
}

func (b *breadth) admits(t mem.ObjID) bool {
	return (b.only == nil || b.only.Has(t)) && !b.opts.Avoid.Has(t)
}

func (b *breadth) enter(t mem.ObjID, parent Node, dist uint32) {
	b.up[t] = upward{parent, dist}
	if !b.end.Has(t) {
		b.queue.Push(t)
	}
}

// search goes on from what was entered; false if the context ended it.
func (b *breadth) search() bool {
	var rows [gathered][]mem.ObjID
	for {
		few := b.queue.PopFew(gathered)
		if len(few) == 0 {
			return true
		}
		b.gather(&rows, few)
		for i, from := range few {
			if b.pulse.stop(1 + len(rows[i])) {
				return false
			}
			b.expand(from, rows[i], b.up[from].dist+1)
		}
	}
}

// gather is the rows of a few objects, with what the tree has of their targets near:
// asked for at once, the waits for memory are one.
func (b *breadth) gather(rows *[gathered][]mem.ObjID, few []mem.ObjID) {
	for i, from := range few {
		rows[i] = b.g.out.row(from)
	}
	for _, row := range rows[:len(few)] {
		for _, t := range row {
			b.read ^= b.up[t].dist
		}
	}
}

func (b *breadth) expand(from mem.ObjID, row []mem.ObjID, dist uint32) {
	for slot, t := range row {
		if b.aside.Has(t) {
			continue
		}
		switch u := &b.up[t]; {
		case u.dist == 0:
			if b.admits(t) && !b.opts.skips(from, slot) {
				b.enter(t, Node(from), dist)
			}
		case u.dist == dist && Node(from) < u.parent:
			if b.admits(t) && !b.opts.skips(from, slot) {
				u.parent = Node(from)
			}
		}
	}
}

// Dist is the number of edges from a root to the object: 1 for what a root
// points to, 0 for what no root reaches.
func (t *Tree) Dist(id mem.ObjID) int {
	if t.aside.Has(id) {
		if d := t.dist(t.g.referrer(id)); d > 0 {
			return d + 1
		}
		return 0
	}
	return t.dist(id)
}

// dist is Dist of what is no leaf aside.
func (t *Tree) dist(id mem.ObjID) int {
	if t.far != nil {
		return t.far.of(id)
	}
	return int(t.up[id].dist)
}

// Parent is the object or root before the object on its shortest path, NoNode
// if no root reaches it.
func (t *Tree) Parent(id mem.ObjID) Node {
	switch {
	case t.aside.Has(id):
		if from := t.g.referrer(id); t.dist(from) > 0 {
			return Node(from)
		}
		return NoNode
	case t.dist(id) == 0:
		return NoNode
	case t.up != nil:
		return t.up[id].parent
	}
	for first := range t.Parents(id) {
		return first
	}
	return NoNode
}

// leavesOut reports whether the options leave anything out.
func (o *PathOptions) leavesOut() bool {
	return o.Skip != nil || o.SkipRoot != nil || o.SkipTarget != nil || o.Avoid.words != nil
}

// Parents are the objects and roots before the object on all shortest paths to it,
// the lowest first, some perhaps twice. A tree that leaves something out knows one.
func (t *Tree) Parents(id mem.ObjID) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		dist := t.Dist(id)
		switch {
		case dist == 0:
		case t.opts.leavesOut():
			yield(t.Parent(id))
		case dist == 1:
			for _, r := range t.g.RootsOf(id) {
				if from := t.g.NodeOfRoot(r); t.Enters(from, id) && !yield(from) {
					return
				}
			}
		default:
			weak := t.weak.Has(id)
			for _, from := range t.g.In(id) {
				if t.Dist(from) == dist-1 && t.weak.Has(from) == weak && !yield(Node(from)) {
					return
				}
			}
		}
	}
}

// Enters reports whether one that refers to the object is among its Parents.
func (t *Tree) Enters(from Node, id mem.ObjID) bool {
	switch {
	case t.opts.leavesOut():
		return t.Parent(id) == from
	case t.g.KindOf(from) == NodeObject:
		up := t.g.Object(from)
		dist := t.Dist(up)
		return dist > 0 && dist+1 == t.Dist(id) && t.weak.Has(up) == t.weak.Has(id)
	}
	return t.Dist(id) == 1 && t.g.roots.weak(t.g.Root(from)) == t.weak.Has(id)
}

// Chain is a path from a root to an object.
type Chain struct {
	Root  RootID
	Objs  []mem.ObjID // root's side first
	Slots []int       // Slots[i] is the slot that points to Objs[i]: an index into Out(Objs[i-1]), for i = 0 into the root's targets
}

// Chain is the path of the tree to the object; ok is false if there is none.
func (t *Tree) Chain(id mem.ObjID) (c Chain, ok bool) { return t.ChainBy(id, t.Parent) }

// ChainBy is the shortest path on which each object comes after the one of its
// Parents that up chooses.
func (t *Tree) ChainBy(id mem.ObjID, up func(mem.ObjID) Node) (c Chain, ok bool) {
	n := t.Dist(id)
	if n == 0 {
		return Chain{}, false
	}
	objs := make([]mem.ObjID, n)
	for i := n - 1; i > 0; i-- {
		objs[i] = id
		id = mem.ObjID(up(id))
	}
	objs[0] = id
	return t.g.chain(t.g.Root(up(id)), objs, &t.opts), true
}

// chain finds the slots of a path: the first that leads on and is not skipped.
func (g *Graph) chain(root RootID, objs []mem.ObjID, opts *PathOptions) Chain {
	slots := make([]int, len(objs))
	slots[0] = slotOf(g.roots.Targets(root), objs[0], func(slot int) bool { return opts.skipsTarget(root, slot) })
	for i := 1; i < len(objs); i++ {
		from := objs[i-1]
		slots[i] = slotOf(g.Out(from), objs[i], func(slot int) bool { return opts.skips(from, slot) })
	}
	return Chain{root, objs, slots}
}

func slotOf(row []mem.ObjID, target mem.ObjID, skip func(slot int) bool) int {
	for slot, t := range row {
		if t == target && !skip(slot) {
			return slot
		}
	}
	return -1
}
