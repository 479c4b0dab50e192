package report

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/typefilter"
)

// Leaks is the answer of `leaks`.
type Leaks struct {
	*census.Leaks
	About
	Limit    int      // rows of each table, 0 for all
	Warnings []string // of all dumps, and of the drawing
	Pictures []string // paths
}

// Found reports whether something leaked that is worth a look, or whether what
// was asked for did.
func (l *Leaks) Found() bool {
	return l.Picked != nil && !l.Single && l.Picked.Leaked > 0
}

// Verdict is the answer in one paragraph.
func (l *Leaks) Verdict() string {
	if l.Picked == nil {
		return l.Why
	}
	p := l.Picked
	var b strings.Builder
	if l.Asked {
		fmt.Fprintf(&b, "%s was asked for: %s%s.", p.Name, plural(p.Count, "object"), l.grown())
	} else {
		b.WriteString(l.Why)
	}
	if len(l.Chains) > 0 {
		b.WriteString(" " + l.held())
	}
	if p.Retained > 0 {
		verb := "They keep"
		if len(l.Objects) == 1 {
			verb = "It keeps"
		}
		fmt.Fprintf(&b, " %s %s alive.", verb, Bytes(p.Retained))
	}
	return b.String()
}

func (l *Leaks) grown() string {
	if l.Single {
		return ""
	}
	return fmt.Sprintf(", %s new and %s gone since the first dump", count(l.Picked.New), count(l.Picked.Gone))
}

// held says in words who holds the objects.
func (l *Leaks) held() string {
	c := &l.Chains[0]
	who := "It is"
	switch n := len(l.Objects); {
	case n > 1 && c.Count == n:
		who = fmt.Sprintf("All %s are", count(n))
	case n > 1:
		who = fmt.Sprintf("%s of %s are", count(c.Count), count(n))
	}
	if len(l.Objects) > 1 && c.Count == 1 {
		who = fmt.Sprintf("One of %s is", count(len(l.Objects)))
	}
	return fmt.Sprintf("%s held by %s%s.", who, c.RootName, through(c))
}

// through names the types between root and object, few of them.
func through(c *census.Chain) string {
	var names []string
	for _, st := range c.Steps[:len(c.Steps)-1] {
		names = append(names, st.Type)
	}
	if len(names) > 4 {
		names = append(append(names[:2:2], "…"), names[len(names)-2:]...)
	}
	if len(names) == 0 {
		return ""
	}
	return " through " + strings.Join(names, ", ")
}

// Caption is the title and the notes of the picture.
func (l *Leaks) Caption() (title string, notes []string) {
	p := l.Picked
	title = "Who holds " + p.Name
	if !l.Single {
		title = fmt.Sprintf("Who holds the %s %s that came in %s", count(len(l.Objects)), p.Name, plural(l.jobs(), "job"))
	}
	if n := len(l.Objects); n > 1 {
		notes = append(notes, fmt.Sprintf("drawn is one of %s, with the commonest way to hold them", count(n)))
	}
	if !l.Single {
		notes = append(notes, fmt.Sprintf("compared with %s", filepath.Base(l.Dumps[0])))
	}
	return title, notes
}

func (l *Leaks) jobs() (n int) {
	for _, j := range l.Jobs {
		n += j
	}
	return n
}

// unknowns are what the evidence cannot say, one sentence each.
func (l *Leaks) unknowns() []string {
	out := []string{fmt.Sprintf("%s of the reachable objects, %s of their bytes, have a known type; what leaked among the others has no name.",
		percent(l.About.Typed.ObjectsShare), percent(l.About.Typed.BytesShare))}
	if l.Single {
		out = append(out, "One dump shows what is large, not what grows. Give two or more of one process, a few jobs apart.")
	}
	if l.JobsAssumed {
		out = append(out, "Growth a job counts one job between neighbouring dumps; say how many there were with --jobs.")
	}
	if l.Weak.Count > 0 {
		out = append(out, fmt.Sprintf("Only words on stacks that look like pointers lead to %s (%s): perhaps garbage.",
			plural(l.Weak.Count, "object"), Bytes(l.Weak.Bytes)))
	}
	if l.Ambiguous > 0 {
		out = append(out, fmt.Sprintf("%s where one of the same type stood before, with other contents: the same one changed, or another in its slot. Not counted as new.",
			plural(l.Ambiguous, "object stands", "objects stand")))
	}
	out = append(out, "Dumps omit some roots (cleanups, weak handles, plugins' globals, memory of C): what only they hold counts as unreached.")
	if !l.Leaks.Complete {
		out = append(out, "A dump is DAMAGED: what follows the damage is in no number.")
	}
	return out
}

// delta is the net growth since the first dump.
func delta(l *typefilter.Leak) int { return l.New - l.Gone }
