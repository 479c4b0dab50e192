package typefilter

import (
	"cmp"
	"fmt"
	"slices"
)

// LargeShare is the share of the heap that a type's objects must retain
// together to be picked from one dump, the threshold of Eclipse MAT's leak
// suspects.
const LargeShare = 0.1

// PickSingle chooses from one dump, where no growth is to be seen: the rarest
// type whose objects together retain a large share of heapBytes, all that is
// reachable. The candidates are the types of the objects that the caller met
// on the way down from the biggest holders to where the memory accumulates;
// their Retained is that of all their objects. A type with one object is a
// holder rather than what piles up, and comes after those with several. Noise
// is put aside as with growth, internals always. given is the number of dumps that
// the one is left of.
func PickSingle(candidates []Candidate, heapBytes uint64, given int, rules *Rules) Decision {
	var d Decision
	for _, c := range candidates {
		l := Leak{Candidate: c, Rarity: c.Count}
		if rule, ok := rules.Of(c.Name, c.FullName, c.Origin); ok {
			l.Noise, l.Rule = rule.Noise, rule.Name
		}
		if l.Noise != Tracing && c.Count > 0 && share(c.Retained, heapBytes) >= LargeShare {
			d.Leaked = append(d.Leaked, l)
		}
	}
	putAside(d.Leaked, &Series{Dumps: 1})
	d.choose(singleCriteria)
	d.Why = d.explainSingle(heapBytes, given)
	d.Leaked = nil // nothing is known to have leaked
	return d
}

// singleCriteria are the criteria without growth.
var singleCriteria = slices.Concat(criteria[:1], []criterion{
	{byFlag(func(l *Leak) bool { return l.Count < 2 }),
		func(l, w *Leak) string { return "a single object, which holds what piles up" }},
}, criteria[2:])

func share(part, all uint64) float64 { return float64(part) / float64(max(all, 1)) }

func (d *Decision) explainSingle(heapBytes uint64, given int) string {
	alone := "One dump only was given, so nothing is known of growth. "
	if given > 1 {
		alone = fmt.Sprintf("Of %d dumps only one could be compared, so nothing is known of growth. ", given)
	}
	if d.Picked == nil {
		return alone + fmt.Sprintf("No type's objects together hold %.0f%% of the heap, noise aside.", 100*LargeShare)
	}
	p := d.Picked
	why := fmt.Sprintf("%s is the rarest type that holds a large share of the heap: %s with %.0f%% of its bytes.",
		p.Name, plural(p.Count, "object"), 100*share(p.Retained, heapBytes))
	if p.Noise != NotNoise {
		why += fmt.Sprintf(" That is noise as a rule (%s), but nothing else holds as much.", p.Rule)
	}
	return alone + why + d.second()
}

// Suspects orders the candidates of one dump by what they retain together,
// the most first: what a report lists when nothing could be picked.
func Suspects(candidates []Candidate, n int) []Candidate {
	sorted := slices.Clone(candidates)
	slices.SortFunc(sorted, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Retained, a.Retained), cmp.Compare(a.Name, b.Name), cmp.Compare(a.FullName, b.FullName))
	})
	return sorted[:min(max(n, 0), len(sorted))]
}
