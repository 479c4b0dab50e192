package report

import (
	"fmt"
	"io"

	"github.com/objgraph/objgraph/census"
)

// Sizes is the answer of `types --by size`: all objects, reachable or not, by
// the size of their slots.
type Sizes struct {
	Dump          string
	Complete      bool
	Rows          []SizeRow // most bytes first
	Total         census.Sum
	SpanTailSlots int
	Cut           int
	Warnings      []string
}

// SizeRow is the objects of one slot size, with pointers or without.
type SizeRow struct {
	Size     uint64 // bytes of the slot, or the largest of the row
	Above    uint64 // a row of many sizes: all above this; 0 for one size
	Pointers bool
	Header   string // the type in the malloc header, "" where there is none
	census.Sum
}

type sizesJSON struct {
	Dump          string        `json:"dump"`
	Complete      bool          `json:"complete"`
	Sizes         []sizeRowJSON `json:"sizes"`
	Total         sumJSON       `json:"total"`
	SpanTailSlots int           `json:"spanTailSlots"`
	Cut           int           `json:"cut"`
	Warnings      []string      `json:"warnings"`
}

type sizeRowJSON struct {
	Size     uint64  `json:"size"`
	Above    *uint64 `json:"above"`
	Pointers bool    `json:"pointers"`
	Header   *string `json:"header"`
	sumJSON
}

// JSON writes the table in the order of Rows.
func (s *Sizes) JSON(w io.Writer) error {
	out := sizesJSON{Dump: s.Dump, Complete: s.Complete, Sizes: []sizeRowJSON{}, Total: sumJSON(s.Total),
		SpanTailSlots: s.SpanTailSlots, Cut: s.Cut, Warnings: list(s.Warnings)}
	for _, r := range s.Rows {
		row := sizeRowJSON{Size: r.Size, Pointers: r.Pointers, sumJSON: sumJSON(r.Sum)}
		if r.Above > 0 {
			row.Above = &r.Above
		}
		if r.Header != "" {
			row.Header = &r.Header
		}
		out.Sizes = append(out.Sizes, row)
	}
	return writeJSON(w, out)
}

// Text writes the table for people.
func (s *Sizes) Text(w io.Writer) error {
	tab := newTable(">slot size", "pointers", "type in the header", ">objects", ">bytes")
	for _, r := range s.Rows {
		tab.add(r.slot(), r.pointers(), r.Header, count(r.Count), Bytes(r.Bytes))
	}
	tab.write(w, "")
	cutLine(w, s.Cut, "row")
	fmt.Fprintf(w, "\nall objects, reachable or not: %s, %s\n", count(s.Total.Count), Bytes(s.Total.Bytes))
	if s.SpanTailSlots > 0 {
		fmt.Fprintf(w, "%s in the file that are no objects were left out (span tails)\n", plural(s.SpanTailSlots, "slot"))
	}
	if !s.Complete {
		fmt.Fprintln(w, "\nThis dump is DAMAGED: every number is of the part before the damage.")
	}
	return nil
}

func (r *SizeRow) slot() string {
	if r.Above > 0 {
		return fmt.Sprintf("%s to %s", count(int(r.Above)+1), count(int(r.Size)))
	}
	return count(int(r.Size))
}

func (r *SizeRow) pointers() string {
	if r.Pointers {
		return "yes"
	}
	return "no"
}
