package main

import (
	"fmt"
	"strings"

	"programs/truth"
)

// Slices, arrays and strings, whole and in part.
var (
	nested   [][]*Leaf
	points   [][]Point
	cells    []*[3]Cell
	columns  [][]*Elem
	windows  [][]*Seen
	texts    []string
	document Document
)

// Leaf: 31, in five slices of a slice of slices.
type Leaf struct{ id, row, col int }

// Point: 37 backing arrays of three, without pointers.
type Point struct{ x, y, z float64 }

// Cell: 41 arrays of three structs; the first 43 cells have a CellValue each.
type Cell struct {
	n     int
	value *CellValue
}

type CellValue struct{ a, b, c int }

// Elem: one for every element of every slice of pointers.
type Elem struct{ id, column, row int }

// columnLengths are those at which the allocator changes its ways: from 65
// pointers an array has a malloc header, from 4,096 a span of its own.
var columnLengths = [...]int{1, 2, 63, 64, 65, 127, 128, 512, 1000, 2047, 4094, 4095, 4096, 4099}

// Seen: 47 in two arrays of which only a middle part is held.
type Seen struct{ id, window, n int }

func addSlices(a *truth.Account) {
	for left := 31; left > 0; left -= 7 {
		row := make([]*Leaf, min(left, 7))
		for i := range row {
			row[i] = truth.Of(a, &Leaf{id: i})
		}
		nested = append(nested, truth.Slice(a, row))
	}
	for i := 0; i < 37; i++ {
		points = append(points, truth.Slice(a, make([]Point, 3)))
	}
	addCells(a)
	for _, n := range columnLengths {
		columns = append(columns, column(a, n))
	}
	for _, n := range []int{20, 27} {
		windows = append(windows, window(a, n)[5:n-5:n-4])
	}
}

func addCells(a *truth.Account) {
	made := 0
	for i := 0; i < 41; i++ {
		row := truth.Of(a, new([3]Cell))
		for j := range row {
			if row[j].n = j; made < 43 {
				row[j].value = truth.Of(a, &CellValue{a: i})
				made++
			}
		}
		cells = append(cells, row)
	}
}

func column(a *truth.Account, n int) []*Elem {
	col := truth.Slice(a, make([]*Elem, n))
	for i := range col {
		col[i] = truth.Of(a, &Elem{id: i, column: n})
	}
	return col
}

func window(a *truth.Account, n int) []*Seen {
	all := truth.Slice(a, make([]*Seen, n))
	for i := range all {
		all[i] = truth.Of(a, &Seen{id: i, window: n})
	}
	return all
}

// Document is a global of strings.
type Document struct {
	title, body, tail string
	raw               []byte
}

func addStrings(a *truth.Account) {
	for i := 0; i < 53; i++ {
		texts = append(texts, truth.Text(a, fmt.Sprintf("text of more than 16 bytes %03d", i)))
	}
	whole := truth.Text(a, strings.Repeat("a long line. ", 100))
	document = Document{
		title: truth.Text(a, strings.Repeat("title ", 5)),
		body:  truth.Text(a, strings.Repeat("body ", 10_000)),
		tail:  whole[700:], // alone holds the whole
		raw:   make([]byte, 3000),
	}
}
