package snapshot

import (
	"sort"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/typing"
)

// literal is a composite literal in data or bss that no variable covers, as in
// var app = &application{…}: the variable holds a pointer to it.
type literal struct {
	typing.Literal
	owner int32  // variable that leads to it, nobody if none does
	path  string // in the variable, of the word that points at it
}

// literals are a program's, ascending, not overlapping.
type literals struct{ list []literal }

// at is the index of the literal that covers the address, -1 if none does.
func (t *literals) at(a mem.Addr) int {
	i := sort.Search(len(t.list), func(i int) bool { return t.list[i].Addr > a }) - 1
	if i < 0 || a-t.list[i].Addr >= mem.Addr(t.list[i].Size) {
		return -1
	}
	return i
}

// findLiterals takes the typed values in segments that are no variables, and
// follows pointers from the variables to them, breadth-first, so that each has
// the shortest path.
func findLiterals(s *Snapshot, globals []program.Global) literals {
	var t literals
	for _, l := range s.Typing.Literals {
		if globalAt(globals, l.Addr) < 0 {
			t.list = append(t.list, literal{l, nobody, ""})
		}
	}
	if len(t.list) == 0 {
		return t
	}
	f := literalFinder{s: s, literals: &t}
	for i := range s.Heap.Segments {
		s.eachSlot(&s.Heap.Segments[i], func(at, _ mem.Addr) { f.slots = append(f.slots, at) })
	}
	sort.Slice(f.slots, func(i, j int) bool { return f.slots[i] < f.slots[j] })
	for i := range globals {
		g := &globals[i]
		if g.Type != nil {
			f.follow(g.Addr, g.Size, int32(i), func(off uint64) string { return g.Type.FieldPath(off) })
		}
	}
	for len(f.queue) > 0 {
		l := &t.list[f.queue[0]]
		f.queue = f.queue[1:]
		f.follow(l.Addr, l.Size, l.owner, func(off uint64) string { return l.path + s.Typing.LabelIn(&l.Literal, off) })
	}
	return t
}

// literalFinder is the search. One goroutine.
type literalFinder struct {
	*literals
	s     *Snapshot
	slots []mem.Addr // pointer words of all segments, ascending
	queue []int      // literals whose words are to be followed
}

// follow gives the literals that words from a on lead to their owner.
func (f *literalFinder) follow(a mem.Addr, size uint64, owner int32, path func(off uint64) string) {
	i := sort.Search(len(f.slots), func(i int) bool { return f.slots[i] >= a })
	for ; i < len(f.slots) && f.slots[i]-a < mem.Addr(size); i++ {
		l := f.at(f.s.wordAt(f.slots[i]))
		if l >= 0 && f.list[l].owner == nobody {
			f.list[l].owner, f.list[l].path = owner, path(uint64(f.slots[i]-a))
			f.queue = append(f.queue, l)
		}
	}
}

// pathAt names a word of a segment within the variable or literal that it
// belongs to, "" where that says nothing.
func (s *Snapshot) pathAt(at mem.Addr) string {
	if g := globalAt(s.roots.globals, at); g >= 0 {
		if t := s.roots.globals[g].Type; t != nil {
			return t.FieldPath(uint64(at - s.roots.globals[g].Addr))
		}
		return ""
	}
	if i := s.roots.literals.at(at); i >= 0 {
		l := &s.roots.literals.list[i]
		return l.path + s.Typing.LabelIn(&l.Literal, uint64(at-l.Addr))
	}
	return ""
}

// eachSlot calls f with each pointer word of a segment and what it holds.
func (s *Snapshot) eachSlot(seg *heapdump.Segment, f func(at, to mem.Addr)) {
	for slots := s.Heap.SlotsOf(seg.Fields); ; {
		off, rest, ok := slots.Next()
		if !ok {
			return
		}
		slots = rest
		f(seg.Addr+mem.Addr(off), mem.Addr(s.Heap.Arch.WordAt(seg.Contents, off)))
	}
}

// wordAt is the pointer at an address of a segment, 0 outside.
func (s *Snapshot) wordAt(at mem.Addr) mem.Addr {
	if seg := s.Heap.Segment(at); seg != nil {
		return mem.Addr(s.Heap.Arch.WordAt(seg.Contents, uint64(at-seg.Addr)))
	}
	return 0
}
