package program

import (
	"strings"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

func TestSplitInstance(t *testing.T) {
	for _, c := range []struct{ name, base, args string }{
		{"main.F[int]", "main.F", "int"},
		{"main.F[go.shape.*uint8,go.shape.struct { main.a int; main.b []int }].func1", "main.F", "go.shape.*uint8|go.shape.struct { main.a int; main.b []int }"},
		{"main.(*T[go.shape.int]).run", "main.T", "go.shape.int"},
		{"a.b/v2%2ex.F[map[string]func(int, error) (bool, error),main.T[int,string]]", "a.b/v2.x.F", "map[string]func(int, error) (bool, error)|main.T[int,string]"},
		{"main.F[go.shape.int].G[go.shape.int].func1", "", ""}, // one inlined into the other
		{"main.F", "", ""},
		{"main.F[", "", ""},
		{"main.F[int", "", ""},
	} {
		base, args, ok := splitInstance(c.name)
		if base != c.base || strings.Join(args, "|") != c.args || ok != (c.base != "") {
			t.Errorf("%s: %q, %q, %v", c.name, base, args, ok)
		}
	}
}

func named(full string, kind Kind, elem *Type) *Type {
	return &Type{Name: full, FullName: full, Kind: kind, Elem: elem, Size: 8, PtrBytes: 8, Shape: strings.Contains(full, shapePrefix)}
}

// Shapes are bound by dictionaries if all agree, or the closure has one of them,
// and by the func type otherwise; never where two types could be meant.
func TestBindings(t *testing.T) {
	shape := named("go.shape.*uint8", Pointer, nil)
	b := named("*main.B", Pointer, nil)
	set := func(dict mem.Addr, args ...string) typeArgs { return typeArgs{dict, args} }
	f := &Type{Kind: FuncKind, Out: []*Type{b}}
	one := []string{"go.shape.*uint8"}
	for i, c := range []struct {
		g      Generic
		dict   mem.Addr
		stored *Type
		want   string // what the shape is bound to
	}{
		{Generic{shapes: one, sets: []typeArgs{set(1, "*main.A")}}, 0, nil, "*main.A"},
		{Generic{shapes: one, sets: []typeArgs{set(1, "*main.A"), set(2, "*main.B")}}, 0, nil, ""},
		{Generic{shapes: one, sets: []typeArgs{set(1, "*main.A"), set(2, "*main.B")}}, 2, nil, "*main.B"},
		{Generic{shapes: one, sets: []typeArgs{set(1, "*main.A"), set(2, "*main.B")}}, 3, nil, ""},
		{Generic{shapes: one, out: []*Type{shape}}, 0, f, "*main.B"},
		{Generic{shapes: one, out: []*Type{shape, shape}}, 0, f, ""},
		{Generic{shapes: []string{one[0], one[0]}, out: []*Type{shape}}, 0, f, ""},
		{Generic{shapes: []string{one[0], one[0]}, sets: []typeArgs{set(1, "*main.A", "*main.B")}}, 0, nil, ""},
		{Generic{shapes: []string{one[0], one[0]}, sets: []typeArgs{set(1, "*main.A", "*main.A")}}, 0, nil, "*main.A"},
		{Generic{}, 0, nil, ""},
	} {
		got := ""
		if bound := c.g.byDictionary(c.dict); bound.covers(shape) {
			got = bound.apply(shape.FullName)
		} else if bound := c.g.bySignature(c.stored); bound.covers(shape) {
			got = bound.apply(shape.FullName)
		}
		if got != c.want {
			t.Errorf("case %d: bound to %q, want %q", i, got, c.want)
		}
	}
}

// Types are laid beside each other down to the shapes, and the arguments of
// generic ones by their names.
func TestUnify(t *testing.T) {
	shape := named("go.shape.int", Int, nil)
	real := named("main.Count", Int, nil)
	box, boxed := named("main.Box[go.shape.int]", Struct, nil), named("main.Box[main.Count]", Struct, nil)
	box.Named, boxed.Named = true, true
	for _, c := range []struct{ shape, real *Type }{
		{shape, real},
		{named("[]go.shape.int", Slice, shape), named("[]main.Count", Slice, real)},
		{named("*main.Box[go.shape.int]", Pointer, box), named("*main.Box[main.Count]", Pointer, boxed)},
	} {
		b := binding{}
		b.unify(c.shape, c.real)
		if b["go.shape.int"] != "main.Count" || b.apply(c.shape.FullName) != c.real.FullName {
			t.Errorf("%s beside %s: %v", c.shape.FullName, c.real.FullName, b)
		}
	}
	b := binding{}
	b.unify(named("[]go.shape.int", Slice, shape), named("*main.Count", Pointer, real))
	b.unify(box, named("main.Bag[main.Count]", Struct, nil))
	if len(b) != 0 {
		t.Errorf("types that do not fit bind %v", b)
	}
	b.add("go.shape.int", "main.A")
	b.add("go.shape.int", "main.B")
	if b.covers(shape) {
		t.Error("a shape of two types is bound")
	}
}
