package typefilter

import "slices"

// Candidate is what is known of the objects of one type.
type Candidate struct {
	Name, FullName string
	Origin         Origin // see Modules.OriginOf
	Closure        bool   // see FormOf; named types go first

	Count     int    // reachable now
	Bytes     uint64 // theirs
	Retained  uint64 // what goes free with the leaked ones; for one dump, with all of them
	Ambiguous int    // perhaps new, perhaps not: slots used again

	Flow             // of all its objects
	Holders []Holder // the same by holder, if known: one holder's loss does not make up for another's leak
	Deltas  []int64  // net growth of Count in every interval; of parts of maps that of the entries
	Store   *Store   // the one object that grows, nil where objects are counted
	Counts  []int64  // in every dump that was compared: Count, or what is in the Store; nil if not known
	Came    []int    // in every interval: objects reachable now that came in it, nil if not known

	Owner      string // full name of a type whose leaked objects each dominate one of this, "" for none
	HeldByUser bool   // a global or a goroutine outside the standard library holds the survivors
	WeakOnly   bool   // the survivors are reached only conservatively
}

// Holder is what is known of the objects of one type that are held one way.
type Holder struct {
	ID     uint64 // the caller's number for it
	Flow          // of its objects
	Deltas []int64
}

// Flow counts objects that came and went.
type Flow struct {
	New       int // reachable now, not so in the reference dump
	Gone      int // the other way round
	Survivors int // new, and reachable in every later dump
}

// leaked are the survivors in so far as new exceeds gone.
func (f Flow) leaked() int { return max(0, min(f.Survivors, f.New-f.Gone)) }

// Leak is a candidate and what was found out about it.
type Leak struct {
	Candidate
	Judgement
	PerJob     float64 // leaked objects a job; 0 for a Store, in which none need come
	MorePerJob float64 // of a Store
	ByDump     bool    // PerJob is a dump, see Series.Assumed
	Rarity     int     // live objects, or those of a part that is rarer, see shareRarity
	Noise      Noise
	Rule       string // name of the rule that makes it noise, "" if none does
	Aside      string // why it could not be picked, "" if it could
}

// Decision is the choice among candidates.
type Decision struct {
	Picked     *Leak      // nil if there is nothing to pick
	Why        string     // one or two sentences
	RunnersUp  []RunnerUp // the other leaked types, nearest first
	Leaked     []Leak     // in the order of the choice, the picked one first
	Replaced   []Leak     // as many gone as new, most objects first
	GrewOnce   []Leak     // grew, and stopped, most objects first
	Background []Leak     // grew no more with jobs than without, most objects first
}

// RunnerUp is a type that was not picked.
type RunnerUp struct {
	*Leak
	Why string
}

// growth sorts candidates into those that leaked, were replaced, grew once.
func growth(candidates []Candidate, series *Series, rules *Rules) (d Decision) {
	for _, c := range candidates {
		l := Leak{Candidate: c, Judgement: series.Judge(&c)}
		if l.Store == nil {
			l.PerJob = float64(l.Leaked) / float64(series.jobsFrom(l.Since))
		}
		l.ByDump = series.Assumed
		l.MorePerJob = float64(l.More) / float64(series.jobs())
		if rule, ok := rules.Of(c.Name, c.FullName, c.Origin); ok {
			l.Noise, l.Rule = rule.Noise, rule.Name
		}
		switch {
		case c.Store != nil && l.Leaked == 0, l.Noise == Tracing:
		case l.Leaked == 0 && c.New > 0 && c.Gone >= c.New:
			d.Replaced = append(d.Replaced, l)
		case l.Leaked > 0 && l.Shape.Growing():
			d.Leaked = append(d.Leaked, l)
		case l.Leaked > 0:
			d.GrewOnce = append(d.GrewOnce, l)
		case l.Background.Subtracted > 0 && c.New > c.Gone:
			d.Background = append(d.Background, l)
		}
	}
	shareRarity(d.Leaked)
	slices.SortFunc(d.Replaced, func(a, b Leak) int { return compareSize(a.New, b.New, &a, &b) })
	slices.SortFunc(d.Background, func(a, b Leak) int { return compareSize(a.New, b.New, &a, &b) })
	slices.SortFunc(d.GrewOnce, func(a, b Leak) int { return compareSize(a.Leaked, b.Leaked, &a, &b) })
	return d
}
