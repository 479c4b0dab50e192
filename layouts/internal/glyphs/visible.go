package glyphs

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clusters splits text into the smallest pieces that may be kept or dropped on
// their own, each in a form that can be drawn: a character with the marks that
// combine with it, or an escape. Bytes that are no UTF-8 become \x{ff}, and
// \u{200b} stands for a character that has no ink (controls, directional marks
// and odd spaces) or for which drawable returns false.
func Clusters(text string, drawable func(rune) bool) []string {
	var out []string
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			out = append(out, fmt.Sprintf(`\x{%02x}`, text[i]))
		case !inked(r) || !drawable(r):
			out = append(out, fmt.Sprintf(`\u{%x}`, r))
		case unicode.Is(unicode.M, r) && len(out) > 0 && !strings.HasSuffix(out[len(out)-1], "}"):
			out[len(out)-1] += string(r)
		default:
			out = append(out, string(r))
		}
		i += n
	}
	return out
}

// Visible is text with escapes for what has no ink or is no UTF-8, whatever
// the fonts.
func Visible(text string) string {
	plain := true
	for _, r := range text {
		plain = plain && inked(r) && r != utf8.RuneError
	}
	if plain {
		return text
	}
	return strings.Join(Clusters(text, func(rune) bool { return true }), "")
}

// inked reports whether r shows something of its own, or is the plain space.
func inked(r rune) bool {
	return unicode.IsGraphic(r) && (r == ' ' || !unicode.Is(unicode.Zs, r))
}
