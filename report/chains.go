package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/objgraph/objgraph/census"
)

type chainJSON struct {
	Count       int           `json:"count"`
	ByRoot      int           `json:"byRoot"` // held by the same root, this way or another
	Root        chainRootJSON `json:"root"`
	Roots       int           `json:"roots"` // that hold objects this way, root among them
	Steps       []stepJSON    `json:"steps"`
	Fingerprint string        `json:"fingerprint"`
	// Of what leaked by this holder; null where growth is not known.
	New      *int     `json:"new"`
	Gone     *int     `json:"gone"`
	Delta    *int     `json:"delta"`
	Bytes    *uint64  `json:"bytes"`
	Retained *uint64  `json:"retained"`
	PerJob   *float64 `json:"perJob"`
}

// declared is the line of the source, null where none is known.
type chainRootJSON struct {
	Kind     string  `json:"kind"`
	Name     string  `json:"name"`
	Declared *string `json:"declared"`
	Says     *string `json:"says"` // what a root of the runtime's means, else null
}

// stepJSON is one object; repeat is how many in a row it stands for. declared is
// the line of its type, edgeDeclared that of the field.
type stepJSON struct {
	Type         string  `json:"type"`
	Edge         string  `json:"edge"`
	Addr         string  `json:"addr"`
	Repeat       int     `json:"repeat"`
	Suspect      bool    `json:"suspect"` // the edge is one of those that should have been cut
	Declared     *string `json:"declared"`
	EdgeDeclared *string `json:"edgeDeclared"`
}

// newChains makes JSON of chains and of what is known of their declarations.
func newChains(chains []census.Chain, places []ChainPlaces) []chainJSON {
	out := []chainJSON{}
	for i, c := range chains {
		at := placesOf(places, i, &c)
		j := chainJSON{
			Count: c.Count, ByRoot: c.ByRoot, Root: chainRootJSON{c.RootKind, c.RootName, known(at.Root), known(pending(&c))},
			Roots: max(1, c.Roots), Steps: []stepJSON{}, Fingerprint: c.Fingerprint,
		}
		for k, st := range c.Steps {
			j.Steps = append(j.Steps, stepJSON{st.Type, EdgeLabel(st.Edge), address(st.Addr), st.Repeat, isSuspect(&c, k), known(at.Steps[k].Type), known(at.Steps[k].Field)})
		}
		if f := c.Flow; f != nil {
			delta := f.New - f.Gone
			j.New, j.Gone, j.Delta, j.Bytes, j.Retained, j.PerJob = &f.New, &f.Gone, &delta, &f.Bytes, &f.Retained, &f.PerJob
		}
		out = append(out, j)
	}
	return out
}

// isSuspect reports whether a step's reference is one of those that should have
// been cut.
func isSuspect(c *census.Chain, step int) bool { return step >= len(c.Steps)-c.Suspects }

// EdgeLabel names a reference; that of a variable which is the pointer itself has
// no name of its own.
func EdgeLabel(edge string) string {
	if edge == "" {
		return "points to"
	}
	return edge
}

// Longer chains lose their middle.
const (
	chainHead = 24 // steps shown from the root
	chainTail = 12 // and before the object
)

// writeChain draws a chain, root first, one object a line, with the line of the
// source that declares the field or else the type. Suspect references are
// underlined.
func writeChain(w io.Writer, c *census.Chain, at ChainPlaces, indent string) {
	weak := ""
	if c.Weak {
		weak = "  (a word that looks like a pointer: perhaps stale)"
	}
	timers := ""
	if pending(c) != "" {
		timers = "  (pending timers)"
	}
	fmt.Fprintf(w, "%s%s%s%s%s\n", indent, c.Holder(), timers, weak, after("  ", at.Root))
	tab := newTable("", "", "", "")
	for i := range c.Steps {
		if left := gapAt(c, i); left > 0 {
			tab.add("…", plural(left, "more object"), "", "")
		}
		if inGap(c, i) {
			continue
		}
		st := &c.Steps[i]
		tab.add(stepLabel(st), "-> "+st.Type, address(st.Addr), cmp.Or(at.Steps[i].Field, at.Steps[i].Type))
		if isSuspect(c, i) {
			tab.add(strings.Repeat("~", cells(stepLabel(st))), "", "", "")
		}
	}
	tab.write(w, indent+"  ")
}

// inGap says that a step is left out of a long chain, gapAt at the first of them
// how many are.
func inGap(c *census.Chain, i int) bool {
	left := len(c.Steps) - chainHead - chainTail
	return left > 1 && i >= chainHead && i < chainHead+left
}

func gapAt(c *census.Chain, i int) int {
	if i == chainHead && inGap(c, i) {
		return len(c.Steps) - chainHead - chainTail
	}
	return 0
}

func stepLabel(st *census.Step) string {
	if st.Repeat > 1 {
		return fmt.Sprintf("%s (%s times)", census.Fold(EdgeLabel(st.Edge)), count(st.Repeat))
	}
	return EdgeLabel(st.Edge)
}
