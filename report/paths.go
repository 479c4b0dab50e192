package report

import (
	"fmt"
	"io"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/mem"
)

// Paths is the answer of `paths`.
type Paths struct {
	About
	Type    string
	Addr    mem.Addr // of the one object that was asked for; 0: a type was
	Objects int      // of the set
	Chains  []census.Chain
	Cut     int      // chains left out, or Uncounted
	Lost    int      // objects without a chain
	Ignored []string // references left out of the search, as given
}

// Uncounted is the Cut of an answer that was ended before all was counted.
const Uncounted = -1

type pathsJSON struct {
	aboutJSON
	Target targetJSON  `json:"target"`
	Chains []chainJSON `json:"chains"`
	Cut    int         `json:"cut"`
	Lost   int         `json:"lost"`
}

type targetJSON struct {
	Type    string  `json:"type"`
	Addr    *string `json:"addr"` // null where a type was asked for
	Objects int     `json:"objects"`
}

// JSON writes the chains: of a type those that hold most objects first, of one
// object the shortest first. cut is -1 where the others were not counted.
func (p *Paths) JSON(w io.Writer) error {
	out := pathsJSON{aboutJSON: p.About.json(), Target: targetJSON{Type: p.Type, Objects: p.Objects},
		Chains: newChains(p.Chains, nil), Cut: p.Cut, Lost: p.Lost}
	if p.Addr != 0 {
		a := address(p.Addr)
		out.Target.Addr = &a
	}
	return writeJSON(w, out)
}

// Text draws the chains for people.
func (p *Paths) Text(w io.Writer) error {
	fmt.Fprintln(w, p.headline())
	for i := range p.Chains {
		c := &p.Chains[i]
		if p.Objects > 1 {
			fmt.Fprintf(w, "\n%s\n", share(c.Count, p.Objects))
			writeChain(w, c, placesOf(nil, 0, c), "  ")
			continue
		}
		fmt.Fprintln(w)
		writeChain(w, c, placesOf(nil, 0, c), "")
	}
	switch {
	case p.Cut == Uncounted:
		fmt.Fprintln(w, "\n… and more chains (--limit 0 shows all)")
	case p.Cut > 0:
		fmt.Fprintf(w, "\n… and %s (--limit 0 shows all)\n", plural(p.Cut, "more chain"))
	}
	p.lost(w)
	p.About.text(w)
	return nil
}

func (p *Paths) headline() string {
	if p.Objects > 1 {
		return fmt.Sprintf("%s %s: the shortest chain to each, grouped by root and fields%s", count(p.Objects), p.Type, p.without())
	}
	return fmt.Sprintf("%s%s: the shortest chain from each root that leads to it%s", p.Type, p.at(), p.without())
}

func (p *Paths) at() string {
	if p.Addr == 0 {
		return ""
	}
	return " at " + address(p.Addr)
}

func (p *Paths) without() string {
	if len(p.Ignored) == 0 {
		return ""
	}
	return fmt.Sprintf(", without %s", and(p.Ignored))
}

// share is "3 of 5", or "all 5".
func share(some, all int) string {
	if some == all {
		return "all " + count(all)
	}
	return fmt.Sprintf("%s of %s", count(some), count(all))
}

// lost says what no chain leads to.
func (p *Paths) lost(w io.Writer) {
	switch {
	case len(p.Chains) == 0 && len(p.Ignored) > 0:
		fmt.Fprintf(w, "\nNothing else holds it: without %s no root leads here.\n", and(p.Ignored))
	case len(p.Chains) == 0:
		fmt.Fprintln(w, "\nNo root that the dump lists leads here. It may be garbage; dumps omit some roots too (cleanups, weak handles, memory of C).")
	case p.Lost > 0:
		fmt.Fprintf(w, "\n%s of %s have no chain then.\n", count(p.Lost), count(p.Objects))
	}
}

// and joins words: "a, b and c".
func and(words []string) string {
	if len(words) == 0 {
		return ""
	}
	out := words[0]
	for i, word := range words[1:] {
		if i == len(words)-2 {
			out += " and " + word
		} else {
			out += ", " + word
		}
	}
	return out
}
