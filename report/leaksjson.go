package report

import (
	"io"

	"github.com/objgraph/objgraph/typefilter"
)

type leaksJSON struct {
	Dumps     []string     `json:"dumps"`
	Jobs      []int        `json:"jobs"`
	Complete  bool         `json:"complete"`
	Picked    *pickedJSON  `json:"picked"`
	Leaked    []leakJSON   `json:"leaked"`
	Replaced  []leakJSON   `json:"replaced"`
	GrewOnce  []leakJSON   `json:"grewOnce"`
	Ambiguous *int         `json:"ambiguous"` // null where contents were redacted
	Redacted  []string     `json:"redacted"`  // dumps without contents, which were not compared with others
	Chains    []chainJSON  `json:"chains"`
	AlsoHeld  []chainJSON  `json:"alsoHeld"` // other holders of all that the first chain holds, each a chain to one of them
	Pictures  []string     `json:"pictures"`
	File      *string      `json:"reportFile"` // path, null without --report
	Verdict   string       `json:"verdict"`
	Typed     typedJSON    `json:"typed"`
	Warnings  []string     `json:"warnings"`
	Cut       leaksCutJSON `json:"cut"`
	Unknown   []string     `json:"unknown"` // what the evidence cannot say
	Warmup    warmupJSON   `json:"warmup"`
	Retained  *uint64      `json:"retained"` // what freeing all that leaked and is not accepted would free; null with one dump
	Accepted  []acceptJSON `json:"accepted"`
	// JobsFrom is "given", from the "manifests" beside the dumps, or "assumed".
	JobsFrom *string `json:"jobsFrom"`
	// Background is what the intervals without jobs tell, null if there are none.
	Background *backgroundJSON `json:"background"`
}

// backgroundJSON lists the types that grew no more with jobs than without.
type backgroundJSON struct {
	Intervals int        `json:"intervals"` // without a job
	ByTime    bool       `json:"byTime"`    // subtracted in proportion to time, else to intervals
	Types     []leakJSON `json:"types"`
	Cut       int        `json:"cut"`
}

func (l *Leaks) background() *backgroundJSON {
	if l.Single || l.idle() == 0 {
		return nil
	}
	b := &backgroundJSON{Intervals: l.idle(), ByTime: l.Times != nil}
	b.Types, b.Cut = l.rows(l.Leaks.Background)
	return b
}

// leaksCutJSON is how many rows of each array were left out.
type leaksCutJSON struct {
	Leaked   int `json:"leaked"`
	Replaced int `json:"replaced"`
	GrewOnce int `json:"grewOnce"`
	Chains   int `json:"chains"`
}

type pickedJSON struct {
	Type      string         `json:"type"`
	Count     int            `json:"count"`
	New       *int           `json:"new"`
	Gone      *int           `json:"gone"`
	Bytes     uint64         `json:"bytes"`
	Retained  uint64         `json:"retained"`
	PerJob    *float64       `json:"perJob"`
	Why       string         `json:"why"`
	RunnersUp []runnerUpJSON `json:"runnersUp"`
	FirstSeen *seenJSON      `json:"firstSeen"` // null with one dump
	Holder    *gainerJSON    `json:"holder"`    // who gained the objects; null if that is not known
	Declared  *string        `json:"declared"`  // line of the type; null without --src
	Allocated []siteJSON     `json:"allocated"` // of the objects that have a sample
	Growth    *growthJSON    `json:"growth"`    // as in leaked[]
	Since     *seenJSON      `json:"since"`     // as in leaked[]
}

// seenJSON is when the first of the leaked objects came.
type seenJSON struct {
	Job  int    `json:"job"` // jobs that had run
	Dump string `json:"dump"`
}

type gainerJSON struct {
	Name string `json:"name"`
	New  bool   `json:"new"` // came since the first dump, rather than grew
}

// siteJSON is where objects were allocated: the innermost call of the program's
// own, and all calls, innermost first.
type siteJSON struct {
	Count int        `json:"count"`
	Func  string     `json:"func"`
	File  string     `json:"file"`
	Line  int        `json:"line"`
	Stack []callJSON `json:"stack"`
}

type callJSON struct {
	Func string `json:"func"`
	File string `json:"file"`
	Line int    `json:"line"`
}

func (l *Leaks) sites() []siteJSON {
	out := []siteJSON{}
	for i := range l.Sites {
		s := &l.Sites[i]
		own := s.Stack[s.Own]
		j := siteJSON{s.Count, own.Func, l.file(own.File), own.Line, []callJSON{}}
		for _, c := range s.Stack {
			j.Stack = append(j.Stack, callJSON{c.Func, l.file(c.File), c.Line})
		}
		out = append(out, j)
	}
	return out
}

// acceptJSON is a fingerprint of the file of accepted ones, and how many of
// what leaked are held that way, or through what is.
type acceptJSON struct {
	Fingerprint string   `json:"fingerprint"`
	Comment     string   `json:"comment"`
	Count       int      `json:"count"`
	Types       []string `json:"types"`
}

func (l *Leaks) accepted() []acceptJSON {
	out := []acceptJSON{}
	for _, a := range l.Accepted {
		out = append(out, acceptJSON{a.Fingerprint, a.Comment, a.Count, list(a.Types)})
	}
	return out
}

// warmupJSON is what was left out at the beginning.
type warmupJSON struct {
	Jobs  int `json:"jobs"`
	Dumps int `json:"dumps"`
}

type runnerUpJSON struct {
	Type string `json:"type"`
	Why  string `json:"why"`
}

type leakJSON struct {
	Type     string   `json:"type"`
	Count    int      `json:"count"`
	New      *int     `json:"new"`
	Gone     *int     `json:"gone"`
	Delta    *int     `json:"delta"`
	Bytes    uint64   `json:"bytes"`
	Retained uint64   `json:"retained"`
	PerJob   *float64 `json:"perJob"`
	Shape    *string  `json:"shape"`
	// Ambiguous are objects that may be new, in slots used again for the type; null where
	// contents were redacted.
	Ambiguous *int `json:"ambiguous"`
	// Background is how many of delta were subtracted as what comes without jobs.
	Background int `json:"background"`
	// Since is where growth is told from, if the type was cleared; else null.
	Since *seenJSON `json:"since"`
	// Growth is of the one object that grows, null where objects came.
	Growth *growthJSON `json:"growth"`
}

// growthJSON is what was in an object, in bytes or in entries of a map.
type growthJSON struct {
	Unit   string  `json:"unit"`
	Was    int64   `json:"was"`
	Now    int64   `json:"now"`
	PerJob float64 `json:"perJob"`
}

func newGrowth(l *typefilter.Leak) *growthJSON {
	st := l.Store
	if st == nil {
		return nil
	}
	unit := "bytes"
	if st.Entries {
		unit = "entries"
	}
	return &growthJSON{unit, st.Was, st.Now, l.MorePerJob}
}

// JSON writes the answer: leaked in the order of the choice, replaced and
// grewOnce most objects first, chains by the number of objects they hold.
func (l *Leaks) JSON(w io.Writer) error {
	out := leaksJSON{
		Dumps: l.Dumps, Jobs: list(l.Jobs), Complete: l.Leaks.Complete, Ambiguous: l.ifCompared(l.Ambiguous), Redacted: list(l.Redacted),
		Chains: newChains(l.Chains, l.Places.Chains), AlsoHeld: newChains(l.Also, nil), Pictures: list(l.Pictures), Verdict: l.Verdict(),
		Typed: newTyped(l.About.Typed), Warnings: list(l.Warnings), Unknown: l.unknowns(),
		Warmup: warmupJSON{l.WarmupJobs, l.WarmupDumps}, Accepted: l.accepted(), Background: l.background(),
		JobsFrom: known(l.JobsFrom), File: known(l.File),
	}
	out.Leaked, out.Cut.Leaked = l.rows(l.Leaked)
	out.Replaced, out.Cut.Replaced = l.rows(l.Replaced)
	out.GrewOnce, out.Cut.GrewOnce = l.rows(l.GrewOnce)
	out.Cut.Chains = l.Cut
	if !l.Single {
		out.Retained = &l.Retained
	}
	if l.Picked != nil {
		out.Picked = l.picked()
	}
	return writeJSON(w, out)
}

func (l *Leaks) picked() *pickedJSON {
	row := l.row(l.Picked)
	p := &pickedJSON{
		Type: row.Type, Count: row.Count, New: row.New, Gone: row.Gone, Bytes: row.Bytes, Retained: row.Retained,
		PerJob: row.PerJob, Why: l.Why, RunnersUp: []runnerUpJSON{},
		Declared: known(l.Places.Type), Allocated: l.sites(), Growth: row.Growth, Since: row.Since,
	}
	if l.First != nil {
		p.FirstSeen = &seenJSON{l.First.Job, l.First.Dump}
	}
	if l.Holder != nil {
		p.Holder = &gainerJSON{l.Holder.Name, l.Holder.New}
	}
	for _, r := range l.RunnersUp {
		p.RunnersUp = append(p.RunnersUp, runnerUpJSON{r.Name, r.Why})
	}
	return p
}

func (l *Leaks) rows(leaks []typefilter.Leak) (out []leakJSON, cut int) {
	shown, cut := head(leaks, l.Limit)
	out = []leakJSON{}
	for i := range shown {
		out = append(out, l.row(&shown[i]))
	}
	return out, cut
}

// ifCompared is a number of ambiguous objects, nil if nothing is known of them.
func (l *Leaks) ifCompared(n int) *int {
	if l.Uncompared {
		return nil
	}
	return &n
}

// row leaves null what one dump, or two, cannot say.
func (l *Leaks) row(r *typefilter.Leak) leakJSON {
	j := leakJSON{Type: r.Name, Count: r.Count, Bytes: r.Bytes, Retained: r.Retained, Ambiguous: l.ifCompared(r.Ambiguous)}
	if l.Single {
		return j
	}
	d := r.New - r.Gone
	j.Growth = newGrowth(r)
	j.Background = int(r.Judgement.Background.Subtracted)
	if r.Since > 0 {
		j.Since = &seenJSON{l.WarmupJobs + jobs(l.Jobs[:r.Since]), l.Dumps[r.Since]}
	}
	j.New, j.Gone, j.Delta, j.PerJob = &r.New, &r.Gone, &d, &r.PerJob
	if r.Shape != typefilter.ShapeUnknown {
		shape := string(r.Shape)
		j.Shape = &shape
	}
	return j
}
