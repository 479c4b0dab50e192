package repl

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
)

// Object is one object of a dump.
type Object struct {
	s      *Session
	dump   *dump
	id     mem.ObjID
	looked *looked // notes what is looked at; nil for none
}

func (o *Object) snap() *snapshot.Snapshot { return o.dump.space.Snapshot }

// alone is the set of the object.
func (o *Object) alone() *Objects {
	set := graph.NewSet(o.snap().Heap.NumObjects())
	set.Add(o.id)
	return o.s.objects(o.dump, set)
}

func (o *Object) String() string {
	o.look(ofObject)
	s := o.snap()
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %v, %d bytes", s.TypeName(o.id), s.Addr(o.id), s.Size(o.id))
	if !s.Reach.Has(o.id) {
		b.WriteString(", not reached by any root")
	}
	all := o.fields()
	b.WriteString(fieldTable(all[:min(len(all), maxFields)]))
	if more := len(all) - maxFields; more > 0 {
		fmt.Fprintf(&b, "\n  … and %d more; .fields has all", more)
	}
	return b.String()
}

// maxFields is how many fields are shown of an object.
const maxFields = 40

func (o *Object) Type() string         { return "object" }
func (o *Object) Freeze()              {}
func (o *Object) Truth() starlark.Bool { return true }
func (o *Object) AttrNames() []string  { return o.s.words.object.names() }

func (o *Object) Hash() (uint32, error) {
	o.look(ofObject)
	return uint32(o.id), nil
}

// Attr looks an attribute up. A condition may look at it for each of millions of
// objects.
func (o *Object) Attr(name string) (starlark.Value, error) {
	switch name {
	case "type", "size", "package", "evidence":
	case "retained":
		o.look(ofHeld)
	default:
		o.look(ofObject)
	}
	return o.s.words.object.attr(o, name)
}

// CompareSameType says whether two are the same object.
func (o *Object) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	b := y.(*Object)
	o.look(ofObject)
	b.look(ofObject)
	same := o.dump == b.dump && o.id == b.id
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, errors.New("objects are compared by == and !=")
}

func objectWords() []word[*Object] {
	return []word[*Object]{
		{"type", "", "its type", "string", func(o *Object) (starlark.Value, error) { return starlark.String(o.snap().TypeName(o.id)), nil }},
		{"package", "", "the import path of its type's package", "string", func(o *Object) (starlark.Value, error) {
			t := o.snap().Typing.Type(o.id)
			if t.PkgPath != "" {
				return starlark.String(t.PkgPath), nil
			}
			return starlark.String(typefilter.PackageOf(t.FullName)), nil
		}},
		{"size", "", "its bytes", "int", func(o *Object) (starlark.Value, error) { return starlark.MakeUint64(o.snap().Size(o.id)), nil }},
		{"addr", "", "its address", "address", func(o *Object) (starlark.Value, error) {
			return address(o.snap().Addr(o.id)), nil
		}},
		{"evidence", "", "how its type is known", "string", func(o *Object) (starlark.Value, error) {
			return starlark.String(o.snap().Typing.Evidence[o.id].String()), nil
		}},
		{"retained", "", "the bytes that would go free with it", "int", func(o *Object) (starlark.Value, error) {
			d, err := o.snap().Dominators()
			if err != nil {
				return nil, err
			}
			return starlark.MakeUint64(d.Retained(o.id)), nil
		}},
		{"fields", "", "its fields or elements, with their types and what they point to", "fields", func(o *Object) (starlark.Value, error) {
			var list fieldList
			for _, f := range o.fields() {
				list.Tuple = append(list.Tuple, f)
			}
			return list, nil
		}},
		{"field", `("Name")`, "the field of a name", "field", (*Object).askField},
		{"set", "", "the set of it alone", "objects", func(o *Object) (starlark.Value, error) { return o.alone(), nil }},
		{"referrers", "", "the objects that refer to it", "objects", func(o *Object) (starlark.Value, error) { return o.s.words.objects.attr(o.alone(), "referrers") }},
		{"referents", "", "the objects that it refers to", "objects", func(o *Object) (starlark.Value, error) { return o.s.words.objects.attr(o.alone(), "referents") }},
		{"byvia", "", "what refers to it: fields, elements, roots", "objects", func(o *Object) (starlark.Value, error) { return o.alone().divided("via", true), nil }},
		{"paths", `(avoid="main.cache.items")`, "the shortest chain from every root that reaches it", "paths", askPaths[*Object]},
		{"graph", `("out.svg", view="back")`, "draw who holds it", "text", askGraph[*Object]},
	}
}

// obj finds an object by its address.
func (s *Session) obj() (starlark.Value, error) {
	return function("obj", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var given starlark.Value
		var in *Objects
		if err := starlark.UnpackArgs("obj", args, kwargs, "addr", &given, "dump?", &in); err != nil {
			return nil, err
		}
		d := s.last()
		if in != nil {
			d = in.dump
		}
		sp, err := s.open(d)
		if err != nil {
			return nil, err
		}
		a, ok := addressOf(given)
		if !ok {
			return nil, fmt.Errorf("obj wants an address, 0xc000012345, not %s", given)
		}
		id, found := sp.Heap.Find(a)
		if !found {
			return nil, fmt.Errorf("no object lies at %v in %s; h.byid lists addresses", a, d.path)
		}
		return &Object{s, d, id, nil}, nil
	}), nil
}

func (o *Object) askField() (starlark.Value, error) {
	return function("field", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var name string
		if err := starlark.UnpackArgs("field", args, kwargs, "name", &name); err != nil {
			return nil, err
		}
		var names []string
		for _, f := range o.fields() {
			if strings.TrimPrefix(f.part.Name, ".") == strings.TrimPrefix(name, ".") {
				return f, nil
			}
			names = append(names, f.part.Name)
		}
		says := fmt.Sprintf("%s has no field %s", o.snap().TypeName(o.id), name)
		if near := typefilter.Closest(name, names, 1); len(near) > 0 {
			says += "; did you mean " + near[0] + "?"
		}
		return nil, errors.New(says)
	}), nil
}

// address is the place of an object, a number that is shown as one.
type address mem.Addr

func (a address) String() string        { return mem.Addr(a).String() }
func (a address) Type() string          { return "address" }
func (a address) Freeze()               {}
func (a address) Truth() starlark.Bool  { return a != 0 }
func (a address) Hash() (uint32, error) { return uint32(a), nil }

// Cmp orders addresses.
func (a address) Cmp(y starlark.Value, _ int) (int, error) {
	return cmp.Compare(a, y.(address)), nil
}

// addressOf takes an address, a number, or the text of either.
func addressOf(v starlark.Value) (mem.Addr, bool) {
	switch v := v.(type) {
	case address:
		return mem.Addr(v), true
	case starlark.Int:
		a, ok := v.Uint64()
		return mem.Addr(a), ok
	case starlark.String:
		a, err := strconv.ParseUint(string(v), 0, 64)
		return mem.Addr(a), err == nil
	}
	return 0, false
}
