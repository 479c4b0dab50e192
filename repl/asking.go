package repl

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/partition"
)

// objectsWords are what may be asked of a set.
func objectsWords() []word[*Objects] {
	words := []word[*Objects]{
		{"by", `("type & size")`, "in rows by " + partition.Words, "objects", (*Objects).askBy},
		{"exact", "", "the same rows with indexes, keys and goroutines told apart, after byvia and byroot", "objects", func(o *Objects) (starlark.Value, error) { return o.divided(o.by, true), nil }},
		{"where", `(type="main.*", package=, root=, min_size=, max_size=)`, "those that meet all conditions, or a function: where(lambda o: o.size > 64)", "objects", (*Objects).askWhere},
		{"count", "", "how many objects", "int", func(o *Objects) (starlark.Value, error) { return starlark.MakeInt(o.set.Count()), nil }},
		{"size", "", "their bytes", "int", func(o *Objects) (starlark.Value, error) {
			return starlark.MakeUint64(o.dump.space.Sum(o.set).Bytes), nil
		}},
		{"referrers", "", "the objects that refer to some of them; parts of maps count as the map", "objects", func(o *Objects) (starlark.Value, error) {
			return o.related(o.dump.space.Referrers(o.s.now, o.set))
		}},
		{"referents", "", "the objects that they refer to", "objects", func(o *Objects) (starlark.Value, error) {
			return o.related(o.dump.space.Referents(o.s.now, o.set))
		}},
		{"dominated", "", "the objects that would go free with all of them, these included", "objects", func(o *Objects) (starlark.Value, error) {
			return o.related(o.dump.space.Dominated(o.s.now, o.set))
		}},
		{"retained", "", "the bytes that would go free with all of them", "int", func(o *Objects) (starlark.Value, error) {
			freed, err := o.dump.space.Dominated(o.s.now, o.set)
			return starlark.MakeUint64(o.dump.space.Sum(freed).Bytes), err
		}},
		{"strings", "", "the strings among them, by what they say (hidden without --show-values)", "objects", (*Objects).askStrings},
		{"theone", "", "the object of a set of one", "object", (*Objects).askTheOne},
		{"any", "", "one of them: the one that is held as most are", "object", (*Objects).askAny},
		{"more", "", "the next rows", "objects", func(o *Objects) (starlark.Value, error) {
			return o.page(o.first+max(o.rows, 1), o.rows), nil
		}},
		{"all", "", "all rows, up to 1000 at once", "objects", func(o *Objects) (starlark.Value, error) { return o.page(0, maxRows), nil }},
		{"paths", `(avoid="main.cache.items")`, "the shortest chains from roots to them", "paths", askPaths[*Objects]},
		{"sp", `(avoid="main.cache.items")`, "the same: heapy's name", "paths", askPaths[*Objects]},
		{"pattern", "(depth=7, width=10)", "who refers to them, who to those, and so on", "pattern", func(o *Objects) (starlark.Value, error) { return &Pattern{set: o, depth: 7, width: 10}, nil }},
		{"rp", "(depth=7, width=10)", "the same: heapy's name", "pattern", func(o *Objects) (starlark.Value, error) { return &Pattern{set: o, depth: 7, width: 10}, nil }},
		{"graph", `("out.svg", view="back")`, `draw who holds one of them; view may be "forward", "chain" or "both", the name end in .svg, .png or .dot`, "text", askGraph[*Objects]},
	}
	for _, k := range partition.Kinds() {
		words = append(words, word[*Objects]{"by" + k.Name, "", "in rows by " + k.Help, "objects",
			func(o *Objects) (starlark.Value, error) { return o.divided(k.Name, false), nil }})
	}
	return words
}

// related is another set of the same dump.
func (o *Objects) related(set graph.Set, err error) (starlark.Value, error) {
	if err != nil {
		return nil, err
	}
	return o.s.objects(o.dump, set), nil
}

func (o *Objects) askBy() (starlark.Value, error) {
	return function("by", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var kinds string
		var exact bool
		if err := starlark.UnpackArgs("by", args, kwargs, "kinds", &kinds, "exact?", &exact); err != nil {
			return nil, err
		}
		n := o.divided(kinds, exact)
		_, err := n.tab()
		return n, err
	}), nil
}

func (o *Objects) askWhere() (starlark.Value, error) {
	return starlark.NewBuiltin("where", func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var test starlark.Callable
		var c partition.Condition
		var least, most int64
		err := starlark.UnpackArgs("where", args, kwargs, "test?", &test, "type?", &c.Type, "package?", &c.Package,
			"root?", &c.Root, "min_size?", &least, "max_size?", &most)
		if err != nil {
			return nil, err
		}
		if least < 0 || most < 0 {
			return nil, errors.New("where: sizes are 0 bytes or more")
		}
		c.MinSize, c.MaxSize = uint64(least), uint64(most)
		set, err := o.dump.space.Where(o.s.now, o.set, c)
		if err == nil && test != nil {
			set, err = o.selected(thread, set, test)
		}
		if err == nil && c.Type != "" && set.Count() == 0 {
			o.doubt(c.Type)
		}
		return o.related(set, err)
	}), nil
}

// doubt warns of a type that the whole dump has not: it may be misspelt, and an
// empty set does not say so.
func (o *Objects) doubt(typ string) {
	var missing *census.NoMatchError
	if _, err := census.SelectType(o.dump.space.Snapshot, typ); errors.As(err, &missing) {
		o.s.env.Warn(missing.Error())
	}
}

// selected asks a function for the objects of a set: once for all of which it would
// look at the same, as far as it looks at what many share.
func (o *Objects) selected(thread *starlark.Thread, set graph.Set, test starlark.Callable) (graph.Set, error) {
	var notes looked
	var room []Object // a function may keep what it is given
	begun := thread.Steps
	return o.dump.space.Select(o.s.now, set, func(id mem.ObjID) (partition.Verdict, error) {
		if len(room) == 0 {
			room = make([]Object, 64)
		}
		of := &room[0]
		room = room[1:]
		*of, notes, thread.Steps = Object{o.s, o.dump, id, &notes}, ofKind, begun // maxSteps is for each
		v, err := starlark.Call(thread, test, starlark.Tuple{of}, nil)
		if err != nil {
			return partition.Verdict{}, err
		}
		return partition.Verdict{In: bool(v.Truth()), Scope: notes.scope()}, o.s.failed
	})
}

func (o *Objects) askStrings() (starlark.Value, error) {
	t, err := o.dump.space.Strings(o.s.now, o.set, o.s.values)
	if err != nil {
		return nil, err
	}
	n := o.s.objects(o.dump, t.Set)
	n.table = t
	return n, nil
}

func (o *Objects) askTheOne() (starlark.Value, error) {
	if n := o.set.Count(); n != 1 {
		return nil, fmt.Errorf("theone is of a set of one object, and this one has %d; any is one of several", n)
	}
	for id := range o.set.All() {
		return &Object{o.s, o.dump, id, nil}, nil
	}
	return nil, errors.New("the set is empty")
}

func (o *Objects) askAny() (starlark.Value, error) {
	id, err := o.typical()
	if err != nil {
		return nil, err
	}
	return &Object{o.s, o.dump, id, nil}, nil
}
