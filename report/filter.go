package report

import (
	"slices"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/typing"
)

// Filter says what a picture leaves out of all that it could show. The zero value
// leaves out nothing.
type Filter struct {
	StopAt []*typefilter.Pattern // not looked beyond
	Only   []*typefilter.Pattern // if any: objects of other types are passed through, as parts of maps are
	Ignore []census.Ignore       // references taken for none
}

// filter is a Filter for the types of one snapshot. One goroutine.
type filter struct {
	s          *snapshot.Snapshot
	stop, pass []bool // by type
	ignore     []census.Ignore
	bounded    bool                             // others than parts are passed through
	left       map[mem.ObjID]map[mem.ObjID]bool // by object with ignored references: what it refers to otherwise
}

func newFilter(s *snapshot.Snapshot, f *Filter) *filter {
	out := &filter{s: s, stop: make([]bool, len(s.Typing.Types)), pass: make([]bool, len(s.Typing.Types)),
		ignore: f.Ignore, bounded: len(f.Only) > 0, left: map[mem.ObjID]map[mem.ObjID]bool{}}
	for i := range s.Typing.Types {
		t := &s.Typing.Types[i]
		matches := func(p *typefilter.Pattern) bool {
			return p.Match(t.Name, t.FullName) || p.Match(s.NameOf(typing.TypeID(i)), t.FullName)
		}
		out.stop[i] = slices.ContainsFunc(f.StopAt, matches)
		out.pass[i] = t.Folded() || len(f.Only) > 0 && !slices.ContainsFunc(f.Only, matches)
	}
	return out
}

func (f *filter) stops(id mem.ObjID) bool { return f.stop[f.s.Typing.Of[id]] }

// passes says that the object is drawn as what holds it.
func (f *filter) passes(id mem.ObjID) bool { return f.pass[f.s.Typing.Of[id]] }

func (f *filter) skipsRoot(r graph.RootID) bool {
	return len(f.ignore) > 0 && slices.ContainsFunc(f.ignore, func(i census.Ignore) bool { return i.Root != "" && i.Root == f.s.RootName(r) })
}

// skipsLabel says that a reference from an object of so a type is taken for none.
func (f *filter) skipsLabel(typ, label string) bool {
	return slices.ContainsFunc(f.ignore, func(i census.Ignore) bool { return i.Type != "" && i.Type == typ && i.Covers(label) })
}

// skips says that all references from one object to another are taken for none.
func (f *filter) skips(from, to mem.ObjID) bool {
	if len(f.ignore) == 0 {
		return false
	}
	typ := f.s.TypeName(from)
	if !slices.ContainsFunc(f.ignore, func(i census.Ignore) bool { return i.Type != "" && i.Type == typ }) {
		return false
	}
	left, ok := f.left[from]
	if !ok {
		left = map[mem.ObjID]bool{}
		o := f.s.Heap.Object(from)
		f.s.Heap.Pointers(&o, func(off uint64, to mem.ObjID) {
			if !f.skipsLabel(typ, f.s.Typing.Label(from, off)) {
				left[to] = true
			}
		})
		f.left[from] = left
	}
	return !left[to]
}
