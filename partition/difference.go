package partition

import (
	"cmp"
	"slices"

	"github.com/objgraph/objgraph/census"
)

// Difference is what rows of the same name in two tables differ by, A-B: most
// bytes first, the negative ones last, then by name. Rows without a difference
// are left out.
type Difference struct {
	Heading string
	A, B    census.Sum
	All     []Row // with their cumulative bytes
}

// Subtract is the difference of two tables, of one dump or of two.
func Subtract(a, b *Table) *Difference {
	d := &Difference{Heading: a.Heading, A: a.Total, B: b.Total}
	at := map[string]int{}
	for _, r := range a.Rows(0, a.Len()) {
		at[r.Name] = len(d.All)
		d.All = append(d.All, r)
	}
	for _, r := range b.Rows(0, b.Len()) {
		i, ok := at[r.Name]
		if !ok {
			i = len(d.All)
			d.All = append(d.All, Row{Name: r.Name})
		}
		d.All[i].Count -= r.Count
		d.All[i].Bytes -= r.Bytes
	}
	d.All = slices.DeleteFunc(d.All, func(r Row) bool { return r.Count == 0 && r.Bytes == 0 })
	slices.SortFunc(d.All, func(x, y Row) int {
		return cmp.Or(cmp.Compare(y.Bytes, x.Bytes), cmp.Compare(y.Count, x.Count), cmp.Compare(x.Name, y.Name))
	})
	var sum int64
	for i := range d.All {
		sum += d.All[i].Bytes
		d.All[i].Cumulative = sum
	}
	return d
}

// Len is the number of rows.
func (d *Difference) Len() int { return len(d.All) }

// Rows are the rows from lo up to hi, those that there are.
func (d *Difference) Rows(lo, hi int) []Row {
	lo, hi = clip(lo, len(d.All)), clip(hi, len(d.All))
	return d.All[lo:max(lo, hi)]
}

// Bytes is what all rows come to.
func (d *Difference) Bytes() int64 { return int64(d.A.Bytes) - int64(d.B.Bytes) }

// Count is the objects of all rows.
func (d *Difference) Count() int { return d.A.Count - d.B.Count }
