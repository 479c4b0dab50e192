package census

import (
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// A logger that is replaced by one with more attributes, a state that is replaced
// by a larger one: the object that has a slice may be another in every dump, like
// its array. The words that lead to it from a variable are the same ones.

// mostHops bounds the objects between a variable and a slice.
const mostHops = 8

// route leads from a variable to the words of a slice or a string in an object.
type route struct {
	from mem.Addr // the variable's word
	hops []hop    // one for each object
}

// hop is one object on the way.
type hop struct {
	typ string
	off mem.Addr // from where a word points to, to the next word; modulo 2^64
}

// routeTo is the shortest route to a store in the last dump, nil if there is none
// that begins at a variable.
func (r *series) routeTo(st *store) *route {
	s := r.last
	owner, ok := s.Heap.Find(st.at)
	if !ok {
		return nil
	}
	tree, err := s.ShortestTree()
	if err != nil {
		return nil
	}
	c, ok := tree.Chain(owner)
	if !ok || len(c.Objs) > mostHops || s.Graph.Roots().Kind(c.Root) != graph.Global || len(r.variables[c.Objs[0]]) == 0 {
		return nil
	}
	w := &route{from: r.variables[c.Objs[0]][0]}
	at := w.from
	for i, id := range c.Objs {
		next := st.at
		if i+1 < len(c.Objs) {
			next = wordTo(s, id, c.Objs[i+1])
		}
		to, _ := pointerAt(s, at)
		w.hops = append(w.hops, hop{s.TypeName(id), next - to})
		at = next
	}
	return w
}

// wordTo is the first word of an object that points to another.
func wordTo(s *snapshot.Snapshot, from, to mem.ObjID) (at mem.Addr) {
	o := s.Heap.Object(from)
	s.Heap.Pointers(&o, func(off uint64, id mem.ObjID) {
		if id == to && at == 0 {
			at = s.Heap.Addr(from) + mem.Addr(off)
		}
	})
	return at
}

// in is where a route leads to in another dump; ok is false if objects of other
// types, or none, are on the way.
func (w *route) in(s *snapshot.Snapshot) (at mem.Addr, ok bool) {
	at = w.from
	for _, h := range w.hops {
		to, ok := pointerAt(s, at)
		if !ok {
			return 0, false
		}
		at = to + h.off
		id, found := s.Heap.Find(to)
		end, same := s.Heap.Find(at)
		if !found || !same || end != id || s.TypeName(id) != h.typ {
			return 0, false
		}
	}
	return at, true
}

func pointerAt(s *snapshot.Snapshot, at mem.Addr) (to mem.Addr, ok bool) {
	word := memory(s, at, uint64(s.Heap.Arch.PtrSize))
	if len(word) < s.Heap.Arch.PtrSize {
		return 0, false
	}
	return mem.Addr(s.Heap.Arch.WordAt(word, 0)), true
}
