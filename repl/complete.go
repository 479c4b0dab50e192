package repl

import (
	"slices"
	"strings"
	"unicode"

	"github.com/objgraph/objgraph/typing"
)

// complete offers what may stand at a place of a line: names, attributes of what
// stands before the dot, and types within quotes.
func (s *Session) complete(line string, pos int) (head string, offers []string, tail string) {
	runes := []rune(line)
	pos = min(pos, len(runes))
	before, tail := string(runes[:pos]), string(runes[pos:])
	if quote := strings.LastIndexAny(before, `"'`); quote >= 0 && (strings.Count(before, `"`)+strings.Count(before, `'`))%2 == 1 {
		return before[:quote+1], s.typesLike(before[quote+1:]), tail
	}
	start := len(before)
	for start > 0 && isNamePart(before[start-1]) {
		start--
	}
	word := before[start:]
	if start > 0 && before[start-1] == '.' {
		if t := s.words.of(s.typeBefore(before[:start-1])); t != nil {
			return before[:start], withPrefix(t.names(), word), tail
		}
		return before[:start], nil, tail
	}
	return before[:start], withPrefix(s.globals(), word), tail
}

func isNamePart(b byte) bool {
	return b == '_' || b < 0x80 && (unicode.IsLetter(rune(b)) || unicode.IsDigit(rune(b)))
}

func withPrefix(names []string, prefix string) (out []string) {
	for _, n := range names {
		if strings.HasPrefix(n, prefix) {
			out = append(out, n)
		}
	}
	return out
}

// typeBefore is the type of the value that an expression ends in, told by its
// words without computing it: "h[0].byvia" are objects.
func (s *Session) typeBefore(expr string) string {
	end := len(expr)
	for end > 0 && (expr[end-1] == ']' || expr[end-1] == ')') {
		open := opening(expr[:end])
		if open < 0 {
			return ""
		}
		if open == 0 || !isNamePart(expr[open-1]) && expr[open-1] != ']' && expr[open-1] != ')' {
			return s.typeBefore(expr[open+1 : end-1]) // (h - x).
		}
		end = open
	}
	start := end
	for start > 0 && isNamePart(expr[start-1]) {
		start--
	}
	name := expr[start:end]
	if start > 0 && expr[start-1] == '.' {
		if t := s.words.of(s.typeBefore(expr[:start-1])); t != nil {
			return indexed(t.gives(name))
		}
		return ""
	}
	if v, ok := s.names[name]; ok && s.words.of(v.Type()) != nil {
		return v.Type()
	}
	for _, w := range globalWords() {
		if w.name == name {
			return indexed(w.gives)
		}
	}
	return ""
}

// indexed is the type of what is taken from a value of a type: a dump of dumps.
func indexed(typ string) string {
	if typ == "dumps" {
		return "objects"
	}
	return typ
}

// opening is where the bracket stands that the last one of a text closes, -1 if
// there is none.
func opening(text string) int {
	depth := 0
	for i := len(text) - 1; i >= 0; i-- {
		switch text[i] {
		case ']', ')':
			depth++
		case '[', '(':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// maxOffers bounds the types that are offered.
const maxOffers = 200

func (s *Session) typesLike(prefix string) (out []string) {
	sp := s.last().space
	if sp == nil {
		return nil
	}
	for i := range sp.Typing.Types {
		if name := sp.NameOf(typing.TypeID(i)); name != "" && strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxOffers)]
}
