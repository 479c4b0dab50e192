package partition

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
)

// HolderError is the name of a holder that there is none of.
type HolderError struct {
	Name    string
	Closest []string // names there are, nearest first
}

func (e *HolderError) Error() string {
	says := fmt.Sprintf("nothing holds anything by the name %s: want a field (main.Cache.items), an element (map[string]*main.Job[*]) or a root (main.cache), as byvia names them", e.Name)
	if len(e.Closest) > 0 {
		says += "; close names are " + strings.Join(e.Closest, ", ")
	}
	return says
}

// Without makes the options of a search that leaves out holders by their names:
//
//	main.cache                the global variable, whole
//	main.cache.items          a field of it, or of what it points to
//	main.Cache.items          a field of all objects of a type, with all that is in it
//	map[string]*main.Job[*]   what is in all maps of a type
//	goroutine main.parked: x  a local
//
// The error is a *HolderError, or the context's.
func (sp *Space) Without(ctx context.Context, names ...string) (graph.PathOptions, error) {
	c := &cutter{sp: sp, roots: map[graph.RootID]bool{}, words: map[rootWord]bool{}, from: graph.NewSet(sp.Heap.NumObjects())}
	for _, name := range names {
		if err := c.add(ctx, strings.Trim(strings.TrimSpace(name), "'")); err != nil {
			return graph.PathOptions{}, err
		}
	}
	return c.options(), nil
}

// cutter collects what is left out.
type cutter struct {
	sp     *Space
	roots  map[graph.RootID]bool
	words  map[rootWord]bool // of roots
	labels []string          // of references from objects in from
	from   graph.Set         // objects that have such a reference
	only   map[mem.ObjID]string
}

func (c *cutter) add(ctx context.Context, name string) error {
	if c.addRoots(name) || c.addFieldOfRoot(name) {
		return nil
	}
	found, err := c.sp.thatRefer(ctx, name)
	if err != nil {
		return err
	}
	if found.Empty() {
		return c.sp.unknownHolder(name)
	}
	c.labels, c.from = append(c.labels, name), c.from.Or(found)
	return nil
}

// addRoots adds the roots of a name, and the words of roots.
func (c *cutter) addRoots(name string) (found bool) {
	sp := c.sp
	roots := sp.Graph.Roots()
	for r := range graph.RootID(roots.Len()) {
		whole, general := sp.RootName(r), sp.RootPattern(r)
		if name == whole || name == general || name == withoutKind(whole) {
			c.roots[r], found = true, true
			continue
		}
		if !strings.HasPrefix(name, withoutKind(whole)) && !strings.HasPrefix(name, whole) && !strings.HasPrefix(name, general) {
			continue
		}
		for slot := range roots.Targets(r) {
			label := sp.RootLabel(r, slot)
			if label != "" && (within(whole, label, name) || within(general, label, name) || within(withoutKind(whole), label, name)) {
				c.words[rootWord{root: r, slot: slot}], found = true, true
			}
		}
	}
	return found
}

// addFieldOfRoot adds a field of what a variable points to.
func (c *cutter) addFieldOfRoot(name string) (found bool) {
	sp := c.sp
	for r := range graph.RootID(sp.Graph.Roots().Len()) {
		if sp.RootGlobal(r) == nil {
			continue
		}
		rest, ok := strings.CutPrefix(strings.TrimPrefix(name, "global "), withoutKind(sp.RootName(r)))
		if !ok || rest == "" || rest[0] != '.' && rest[0] != '[' {
			continue
		}
		for _, target := range sp.Graph.Roots().Targets(r) {
			field := sp.NameOf(sp.Typing.Of[target]) + rest
			if sp.hasLabel(target, field) {
				if c.only == nil {
					c.only = map[mem.ObjID]string{}
				}
				c.only[target], found = field, true
			}
		}
	}
	return found
}

// thatRefer are the reachable objects with a reference of a name.
func (sp *Space) thatRefer(ctx context.Context, name string) (graph.Set, error) {
	begins := make([]bool, len(sp.names))
	for i, owner := range sp.names {
		begins[i] = len(name) > len(owner) && strings.HasPrefix(name, owner)
	}
	return sp.all.Filter(ctx, sp.Workers, func() func(mem.ObjID) bool {
		return func(id mem.ObjID) bool { return begins[sp.Typing.Of[id]] && sp.hasLabel(id, name) }
	})
}

func (sp *Space) hasLabel(id mem.ObjID, name string) (found bool) {
	sp.eachLabel(id, func(_ int, holder, label string) { found = found || within(holder, label, name) })
	return found
}

// eachLabel calls f with the number of each reference of an object and its name,
// as via has it, the holder's apart.
func (sp *Space) eachLabel(id mem.ObjID, f func(slot int, holder, label string)) {
	o := sp.Heap.Object(id)
	holder, slot := sp.names[sp.Typing.Of[id]], 0
	sp.Heap.Pointers(&o, func(off uint64, _ mem.ObjID) {
		label := sp.Typing.Label(id, off)
		if rest, ok := strings.CutPrefix(label, "[key]"); ok {
			label = "[*]" + rest
		}
		f(slot, holder, label)
		slot++
	})
}

// within reports whether a reference is the named one or lies in it: an index may
// be named, or be [*].
func within(holder, label, name string) bool {
	rest, ok := strings.CutPrefix(name, holder)
	if !ok {
		return false
	}
	rest = strings.TrimPrefix(rest, " ")
	return rest != "" && (under(label, rest) || under(census.Fold(label), rest))
}

func under(label, field string) bool {
	rest, ok := strings.CutPrefix(label, field)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

func (c *cutter) options() graph.PathOptions {
	o := graph.PathOptions{}
	if len(c.roots) > 0 {
		o.SkipRoot = func(r graph.RootID) bool { return c.roots[r] }
	}
	if len(c.words) > 0 {
		o.SkipTarget = func(r graph.RootID, slot int) bool { return c.words[rootWord{root: r, slot: slot}] }
	}
	for id := range c.only {
		c.from.Add(id)
	}
	if !c.from.Empty() {
		cut := c.slots()
		o.Skip = func(from mem.ObjID, slot int) bool { return c.from.Has(from) && cut.has(from, slot) }
	}
	return o
}

// cutSlots are references that are left out.
type cutSlots struct {
	from  []mem.ObjID // ascending
	start []int       // by place in from, and one more: where its slots begin
	slot  []int       // ascending for each object
}

func (c *cutter) slots() *cutSlots {
	cut := &cutSlots{start: []int{0}}
	for id := range c.from.All() {
		cut.from, cut.slot = append(cut.from, id), c.slotsOf(id, cut.slot)
		cut.start = append(cut.start, len(cut.slot))
	}
	return cut
}

func (s *cutSlots) has(from mem.ObjID, slot int) bool {
	i, ok := slices.BinarySearch(s.from, from)
	if !ok {
		return false
	}
	_, ok = slices.BinarySearch(s.slot[s.start[i]:s.start[i+1]], slot)
	return ok
}

// slotsOf are the references of an object that are left out, ascending.
func (c *cutter) slotsOf(from mem.ObjID, dst []int) []int {
	only, isOnly := c.only[from]
	c.sp.eachLabel(from, func(slot int, holder, label string) {
		wanted := isOnly && within(holder, label, only)
		for i := 0; i < len(c.labels) && !wanted; i++ {
			wanted = within(holder, label, c.labels[i])
		}
		if wanted {
			dst = append(dst, slot)
		}
	})
	return dst
}

// unknownHolder names the closest types and variables.
func (sp *Space) unknownHolder(name string) error {
	names := slices.Clone(sp.names)
	for r := range graph.RootID(sp.Graph.Roots().Len()) {
		if sp.RootGlobal(r) != nil {
			names = append(names, withoutKind(sp.RootName(r)))
		}
	}
	holder := name
	if dot := strings.LastIndexByte(name, '.'); dot > strings.IndexByte(name, '.') {
		holder = name[:dot]
	}
	return &HolderError{name, typefilter.Closest(holder, names, 3)}
}
