package partition

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typing"
)

// byVia tells objects apart by the names of all references to them: the field and
// the type that has it, or the root. The contents of referrers are read, each once,
// and the name of each reference is noted where the graph lists the referrers of
// what it leads to.
func byVia(ctx context.Context, sp *Space, set graph.Set, exact bool) (*classes, error) {
	var scratch mem.Scratch
	defer scratch.Free()
	v := &via{sp: sp, set: set, exact: exact, labels: mem.Alloc[uint32](&scratch, sp.Graph.NumInAt())}
	if err := v.read(ctx); err != nil {
		return nil, err
	}
	roots := v.rootLabels(ctx)
	return sp.byNames(ctx, set, v.names.name, func() func(mem.ObjID, []uint32) []uint32 {
		return func(id mem.ObjID, dst []uint32) []uint32 {
			lo, hi := sp.Graph.InAt(id)
			for i, l := range v.labels[lo:hi] {
				if l != 0 && (i == 0 || l != v.labels[lo+uint64(i)-1] || len(dst) == 0) {
					dst = append(dst, l)
				}
			}
			return roots.of(id, dst)
		}
	})
}

type via struct {
	sp     *Space
	set    graph.Set
	exact  bool
	labels []uint32 // by referrer (graph.InAt): number of the name, 0 for none
	names  labelNames
}

// labelNames is a lexicon of quoted names.
type labelNames struct{ lexicon }

func (l *labelNames) name(n uint32) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.names.list[n-1]
}

// read notes the names of the references from objects.
func (v *via) read(ctx context.Context) error {
	from, err := v.sp.Graph.Referrers(ctx, v.set)
	if err != nil {
		return err
	}
	return v.sp.each(ctx, from, func() func(mem.ObjID, int) {
		r := &viaReader{via: v}
		for i := range r.known {
			r.known[i] = make([][]uint32, len(v.sp.Typing.Types))
		}
		return func(id mem.ObjID, _ int) { r.object(id) }
	})
}

// viaReader is one worker's.
type viaReader struct {
	*via
	// By whether there is a malloc header, TypeID, and word of the value, or in its period
	// where indexes do not count: the name's number, 0 if not known yet.
	known [2][][]uint32
}

// maxKnown bounds the words of a type whose names are remembered.
const maxKnown = 1 << 16

func (r *viaReader) object(from mem.ObjID) {
	h := r.sp.Heap
	o := h.Object(from)
	head := r.sp.Typing.Head(&o)
	to := r.sp.Typing.Of[from]
	period := r.sp.Typing.Types[to].Period()
	h.Pointers(&o, func(off uint64, target mem.ObjID) {
		if r.set.Has(target) && r.sp.Reach.Counts(from, target) {
			r.note(from, target, r.label(&o, to, off, head, period))
		}
	})
}

// label is the number of the name of the pointer at off. With exact no two slots of a
// map have the same.
func (r *viaReader) label(o *heap.Object, to typing.TypeID, off, head, period uint64) uint32 {
	at := off - head
	if off < head || r.exact && r.sp.Typing.Types[to].Form == typing.MapGroups {
		return r.names.of(r.sp.via(o, to, off, r.exact))
	}
	if period > 0 && !r.exact {
		at %= period
	}
	word := at / uint64(r.sp.Heap.Arch.PtrSize)
	if word >= maxKnown {
		return r.names.of(r.sp.via(o, to, off, r.exact))
	}
	known := &r.known[0][to]
	if head > 0 {
		known = &r.known[1][to]
	}
	for uint64(len(*known)) <= word {
		*known = append(*known, 0)
	}
	n := &(*known)[word]
	if *n == 0 {
		*n = r.names.of(r.sp.via(o, to, off, r.exact))
	}
	return *n
}

// maxNames bounds the names of the references from one object to another.
const maxNames = 64

// note enters a name where the graph has the reference. The places of the
// references from one object to another are one worker's.
func (r *viaReader) note(from, target mem.ObjID, label uint32) {
	in := r.sp.Graph.In(target)
	lo, _ := r.sp.Graph.InAt(target)
	at := 0
	if len(in) > 1 {
		at, _ = slices.BinarySearch(in, from)
	}
	for end := min(at+maxNames, len(in)); at < end && in[at] == from; at++ {
		switch place := &r.labels[lo+uint64(at)]; *place {
		case 0:
			*place = label
			return
		case label:
			return
		}
	}
}

// via names the pointer at an offset of an object: 'main.Cache.items',
// '[]*main.Job[*]', 'map[string]*main.Job[*]'.
func (sp *Space) via(o *heap.Object, to typing.TypeID, off uint64, exact bool) string {
	label := sp.Typing.Label(o.ID, off)
	switch isElement := strings.HasPrefix(label, "[key]"); {
	case exact && sp.Typing.Types[to].Form == typing.MapGroups:
		label = join(fmt.Sprintf("[at %v]", o.Addr+mem.Addr(off)), strings.TrimPrefix(label, "[key]"))
	case !exact && isElement:
		label = "[*]" + label[len("[key]"):]
	case !exact:
		label = census.Fold(label)
	}
	return "'" + join(sp.names[to], label) + "'"
}

// join appends the name of a reference to that of a type or root.
func join(holder, label string) string {
	if label == "" || label[0] == '.' || label[0] == '[' || label[0] == '+' {
		return holder + label
	}
	return holder + " " + label
}

// rootWord is one target of a root.
type rootWord struct {
	root  graph.RootID
	slot  int
	exact bool
}

// rootLabel names a root as a referrer: "global main.cache.items[*]". With exact a
// goroutine has its number. Names of locals take long to find, so they are kept.
func (sp *Space) rootLabel(w rootWord) string {
	sp.rootsMu.Lock()
	label, ok := sp.roots[w]
	sp.rootsMu.Unlock()
	if ok {
		return label
	}
	if w.exact {
		label = "'" + join(sp.RootName(w.root), sp.RootLabel(w.root, w.slot)) + "'"
	} else {
		label = "'" + join(sp.RootPattern(w.root), census.Fold(sp.RootLabel(w.root, w.slot))) + "'"
	}
	sp.rootsMu.Lock()
	defer sp.rootsMu.Unlock()
	sp.roots[w] = label
	return label
}

// targetLabels are the numbers of names by the object that they lead to.
type targetLabels struct {
	targets []mem.ObjID // ascending
	labels  []uint32
}

func (t *targetLabels) of(id mem.ObjID, dst []uint32) []uint32 {
	at, _ := slices.BinarySearch(t.targets, id)
	for ; at < len(t.targets) && t.targets[at] == id; at++ {
		dst = append(dst, t.labels[at])
	}
	return dst
}

// rootLabels are those of the roots that hold some of the set: conservative ones
// count for what they alone reach.
func (v *via) rootLabels(ctx context.Context) *targetLabels {
	words := v.sp.rootsInto(v.set)
	labels := make([]uint32, len(words))
	mem.Parallel(ctx, v.sp.Workers, len(words), func(_, i int) {
		labels[i] = v.names.of(v.sp.rootLabel(rootWord{words[i].root, words[i].slot, v.exact}))
	})
	return sorted(words, labels)
}

// rootTarget is a slot of a root that leads into a set.
type rootTarget struct {
	root   graph.RootID
	slot   int
	target mem.ObjID
}

func (sp *Space) rootsInto(set graph.Set) (words []rootTarget) {
	roots := sp.Graph.Roots()
	for r := range graph.RootID(roots.Len()) {
		weak := roots.Kind(r) == graph.Conservative
		for slot, t := range roots.Targets(r) {
			if set.Has(t) && !(weak && sp.Reach.Strong.Has(t)) {
				words = append(words, rootTarget{r, slot, t})
			}
		}
	}
	return words
}

// sorted brings labels into the order of what the words lead to.
func sorted(words []rootTarget, labels []uint32) *targetLabels {
	order := make([]int, len(words))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compare(uint64(words[a].target), uint64(words[b].target)) })
	t := &targetLabels{}
	for _, i := range order {
		t.targets = append(t.targets, words[i].target)
		t.labels = append(t.labels, labels[i])
	}
	return t
}

// byReferrers tells objects apart by the types of what refers to them, of a map
// for its parts, and by the kinds of root.
func byReferrers(ctx context.Context, sp *Space, set graph.Set, _ bool) (*classes, error) {
	words := sp.rootsInto(set)
	kinds := make([]uint32, len(words))
	types := uint32(len(sp.owner))
	for i, w := range words {
		kinds[i] = types + uint32(sp.Graph.Roots().Kind(w.root))
	}
	roots := sorted(words, kinds)
	first := map[string]uint32{} // of types without objects, whose parts have some
	owner := make([]uint32, len(sp.owner))
	for i, id := range sp.owner {
		owner[i] = uint32(sp.canon[id])
		if name := sp.names[i]; sp.folded[i] && int(id) == i {
			if _, ok := first[name]; !ok {
				first[name] = uint32(i)
			}
			owner[i] = first[name]
		}
	}
	describe := func(n uint32) string {
		if n >= types {
			return "(" + graph.RootKind(n-types).String() + ")"
		}
		return sp.names[n]
	}
	return sp.byNames(ctx, set, describe, func() func(mem.ObjID, []uint32) []uint32 {
		return func(id mem.ObjID, dst []uint32) []uint32 {
			last := uint32(1<<32 - 1)
			for _, from := range sp.Graph.In(id) {
				if to := owner[sp.Typing.Of[from]]; to != last && sp.Reach.Counts(from, id) {
					dst, last = append(dst, to), to
				}
			}
			return roots.of(id, dst)
		}
	})
}
