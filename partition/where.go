package partition

import (
	"context"
	"strings"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/typing"
)

// Condition says which objects of a set are wanted: those that meet all of it. The
// zero value wants every one.
type Condition struct {
	Type    string // pattern, see typefilter.Parse
	Package string // import path or name
	Root    string // pattern of the nearest root's name, "global main.cache" or "main.cache"
	MinSize uint64 // bytes
	MaxSize uint64 // bytes, 0 for no limit
}

// Where are the objects that meet a condition. The error is a pattern's, or the
// context's.
func (sp *Space) Where(ctx context.Context, set graph.Set, c Condition) (graph.Set, error) {
	types, err := sp.typesOf(c)
	if err != nil {
		return graph.Set{}, err
	}
	if c.Root != "" {
		if set, err = sp.under(ctx, set, c.Root); err != nil {
			return graph.Set{}, err
		}
	}
	return set.Filter(ctx, sp.Workers, func() func(mem.ObjID) bool {
		sizes, of := sp.Heap.Sizes(), sp.Typing.Of
		return func(id mem.ObjID) bool {
			if !types[of[id]] {
				return false
			}
			size := sizes(id)
			return size >= c.MinSize && (c.MaxSize == 0 || size <= c.MaxSize)
		}
	})
}

// typesOf marks the types that a condition lets through.
func (sp *Space) typesOf(c Condition) ([]bool, error) {
	wanted := make([]bool, len(sp.Typing.Types))
	for i := range wanted {
		wanted[i] = true
	}
	patterns := []string{c.Type}
	if c.Package != "" {
		patterns = append(patterns, "pkg:"+strings.TrimPrefix(c.Package, "pkg:"))
	}
	for _, text := range patterns {
		if text == "" {
			continue
		}
		p, err := typefilter.Parse(text)
		if err != nil {
			return nil, err
		}
		for i := range wanted {
			t := &sp.Typing.Types[i]
			wanted[i] = wanted[i] && (p.Match(t.Name, t.FullName) || p.Match(sp.NameOf(typing.TypeID(i)), t.FullName))
		}
	}
	return wanted, nil
}

// under are the objects whose nearest root has a name that matches.
func (sp *Space) under(ctx context.Context, set graph.Set, pattern string) (graph.Set, error) {
	p, err := typefilter.Parse(pattern)
	if err != nil {
		return graph.Set{}, err
	}
	begins, err := sp.begins()
	if err != nil {
		return graph.Set{}, err
	}
	wanted := make([]bool, sp.Graph.Roots().Len())
	err = mem.Parallel(ctx, sp.Workers, len(wanted), func(_, i int) {
		r := graph.RootID(i)
		name, general := sp.RootName(r), sp.RootPattern(r)
		wanted[i] = p.Match(name, general) || p.Match(withoutKind(name), withoutKind(general))
	})
	if err != nil {
		return graph.Set{}, err
	}
	return set.Filter(ctx, sp.Workers, func() func(mem.ObjID) bool {
		return func(id mem.ObjID) bool { return begins[id] != noRoot && wanted[begins[id]] }
	})
}

// withoutKind is the name of a variable in that of its root.
func withoutKind(root string) string { return strings.TrimPrefix(root, "global ") }

// Verdict is what was found out about one object.
type Verdict struct {
	In    bool
	Scope Scope
}

// Scope says which other objects have the same verdict.
type Scope uint8

// The scopes, from the narrowest to the widest.
const (
	Alone    Scope = iota // none
	SameHeld              // those of the same kind that retain as much
	SameKind              // those of the same type, size and evidence for the type
)

// kind is what objects share that a verdict of that scope is of.
type kind struct {
	typ      typing.TypeID
	evidence typing.Evidence
	size     uint64
}

type heldKind struct {
	kind
	retained uint64
}

// mostVerdicts bounds the verdicts that are kept of what retains so and so much.
const mostVerdicts = 1 << 18

// verdicts are those that were found.
type verdicts struct {
	byKind map[kind]bool
	byHeld map[heldKind]bool
	held   *graph.Dominators // nil until a verdict depends on what is retained
}

// Select are the objects that decide wants. It is asked once for each scope, and for
// every object that it says stands alone. The error is its own, that of the
// dominators' check, or the context's.
func (sp *Space) Select(ctx context.Context, set graph.Set, decide func(mem.ObjID) (Verdict, error)) (graph.Set, error) {
	out := graph.NewSet(sp.Heap.NumObjects())
	v := verdicts{map[kind]bool{}, map[heldKind]bool{}, nil}
	sizes, of, evidence := sp.Heap.Sizes(), sp.Typing.Of, sp.Typing.Evidence
	var last heldKind
	var in, known bool // of last
	steps := 0
	for id := range set.All() {
		if steps++; steps%graph.Block == 0 && ctx.Err() != nil {
			return out, ctx.Err()
		}
		k := heldKind{kind: kind{sp.canon[of[id]], evidence[id], sizes(id)}}
		if v.held != nil {
			k.retained = v.held.Retained(id)
		}
		if !known || k != last {
			if in, known = v.find(k); !known {
				verdict, err := decide(id)
				if err == nil {
					err = v.note(sp, id, k, verdict)
				}
				if err != nil {
					return out, err
				}
				in, known = verdict.In, verdict.Scope == SameKind
			}
			last = k
		}
		if in {
			out.Add(id)
		}
	}
	return out, nil
}

func (v *verdicts) find(k heldKind) (in, known bool) {
	if in, known = v.byKind[k.kind]; !known && v.held != nil {
		in, known = v.byHeld[k]
	}
	return in, known
}

func (v *verdicts) note(sp *Space, id mem.ObjID, k heldKind, found Verdict) (err error) {
	switch {
	case found.Scope == SameKind:
		v.byKind[k.kind] = found.In
	case found.Scope == SameHeld && len(v.byHeld) < mostVerdicts:
		if v.held == nil {
			if v.held, err = sp.Dominators(); err != nil {
				return err
			}
			k.retained = v.held.Retained(id)
		}
		v.byHeld[k] = found.In
	}
	return nil
}
