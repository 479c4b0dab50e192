package census

import (
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
)

// maxAbove bounds the way up to the whole of which an object is a part.
const maxAbove = 64

// owners finds for the types that grew the one whose new objects they are a
// part of, one in each: nearest above in the dominator tree, and as many.
func (f *finder) owners(names []int32, out []typefilter.Candidate) error {
	at := f.mayOwn(names, out)
	if len(at) < 2 {
		return nil
	}
	d, err := f.dominators()
	if err != nil {
		return err
	}
	links := map[int]*owning{} // by index in out
	for i, to := range f.Last.Typing.Of {
		id := mem.ObjID(i)
		part, ok := at[f.keys[to]]
		if !ok || !f.series.isNew(id) {
			continue
		}
		l := links[part]
		if l == nil {
			l = &owning{whole: -1, seen: map[mem.ObjID]bool{}}
			links[part] = l
		}
		if !l.no {
			l.add(f.above(d, id, func(key int32) (int, bool) {
				whole, ok := at[key]
				return whole, ok && whole != part && out[whole].New == out[part].New
			}))
		}
	}
	for part, l := range links {
		if !l.no && len(l.seen) == out[part].New {
			out[part].Owner = out[l.whole].FullName
		}
	}
	return nil
}

// mayOwn are the types that grew of the main module and dependencies, and if there are
// none, of the standard library and without a name: by name, index in out. Loggers that
// were derived and kept are not as many as the bytes in them, as there were others before.
func (f *finder) mayOwn(names []int32, out []typefilter.Candidate) map[int32]int {
	own, others := map[int32]int{}, map[int32]int{}
	for i, n := range names {
		switch {
		case out[i].New <= out[i].Gone:
		case f.series.names.list[n].own:
			own[n] = i
		case out[i].Origin != typefilter.Runtime && out[i].Origin != typefilter.Unknown:
			others[n] = i
		}
	}
	if len(own) > 0 {
		return own
	}
	return others
}

// owning is what is known of the whole that objects of one type are parts of.
type owning struct {
	no    bool // they are not, or not all of the same type, or several of one
	whole int
	seen  map[mem.ObjID]bool
}

func (l *owning) add(id mem.ObjID, whole int, ok bool) {
	if l.no = !ok || l.seen[id] || len(l.seen) > 0 && whole != l.whole; l.no {
		return
	}
	l.whole, l.seen[id] = whole, true
}

// above is the nearest new object that dominates another and is wanted by its
// type.
func (f *finder) above(d *graph.Dominators, id mem.ObjID, wanted func(key int32) (int, bool)) (mem.ObjID, int, bool) {
	v := graph.Node(id)
	for range maxAbove {
		v = d.Idom(v)
		if v == graph.NoNode || f.Last.Graph.KindOf(v) != graph.NodeObject || !f.series.isNew(f.Last.Graph.Object(v)) {
			break
		}
		up := f.Last.Graph.Object(v)
		if whole, ok := wanted(f.keys[f.Last.Typing.Of[up]]); ok {
			return up, whole, true
		}
	}
	return 0, 0, false
}
