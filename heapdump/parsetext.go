package heapdump

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/objgraph/objgraph/mem"
)

// unfoldLimit bounds the bytes of a dump that text may unfold to.
const unfoldLimit = 8 << 30

// ParseText makes a dump of its text form. The error names the line. It
// writes whatever the text says, a dump without an end record too.
func ParseText(text []byte) ([]byte, error) { return parseText(text, unfoldLimit) }

func parseText(text []byte, limit uint64) ([]byte, error) {
	body, ok := bytes.CutPrefix(text, []byte(Magic))
	if !ok {
		return nil, fmt.Errorf("text form: line 1: want %q", Magic[:len(Magic)-1])
	}
	p := &textParser{src: body, line: 2, left: limit}
	p.w = NewWriter(&p.out)
	for p.err == nil && p.pos < len(p.src) {
		p.statement()
	}
	if p.err == nil {
		p.err = p.w.Flush()
	}
	if p.err != nil {
		return nil, fmt.Errorf("text form: line %d: %w", p.line, p.err)
	}
	return p.out.Bytes(), nil
}

// textParser reads statements. The first error sticks, and line is where.
type textParser struct {
	src  []byte
	pos  int
	line int
	left uint64 // bytes that may still be unfolded
	out  bytes.Buffer
	w    *Writer
	err  error
}

func (p *textParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// statement reads one line: a record, the rest, a comment, or nothing.
func (p *textParser) statement() {
	switch p.peek() {
	case '#':
		p.skipLine()
	case '\n':
	default:
		if name := p.word(); name == "rest" {
			p.spaces()
			p.rest(p.bytes())
		} else {
			p.record(name)
		}
		p.spaces()
	}
	if p.pos < len(p.src) {
		p.expect('\n')
	}
}

func (p *textParser) rest(b []byte) {
	if p.err == nil && p.w.Flush() == nil {
		p.out.Write(b)
	}
}

func (p *textParser) record(name string) {
	tag, ok := tagNamed(name)
	if !ok {
		p.fail("unknown record %q", name)
		return
	}
	rec := table[tag].empty()
	for _, s := range rec.slots() {
		p.slot(s)
	}
	if p.err == nil {
		p.err = p.w.Write(rec)
	}
}

func tagNamed(name string) (Tag, bool) {
	for tag, row := range table {
		if row.name == name {
			return Tag(tag), true
		}
	}
	return 0, false
}

func (p *textParser) slot(s slot) {
	name := p.name()
	if c, ok := s.at.(contents); ok && name == "size" {
		*c.size = p.number(10)
		name = p.name()
	}
	if name != s.name {
		p.fail("field %q, want %q", name, s.name)
		return
	}
	switch at := s.at.(type) {
	case *mem.Addr:
		*at = mem.Addr(p.number(0))
	case *uint64:
		*at = p.number(10)
	case *bool:
		*at = p.flag()
	case *string:
		*at = p.quoted()
	case *[]byte:
		*at = p.bytes()
	case contents:
		*at.bytes = p.bytes()
	case *Fields:
		*at = p.fields()
	case *[256]uint64:
		p.numbers(at[:])
	case *[]StackLine:
		*at = p.stack()
	}
}

// name reads a field's name and its "=".
func (p *textParser) name() string {
	p.spaces()
	name := p.word()
	p.expect('=')
	return name
}

// peek is the next byte, 0 at the end and after an error.
func (p *textParser) peek() byte {
	if p.err != nil || p.pos >= len(p.src) {
		return 0
	}
	return p.src[p.pos]
}

func (p *textParser) expect(c byte) {
	if got := p.peek(); got != c {
		p.fail("column %d: want %q", p.column(), c)
		return
	}
	p.pos++
	if c == '\n' {
		p.line++
	}
}

func (p *textParser) column() int { return p.pos - bytes.LastIndexByte(p.src[:p.pos], '\n') }

func (p *textParser) skipLine() {
	for p.pos < len(p.src) && p.src[p.pos] != '\n' {
		p.pos++
	}
}

func (p *textParser) spaces() {
	for p.peek() == ' ' {
		p.pos++
	}
}

// word reads letters, digits and the marks that pieces of lists are made of.
func (p *textParser) word() string {
	start := p.pos
	for isWord(p.peek()) {
		p.pos++
	}
	if start == p.pos {
		p.fail("column %d: want a word", p.column())
	}
	return string(p.src[start:p.pos])
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '*' || c == '/'
}

func (p *textParser) number(base int) uint64 { return p.parse(p.word(), base) }

func (p *textParser) parse(s string, base int) uint64 {
	v, err := strconv.ParseUint(s, base, 64)
	if err != nil {
		p.fail("%q is no number", s)
	}
	return v
}

func (p *textParser) flag() bool {
	v := p.number(10)
	if v > 1 {
		p.fail("flag is %d, want 0 or 1", v)
	}
	return v == 1
}

func (p *textParser) quoted() string {
	if p.err != nil {
		return ""
	}
	q, err := strconv.QuotedPrefix(string(p.lineRest()))
	if err != nil {
		p.fail("column %d: want a quoted string", p.column())
		return ""
	}
	p.pos += len(q)
	s, err := strconv.Unquote(q)
	if err != nil {
		p.fail("bad string %s", q)
	}
	return s
}

func (p *textParser) lineRest() []byte {
	rest := p.src[p.pos:]
	if n := bytes.IndexByte(rest, '\n'); n >= 0 {
		return rest[:n]
	}
	return rest
}
