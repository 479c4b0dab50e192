package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/objgraph/objgraph/census"
)

type untypedJSON struct {
	Type    string       `json:"type"`
	Count   int          `json:"count"`
	Bytes   uint64       `json:"bytes"`
	Example string       `json:"example"`
	Holders []holderJSON `json:"holders"`
}

type holderJSON struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

func newUntyped(rows []census.UntypedRow) (out []untypedJSON) {
	for _, r := range rows {
		u := untypedJSON{Type: r.Type, Count: r.Count, Bytes: r.Bytes, Example: r.Example.String(), Holders: []holderJSON{}}
		for _, h := range r.Holders {
			u.Holders = append(u.Holders, holderJSON{h.Name, h.Count})
		}
		out = append(out, u)
	}
	return out
}

// untyped writes what has no known type, and what points at it.
func (in *Info) untyped(w io.Writer) {
	fmt.Fprintln(w, "\nwhat has no known type, and what points at it")
	tab := newTable("slots", ">objects", ">bytes", "first at", "held by (references)")
	for _, r := range in.Untyped {
		tab.add(r.Type, count(r.Count), Bytes(r.Bytes), r.Example.String(), heldBy(r.Holders))
	}
	tab.write(w, "  ")
	if in.UntypedCut > 0 {
		fmt.Fprintf(w, "  … and %s more (--limit 0 shows all)\n", plural(in.UntypedCut, "group"))
	}
}

func heldBy(holders []census.HolderRow) string {
	var words []string
	for _, h := range holders {
		words = append(words, fmt.Sprintf("%s (%s)", h.Name, count(h.Count)))
	}
	return strings.Join(words, ", ")
}
