package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/objgraph/objgraph/partition"
)

// Rows are what a table of a partition shows: a partition.Table or the Difference
// of two.
type Rows interface {
	Len() int
	Rows(lo, hi int) []partition.Row
}

// Partition is some rows of a table, in the layout of guppy's heapy.
type Partition struct {
	Rows
	From, To int // rows shown, clipped to what there is
}

// PageRows is how many rows a page has.
const PageRows = 10

// heading, count and bytes are of the whole table.
func (p *Partition) whole() (heading string, count int, bytes int64) {
	switch t := p.Rows.(type) {
	case *partition.Table:
		return t.Heading, t.Total.Count, int64(t.Total.Bytes)
	case *partition.Difference:
		return t.Heading, t.Count(), t.Bytes()
	}
	return "", 0, 0
}

// Text writes the page: what is divided, the rows, the total, and how many more
// there are.
func (p *Partition) Text(w io.Writer) error {
	heading, count, bytes := p.whole()
	switch t := p.Rows.(type) {
	case *partition.Difference:
		differenceHead(w, t)
	default:
		fmt.Fprintf(w, "Partition of a set of %s. Total size = %d bytes.\n", objects(count), bytes)
	}
	if p.Len() == 0 {
		return nil
	}
	rows := p.Rows.Rows(p.From, p.To)
	l := layoutOf(rows, count, bytes)
	fmt.Fprintf(w, "%*s %*s   %% %*s   %% %*s  %% %s\n", l.index, "Index", l.count, "Count", l.bytes, "Size", l.sum, "Cumulative", heading)
	for i, r := range rows {
		fmt.Fprintf(w, "%*d %*d %3s %*d %3s %*d %3s %s\n", l.index, p.From+i, l.count, r.Count, part(r.Count, count),
			l.bytes, r.Bytes, part(r.Bytes, bytes), l.sum, r.Cumulative, part(r.Cumulative, bytes), middle(r.Name, maxKind))
	}
	fmt.Fprintf(w, "%*s %*d %3s %*d %3s\n", l.index, "total", l.count, count, part(count, count), l.bytes, bytes, part(bytes, bytes))
	if more := p.Len() - p.From - len(rows); more > 0 {
		fmt.Fprintf(w, "<%d more %s. Type e.g. '_.more' to view.>\n", more, plurals(more, "row"))
	}
	return nil
}

// maxKind is the widest name of a row.
const maxKind = 200

func objects(n int) string { return fmt.Sprintf("%d %s", n, plurals(n, "object")) }

func plurals(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

func differenceHead(w io.Writer, d *partition.Difference) {
	fmt.Fprintln(w, "Summary of difference operation (A-B).")
	width := len(strconv.Itoa(max(d.A.Count, d.B.Count, 100000)))
	size := len(strconv.FormatUint(max(d.A.Bytes, d.B.Bytes, 10000000), 10))
	fmt.Fprintf(w, "     %*s %*s\n", width+1, "Count", size+1, "Size")
	fmt.Fprintf(w, "  A  %*d %*d\n", width+1, d.A.Count, size+1, d.A.Bytes)
	fmt.Fprintf(w, "  B  %*d %*d\n", width+1, d.B.Count, size+1, d.B.Bytes)
	fmt.Fprintf(w, "  A-B%*d %*d\n", width+1, d.Count(), size+1, d.Bytes())
}

// columns are the widths of a table.
type columns struct{ index, count, bytes, sum int }

// layoutOf has the widths of heapy, or what the largest numbers take.
func layoutOf(rows []partition.Row, count int, bytes int64) columns {
	l := columns{6, 6, 8, 10}
	wide := func(at *int, n int64) { *at = max(*at, len(strconv.FormatInt(n, 10))) }
	wide(&l.count, int64(count))
	wide(&l.bytes, bytes)
	for _, r := range rows {
		wide(&l.count, int64(r.Count))
		wide(&l.bytes, r.Bytes)
		wide(&l.sum, r.Cumulative)
	}
	return l
}

// part is a share in percent, rounded; of nothing there is none.
func part[T int | int64](n, of T) string {
	if of == 0 {
		return "-"
	}
	return strconv.Itoa(int(math.Round(100 * float64(n) / math.Abs(float64(of)))))
}

type partitionJSON struct {
	Heading string             `json:"heading"`
	Count   int                `json:"count"`
	Size    int64              `json:"size"`
	Rows    []partitionRowJSON `json:"rows"`
	Cut     int                `json:"cut"`
	A       *sumJSON           `json:"a,omitempty"`
	B       *sumJSON           `json:"b,omitempty"`
}

type partitionRowJSON struct {
	Index      int    `json:"index"`
	Name       string `json:"name"`
	Count      int    `json:"count"`
	Size       int64  `json:"size"`
	Cumulative int64  `json:"cumulative"`
}

// JSON writes the rows and the total, sizes in bytes; cut is how many rows are
// left out. A difference has the sums of its two sides.
func (p *Partition) JSON(w io.Writer) error {
	heading, count, bytes := p.whole()
	out := partitionJSON{Heading: heading, Count: count, Size: bytes, Rows: []partitionRowJSON{}}
	if d, ok := p.Rows.(*partition.Difference); ok {
		a, b := sumJSON(d.A), sumJSON(d.B)
		out.A, out.B = &a, &b
	}
	for i, r := range p.Rows.Rows(p.From, p.To) {
		out.Rows = append(out.Rows, partitionRowJSON{p.From + i, r.Name, r.Count, r.Bytes, r.Cumulative})
	}
	out.Cut = p.Len() - len(out.Rows)
	return writeJSON(w, out)
}

// CSV writes the rows under a line of headings, and the total as the last one,
// without an index.
func (p *Partition) CSV(w io.Writer) error {
	heading, count, bytes := p.whole()
	out := csv.NewWriter(w)
	out.Write([]string{"index", "count", "size", "cumulative", heading})
	for i, r := range p.Rows.Rows(p.From, p.To) {
		out.Write([]string{strconv.Itoa(p.From + i), strconv.Itoa(r.Count), strconv.FormatInt(r.Bytes, 10), strconv.FormatInt(r.Cumulative, 10), r.Name})
	}
	out.Write([]string{"", strconv.Itoa(count), strconv.FormatInt(bytes, 10), strconv.FormatInt(bytes, 10), "total"})
	out.Flush()
	return out.Error()
}
