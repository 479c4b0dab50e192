package repl

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// maxSteps bounds one piece of input, and in it what a condition does for one object:
// some seconds of a loop.
const maxSteps = 100_000_000

// grammar is Starlark with what is usual in a session.
var grammar = syntax.FileOptions{Set: true, While: true, TopLevelControl: true, GlobalReassign: true, LoadBindsGlobally: true}

// errInterrupted is what Ctrl-C makes of an answer.
var errInterrupted = errors.New("interrupted")

// bounded does one piece of work that the end of the session ends, and in a
// conversation Ctrl-C. The error is its own, or that of the session's context.
func (s *Session) bounded(work func() error) error {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	s.now, s.failed = ctx, nil
	defer func() { s.now = s.ctx }()
	if s.conversing {
		defer s.env.Interruptible(cancel)()
	}
	err := work()
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	return err
}

// run answers one piece of input: the value of an expression, nil for statements.
// It is called within bounded.
func (s *Session) run(file *syntax.File) (v starlark.Value, err error) {
	thread := &starlark.Thread{Name: "heap", Print: func(_ *starlark.Thread, text string) {
		fmt.Fprintln(s.env.Out, strings.TrimSuffix(text, "\n"))
	}}
	thread.SetMaxExecutionSteps(maxSteps)
	defer context.AfterFunc(s.now, func() { thread.Cancel(errInterrupted.Error()) })()
	if err := s.make(file); err != nil {
		return nil, s.explain(err)
	}
	if expr := only(file); expr != nil {
		v, err = starlark.EvalExprOptions(file.Options, thread, expr, s.names)
		if b, ok := v.(*starlark.Builtin); ok && b.Name() == "help" { // as Python's help is answered
			v, err = starlark.Call(thread, b, nil, nil)
		}
	} else {
		err = starlark.ExecREPLChunk(file, thread, s.names)
	}
	if s.failed != nil {
		err = s.failed
	}
	if err != nil {
		return nil, s.explain(err)
	}
	return v, nil
}

// only is the expression that is all of a piece of input, nil if it is none.
func only(file *syntax.File) syntax.Expr {
	if len(file.Stmts) != 1 {
		return nil
	}
	if stmt, ok := file.Stmts[0].(*syntax.ExprStmt); ok {
		return stmt.X
	}
	return nil
}

// make gives values to the names in a piece of input that have none yet.
func (s *Session) make(file *syntax.File) (err error) {
	makers := s.madeNames()
	syntax.Walk(file, func(n syntax.Node) bool {
		id, ok := n.(*syntax.Ident)
		if !ok || err != nil {
			return err == nil
		}
		if maker := makers[id.Name]; maker != nil && !s.names.Has(id.Name) {
			var v starlark.Value
			if v, err = maker(); err == nil {
				s.names[id.Name], s.made[id.Name] = v, v
			}
		}
		return true
	})
	return err
}

// remake forgets values that were made, but not what the user put in their place.
func (s *Session) remake() {
	for name, v := range s.made {
		if s.names[name] == v {
			delete(s.names, name)
		}
	}
	clear(s.made)
}

// place is where in the input an error was found.
var place = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[^:\n]*:(\d+):(\d+): `) })

// explain turns the errors of input into one line.
func (s *Session) explain(err error) error {
	var eval *starlark.EvalError
	var names resolve.ErrorList
	switch {
	case errors.As(err, &eval) && strings.HasPrefix(eval.Msg, "Starlark computation cancelled: "):
		return cancelled(strings.TrimPrefix(eval.Msg, "Starlark computation cancelled: "))
	case errors.Is(err, context.Canceled):
		return errInterrupted
	case errors.As(err, &eval):
		err = errors.New(eval.Msg)
		if strings.HasSuffix(eval.Msg, " field or method") {
			err = errors.New(eval.Msg + s.ofOne(eval.Msg))
		}
	case errors.As(err, &names):
		err = errors.New(names[0].Msg + s.closeName(names[0].Msg))
	}
	text := place().ReplaceAllString(err.Error(), "line $1, column $2: ")
	return errors.New(strings.ReplaceAll(strings.TrimSpace(text), "\n", "; "))
}

// ofOne says how to ask of one object what a set has no answer to.
func (s *Session) ofOne(says string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(says, "objects has no ."), " field or method")
	if strings.HasPrefix(says, "objects ") && slices.Contains(s.words.object.names(), name) {
		return ", one of them has: .any." + name + ", or .theone." + name + " of a set of one"
	}
	return "; help(x) lists those of x"
}

func cancelled(why string) error {
	if why == errInterrupted.Error() {
		return errInterrupted
	}
	return fmt.Errorf("stopped after %d million steps: a loop without an end? Ask for less at once", maxSteps/1_000_000)
}
