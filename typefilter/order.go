package typefilter

import (
	"cmp"
	"fmt"
)

// A criterion is one of the rules by which of two leaked types the better one
// is found. The first criterion that tells them apart decides.
type criterion struct {
	// compare is negative if a goes first.
	compare func(a, b *Leak) int
	// why says of the loser what it is next to the winner.
	why func(loser, winner *Leak) string
}

// criteria are the tie rules of "the rarest leaked type", in their order. The
// first two decide who takes part.
var criteria = []criterion{
	{byFlag(func(l *Leak) bool { return l.Aside != "" }),
		func(l, w *Leak) string { return "put aside: " + l.Aside }},
	{byFlag(func(l *Leak) bool { return l.PerJob < 1 }),
		func(l, w *Leak) string {
			if l.Store != nil {
				return fmt.Sprintf("one object that grows, by %s a %s", l.Store.Amount(l.MorePerJob), l.unit())
			}
			return fmt.Sprintf("grows by less than one a %s (%s)", l.unit(), perJob(l))
		}},
	{func(a, b *Leak) int { return cmp.Compare(a.Rarity, b.Rarity) },
		func(l, w *Leak) string {
			return fmt.Sprintf("less rare: %d live objects against %d", l.Rarity, w.Rarity)
		}},
	{func(a, b *Leak) int { return cmp.Compare(a.Origin, b.Origin) },
		func(l, w *Leak) string { return fmt.Sprintf("as rare, but %s before %s", w.Origin, l.Origin) }},
	{byFlag(func(l *Leak) bool { return l.Closure }),
		func(l, w *Leak) string { return "as rare, but named types go before closures" }},
	{byFlag(func(l *Leak) bool { return l.Shape != Ramp }),
		func(l, w *Leak) string { return "as rare, but does not grow by the same in every job" }},
	{func(a, b *Leak) int { return cmp.Compare(b.Retained, a.Retained) },
		func(l, w *Leak) string {
			return fmt.Sprintf("%s retains less: %d bytes against %d", asRare(l, w), l.Retained, w.Retained)
		}},
	{byName, func(l, w *Leak) string { return "equal in all that counts, later by name" }},
}

// asRare says how two types come to be equally rare.
func asRare(l, w *Leak) string {
	if l.Owner == w.FullName && l.Count != w.Count {
		return "a part of " + w.Name + ", one in each, which"
	}
	return "as rare, but"
}

func byFlag(flag func(*Leak) bool) func(a, b *Leak) int {
	rank := func(l *Leak) int {
		if flag(l) {
			return 1
		}
		return 0
	}
	return func(a, b *Leak) int { return cmp.Compare(rank(a), rank(b)) }
}

func byName(a, b *Leak) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.FullName, b.FullName))
}

// decide compares by the first criterion of some that tells a and b apart, and
// gives it.
func decide(by []criterion, a, b *Leak) (int, *criterion) {
	for i := range by {
		if c := by[i].compare(a, b); c != 0 {
			return c, &by[i]
		}
	}
	return 0, nil
}

// whyBehind says why the loser comes after the winner.
func whyBehind(by []criterion, loser, winner *Leak) string {
	_, c := decide(by, loser, winner)
	if c == nil {
		return "the same type again"
	}
	return c.why(loser, winner)
}

// compareSize puts the larger n first, then goes by name.
func compareSize(na, nb int, a, b *Leak) int {
	return cmp.Or(cmp.Compare(nb, na), byName(a, b))
}

// perJob is the growth in words: "1 per job", "2.5 per job".
func perJob(l *Leak) string { return fmt.Sprintf("%.3g per %s", l.PerJob, l.unit()) }

// unit is what growth is told by.
func (l *Leak) unit() string {
	if l.ByDump {
		return "dump"
	}
	return "job"
}
