package accuracy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
)

// Row is what became of one run of a case.
type Row struct {
	Case   *Case
	Jobs   int
	Picked string   // "" if nothing was
	Rank   int      // of the true cause among the picked type and the runners-up, 1 for the picked one; 0 if it is not there
	Holder bool     // the commonest chain leads from the right root through the right field
	Missed []string // of Case.Also: not listed as leaked
	Called []string // the types called leaking that do not leak: any of a control, of a leak's Case.Innocent
	Why    string   // the answer's reasons
	Chain  string   // the commonest one, in words
}

// Right says whether the row is as it should be.
func (r *Row) Right() bool {
	if !r.Case.Leaks() {
		return len(r.Called) == 0
	}
	return r.Rank == 1 && r.Holder && len(r.Missed) == 0 && len(r.Called) == 0
}

// Measure holds an answer against the truth.
func Measure(c *Case, jobs int, l *census.Leaks) Row {
	r := Row{Case: c, Jobs: jobs, Why: l.Why}
	if l.Picked != nil {
		r.Picked = l.Picked.Name
	}
	if len(l.Chains) > 0 {
		r.Chain = inWords(&l.Chains[0])
	}
	if !c.Leaks() {
		r.Called = called(l)
		return r
	}
	r.Rank = rank(c, l)
	r.Holder = len(l.Chains) > 0 && c.Holds(&l.Chains[0], l.Last) && c.besides(l)
	for _, name := range c.Also {
		if !slices.ContainsFunc(l.Leaked, func(k typefilter.Leak) bool { return k.Name == name }) {
			r.Missed = append(r.Missed, name)
		}
	}
	for _, name := range called(l) {
		if slices.Contains(c.Innocent, name) {
			r.Called = append(r.Called, name)
		}
	}
	return r
}

// called are the types that an answer calls leaking: the one it picks, and all
// of the program's own that it lists.
func called(l *census.Leaks) (names []string) {
	if l.Picked != nil {
		names = append(names, l.Picked.Name)
	}
	for _, k := range l.Leaked {
		own := k.Origin == typefilter.MainModule || k.Origin == typefilter.Dependency
		if own && !slices.Contains(names, k.Name) {
			names = append(names, k.Name)
		}
	}
	return names
}

func rank(c *Case, l *census.Leaks) int {
	if l.Picked != nil && slices.Contains(c.Types, l.Picked.Name) {
		return 1
	}
	at := slices.IndexFunc(l.RunnersUp, func(k typefilter.RunnerUp) bool { return slices.Contains(c.Types, k.Name) })
	if at < 0 {
		return 0
	}
	return at + 2
}

// Holds says whether a chain begins at the case's root and goes through its
// field. The root is a name, as "global main.cache", of which the chain's may
// have more, or "goroutine main.work" for any goroutine that runs main.work.
func (c *Case) Holds(chain *census.Chain, s *snapshot.Snapshot) bool {
	name, ok := strings.CutPrefix(c.Root, "goroutine ")
	if ok && !slices.ContainsFunc(running(chain, s), func(f string) bool { return strings.HasPrefix(f, name) }) {
		return false
	}
	if !ok && !strings.HasPrefix(chain.RootName, c.Root) {
		return false
	}
	return c.Field == "" || slices.ContainsFunc(chain.Steps, func(s census.Step) bool { return strings.Contains(s.Edge, c.Field) })
}

// besides says whether an answer names the case's other holder.
func (c *Case) besides(l *census.Leaks) bool {
	other := Case{Root: c.Besides}
	return c.Besides == "" || slices.ContainsFunc(l.Also, func(also census.Chain) bool { return other.Holds(&also, l.Last) })
}

// running are the functions on the stack of the goroutine that a chain begins
// at, without the paths of their packages; none if it begins elsewhere.
func running(chain *census.Chain, s *snapshot.Snapshot) (funcs []string) {
	group := s.Graph.Roots().Group(chain.Root)
	if group == graph.NoGroup {
		return nil
	}
	for _, f := range s.Heap.Goroutines[group].Frames {
		funcs = append(funcs, short(f.Func))
	}
	return funcs
}

// short is a function's name with its package's name for the path.
func short(name string) string {
	head, _, _ := strings.Cut(name, "[")
	return name[strings.LastIndexByte(head, '/')+1:]
}

// number is that of a goroutine, which differs from run to run.
var number = regexp.MustCompile(`^goroutine \d+ `)

func inWords(c *census.Chain) string {
	words := []string{number.ReplaceAllString(c.RootName, "goroutine ")}
	for _, s := range c.Steps {
		words = append(words, s.Edge+" "+s.Type)
	}
	return strings.Join(words, " → ")
}
