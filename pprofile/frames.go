package pprofile

import (
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// frame is what pprof calls a function.
type frame struct {
	name string
	pkg  string // import path, "" if there is none or it is not known
}

// frames numbers frames, and knows which are asked for again and again.
type frames struct {
	s     *snapshot.Snapshot
	list  []frame
	ids   map[frame]frameID
	types []frameID // by typing.TypeID, 0 where not asked for
	edges map[edge]frameID
	found recent[edge, frameID] // before the map
}

// edge is a reference of one type to another. In what repeats itself, such as a
// slice's array, off is that in the element.
type edge struct {
	holder, held typing.TypeID
	off          uint64
}

func newFrames(s *snapshot.Snapshot) *frames {
	f := &frames{s: s, ids: map[frame]frameID{}, types: make([]frameID, len(s.Typing.Types)), edges: map[edge]frameID{}}
	f.id("(merged)", "")
	return f
}

func (f *frames) id(name, pkg string) frameID {
	fr := frame{name, pkg}
	id, ok := f.ids[fr]
	if !ok {
		id = frameID(len(f.list))
		f.list = append(f.list, fr)
		f.ids[fr] = id
	}
	return id
}

// several is the frame of what no root holds alone.
func (f *frames) several() frameID { return f.id("(several roots)", "") }

// root is the frame of a root.
func (f *frames) root(r graph.RootID) frameID {
	pkg, _ := f.s.RootPackage(r)
	return f.id(f.rootName(r), pkg)
}

// rootName is the name of a root without what stands above it and what differs
// from run to run.
func (f *frames) rootName(r graph.RootID) string {
	name := f.s.RootPattern(r)
	for _, kind := range []string{"global ", "goroutine "} {
		name = strings.TrimPrefix(name, kind)
	}
	if f.s.Graph.Roots().Kind(r) == graph.Conservative {
		name += " (conservative)"
	}
	return name
}

// group is the frame of a goroutine, the same for all that do the same.
func (f *frames) group(g graph.GroupID) frameID {
	_, rest, _ := strings.Cut(strings.TrimPrefix(f.s.GroupName(g), "goroutine "), " ")
	return f.id(strings.TrimSpace("goroutine "+rest), "")
}

// rootEdge is the frame of what the slot-th target of a root leads to.
func (f *frames) rootEdge(r graph.RootID, slot int, to mem.ObjID) frameID {
	label := census.Fold(f.s.RootLabel(r, slot))
	if !names(label) {
		return f.object(to)
	}
	pkg, _ := f.s.RootPackage(r)
	return f.id(joined(f.rootName(r), label)+" "+f.owner(f.s.Typing.Of[to]), pkg)
}

// object is the frame of an object that is known by its type alone.
func (f *frames) object(id mem.ObjID) frameID { return f.ofType(f.s.Typing.Of[id]) }

func (f *frames) ofType(t typing.TypeID) frameID {
	if f.types[t] == 0 {
		f.types[t] = f.id(f.owner(t), f.s.Typing.Types[t].PkgPath)
	}
	return f.types[t]
}

// owner is the name of a type; of a part of a map or channel the whole's.
func (f *frames) owner(t typing.TypeID) string {
	name := f.s.NameOf(t)
	if i := strings.LastIndex(name, " ("); i > 0 && f.s.Typing.Types[t].Folded() {
		return name[:i]
	}
	return name
}

// holder is an object whose references are followed.
type holder struct {
	id   mem.ObjID
	typ  typing.TypeID
	head uint64 // bytes before the value
	size uint64 // of what repeats itself in it, 0 if nothing does
}

func (f *frames) holder(o *heap.Object) holder {
	h := holder{id: o.ID, typ: f.s.Typing.Of[o.ID], head: f.s.Typing.Head(o)}
	switch t := &f.s.Typing.Types[h.typ]; t.Form {
	case typing.Array, typing.MapGroups, typing.ChanBuf:
		h.size = t.Size
	}
	return h
}

// of is the frame of what a pointer at an offset of an object leads to.
func (f *frames) of(h *holder, off uint64, to mem.ObjID) frameID {
	e := edge{h.typ, f.s.Typing.Of[to], off}
	if h.size > 0 && off >= h.head {
		e.off = h.head + (off-h.head)%h.size
	}
	at := f.found.slot(uint32(e.holder)^uint32(e.off), uint32(e.held))
	if at.key == e && at.value != 0 {
		return at.value
	}
	id, ok := f.edges[e]
	if !ok {
		id = f.edge(h, e)
		f.edges[e] = id
	}
	at.key, at.value = e, id
	return id
}

func (f *frames) edge(h *holder, e edge) frameID {
	if f.isPart(e.holder, e.held) {
		return sameOnly
	}
	label := census.Fold(f.s.Typing.Label(h.id, e.off))
	if !names(label) {
		return f.ofType(e.held)
	}
	return f.id(joined(f.owner(e.holder), label)+" "+f.owner(e.held), f.s.Typing.Types[e.holder].PkgPath)
}

// isPart reports whether an object is a part of the map or channel that holds it,
// or of which that is another part.
func (f *frames) isPart(holder, held typing.TypeID) bool {
	types := f.s.Typing.Types
	whole := types[holder].Form == typing.MapHeader || types[holder].Form == typing.Chan || types[holder].Folded()
	return whole && types[held].Folded() && f.owner(holder) == f.owner(held)
}

// names reports whether a folded label says more than that there is an element:
// "[*]", "[key]", a buffer's place, and an offset where no type is known.
func names(label string) bool {
	switch label {
	case "", "[*]", "[key]", "buf[*]", "*", "+*", "header":
		return false
	}
	return true
}

// joined is a holder with a label behind it: "main.Job.payload", "func main.f
// captured job".
func joined(holder, label string) string {
	if label[0] == '.' || label[0] == '[' {
		return holder + label
	}
	return holder + " " + label
}
