package snapshot

import (
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typing"
)

// names are the types' names as people see them, by typing.TypeID: the
// package's name, or its whole path where two types of objects would share a
// name.
type names struct {
	shown []string
	full  bool
}

func newNames(r *typing.Result, full bool) names {
	owner := map[string]string{}
	clash := map[string]bool{}
	has := make([]bool, len(r.Types))
	for _, to := range r.Of {
		has[to] = true
	}
	for i := range r.Types {
		t := &r.Types[i]
		if !has[i] {
			continue
		}
		if was, ok := owner[t.Name]; ok && was != t.FullName {
			clash[t.Name] = true
		}
		owner[t.Name] = t.FullName
	}
	n := names{shown: make([]string, len(r.Types)), full: full}
	for i := range r.Types {
		t := &r.Types[i]
		n.shown[i] = t.Name
		if full || clash[t.Name] {
			n.shown[i] = t.FullName
		}
	}
	return n
}

// TypeName is the name of an object's type.
func (s *Snapshot) TypeName(id mem.ObjID) string { return s.names.shown[s.Typing.Of[id]] }

// NameOf is the name of a row of the table of types.
func (s *Snapshot) NameOf(id typing.TypeID) string { return s.names.shown[id] }

// EdgeLabel names the slot-th edge of Graph.Out(from): ".Field", "[3]", …
func (s *Snapshot) EdgeLabel(from mem.ObjID, slot int) string {
	off, ok := s.Heap.Slot(from, slot)
	if !ok {
		return "?"
	}
	return s.Typing.Label(from, off)
}

// Addr is the object's address as the program prints it with %p.
func (s *Snapshot) Addr(id mem.ObjID) mem.Addr { return s.Typing.ValueAddr(id) }
