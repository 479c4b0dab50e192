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
	Ways     int      // chains in the text, 0 for all
	Warnings []string // of all dumps, and of the drawing
	Pictures []string // paths
	File     string   // of the report in HTML, "" for none
	Places   Places   // in the source, if there is one
}

// Found reports whether something leaked that is worth a look, or whether what
// was asked for did.
func (l *Leaks) Found() bool {
	return l.Picked != nil && !l.Single && l.Picked.Leaked > 0 && !l.AllAccepted
}

// Caption is the title and the notes of the picture of one object.
func (l *Leaks) Caption() (title string, notes []string) {
	title, notes = l.MergedCaption()
	if n := len(l.Objects); n > 1 {
		notes = append([]string{fmt.Sprintf("drawn is one of %s, with the commonest way to hold them", count(n))}, notes...)
	}
	return title, notes
}

// MergedCaption is that of the picture of all of them.
func (l *Leaks) MergedCaption() (title string, notes []string) {
	p := l.Picked
	title = "Who holds " + p.Name
	if p.Store != nil {
		title = "Who holds the " + p.Name + " that grows"
	} else if l.JobsAssumed && len(l.Jobs) == 1 {
		title = fmt.Sprintf("Who holds the %s %s that came between the two dumps", count(len(l.Objects)), p.Name)
	} else if !l.Single {
		title = fmt.Sprintf("Who holds the %s %s that came in %s", count(len(l.Objects)), p.Name, l.workSince(p.Since))
	}
	if !l.Single {
		notes = append(notes, fmt.Sprintf("compared with %s", filepath.Base(l.Dumps[0])))
	}
	return title, notes
}

// workSince says how much was done from an interval on: "10 jobs".
func (l *Leaks) workSince(interval int) string {
	if l.JobsAssumed {
		return plural(len(l.Jobs)-interval, "interval") + " between dumps"
	}
	return plural(jobs(l.Jobs[interval:]), "job")
}

func (l *Leaks) jobs() int { return jobs(l.Jobs) }

func jobs(between []int) (n int) {
	for _, j := range between {
		n += j
	}
	return n
}

// idle is the number of intervals without a job.
func (l *Leaks) idle() (n int) {
	for _, j := range l.Jobs {
		if j == 0 {
			n++
		}
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
		out = append(out, "How many jobs ran between the dumps is not known: growth is told by dump; --jobs says how many.")
	}
	if l.WarmupDumps > 0 {
		out = append(out, fmt.Sprintf("What came in the warm-up, the first %s, was not looked at.", plural(l.WarmupJobs, "job")))
	}
	if n := l.idle(); n > 0 && !l.Single {
		out = append(out, l.howSubtracted(n))
	}
	if l.Picked != nil && l.Picked.Shape == typefilter.Sawtooth {
		out = append(out, l.Picked.Name+" was cleared before and leaks since, as high as it ever was: if a further dump shows it cleared again, it is a batch and no leak.")
	}
	if l.Peak {
		out = append(out, "What shrank and grew again does not count up to its highest number (--peak).")
	}
	if l.Weak.Count > 0 {
		out = append(out, fmt.Sprintf("Only words on stacks that look like pointers lead to %s (%s): perhaps garbage.",
			plural(l.Weak.Count, "object"), Bytes(l.Weak.Bytes)))
	}
	if l.Ambiguous > 0 {
		out = append(out, fmt.Sprintf("%s where one of the same type stood before, with other contents: the same one changed, or another in its slot. Not counted as new.",
			plural(l.Ambiguous, "object stands", "objects stand")))
	}
	if len(l.Redacted) > 0 && !l.Single {
		out = append(out, l.notCompared())
	}
	if len(l.Stray) > 0 {
		out = append(out, l.stray())
	}
	out = append(out, "Dumps omit some roots (cleanups, weak handles, plugins' globals, memory of C): what only they hold counts as unreached.")
	if !l.Leaks.Complete {
		out = append(out, "A dump is DAMAGED: what follows the damage is in no number.")
	}
	return out
}

// maxStray is how many types are named that no root reaches.
const maxStray = 3

// stray says of which types ever more objects are reached from no root.
func (l *Leaks) stray() string {
	var of []string
	for _, g := range l.Stray[:min(maxStray, len(l.Stray))] {
		of = append(of, fmt.Sprintf("%s (%d, %d more than at first)", g.Type, g.Total, g.Delta))
	}
	if more := len(l.Stray) - len(of); more > 0 {
		of = append(of, plural(more, "other type"))
	}
	return fmt.Sprintf("No root that dumps list reaches ever more of %s: garbage, if no collection ran before the dumps, or held by cleanups that have not run, or by memory of C.", strings.Join(of, ", "))
}

// notCompared says what cannot be told without contents.
func (l *Leaks) notCompared() string {
	of := ""
	if len(l.Redacted) < len(l.Dumps) {
		of = fmt.Sprintf(" of %d of the %d dumps", len(l.Redacted), len(l.Dumps))
	}
	var what []string
	if l.Uncompared {
		what = append(what, "an object stands in the slot of another of its type")
	}
	if len(l.Dumps) > 2 {
		what = append(what, "a buffer that grew was appended to or filled anew")
	}
	return fmt.Sprintf("Contents%s were redacted and not compared: whether %s is not known.", of, strings.Join(what, ", and whether "))
}

// howSubtracted says what was taken from the growth for the background's.
func (l *Leaks) howSubtracted(intervals int) string {
	by := "as much in each"
	if l.Times != nil {
		by = "as much in each, and more in those that took longer"
	}
	text := fmt.Sprintf("What came in %s without jobs is the background's. It was subtracted from what came in the others, %s.", plural(intervals, "interval"), by)
	if share := l.idleShare(); share < shortIdle {
		text += fmt.Sprintf(" That is little time to tell from, %s of the whole: let more pass between two dumps without jobs.", percent(share))
	}
	return text
}

// shortIdle is the share of the time below which intervals without jobs tell
// little.
const shortIdle = 0.05

func (l *Leaks) idleShare() float64 {
	idle, all := 0.0, 0.0
	for i, t := range l.Times {
		all += t
		if l.Jobs[i] == 0 {
			idle += t
		}
	}
	if all == 0 {
		return 1
	}
	return idle / all
}

// delta is the net growth since the first dump, or since the clearing.
func delta(l *typefilter.Leak) int {
	if l.Since > 0 {
		return l.Leaked
	}
	return l.New - l.Gone
}
