package repl

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/objgraph/objgraph/typefilter"
)

// word is an attribute of a value, or a name to begin with.
type word[T any] struct {
	name  string
	args  string // of a function, as help shows them: "(type=…)"; "" for a value
	help  string
	gives string // Type of its value, or of what the function returns, for completion
	get   func(v T) (starlark.Value, error)
}

// vocabulary is the attributes of one kind of value.
type vocabulary[T any] map[string]word[T]

func newVocabulary[T any](words ...word[T]) vocabulary[T] {
	v := vocabulary[T]{}
	for _, w := range words {
		v[w.name] = w
	}
	return v
}

// attr is the value of an attribute; without one Starlark names the nearest.
func (v vocabulary[T]) attr(of T, name string) (starlark.Value, error) {
	w, ok := v[name]
	if !ok {
		return nil, nil
	}
	return w.get(of)
}

func (v vocabulary[T]) names() []string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// help is a table of the words.
func (v vocabulary[T]) help(pre string) string {
	var lines []helpLine
	for _, name := range v.names() {
		lines = append(lines, helpLine{pre + name + v[name].args, v[name].help})
	}
	return helpText(lines)
}

type helpLine struct{ word, help string }

func helpText(lines []helpLine) string {
	wide := 0
	for _, l := range lines {
		wide = max(wide, len([]rune(l.word)))
	}
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "  %-*s  %s\n", min(wide, 30), l.word, l.help)
	}
	return b.String()
}

// gives is the type of an attribute's value, "" if there is no such attribute.
func (v vocabulary[T]) gives(name string) string { return v[name].gives }

func (v vocabulary[T]) helpOf(name string) string { return v[name].help }
func (v vocabulary[T]) argsOf(name string) string { return v[name].args }

// lexicon has the attributes of all values.
type lexicon struct {
	objects    vocabulary[*Objects]
	object     vocabulary[*Object]
	field      vocabulary[*Field]
	paths      vocabulary[*Paths]
	pattern    vocabulary[*Pattern]
	difference vocabulary[*Difference]
}

func newLexicon() *lexicon {
	return &lexicon{
		newVocabulary(objectsWords()...), newVocabulary(objectWords()...), newVocabulary(fieldWords()...),
		newVocabulary(pathsWords()...), newVocabulary(patternWords()...), newVocabulary(differenceWords()...),
	}
}

// topic is what help and completion ask of a vocabulary.
type topic interface {
	help(pre string) string
	helpOf(name string) string // "" if there is no such word
	argsOf(name string) string
	names() []string
	gives(name string) string
}

// of is the vocabulary of a type of values, nil if it has none.
func (l *lexicon) of(typ string) topic {
	switch typ {
	case "objects":
		return l.objects
	case "object":
		return l.object
	case "field":
		return l.field
	case "paths":
		return l.paths
	case "pattern":
		return l.pattern
	case "difference":
		return l.difference
	}
	return nil
}

// types lists the types that have a vocabulary.
func (l *lexicon) types() []string {
	return []string{"objects", "object", "field", "paths", "pattern", "difference"}
}

// function makes a word that is called.
func function(name string, call func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error)) *starlark.Builtin {
	return starlark.NewBuiltin(name, func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		return call(args, kwargs)
	})
}

// text is a word whose value is text.
type text string

func (t text) String() string        { return string(t) }
func (t text) Type() string          { return "text" }
func (t text) Freeze()               {}
func (t text) Truth() starlark.Bool  { return t != "" }
func (t text) Hash() (uint32, error) { return starlark.String(t).Hash() }

// globalWords are the functions and names that a session begins with.
func globalWords() []word[*Session] {
	return []word[*Session]{
		{"h", "", "the reachable objects of the last dump", "objects", nil},
		{"d", "", "the dumps: d[0] are the reachable objects of the first", "dumps", nil},
		{"dumps", "", "the same", "dumps", nil},
		{"_", "", "the last answer", "", nil},
		{"new", "", "with several dumps: what is in the last and was not in the first", "objects", nil},
		{"gone", "", "with several dumps: what was in the first and is not in the last", "objects", nil},
		{"unreached", "", "objects of the last dump that no root reaches", "objects", nil},
		{"tracer", "", "of a program that uses jobtrace: what is there because it is traced, and not in h", "objects", nil},
		{"setref", "(dump or set)", "what came since that dump is h, new and gone; h is without that set; None: as at first", "", (*Session).setref},
		{"obj", "(0xADDR)", "the object at an address, or around it, in the last dump; obj(0xADDR, d[0]) in another", "object", (*Session).obj},
		{"cut", `("main.Cache.items")`, "what would go free if that field, element or root held nothing", "objects", (*Session).cut},
		{"nil", `("main.cache")`, "what would go free if that global variable held nothing", "objects", (*Session).nilled},
		{"end", "(goroutine)", `what would go free if a goroutine ended: its number, or "main.parked" for all in that function`, "objects", (*Session).end},
		{"help", "(x)", "what may be asked of x", "text", (*Session).help},
	}
}

// functions are the words that have a value from the start.
func (s *Session) functions() starlark.StringDict {
	out := starlark.StringDict{}
	for _, w := range globalWords() {
		if w.get == nil {
			continue
		}
		if v, err := w.get(s); err == nil {
			out[w.name] = v
		}
	}
	return out
}

// help explains a value by its type.
func (s *Session) help() (starlark.Value, error) {
	return function("help", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var of starlark.Value
		if err := starlark.UnpackArgs("help", args, kwargs, "x?", &of); err != nil {
			return nil, err
		}
		switch t := typeOf(of); {
		case of == nil:
			return text("Names to begin with:\n" + newVocabulary(globalWords()...).help("") +
				"Sets are joined by & | - ^, ~h[0] is what else is reachable, and o in h asks for one object.\n" +
				"h[0] and h[2:5] are rows as sets. help(h) and help(h[0].theone) list more."), nil
		case s.words.of(t) != nil:
			return text(fmt.Sprintf("%s:\n%s", articled(t), s.words.of(t).help("."))), nil
		}
		if b, ok := of.(*starlark.Builtin); ok {
			return text(s.helpOf(b.Name())), nil
		}
		return text(fmt.Sprintf("%s: a value of Starlark", of.Type())), nil
	}), nil
}

// helpOf explains a function by its name.
func (s *Session) helpOf(name string) string {
	for _, w := range globalWords() {
		if w.name == name {
			return name + w.args + ": " + w.help
		}
	}
	for _, t := range s.words.types() {
		if words := s.words.of(t); words.helpOf(name) != "" {
			return "." + name + words.argsOf(name) + ": " + words.helpOf(name)
		}
	}
	return name
}

func typeOf(v starlark.Value) string {
	if v == nil {
		return ""
	}
	return v.Type()
}

func articled(typ string) string {
	switch typ {
	case "objects":
		return "A set of objects in rows"
	case "object":
		return "One object"
	case "field":
		return "A field of an object"
	case "paths":
		return "Shortest chains from roots"
	case "pattern":
		return "Who refers to a set, set by set"
	}
	return "A difference of two tables"
}

// closeName says which name was perhaps meant, for one that is not defined.
func (s *Session) closeName(msg string) string {
	name, ok := strings.CutPrefix(msg, "undefined: ")
	if !ok || strings.Contains(name, "did you mean") {
		return ""
	}
	if near := typefilter.Closest(name, s.globals(), 1); len(near) > 0 && len(name) <= 2*len(near[0]) {
		return fmt.Sprintf(" (did you mean %s?)", near[0])
	}
	return "; help() lists names"
}

// globals are all names that may be used now.
func (s *Session) globals() []string {
	names := s.names.Keys()
	for _, w := range globalWords() {
		if !s.names.Has(w.name) && w.name != "_" {
			names = append(names, w.name)
		}
	}
	slices.Sort(names)
	return names
}

// Words lists what may be asked, with its help, by the type of the value; the
// names to begin with are under "".
func Words() map[string]map[string]string {
	out := map[string]map[string]string{"": {}}
	for _, w := range globalWords() {
		out[""][w.name] = w.help
	}
	l := newLexicon()
	for _, typ := range l.types() {
		out[typ] = map[string]string{}
		for _, name := range l.of(typ).names() {
			out[typ][name] = l.of(typ).helpOf(name)
		}
	}
	return out
}
