package partition

import (
	"context"
	"math/bits"
	"slices"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
)

// classes says to which row each object of a set belongs.
type classes struct {
	of    []uint32 // by rank in the set; nil: each object is a class of its own
	n     int      // classes are numbered below n; some may have no object
	name  func(class uint32) string
	value func(class uint32) uint64 // what its rows are ordered by before all else, the highest first; nil: by bytes
	// inOrder says that classes of as many bytes are shown by number; by name if not.
	inOrder bool
}

func (c *classes) at(rank int) uint32 {
	if c.of == nil {
		return uint32(rank)
	}
	return c.of[rank]
}

// classify gives each object of the set the class that a worker's function says.
func (sp *Space) classify(ctx context.Context, set graph.Set, n int, name func(uint32) string, class func() func(mem.ObjID) uint32) (*classes, error) {
	of := make([]uint32, set.Count())
	err := sp.each(ctx, set, func() func(mem.ObjID, int) {
		of, class := of, class()
		return func(id mem.ObjID, rank int) { of[rank] = class(id) }
	})
	return &classes{of: of, n: n, name: name}, err
}

// byValue gives the objects with one value one class, numbered as the values
// ascend.
func (sp *Space) byValue(ctx context.Context, set graph.Set, value func() func(mem.ObjID) uint64, name func(uint64) string) (*classes, error) {
	values := make([]uint64, set.Count())
	err := sp.each(ctx, set, func() func(mem.ObjID, int) {
		value := value()
		return func(id mem.ObjID, rank int) { values[rank] = value(id) }
	})
	if err != nil {
		return nil, err
	}
	of, distinct := number(values)
	order := make([]uint32, len(distinct))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return compare(distinct[a], distinct[b]) })
	place := make([]uint32, len(distinct))
	for i, c := range order {
		place[c] = uint32(i)
	}
	for i, c := range of {
		of[i] = place[c]
	}
	slices.Sort(distinct)
	return &classes{of: of, n: len(distinct), inOrder: true, name: func(c uint32) string { return name(distinct[c]) }}, nil
}

func compare(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// and gives each pair of classes a class of its own.
func (c *classes) and(d *classes, n int) *classes {
	pairs := make([]uint64, n)
	for rank := range pairs {
		pairs[rank] = uint64(c.at(rank))<<32 | uint64(d.at(rank))
	}
	of, distinct := number(pairs)
	return &classes{of: of, n: len(distinct), name: func(class uint32) string {
		pair := distinct[class]
		return c.name(uint32(pair>>32)) + " & " + d.name(uint32(pair))
	}}
}

// number numbers the distinct values as they come up. The table is twice as large
// as there are distinct values, and open: a map of ten million takes seconds.
func number(values []uint64) (of []uint32, distinct []uint64) {
	of = make([]uint32, len(values))
	table := make([]uint32, 1024) // index in distinct, and 1
	for i, v := range values {
		if i > 0 && v == values[i-1] {
			of[i] = of[i-1]
			continue
		}
		at := find(table, distinct, v)
		if table[at] == 0 {
			if 2*(len(distinct)+1) > len(table) {
				table = grown(table, distinct)
				at = find(table, distinct, v)
			}
			distinct = append(distinct, v)
			table[at] = uint32(len(distinct))
		}
		of[i] = table[at] - 1
	}
	return of, distinct
}

// find is the place of a value in the table, or where it should go.
func find(table []uint32, distinct []uint64, v uint64) uint64 {
	mask := uint64(len(table) - 1)
	hi, lo := bits.Mul64(v^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	for at := (hi ^ lo) & mask; ; at = (at + 1) & mask {
		if i := table[at]; i == 0 || distinct[i-1] == v {
			return at
		}
	}
}

func grown(table []uint32, distinct []uint64) []uint32 {
	larger := make([]uint32, 4*len(table))
	for i, v := range distinct {
		larger[find(larger, distinct[:i], v)] = uint32(i + 1)
	}
	return larger
}
