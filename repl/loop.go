package repl

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/peterh/liner"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

const (
	prompt     = ">>> "
	goesOn     = "... "
	inputName  = "input"
	maxHistory = 1000 // lines kept
)

// reader gives the lines of a session.
type reader interface {
	// line shows a prompt and reads a line, without its end. The error is io.EOF,
	// or errInterrupted for Ctrl-C at the prompt.
	line(prompt string) (string, error)
}

// answer evaluates one expression and prints its value.
func (s *Session) answer(text string, csv bool) error {
	expr, err := grammar.ParseExpr(inputName, text, 0)
	if err != nil {
		return s.explain(err)
	}
	return s.bounded(func() error {
		v, err := s.run(&syntax.File{Path: inputName, Options: &grammar, Stmts: []syntax.Stmt{&syntax.ExprStmt{X: expr}}})
		if err != nil {
			return err
		}
		return s.show(v, csv)
	})
}

// script runs the statements of a file, one after the other.
func (s *Session) script(name, text string) error {
	file, err := grammar.Parse(name, text, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", name, s.explain(err))
	}
	for _, stmt := range file.Stmts {
		start, _ := stmt.Span()
		err := s.bounded(func() error {
			_, err := s.run(&syntax.File{Path: name, Options: &grammar, Stmts: []syntax.Stmt{stmt}})
			return err
		})
		if err != nil {
			return fmt.Errorf("%s, line %d: %w", name, start.Line, err)
		}
	}
	return nil
}

// converse reads and answers until the input ends. Errors are told, and lose
// nothing.
func (s *Session) converse(in *os.File) error {
	s.conversing = true
	s.env.Work()() // what came before is over
	r, stop := s.reader(in)
	defer stop()
	for {
		file, err := s.parse(r)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errInterrupted):
			continue
		case err != nil:
			s.tell(s.explain(err))
			continue
		}
		if err := s.reply(file); err != nil {
			return err
		}
		if err := s.flush(); err != nil {
			return err
		}
	}
}

// reply answers one piece of input. The error is that of the session's context.
func (s *Session) reply(file *syntax.File) error {
	defer s.env.Work()()
	err := s.bounded(func() error {
		v, err := s.run(file)
		if err != nil || v == nil || v == starlark.None {
			return err
		}
		s.names["_"] = v
		return s.show(v, false)
	})
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case err != nil:
		s.tell(err)
	}
	return nil
}

func (s *Session) tell(err error) {
	fmt.Fprintf(s.env.Out, "error: %v\n", err)
	s.flush()
}

// flush shows what was printed so far.
func (s *Session) flush() error {
	if f, ok := s.env.Out.(interface{ Flush() error }); ok {
		return f.Flush()
	}
	return nil
}

// parse reads lines until they are a whole statement.
func (s *Session) parse(r reader) (*syntax.File, error) {
	next, var1 := prompt, error(nil)
	file, err := grammar.ParseCompoundStmt(inputName, func() ([]byte, error) {
		line, err := r.line(next)
		if err != nil {
			var1 = err
			return nil, err
		}
		if next == prompt && s.ends(line) {
			var1 = io.EOF
			return nil, io.EOF
		}
		next = goesOn
		return []byte(line + "\n"), nil
	})
	if var1 != nil {
		return nil, var1
	}
	return file, err
}

// ends reports whether a line is what other sessions end with.
func (s *Session) ends(line string) bool {
	word := strings.TrimSuffix(strings.TrimSpace(line), "()")
	return (word == "exit" || word == "quit") && !s.names.Has(word)
}

// reader takes lines from a terminal, with editing, history and completion, or
// from a file, whose lines are shown as if they were typed.
func (s *Session) reader(in *os.File) (r reader, stop func()) {
	if !isTerminal(in) || !isTerminal(os.Stdout) || !liner.TerminalSupported() {
		return &pipe{s, bufio.NewScanner(in)}, func() {}
	}
	t := &terminal{s, liner.NewLiner(), historyFile()}
	t.SetCtrlCAborts(true)
	t.SetTabCompletionStyle(liner.TabPrints)
	t.SetWordCompleter(s.complete)
	if f, err := os.Open(t.file); err == nil {
		t.ReadHistory(f)
		f.Close()
	}
	fmt.Fprintln(s.env.Out, "A session like heapy's: h is the heap, help() lists more, exit or Ctrl-D ends.")
	s.flush()
	return t, func() { t.Close() }
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

type pipe struct {
	s    *Session
	text *bufio.Scanner
}

func (p *pipe) line(prompt string) (string, error) {
	if !p.text.Scan() {
		if err := p.text.Err(); err != nil {
			return "", err
		}
		return "", io.EOF
	}
	line := strings.TrimRight(p.text.Text(), " \r")
	fmt.Fprintln(p.s.env.Out, strings.TrimRight(prompt+line, " "))
	return line, nil
}

type terminal struct {
	s *Session
	*liner.State
	file string // of the history, "" for none
}

func (t *terminal) line(prompt string) (string, error) {
	line, err := t.Prompt(prompt)
	switch {
	case errors.Is(err, liner.ErrPromptAborted):
		return "", errInterrupted
	case err != nil:
		fmt.Fprintln(t.s.env.Out)
		return "", io.EOF
	}
	if strings.TrimSpace(line) != "" {
		t.AppendHistory(line)
		t.keep(line)
	}
	return line, nil
}

// keep appends a line to the history, which is its owner's alone. A history that
// cannot be written is none.
func (t *terminal) keep(line string) {
	if t.file == "" || os.MkdirAll(filepath.Dir(t.file), 0o700) != nil {
		return
	}
	if f, err := os.OpenFile(t.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err == nil {
		fmt.Fprintln(f, line)
		f.Close()
	}
	if info, err := os.Stat(t.file); err == nil && info.Size() > maxHistory*200 {
		t.shorten()
	}
}

// shorten writes the last lines of a long history anew.
func (t *terminal) shorten() {
	f, err := os.CreateTemp(filepath.Dir(t.file), ".heap-history-*") // 0600
	if err != nil {
		return
	}
	_, err = t.WriteHistory(f)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), t.file)
	}
	if err != nil {
		os.Remove(f.Name())
	}
}

func historyFile() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "objgraph", "heap-history")
}
