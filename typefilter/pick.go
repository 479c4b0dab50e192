package typefilter

import (
	"fmt"
	"slices"
	"strings"
)

// Pick chooses the rarest leaked type: of the types that leaked, the one with
// the fewest live objects that grows with the jobs.
//
// A type leaked if objects of it survived, in so far as more came than went.
// With three or more dumps it must also have grown in every interval after
// the warm-up, or by regular steps to the end. Noise is put aside while
// another type leaked. When noise alone leaked, what is internal to runtime
// or library needs growth in two intervals without a plateau; that, and what is
// not known, of one object a job or more, as free lists and caches of the
// runtime grow by a few now and then; and strings,
// slices, maps need a holder outside of the standard library. Types that are
// reached only conservatively are put aside while any other leaked. Of equally
// rare types the main module's go first, then dependencies'; named types
// before closures; the one that retains most; the first by name.
func Pick(candidates []Candidate, series Series, rules *Rules) Decision {
	if series.Dumps < 2 {
		return Decision{Why: "One dump shows no growth: at least two are needed to see what leaked."}
	}
	d := growth(candidates, &series, rules)
	putAside(d.Leaked, &series)
	d.choose(criteria)
	d.Why = d.explain()
	return d
}

// putAside notes with every leak why it may not be picked.
func putAside(leaks []Leak, series *Series) {
	strong := slices.ContainsFunc(leaks, func(l Leak) bool { return !l.WeakOnly })
	plain := slices.ContainsFunc(leaks, func(l Leak) bool { return l.Noise == NotNoise && !(l.WeakOnly && strong) })
	for i := range leaks {
		l := &leaks[i]
		switch {
		case l.WeakOnly && strong:
			l.Aside = "reached only through words that may be no pointers"
		case partOfStore(l, leaks):
			l.Aside = "a part of the map that grows"
		case l.Noise == NotNoise:
		case plain:
			l.Aside = l.Rule + ", while another type " + series.does()
		default:
			l.Aside = l.asideAlone(series)
		}
	}
}

// partOfStore reports whether a type is what a map is made of that leaks as one
// object that grows.
func partOfStore(l *Leak, leaks []Leak) bool {
	return slices.ContainsFunc(leaks, func(m Leak) bool { return m.Store != nil && m.Store.Entries && partOfMap(l, &m) })
}

// partOfMap reports whether a type is what the other, a map, is made of.
func partOfMap(l, of *Leak) bool {
	return of != nil && strings.HasPrefix(of.FullName, "map[") && strings.HasPrefix(l.FullName, of.FullName+" (")
}

// asideAlone is why noise is not picked though nothing else leaked.
func (l *Leak) asideAlone(series *Series) string {
	grew := len(steps(series.telling(l.Deltas)))
	switch {
	case FormOf(l.Name) == Tiny:
		return l.Rule + ", of which blocks are counted and not values"
	case l.Noise == Internals && series.Dumps == 1:
		return l.Rule + ", of which one dump shows no growth"
	case l.Noise == Internals && (!l.Shape.InEvery() || grew < 2):
		return l.Rule + ", without growth in two intervals and no plateau"
	case l.Noise != Parts && series.Dumps > 1 && l.PerJob < 1:
		return l.Rule + ", and does not grow with the jobs: " + perJob(l)
	case l.Noise == Parts && !l.HeldByUser:
		return l.Rule + ", held by nothing outside the standard library"
	}
	return ""
}

// does says what is known of a type that others are put aside for.
func (s *Series) does() string {
	if s.Dumps == 1 {
		return "holds as much"
	}
	return "leaked"
}

// choose sorts the leaks and picks the first, unless it was put aside.
func (d *Decision) choose(by []criterion) {
	slices.SortFunc(d.Leaked, func(a, b Leak) int {
		order, _ := decide(by, &a, &b)
		return order
	})
	rest := d.Leaked
	if len(rest) > 0 && rest[0].Aside == "" {
		d.Picked, rest = &d.Leaked[0], rest[1:]
	}
	for i := range rest {
		l := &rest[i]
		why := "put aside: " + l.Aside
		if l.Aside == "" {
			why = whyBehind(by, l, d.Picked)
			if partOfMap(l, d.Picked) {
				why = "a part of it"
			}
		}
		d.RunnersUp = append(d.RunnersUp, RunnerUp{l, why})
	}
}

func (d *Decision) explain() string {
	if d.Picked == nil {
		return d.explainNone()
	}
	p := d.Picked
	var b strings.Builder
	if p.Store != nil {
		fmt.Fprintf(&b, "%s is one object that grows%s.", p.Name, strings.TrimPrefix(p.growing(p.Store.Amount(p.MorePerJob)), ", growing"))
	} else {
		fmt.Fprintf(&b, "%s is the rarest type that leaked: %s live%s%s.", p.Name, plural(p.Count, "object"), p.withParts(), p.growing(fmt.Sprintf("%.4g", p.PerJob)))
	}
	if p.Noise != NotNoise {
		fmt.Fprintf(&b, " That is noise as a rule (%s), but nothing else leaked.", p.Rule)
	}
	if p.WeakOnly {
		b.WriteString(" It is reached only through words that may be no pointers.")
	}
	b.WriteString(d.second())
	return b.String()
}

// withParts says how rare a type is by its parts.
func (l *Leak) withParts() string {
	if l.Rarity == l.Count {
		return ""
	}
	return fmt.Sprintf(" and, with its parts, as rare as %d", l.Rarity)
}

// growing says in which shape a type leaked, the strongest evidence there is.
func (l *Leak) growing(by string) string {
	switch l.Shape {
	case Ramp:
		return fmt.Sprintf(", growing by exactly %s", by+l.each())
	case Steady:
		return ", growing in every interval"
	case Steps:
		return ", growing in regular steps"
	case Sawtooth:
		return ", cleared before and growing in every interval since"
	}
	return ""
}

// each is what a ramp grows in by the same: every job, as far as jobs are known.
func (l *Leak) each() string {
	if l.ByDump {
		return " in every interval"
	}
	return " a job in every interval"
}

// second names the one that would have been picked instead.
func (d *Decision) second() string {
	for _, r := range d.RunnersUp {
		if r.Aside == "" && !partOfMap(r.Leak, d.Picked) {
			return fmt.Sprintf(" Second came %s: %s.", r.Name, r.Why)
		}
	}
	return ""
}

func (d *Decision) explainNone() string {
	var b strings.Builder
	b.WriteString("Nothing leaked that is worth a look.")
	if len(d.RunnersUp) > 0 {
		fmt.Fprintf(&b, " %s grew, the first of them %s, %s.", plural(len(d.RunnersUp), "type"), d.RunnersUp[0].Name, d.RunnersUp[0].Why)
	}
	if n := len(d.Replaced); n > 0 {
		fmt.Fprintf(&b, " Of %s as many objects went as came.", plural(n, "type"))
	}
	if n := len(d.GrewOnce); n > 0 {
		fmt.Fprintf(&b, " %s grew and stopped, or went up and down.", plural(n, "type"))
	}
	if n := len(d.Background); n > 0 {
		fmt.Fprintf(&b, " %s grew no more with jobs than without.", plural(n, "type"))
	}
	return b.String()
}

func plural(n int, word string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, word)
	}
	return fmt.Sprintf("%d %ss", n, word)
}
