package census_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/examples"
	"github.com/objgraph/objgraph/typefilter"
)

// TestAccepted accepts the worker's leak, and with it all that it drags along:
// customers and lines, the maps of taxes, and the slice that holds the invoices.
func TestAccepted(t *testing.T) {
	exe, dumps := worker(t, "-jobs", "6")
	l := find(t, dumps, census.LeaksOptions{Exe: exe})
	if l.Retained != l.Picked.Retained {
		t.Errorf("all that leaked retains %d bytes, the invoices %d: want the same, as they hold the rest", l.Retained, l.Picked.Retained)
	}
	accept := []census.Accept{{Fingerprint: "0000000000000000"}, {Fingerprint: l.Chains[0].Fingerprint, Comment: "known"}}
	l = find(t, dumps, census.LeaksOptions{Exe: exe, Accept: accept})
	if l.Picked != nil && l.Picked.Origin == typefilter.MainModule || l.Retained != 0 {
		t.Errorf("picked %+v, which retains %d: %s", l.Picked, l.Retained, l.Why)
	}
	for _, r := range l.Leaked {
		if strings.HasPrefix(r.Name, "main.") {
			t.Errorf("%s is listed as leaked", r.Name)
		}
	}
	none, all := l.Accepted[0], l.Accepted[1]
	if none.Count != 0 || all.Root != "global "+examples.LeakedHolder || all.Comment != "known" || !slices.Contains(all.Types, "main.Customer") {
		t.Errorf("accepted %+v", l.Accepted)
	}
	l = find(t, dumps, census.LeaksOptions{Exe: exe, Accept: accept, Type: examples.LeakedType})
	if !l.AllAccepted || len(l.Objects) != 6 {
		t.Errorf("asked for: %d objects, all accepted %v", len(l.Objects), l.AllAccepted)
	}
}

// TestFingerprints wants them to be those of another run, whatever the form of
// names.
func TestFingerprints(t *testing.T) {
	var prints []string
	for _, full := range []bool{false, true} {
		exe, dumps := worker(t, "-jobs", "3")
		l := find(t, dumps, census.LeaksOptions{Exe: exe, FullNames: full})
		prints = append(prints, l.Chains[0].Fingerprint)
	}
	if prints[0] != prints[1] {
		t.Errorf("two runs have %q", prints)
	}
}
