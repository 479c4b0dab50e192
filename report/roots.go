package report

import (
	"fmt"
	"io"

	"github.com/objgraph/objgraph/census"
)

// Roots is the answer of `roots`.
type Roots struct {
	About
	Rows []census.RootRow
	Cut  int
}

type rootsJSON struct {
	aboutJSON
	Roots []rootJSON `json:"roots"`
	Cut   int        `json:"cut"`
}

type rootJSON struct {
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Objects  int    `json:"objects"`
	Retained uint64 `json:"retained"`
}

// JSON writes the rows, most retained first, then by kind and name.
func (r *Roots) JSON(w io.Writer) error {
	out := rootsJSON{aboutJSON: r.About.json(), Roots: []rootJSON{}, Cut: r.Cut}
	for _, row := range r.Rows {
		out.Roots = append(out.Roots, rootJSON{row.Kind, row.Name, row.Objects, row.Retained})
	}
	return writeJSON(w, out)
}

// Text writes the rows for people.
func (r *Roots) Text(w io.Writer) error {
	tab := newTable("root", ">retained", ">points at")
	for _, row := range r.Rows {
		tab.add(row.Name, Bytes(row.Retained), count(row.Objects))
	}
	tab.write(w, "")
	cutLine(w, r.Cut, "root")
	fmt.Fprintln(w, "\nretained: what would go free with that root alone; what several roots hold is in no row")
	r.About.text(w)
	return nil
}
