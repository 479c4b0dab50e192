package heapdump

import (
	"encoding/hex"
	"strings"
)

// list calls item at each element of a list in brackets.
func (p *textParser) list(item func()) {
	p.expect('[')
	for {
		p.blank()
		switch p.peek() {
		case ']':
			p.pos++
			return
		case 0:
			p.fail("list without ]")
			return
		}
		item()
	}
}

// blank skips what may stand between the elements of a list.
func (p *textParser) blank() {
	for {
		switch p.peek() {
		case ' ', '\t':
			p.pos++
		case '\n':
			p.expect('\n')
		default:
			return
		}
	}
}

// times reserves n elements of size bytes, which must not exceed what is left
// to unfold; it returns 0 if they do.
func (p *textParser) times(n uint64, size uint64) int {
	if p.err == nil && n > p.left/size {
		p.fail("the text unfolds to too many bytes")
	}
	if p.err != nil {
		return 0
	}
	p.left -= n * size
	return int(n)
}

func (p *textParser) bytes() []byte {
	var b []byte
	p.list(func() {
		if p.peek() == '"' {
			s := p.quoted()
			b = append(b, s[:p.times(uint64(len(s)), 1)]...)
			return
		}
		b = p.hexPiece(b)
	})
	return b
}

// hexPiece reads hex digits, or a byte and how many times it stands.
func (p *textParser) hexPiece(b []byte) []byte {
	digits, count, folded := strings.Cut(p.word(), "*")
	raw, err := hex.DecodeString(digits)
	if err != nil || folded && len(raw) != 1 {
		p.fail("%q is no run of bytes", digits)
		return b
	}
	if !folded {
		return append(b, raw[:p.times(uint64(len(raw)), 1)]...)
	}
	for range p.times(p.parse(count, 10), 1) {
		b = append(b, raw[0])
	}
	return b
}

func (p *textParser) fields() Fields {
	var f Fields
	p.list(func() {
		word := p.word()
		kind := FieldPtr
		if i := strings.IndexByte(kindLetters, (word + " ")[0]); i > 0 {
			kind, word = FieldKind(i), word[1:]
		}
		run := p.fieldRun(word)
		for i := range p.times(run.n, 2) {
			f = AppendField(f, kind, run.off+uint64(i)*run.step)
		}
	})
	return f
}

// fieldRun reads an offset, or "from..to/step".
func (p *textParser) fieldRun(word string) fieldRun {
	from, to, folded := strings.Cut(word, "..")
	run := fieldRun{off: p.parse(from, 10), n: 1}
	if !folded {
		return run
	}
	to, step, _ := strings.Cut(to, "/")
	last := p.parse(to, 10)
	run.step = p.parse(step, 10)
	if p.err != nil {
		return run
	}
	if run.step == 0 || last < run.off || (last-run.off)%run.step != 0 {
		p.fail("%q is no range of offsets", word)
		return run
	}
	run.n = (last-run.off)/run.step + 1
	return run
}

// numbers fills all of v.
func (p *textParser) numbers(v []uint64) {
	n := 0
	p.list(func() {
		value, count, folded := strings.Cut(p.word(), "*")
		times := uint64(1)
		if folded {
			times = p.parse(count, 10)
		}
		if times > uint64(len(v)-n) {
			p.fail("more than %d numbers", len(v))
			return
		}
		x := p.parse(value, 10)
		for range times {
			v[n] = x
			n++
		}
	})
	if n != len(v) {
		p.fail("%d numbers, want %d", n, len(v))
	}
}

func (p *textParser) stack() []StackLine {
	var lines []StackLine
	p.list(func() {
		var l StackLine
		l.Func = p.quoted()
		p.blank()
		l.File = p.quoted()
		p.blank()
		l.Line = p.number(10)
		lines = append(lines, l)
	})
	return lines
}
