package report

import (
	"fmt"
	"io"

	"github.com/objgraph/objgraph/census"
)

type chainJSON struct {
	Count       int           `json:"count"`
	Root        chainRootJSON `json:"root"`
	Steps       []stepJSON    `json:"steps"`
	Fingerprint string        `json:"fingerprint"`
}

type chainRootJSON struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// stepJSON is one object; repeat is how many in a row it stands for.
type stepJSON struct {
	Type   string `json:"type"`
	Edge   string `json:"edge"`
	Addr   string `json:"addr"`
	Repeat int    `json:"repeat"`
}

func newChains(chains []census.Chain) []chainJSON {
	out := []chainJSON{}
	for _, c := range chains {
		j := chainJSON{c.Count, chainRootJSON{c.RootKind, c.RootName}, []stepJSON{}, c.Fingerprint}
		for _, st := range c.Steps {
			j.Steps = append(j.Steps, stepJSON{st.Type, label(st.Edge), address(st.Addr), st.Repeat})
		}
		out = append(out, j)
	}
	return out
}

// label names a reference; that of a variable which is the pointer itself has
// no name of its own.
func label(edge string) string {
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

// writeChain draws a chain, root first, one object a line.
func writeChain(w io.Writer, c *census.Chain, indent string) {
	weak := ""
	if c.Weak {
		weak = "  (a word that looks like a pointer: perhaps stale)"
	}
	fmt.Fprintf(w, "%s%s%s\n", indent, c.RootName, weak)
	tab := newTable("", "", "")
	for i := range c.Steps {
		if left := len(c.Steps) - chainHead - chainTail; left > 1 && i >= chainHead && i < chainHead+left {
			if i == chainHead {
				tab.add("…", plural(left, "more object"), "")
			}
			continue
		}
		st := &c.Steps[i]
		tab.add(stepLabel(st), "-> "+st.Type, address(st.Addr))
	}
	tab.write(w, indent+"  ")
}

func stepLabel(st *census.Step) string {
	if st.Repeat > 1 {
		return fmt.Sprintf("%s (%s times)", census.Fold(label(st.Edge)), count(st.Repeat))
	}
	return label(st.Edge)
}
