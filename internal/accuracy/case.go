// Package accuracy measures how often the analysis of leaks is right: it takes
// programs with planted leaks, the truth that they state about themselves, and
// what census.FindLeaks says, and gives precision, recall, the rank of the true
// cause and whether its holder was found. It is for tests alone.
package accuracy

import (
	"encoding/json"
	"fmt"
)

// Case is a planted leak or a control, as the program that has it lists it.
type Case struct {
	Name  string
	Cause string   // in words
	Types []string // that leak, any of which is the right answer; a control has none
	Also  []string // types that leak besides
	Root  string   // the holder, see Holds
	Field string   // part of a label on the way from it

	Besides string // another holder of them all, to be named as well; "" if there is none that must

	Innocent []string // types that grow and leak nothing
	Jobs     int      // to run, 0 for the default
	Idle     int      // milliseconds without a job before the first; there is a dump after them
}

// Leaks says whether the case is a leak rather than a control.
func (c *Case) Leaks() bool { return len(c.Types) > 0 }

// ParseCases reads the list that a program prints, and checks that it can be
// used: names are distinct, and a leak has a cause and a holder.
func ParseCases(text []byte) ([]Case, error) {
	var cases []Case
	if err := json.Unmarshal(text, &cases); err != nil {
		return nil, fmt.Errorf("list of cases: %w", err)
	}
	seen := map[string]bool{}
	for i := range cases {
		c := &cases[i]
		switch {
		case c.Name == "" || seen[c.Name]:
			return nil, fmt.Errorf("case %d is called %q, as one before", i+1, c.Name)
		case c.Cause == "":
			return nil, fmt.Errorf("case %s has no cause", c.Name)
		case c.Leaks() != (c.Root != ""):
			return nil, fmt.Errorf("case %s has types %q and the holder %q: want both or neither", c.Name, c.Types, c.Root)
		}
		seen[c.Name] = true
	}
	return cases, nil
}
