package census

import (
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/typefilter"
)

// part is which of a type's new objects its leak is about.
type part struct {
	ways  map[way]bool // held so; nil for all
	since int          // that came in this interval or later
	busy  bool         // but not while no job ran
}

func partOf(c *typefilter.Candidate, j *typefilter.Judgement) part {
	p := part{since: j.Since, busy: j.Background.Subtracted > 0}
	for _, i := range j.Grown {
		if p.ways == nil {
			p.ways = map[way]bool{}
		}
		p.ways[way(c.Holders[i].ID)] = true
	}
	return p
}

// inPart reports whether a new object is in a part.
func (f *finder) inPart(p *part, id mem.ObjID) bool {
	if !f.series.isNew(id) || p.ways != nil && !p.ways[f.series.ways.of(id)] {
		return false
	}
	if p.since == 0 && !p.busy {
		return true
	}
	came := f.series.interval(f.series.first[id])
	return came >= p.since && !(p.busy && f.Jobs[came] == 0)
}
