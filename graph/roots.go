package graph

import (
	"cmp"
	"slices"

	"github.com/objgraph/objgraph/mem"
)

// RootID numbers roots in the order in which they were added, from 0.
type RootID uint32

// GroupID numbers groups of roots, densely from 0. The roots of one goroutine
// are a group: what only they hold together, the goroutine holds.
type GroupID uint32

// NoGroup is the group of a root that belongs to none.
const NoGroup = GroupID(1<<32 - 1)

// RootKind says what a root is.
type RootKind uint8

// The kinds of root. Conservative is the weak one, see the package comment.
const (
	Global       RootKind = iota // a global variable
	Local                        // a goroutine's local or argument
	Finalizer                    // an object with a finalizer, and what the finalizer holds
	Other                        // anything else that the runtime names
	Conservative                 // a word that looks like a pointer
)

var rootKindNames = [...]string{"global", "local", "finalizer", "other", "conservative"}

// String is the kind in lower case.
func (k RootKind) String() string {
	if int(k) < len(rootKindNames) {
		return rootKindNames[k]
	}
	return "unknown"
}

// Roots are the roots of one graph, immutable.
type Roots struct {
	kind    []RootKind // by RootID
	group   []GroupID  // by RootID
	targets rows       // by RootID
	groups  int        // number of groups
}

// A RootsBuilder collects roots. The zero value is ready.
type RootsBuilder struct {
	roots Roots
}

// Add adds a root with its targets: one entry per pointer slot, in slot order,
// duplicates kept. The targets are copied.
func (b *RootsBuilder) Add(kind RootKind, group GroupID, targets []mem.ObjID) RootID {
	r := &b.roots
	if r.targets.limit == 0 {
		r.targets = newRows(nil, 0, 0)
	}
	id := RootID(len(r.kind))
	r.kind = append(r.kind, kind)
	r.group = append(r.group, group)
	if group != NoGroup {
		r.groups = max(r.groups, int(group)+1)
	}
	r.targets.add(targets, maxObjects)
	return id
}

// Len is the number of roots added so far.
func (b *RootsBuilder) Len() int { return len(b.roots.kind) }

// Roots gives what was collected. The builder starts empty again.
func (b *RootsBuilder) Roots() *Roots {
	r := b.roots
	if r.targets.limit == 0 {
		r.targets = newRows(nil, 0, 0)
	}
	r.targets.begin(uint64(len(r.targets.edge)))
	b.roots = Roots{}
	return &r
}

// Len is the number of roots.
func (r *Roots) Len() int { return len(r.kind) }

// NumGroups is one more than the highest group.
func (r *Roots) NumGroups() int { return r.groups }

// Kind is the kind of a root.
func (r *Roots) Kind(id RootID) RootKind { return r.kind[id] }

// Group is the group of a root, NoGroup if it has none.
func (r *Roots) Group(id RootID) GroupID { return r.group[id] }

// Targets are the objects that a root points to, in slot order.
func (r *Roots) Targets(id RootID) []mem.ObjID { return r.targets.row(mem.ObjID(id)) }

// weak reports whether a root is a conservative one.
func (r *Roots) weak(id RootID) bool { return r.kind[id] == Conservative }

// byGroup are all roots, those of each group side by side.
func (r *Roots) byGroup() []RootID {
	ids := make([]RootID, r.Len())
	for i := range ids {
		ids[i] = RootID(i)
	}
	slices.SortStableFunc(ids, func(a, b RootID) int { return cmp.Compare(r.group[a], r.group[b]) })
	return ids
}

// Cut gives the same roots with the first so many targets of each.
func (r *Roots) Cut(keep func(id RootID) int) *Roots {
	cut := *r
	cut.targets = newRows(nil, r.Len(), 0)
	for id := range r.kind {
		cut.targets.add(r.Targets(RootID(id))[:keep(RootID(id))], maxObjects)
	}
	cut.targets.begin(uint64(len(cut.targets.edge)))
	return &cut
}

// within gives the same roots without the targets that are no object of n.
func (r *Roots) within(n int) *Roots {
	outside := func(t mem.ObjID) bool { return uint64(t) >= uint64(n) }
	if !slices.ContainsFunc(r.targets.edge, outside) {
		return r
	}
	kept := *r
	kept.targets = newRows(nil, r.Len(), 0)
	for id := range r.kind {
		kept.targets.add(r.Targets(RootID(id)), n)
	}
	kept.targets.begin(uint64(len(kept.targets.edge)))
	return &kept
}

// holders is the inverse of the roots' targets: root[i] points to object[i].
// Sorted by object, then root, every pair once; few objects are in it, so it
// is searched, behind a bit per object.
type holders struct {
	object []mem.ObjID
	root   []RootID
	any    Set
}

func newHolders(r *Roots, n int) holders {
	pairs := make([]uint64, 0, len(r.targets.edge))
	for id := range r.kind {
		for _, t := range r.Targets(RootID(id)) {
			pairs = append(pairs, uint64(t)<<32|uint64(id))
		}
	}
	slices.Sort(pairs)
	pairs = slices.Compact(pairs)
	h := holders{make([]mem.ObjID, len(pairs)), make([]RootID, len(pairs)), NewSet(n)}
	for i, p := range pairs {
		h.object[i], h.root[i] = mem.ObjID(p>>32), RootID(p)
		h.any.Add(h.object[i])
	}
	return h
}

func (h *holders) of(id mem.ObjID) []RootID {
	if !h.any.Has(id) {
		return nil
	}
	lo, _ := slices.BinarySearch(h.object, id)
	hi := lo
	for hi < len(h.object) && h.object[hi] == id {
		hi++
	}
	return h.root[lo:hi:hi]
}
