package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/objgraph/objgraph/census"
)

// Places are the lines of the source, "main.go:41", that declare what an answer
// names; "" where none is known.
type Places struct {
	Type   string        // picked
	Chains []ChainPlaces // as the answer's
	// File, if not nil, shortens the name of a file of the source.
	File func(path string) string
}

// ChainPlaces are those of one chain.
type ChainPlaces struct {
	Root  string       // variable
	Steps []StepPlaces // as the chain's
}

// StepPlaces are those of one step.
type StepPlaces struct {
	Type      string
	Field     string // that leads to it
	FieldName string // "main.Cache.entries"
}

// placesOf are the i-th chain's, all unknown if there are none.
func placesOf(places []ChainPlaces, i int, c *census.Chain) ChainPlaces {
	if i < len(places) && len(places[i].Steps) == len(c.Steps) {
		return places[i]
	}
	return ChainPlaces{Steps: make([]StepPlaces, len(c.Steps))}
}

// known is nil for what is not known.
func known(place string) *string {
	if place == "" {
		return nil
	}
	return &place
}

func after(gap, text string) string {
	if text == "" {
		return ""
	}
	return gap + text
}

// declared says where to look: the variable and the field that hold, and the
// type itself; then where the objects were made.
func (l *Leaks) declared() (clauses []string) {
	var places []string
	say := func(name, place string) {
		if place != "" {
			places = append(places, fmt.Sprintf("%s %sat %s", name, verb(len(places)), place))
		}
	}
	if len(l.Chains) > 0 {
		c := &l.Chains[0]
		at := placesOf(l.Places.Chains, 0, c)
		say(strings.TrimPrefix(c.RootName, "global "), at.Root)
		for i := len(at.Steps) - 1; i >= 0; i-- {
			if at.Steps[i].Field != "" {
				say(at.Steps[i].FieldName, at.Steps[i].Field)
				break
			}
		}
	}
	say(l.Picked.Name, l.Places.Type)
	if len(places) > 0 {
		clauses = append(clauses, strings.Join(places, ", "))
	}
	if len(l.Sites) > 0 {
		s := &l.Sites[0]
		call := s.Stack[s.Own]
		clauses = append(clauses, fmt.Sprintf("%s allocated in %s at %s:%d", sampled(s.Count, len(l.Objects)), call.Func, l.file(call.File), call.Line))
	}
	return clauses
}

// verb is that of the first of several clauses, which the others share.
func verb(before int) string {
	if before > 0 {
		return ""
	}
	return "is declared "
}

// sampled says how many of the objects a site is known for.
func sampled(n, all int) string {
	switch {
	case all == 1:
		return "it was"
	case n == all:
		return "all were"
	case n == 1:
		return "one of them, sampled, was"
	}
	return fmt.Sprintf("%s of them, sampled, were", count(n))
}

func (l *Leaks) file(path string) string {
	if l.Places.File == nil {
		return path
	}
	return l.Places.File(path)
}

// maxSites is how many places of allocation are listed.
const maxSites = 4

// allocated lists where the objects were made.
func (l *Leaks) allocated(w io.Writer) {
	if len(l.Sites) == 0 {
		return
	}
	n := 0
	for i := range l.Sites {
		n += l.Sites[i].Count
	}
	fmt.Fprintf(w, "\nallocated at, as far as the memory profile sampled them (%s of %s):\n", count(n), count(len(l.Objects)))
	shown, cut := head(l.Sites, maxSites)
	tab := newTable(">", "", "")
	for i := range shown {
		c := shown[i].Stack[shown[i].Own]
		tab.add(count(shown[i].Count), c.Func, fmt.Sprintf("%s:%d", l.file(c.File), c.Line))
	}
	tab.write(w, "  ")
	cutLine(w, cut, "place")
}
