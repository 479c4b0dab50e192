package chart

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// writer writes SVG text.
type writer struct{ b bytes.Buffer }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// Escape makes text of a document of any text: what XML forbids becomes U+FFFD.
func Escape(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff {
			return 0xfffd
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	return escaper.Replace(text)
}

// num prints a length with one decimal.
func num(v float64) string {
	s := strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// begin opens a picture of a size in pixels, named for those who do not see it.
func (w *writer) begin(class string, width, height float64, title, desc string) {
	fmt.Fprintf(&w.b, `<svg class="%s" viewBox="0 0 %s %s" width="%s" height="%s" role="group" aria-label="%s">`,
		class, num(width), num(height), num(width), num(height), Escape(title+". "+desc))
}

func (w *writer) end() []byte {
	w.b.WriteString("</svg>")
	return w.b.Bytes()
}

func (w *writer) rect(class string, x, y, width, height float64) {
	fmt.Fprintf(&w.b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, num(x), num(y), num(max(0, width)), num(max(0, height)))
}

func (w *writer) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&w.b, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, num(x1), num(y1), num(x2), num(y2))
}

func (w *writer) text(class string, x, y float64, text string) {
	fmt.Fprintf(&w.b, `<text class="%s" x="%s" y="%s">%s</text>`, class, num(x), num(y), Escape(text))
}

// link opens what leads to an address, with a tooltip; an empty address leads
// nowhere. close closes it.
func (w *writer) link(href, tooltip string) (close func()) {
	tag := "g"
	if href != "" {
		tag = "a"
		fmt.Fprintf(&w.b, `<a href="%s" aria-label="%s">`, Escape(href), Escape(tooltip))
	} else {
		w.b.WriteString("<g>")
	}
	fmt.Fprintf(&w.b, "<title>%s</title>", Escape(tooltip))
	return func() { w.b.WriteString("</" + tag + ">") }
}
