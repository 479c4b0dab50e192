package report

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/typefilter"
)

// Verdict is the answer in one paragraph: how many leaked and how fast, who
// holds them, since when, and why this type was picked.
func (l *Leaks) Verdict() string {
	switch {
	case l.Picked == nil && l.acceptedObjects() > 0:
		return fmt.Sprintf("Nothing leaked but what is accepted: %s.%s", plural(l.acceptedObjects(), "object"),
			strings.TrimPrefix(l.Why, "Nothing leaked that is worth a look."))
	case l.Picked == nil:
		return l.Why
	case l.Single:
		return l.ofOneDump()
	}
	clauses := []string{l.stay()}
	if len(l.Chains) > 0 {
		clauses = append(clauses, l.held())
		if by := l.gained(); by != "" {
			clauses = append(clauses, by)
		}
		if by := l.alsoHeld(); by != "" {
			clauses = append(clauses, by)
		}
	}
	if l.First != nil {
		clauses = append(clauses, "first seen "+l.when(l.First))
	}
	clauses = append(clauses, l.declared()...)
	switch {
	case l.AllAccepted:
		clauses = append(clauses, "all are held in accepted ways")
	case l.acceptedObjects() > 0:
		clauses = append(clauses, plural(l.acceptedObjects(), "other object is", "other objects are")+" held in accepted ways")
	}
	return sentence(strings.Join(clauses, "; ")) + " " + l.Why
}

// ofOneDump is the verdict where nothing is known of growth.
func (l *Leaks) ofOneDump() string {
	p := l.Picked
	parts := []string{l.Why}
	if l.Asked {
		parts[0] = fmt.Sprintf("%s was asked for: %s.", p.Name, plural(p.Count, "object"))
	}
	if len(l.Chains) > 0 {
		parts = append(parts, sentence(l.held()))
	}
	if p.Retained > 0 {
		verb := "They keep"
		if len(l.Objects) == 1 {
			verb = "It keeps"
		}
		parts = append(parts, fmt.Sprintf("%s %s alive.", verb, Bytes(p.Retained)))
	}
	return strings.Join(parts, " ")
}

// stay says how many there are more, how fast they came, and what they keep.
func (l *Leaks) stay() string {
	p := l.Picked
	over, pace := l.over()
	if p.Store != nil {
		return l.grows()
	}
	if p.Leaked == 0 {
		return fmt.Sprintf("no more of %s than before %s: %s new, %s gone", p.Name, over, count(p.New), count(p.Gone))
	}
	verb := "stay"
	if p.Leaked == 1 {
		verb = "stays"
	}
	text := fmt.Sprintf("%s of %s %s %s%s", count(p.Leaked), p.Name, verb, over, pace)
	if p.Since > 0 {
		text += fmt.Sprintf(", since the type was cleared %s", l.by(p.Since))
	}
	if n := p.Background.Subtracted; n > 0 {
		text += fmt.Sprintf(", beyond the %s that come without jobs", count(int(n)))
	}
	if p.Retained > 0 {
		text += fmt.Sprintf(", %s retained in all", Bytes(p.Retained))
	}
	return text
}

// grows says how much more is in the one object that grows.
func (l *Leaks) grows() string {
	p := l.Picked
	over, pace := "after "+plural(l.jobs(), "job"), p.Store.Amount(p.MorePerJob)+" a job"
	if l.JobsAssumed {
		over, pace = fmt.Sprintf("after %d intervals between dumps", len(l.Jobs)), p.Store.Amount(p.MorePerJob)+" in each"
	}
	return fmt.Sprintf("one %s grows: %s more are in it %s, %s, where %s were, and it takes up %s",
		p.Name, amount(p.Store, p.More), over, pace, amount(p.Store, p.Store.Was), Bytes(p.Retained))
}

// amount is so much of what a store is counted in.
func amount(st *typefilter.Store, n int64) string {
	if st.Entries {
		return plural(int(n), "entry", "entries")
	}
	return Bytes(uint64(n))
}

// over says after how much work, and how many came with each part of it: "after
// 10 jobs", ", 2.5 a job". Of jobs that were only assumed it speaks as intervals.
func (l *Leaks) over() (over, pace string) {
	pace = perJob(l.Picked.PerJob)
	if l.Picked.PerJob == 1 {
		pace = "one"
	}
	switch {
	case !l.JobsAssumed:
		return "after " + l.workSince(l.Picked.Since), ", " + pace + " a job"
	case len(l.Jobs) == 1:
		return "in the second dump", ""
	}
	return "after " + l.workSince(l.Picked.Since), ", " + pace + " in each"
}

// by says when an interval began: "by job 20".
func (l *Leaks) by(interval int) string {
	if l.JobsAssumed {
		return "by " + filepath.Base(l.Dumps[interval])
	}
	return "by job " + count(l.WarmupJobs+jobs(l.Jobs[:interval]))
}

// held says in words who holds the objects.
func (l *Leaks) held() string {
	c := &l.Chains[0]
	if timers := pending(c); timers != "" {
		return fmt.Sprintf("%s held by %s, in %s", l.some(c.Count), timers, c.Holder())
	}
	if c.ByRoot > c.Count && c.Roots == 1 {
		way := through(c)
		if way == "" {
			way = " directly"
		}
		return fmt.Sprintf("%s held by %s, %s of them%s", l.some(c.ByRoot), c.Holder(), count(c.Count), way)
	}
	return fmt.Sprintf("%s held by %s%s", l.some(c.Count), c.Holder(), through(c))
}

// some says that so many of the objects are: "all 10 are", "7 of 10 are".
func (l *Leaks) some(held int) string {
	switch n := len(l.Objects); {
	case n == 1:
		return "it is"
	case held == n:
		return fmt.Sprintf("all %s are", count(n))
	case held == 1:
		return fmt.Sprintf("one of %s is", count(n))
	default:
		return fmt.Sprintf("%s of %s are", count(held), count(n))
	}
}

// alsoHeld says who else holds what the commonest way does.
func (l *Leaks) alsoHeld() string {
	var names []string
	for i := range l.Also {
		name := l.Also[i].Holder()
		if timers := pending(&l.Also[i]); timers != "" {
			name = timers
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return ""
	}
	who := "they are"
	if l.Chains[0].Count == 1 {
		who = "it is"
	}
	return fmt.Sprintf("%s held by %s, too", who, inList(names))
}

// inList joins names as a sentence does: "a, b and c".
func inList(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
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

// acceptedObjects is how many of what leaked is held in accepted ways.
func (l *Leaks) acceptedObjects() (n int) {
	for _, a := range l.Accepted {
		n += a.Count
	}
	return n
}

// gained says whether an old holder grew or a new one came. Of several
// goroutines that hold alike it speaks of the one that the chain names.
func (l *Leaks) gained() string {
	h := l.Holder
	if h == nil || pending(&l.Chains[0]) != "" {
		return ""
	}
	name, before := "the "+h.Name+" that holds them", "was there before and grew"
	if words := strings.Fields(h.Name); h.Root && len(words) > 1 && words[0] == "goroutine" {
		name, before = "goroutine "+words[1], "was there before and holds more"
	} else if h.Root {
		name = strings.TrimPrefix(h.Name, "global ")
	}
	if h.New {
		return name + " is itself new since the first dump"
	}
	return name + " " + before
}

// when says when something came; without the number of jobs, in which dump.
func (l *Leaks) when(s *census.Seen) string {
	if l.JobsAssumed {
		return "in " + filepath.Base(s.Dump)
	}
	return fmt.Sprintf("after job %s", count(s.Job))
}

// sentence gives a text a capital and a full stop.
func sentence(text string) string {
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
