package partition

import (
	"context"
	"sync"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// Space is one dump whose sets are divided. Safe for concurrent readers.
type Space struct {
	*snapshot.Snapshot
	Workers int // see mem.Workers

	canon   []typing.TypeID // by TypeID: the first one that people see under the same name
	owner   []typing.TypeID // by TypeID: of a part of a map or channel the map or channel, if some object has that type; else itself
	folded  []bool          // by TypeID: such a part
	names   []string        // by TypeID: of the owner where there is none
	all     graph.Set       // what any root reaches
	begins  func() ([]graph.RootID, error)
	rootsMu sync.Mutex
	roots   map[rootWord]string // labels that were asked for, see rootLabel
}

// NewSpace prepares a dump, which stays the caller's.
func NewSpace(s *snapshot.Snapshot, workers int) *Space {
	sp := &Space{Snapshot: s, Workers: workers, roots: map[rootWord]string{}}
	sp.nameTypes()
	sp.all = s.Reach.Strong.Or(s.Reach.Weak)
	sp.begins = sync.OnceValues(sp.findBegins)
	return sp
}

// All are the objects that any root reaches, but for those of Tracer.
func (sp *Space) All() graph.Set { return sp.Counted().In(sp.all) }

// Reached are the objects that any root reaches.
func (sp *Space) Reached() graph.Set { return sp.all }

// Tracer are the objects that are reached because the program is traced, see
// snapshot.Counted.
func (sp *Space) Tracer() graph.Set { return sp.all.AndNot(sp.All()) }

// Every are all objects, reached or not.
func (sp *Space) Every() graph.Set {
	n := sp.Heap.NumObjects()
	out := graph.NewSet(n)
	for id := range mem.ObjID(n) {
		out.Add(id)
	}
	return out
}

// Sum counts a set.
func (sp *Space) Sum(set graph.Set) census.Sum {
	var sum census.Sum
	sizes := sp.Heap.Sizes()
	for id := range set.All() {
		sum.Count++
		sum.Bytes += sizes(id)
	}
	return sum
}

// nameTypes numbers the types by the names that people see, and finds the owners
// of parts.
func (sp *Space) nameTypes() {
	types := sp.Typing.Types
	sp.canon, sp.owner = make([]typing.TypeID, len(types)), make([]typing.TypeID, len(types))
	sp.folded, sp.names = make([]bool, len(types)), make([]string, len(types))
	first := map[string]typing.TypeID{}
	for i := range types {
		id := typing.TypeID(i)
		name := sp.NameOf(id)
		if _, ok := first[name]; !ok {
			first[name] = id
		}
		sp.canon[i], sp.owner[i], sp.folded[i], sp.names[i] = first[name], id, types[i].Folded(), name
	}
	for i := range types {
		if sp.folded[i] {
			sp.names[i] = ownerName(sp.names[i])
			if id, ok := first[sp.names[i]]; ok {
				sp.owner[i] = id
			}
		}
	}
}

// ownerName is the name of a map or channel in that of its part: "chan T" in
// "chan T (buf)".
func ownerName(part string) string {
	for _, end := range []string{" (group)", " (table)", " (directory)", " (buckets)", " (buf)"} {
		if n := len(part) - len(end); n > 0 && part[n:] == end {
			return part[:n]
		}
	}
	return part
}

// isPart reports whether an object is a part of a map or channel.
func (sp *Space) isPart(id mem.ObjID) bool { return sp.folded[sp.Typing.Of[id]] }

// each calls what a worker's f gives with every object of the set and its rank,
// the number of objects before it, in ascending order within a block.
func (sp *Space) each(ctx context.Context, set graph.Set, f func() func(id mem.ObjID, rank int)) error {
	numbers := set.Numbered()
	visit := make([]func(mem.ObjID, int), mem.Workers(sp.Workers))
	return mem.Parallel(ctx, sp.Workers, set.Blocks(), func(worker, block int) {
		if visit[worker] == nil {
			visit[worker] = f()
		}
		rank := numbers.Of(mem.ObjID(block * graph.Block))
		for id := range set.InBlock(block) {
			visit[worker](id, rank)
			rank++
		}
	})
}
