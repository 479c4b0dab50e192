package partition

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
)

// Kind is a way to divide a set.
type Kind struct {
	Name    string // "type": in By
	Heading string // of its rows
	Help    string // what tells its rows apart

	classify func(ctx context.Context, sp *Space, set graph.Set, exact bool) (*classes, error)
}

// Kinds are all ways, in the order of help.
func Kinds() []Kind {
	return []Kind{
		{"type", "Type", "the type", byType},
		{"via", "Referred Via:", "the fields, elements and roots that refer to it; all indexes and keys are [*]", byVia},
		{"rcs", "Referrers by Type", "the types of its referrers", byReferrers},
		{"size", "Individual Size", "its size in bytes", bySize},
		{"id", "Address", "the object itself", byID},
		{"package", "Package", "the package of its type", byPackage},
		{"root", "Nearest Root", "the root from which the shortest chain leads to it", byRoot},
		{"goroutine", "Goroutine", "the goroutine whose stack holds it by the shortest chain", byGoroutine},
		{"site", "Allocated At", "the line that allocated it, as far as the dump has samples of allocations", bySite},
		{"retained", "Retained Size", "the bytes that would go free with it alone", byRetained},
	}
}

// Words are what By takes besides single kinds.
const Words = "type, via, rcs, size, id, package, root, goroutine, site, retained, or several joined by &"

// KindError is a kind of partition that there is none of.
type KindError struct{ Name string }

func (e *KindError) Error() string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	meant := ""
	if near := typefilter.Closest(e.Name, names, 1); len(near) > 0 {
		meant = fmt.Sprintf(" (did you mean %q?)", near[0])
	}
	return fmt.Sprintf("there is no partition by %q%s; there are %s", e.Name, meant, Words)
}

// By divides a set by one kind, "type", or several at once, "type & size". With
// exact, indexes and keys are told apart where via folds them. The error is a
// *KindError, or the context's.
func (sp *Space) By(ctx context.Context, set graph.Set, kinds string, exact bool) (*Table, error) {
	var all *classes
	var headings []string
	n := set.Count()
	for _, name := range strings.Split(kinds, "&") {
		k, err := kindNamed(strings.TrimSpace(name))
		if err != nil {
			return nil, err
		}
		c, err := k.classify(ctx, sp, set, exact)
		if err != nil {
			return nil, err
		}
		headings = append(headings, k.Heading)
		if all != nil {
			c = all.and(c, n)
		}
		all = c
	}
	return newTable(sp, set, strings.Join(headings, " & "), all), ctx.Err()
}

func kindNamed(name string) (Kind, error) {
	for _, k := range Kinds() {
		if k.Name == name {
			return k, nil
		}
	}
	return Kind{}, &KindError{name}
}

func byType(ctx context.Context, sp *Space, set graph.Set, _ bool) (*classes, error) {
	name := func(class uint32) string { return sp.NameOf(sp.canon[class]) }
	return sp.classify(ctx, set, len(sp.canon), name, func() func(mem.ObjID) uint32 {
		of, canon := sp.Typing.Of, sp.canon
		return func(id mem.ObjID) uint32 { return uint32(canon[of[id]]) }
	})
}

func bySize(ctx context.Context, sp *Space, set graph.Set, _ bool) (*classes, error) {
	return sp.byValue(ctx, set, sp.Heap.Sizes, decimal)
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// byID has the largest objects first, then the lowest address.
func byID(_ context.Context, sp *Space, set graph.Set, _ bool) (*classes, error) {
	ids := make([]mem.ObjID, 0, set.Count())
	for id := range set.All() {
		ids = append(ids, id)
	}
	return &classes{n: len(ids), inOrder: true, name: func(class uint32) string { return sp.Addr(ids[class]).String() }}, nil
}

// byRetained has the objects that retain most first, one by one: what they retain
// overlaps, so a row's bytes are those of the objects themselves.
func byRetained(ctx context.Context, sp *Space, set graph.Set, _ bool) (*classes, error) {
	d, err := sp.Dominators()
	if err != nil {
		return nil, err
	}
	c, err := sp.byValue(ctx, set, func() func(mem.ObjID) uint64 { return d.Retained }, decimal)
	if err == nil {
		c.value = func(class uint32) uint64 { return uint64(class) }
	}
	return c, err
}

// numberNames gives equal names one number.
type numberNames struct {
	ids  map[string]uint32
	list []string
}

func (n *numberNames) of(name string) uint32 {
	id, ok := n.ids[name]
	if !ok {
		if n.ids == nil {
			n.ids = map[string]uint32{}
		}
		id = uint32(len(n.list))
		n.ids[name] = id
		n.list = append(n.list, name)
	}
	return id
}

func (n *numberNames) name(id uint32) string { return n.list[id] }

func byPackage(ctx context.Context, sp *Space, set graph.Set, _ bool) (*classes, error) {
	var names numberNames
	of := make([]uint32, len(sp.Typing.Types))
	for i := range of {
		of[i] = names.of(sp.packageOf(i))
	}
	return sp.classify(ctx, set, len(names.list), names.name, func() func(mem.ObjID) uint32 {
		return func(id mem.ObjID) uint32 { return of[sp.Typing.Of[id]] }
	})
}

// packageOf is the import path of a type's package.
func (sp *Space) packageOf(i int) string {
	t := &sp.Typing.Types[i]
	switch {
	case t.PkgPath != "":
		return t.PkgPath
	case typefilter.PackageOf(t.FullName) != "":
		return typefilter.PackageOf(t.FullName)
	case t.Known():
		return "(types of no package)"
	}
	return "(not known)"
}

// notSampled is the site of objects of which the memory profile has no sample.
const notSampled = "(not sampled)"

func bySite(ctx context.Context, sp *Space, set graph.Set, _ bool) (*classes, error) {
	var names numberNames
	names.of(notSampled)
	bucket := map[uint64]uint32{} // by number of the profile's bucket
	for _, s := range sp.Heap.Samples {
		b := uint64(s.Bucket)
		if _, ok := bucket[b]; ok {
			continue
		}
		bucket[b] = 0
		if c, ok := census.SiteOf(sp.Snapshot, b); ok {
			bucket[b] = names.of(fmt.Sprintf("%s %s:%d", c.Func, c.File, c.Line))
		}
	}
	return sp.classify(ctx, set, len(names.list), names.name, func() func(mem.ObjID) uint32 {
		samples := sampleCursor{samples: sp.Heap.Samples}
		sizes := sp.Heap.Sizes()
		return func(id mem.ObjID) uint32 {
			if len(samples.samples) == 0 {
				return 0
			}
			if b, ok := samples.in(sp.Heap.Addr(id), sizes(id)); ok {
				return bucket[b]
			}
			return 0
		}
	})
}

// sampleCursor finds the samples of objects that ascend, as a rule, by going on
// from the one before.
type sampleCursor struct {
	samples []heapdump.AllocSample
	at      int
}

func (c *sampleCursor) in(a mem.Addr, size uint64) (bucket uint64, ok bool) {
	if c.at > 0 && c.samples[c.at-1].Object >= a {
		c.at = 0
	}
	step := 1
	for c.at+step < len(c.samples) && c.samples[c.at+step].Object < a {
		c.at += step
		step *= 2
	}
	for ; step > 0; step /= 2 {
		for c.at+step <= len(c.samples) && c.samples[c.at+step-1].Object < a {
			c.at += step
		}
	}
	if c.at == len(c.samples) || uint64(c.samples[c.at].Object-a) >= size {
		return 0, false
	}
	return uint64(c.samples[c.at].Bucket), true
}
