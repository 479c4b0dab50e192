package report

import (
	"fmt"
	"io"

	"github.com/objgraph/objgraph/census"
)

// Types is the answer of `types`.
type Types struct {
	About
	*census.TypesTable
	All bool // the rows count unreached objects too
}

type typesJSON struct {
	aboutJSON
	Types []typeJSON     `json:"types"`
	Total typesTotalJSON `json:"total"`
	Cut   int            `json:"cut"`
}

type typeJSON struct {
	Type     string `json:"type"`
	Count    int    `json:"count"`
	Bytes    uint64 `json:"bytes"`
	Retained uint64 `json:"retained"`
	Guessed  int    `json:"guessed"`
}

type typesTotalJSON struct {
	sumJSON
	Unreached sumJSON `json:"unreached"`
}

// JSON writes the table, most bytes first, then by name.
func (t *Types) JSON(w io.Writer) error {
	out := typesJSON{aboutJSON: t.About.json(), Types: []typeJSON{}, Cut: t.Cut,
		Total: typesTotalJSON{sumJSON(t.Total), sumJSON(t.Unreached)}}
	for _, r := range t.Rows {
		out.Types = append(out.Types, typeJSON{r.Type, r.Count, r.Bytes, r.Retained, r.Guessed})
	}
	return writeJSON(w, out)
}

// Text writes the table for people.
func (t *Types) Text(w io.Writer) error {
	guesses := false
	for _, r := range t.Rows {
		guesses = guesses || r.Guessed > 0
	}
	headings := []string{"type", ">objects", ">bytes", ">retained"}
	if guesses {
		headings = append(headings, ">guessed")
	}
	tab := newTable(headings...)
	for _, r := range t.Rows {
		row := []string{r.Type, count(r.Count), Bytes(r.Bytes), Bytes(r.Retained)}
		if guesses {
			row = append(row, guessed(r.Guessed))
		}
		tab.add(row...)
	}
	tab.write(w, "")
	cutLine(w, t.Cut, "type")
	t.totals(w, guesses)
	t.About.text(w)
	return nil
}

func guessed(n int) string {
	if n == 0 {
		return "-"
	}
	return count(n)
}

func (t *Types) totals(w io.Writer, guesses bool) {
	fmt.Fprintf(w, "\nreachable: %s, %s\n", plural(t.Total.Count, "object"), Bytes(t.Total.Bytes))
	counted := "not in the table; --all adds them"
	if t.All {
		counted = "counted in the table"
	}
	fmt.Fprintf(w, "unreached: %s, %s (%s)\n", plural(t.Unreached.Count, "object"), Bytes(t.Unreached.Bytes), counted)
	if guesses {
		fmt.Fprintln(w, "guessed: the type is one whose size and pointers match")
	}
}
