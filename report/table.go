package report

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/width"
)

// table is text in aligned columns.
type table struct {
	right []bool // columns that end alike
	rows  [][]string
}

// newTable begins a table: a heading that starts with ">" is one of numbers.
func newTable(headings ...string) *table {
	t := &table{right: make([]bool, len(headings))}
	for i, h := range headings {
		if rest, ok := strings.CutPrefix(h, ">"); ok {
			t.right[i], headings[i] = true, rest
		}
	}
	t.add(headings...)
	return t
}

func (t *table) add(words ...string) {
	for i, w := range words {
		words[i] = middle(w, maxCell)
	}
	t.rows = append(t.rows, words)
}

// maxCell is the widest cell of a table: names of generic types run to
// hundreds of letters.
const maxCell = 100

// middle shortens a text to n columns by taking out its middle.
func middle(s string, n int) string {
	if cells(s) <= n {
		return s
	}
	head, tail := "", ""
	runes := []rune(s)
	for i, j := 0, len(runes)-1; cells(head)+cells(tail) < n-3; i, j = i+1, j-1 {
		head, tail = head+string(runes[i]), string(runes[j])+tail
	}
	return head + "…" + tail
}

// write prints the table, each line after indent. Headings that are all empty
// are left out.
func (t *table) write(w io.Writer, indent string) {
	rows := t.rows
	if strings.Join(rows[0], "") == "" {
		rows = rows[1:]
	}
	wide := make([]int, len(t.right))
	for _, r := range rows {
		for i, c := range r {
			wide[i] = max(wide[i], cells(c))
		}
	}
	for _, r := range rows {
		var b strings.Builder
		for i, c := range r {
			if i > 0 {
				b.WriteString("  ")
			}
			pad := strings.Repeat(" ", wide[i]-cells(c))
			if t.right[i] {
				b.WriteString(pad + c)
			} else {
				b.WriteString(c + pad)
			}
		}
		fmt.Fprintln(w, indent+strings.TrimRight(b.String(), " "))
	}
}

// cells is the number of columns that a terminal gives a text.
func cells(s string) int {
	n := 0
	for _, r := range s {
		n++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}
