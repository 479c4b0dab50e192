package repl

import (
	"context"
	"fmt"
	"os"
	"strings"

	"go.starlark.net/starlark"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/partition"
	"github.com/objgraph/objgraph/session"
)

// Session is what one run of `heap` knows. One goroutine.
type Session struct {
	env    *session.Env
	ctx    context.Context // of the session
	now    context.Context // of what is being answered
	values bool            // contents may be shown
	// conversing says that Ctrl-C ends an answer and not the process.
	conversing bool
	dumps      []*dump // oldest first
	words      *lexicon
	failed     error // of an answer that has no place for an error

	names starlark.StringDict       // that expressions may use
	made  map[string]starlark.Value // of names: those that were made when first used

	reference reference
}

// dump is one of the dumps, opened when it is first needed.
type dump struct {
	index int
	path  string
	space *partition.Space // nil until opened
}

// reference is what h leaves out and what new and gone are told against.
type reference struct {
	dump    int        // index of a dump; -1: the first, for new and gone alone
	set     *graph.Set // of the last dump: left out of h; nil for none
	changes map[int]*census.Changes
}

func open(ctx context.Context, e *session.Env, paths []string, values bool) (*Session, error) {
	s := &Session{env: e, ctx: ctx, now: ctx, values: values, made: map[string]starlark.Value{}, words: newLexicon()}
	for i, p := range paths {
		if _, err := os.Stat(p); err != nil { // a session does not begin that ends at its first question
			_, err = e.Open(ctx, p)
			return nil, err
		}
		s.dumps = append(s.dumps, &dump{index: i, path: p})
	}
	s.reference.forget()
	s.names = s.functions()
	s.names["d"] = &dumpList{s}
	s.names["dumps"] = &dumpList{s}
	_, err := s.open(s.last())
	return s, err
}

func (r *reference) forget() { *r = reference{dump: -1, changes: map[int]*census.Changes{}} }

func (s *Session) last() *dump { return s.dumps[len(s.dumps)-1] }

// open opens a dump in the session's time, as what is found out later of it is
// bound to that.
func (s *Session) open(d *dump) (*partition.Space, error) {
	if d.space == nil {
		snap, err := s.env.Open(s.ctx, d.path)
		if err != nil {
			return nil, err
		}
		d.space = partition.NewSpace(snap, s.env.Workers)
	}
	return d.space, nil
}

// all is the set of what is reachable in a dump.
func (s *Session) all(d *dump) (*Objects, error) {
	sp, err := s.open(d)
	if err != nil {
		return nil, err
	}
	return s.objects(d, sp.All()), nil
}

// madeNames are names whose values are made when they are first used.
func (s *Session) madeNames() map[string]func() (starlark.Value, error) {
	return map[string]func() (starlark.Value, error){
		"h":         func() (starlark.Value, error) { return s.heap() },
		"new":       func() (starlark.Value, error) { return s.came(true) },
		"gone":      func() (starlark.Value, error) { return s.came(false) },
		"unreached": func() (starlark.Value, error) { return s.unreached() },
		"tracer":    func() (starlark.Value, error) { return s.tracer() },
	}
}

// heap is what is reachable in the last dump, without what was set aside.
func (s *Session) heap() (*Objects, error) {
	h, err := s.all(s.last())
	switch {
	case err != nil:
		return nil, err
	case s.reference.set != nil:
		return s.objects(s.last(), h.set.AndNot(*s.reference.set)), nil
	case s.reference.dump >= 0:
		return s.came(true)
	}
	return h, nil
}

// came is what came to the last dump since the reference, or what went.
func (s *Session) came(fresh bool) (*Objects, error) {
	at := max(s.reference.dump, 0)
	if len(s.dumps) < 2 {
		return nil, fmt.Errorf("new and gone compare two dumps: objgraph heap EARLIER.dump %s", s.last().path)
	}
	if at == len(s.dumps)-1 {
		return nil, fmt.Errorf("the reference is the last dump itself; setref(d[0]) takes an earlier one")
	}
	c := s.reference.changes[at]
	if c == nil {
		was, err := s.open(s.dumps[at])
		if err != nil {
			return nil, err
		}
		now, err := s.open(s.last())
		if err != nil {
			return nil, err
		}
		if c, err = census.Compare(s.now, was.Snapshot, now.Snapshot); err != nil {
			return nil, err
		}
		s.reference.changes[at] = c
	}
	if fresh {
		return s.objects(s.last(), c.New), nil
	}
	return s.objects(s.dumps[at], c.Gone), nil
}

func (s *Session) unreached() (*Objects, error) {
	sp, err := s.open(s.last())
	if err != nil {
		return nil, err
	}
	return s.objects(s.last(), sp.Every().AndNot(sp.Reached())), nil
}

func (s *Session) tracer() (*Objects, error) {
	sp, err := s.open(s.last())
	if err != nil {
		return nil, err
	}
	return s.objects(s.last(), sp.Tracer()), nil
}

// dumpList is d: d[0] are the reachable objects of the first dump.
type dumpList struct{ s *Session }

func (l *dumpList) String() string {
	text := ""
	for i, d := range l.s.dumps {
		text += fmt.Sprintf("d[%d] %s\n", i, d.path)
	}
	return strings.TrimSuffix(text, "\n")
}

func (l *dumpList) Type() string          { return "dumps" }
func (l *dumpList) Freeze()               {}
func (l *dumpList) Truth() starlark.Bool  { return true }
func (l *dumpList) Hash() (uint32, error) { return 0, fmt.Errorf("dumps have no hash") }
func (l *dumpList) Len() int              { return len(l.s.dumps) }

// Index makes the set of a dump; an error is told once the answer is.
func (l *dumpList) Index(i int) starlark.Value {
	o, err := l.s.all(l.s.dumps[i])
	if err != nil {
		l.s.fail(err)
		return starlark.None
	}
	return o
}

// fail keeps the first error of an answer that has no place for it.
func (s *Session) fail(err error) {
	if s.failed == nil {
		s.failed = err
	}
}
