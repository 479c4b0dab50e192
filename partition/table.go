package partition

import (
	"cmp"
	"slices"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
)

// Row is one row of a table. Of a difference, Count and Bytes may be negative.
type Row struct {
	Name       string
	Count      int
	Bytes      int64
	Cumulative int64 // bytes of this row and those before
}

// Table is a set in rows: most bytes first, then by name; by size, address or
// retained bytes where those are what divides it. Immutable.
type Table struct {
	Heading string // of the names: "Type", "Referred Via:"
	Total   census.Sum
	Set     graph.Set

	classes *classes
	rows    []uint32 // classes in order
	place   []uint32 // by class: its row
	count   []uint32 // by class; nil: each is one object
	bytes   []uint64 // by class
}

// newTable puts the classes of a set in order.
func newTable(sp *Space, set graph.Set, heading string, c *classes) *Table {
	t := &Table{Heading: heading, Set: set, classes: c, bytes: make([]uint64, c.n)}
	if c.of != nil {
		t.count = make([]uint32, c.n)
	}
	sizes, rank := sp.Heap.Sizes(), 0
	for id := range set.All() {
		class, size := c.at(rank), sizes(id)
		t.bytes[class] += size
		if t.count != nil {
			t.count[class]++
		}
		t.Total.Bytes += size
		rank++
	}
	t.Total.Count = rank
	t.order()
	t.place = make([]uint32, c.n)
	for i, class := range t.rows {
		t.place[class] = uint32(i)
	}
	return t
}

// order makes the rows of the classes that have objects.
func (t *Table) order() {
	if t.count == nil {
		t.rows = make([]uint32, 0, t.classes.n)
	}
	for class := range uint32(t.classes.n) {
		if t.count == nil || t.count[class] > 0 {
			t.rows = append(t.rows, class)
		}
	}
	if !t.classes.inOrder {
		names := make([]string, t.classes.n)
		for _, class := range t.rows {
			names[class] = t.classes.name(class)
		}
		slices.SortFunc(t.rows, func(a, b uint32) int { return cmp.Compare(names[a], names[b]) })
	}
	value := t.classes.value
	if value == nil {
		value = func(class uint32) uint64 { return t.bytes[class] }
	}
	t.rows = highestFirst(t.rows, value)
}

// highestFirst sorts classes by value and leaves equal ones as they are: by digits
// of 11 bits, the lowest first.
func highestFirst(rows []uint32, value func(uint32) uint64) []uint32 {
	const digits = 1 << 11
	var all uint64 // bits that some value has
	for _, r := range rows {
		all |= value(r)
	}
	other := make([]uint32, len(rows))
	for shift := 0; shift < 64 && all>>shift > 0; shift += 11 {
		if all>>shift%digits == 0 {
			continue
		}
		var starts [digits + 1]int
		for _, r := range rows {
			starts[digits-value(r)>>shift%digits]++
		}
		for i := 1; i <= digits; i++ {
			starts[i] += starts[i-1]
		}
		for _, r := range rows {
			at := &starts[digits-1-value(r)>>shift%digits]
			other[*at] = r
			*at++
		}
		rows, other = other, rows
	}
	return rows
}

// Len is the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Rows are the rows from lo up to hi, those that there are.
func (t *Table) Rows(lo, hi int) []Row {
	lo, hi = clip(lo, len(t.rows)), clip(hi, len(t.rows))
	if hi <= lo {
		return nil
	}
	var sum int64
	for _, class := range t.rows[:lo] {
		sum += int64(t.bytes[class])
	}
	out := make([]Row, 0, hi-lo)
	for _, class := range t.rows[lo:hi] {
		r := Row{Name: t.classes.name(class), Count: 1, Bytes: int64(t.bytes[class])}
		if t.count != nil {
			r.Count = int(t.count[class])
		}
		sum += r.Bytes
		r.Cumulative = sum
		out = append(out, r)
	}
	return out
}

func clip(i, n int) int { return min(max(i, 0), n) }

// Of are the objects of the rows from lo up to hi.
func (t *Table) Of(lo, hi int) graph.Set {
	lo, hi = clip(lo, len(t.rows)), clip(hi, len(t.rows))
	out := t.Set.AndNot(t.Set)
	rank := 0
	for id := range t.Set.All() {
		if row := int(t.place[t.classes.at(rank)]); row >= lo && row < hi {
			out.Add(id)
		}
		rank++
	}
	return out
}
