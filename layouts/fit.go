package layouts

import (
	"strings"
	"unicode/utf8"
)

// ellipsis stands for what was cut out of a text.
const ellipsis = "…"

// maxText bounds, in bytes, how much of a text is looked at when it is made to
// fit a box: its beginning and its end.
const maxText = 4 << 10

// ruler measures text.
type ruler func(text string) float64

// shorten cuts the middle out of a text that is longer than max bytes.
func shorten(text string, max int) string {
	if len(text) <= max {
		return text
	}
	head, tail := max/2, len(text)-max/2
	for head > max/2-utf8.UTFMax && !utf8.RuneStart(text[head]) {
		head--
	}
	for tail < len(text)-max/2+utf8.UTFMax && !utf8.RuneStart(text[tail]) {
		tail++
	}
	return text[:head] + ellipsis + text[tail:]
}

// fit breaks a text, given as clusters, into at most rows lines of at most
// width. A text that needs more loses its middle.
func fit(clusters []string, width float64, rows int, measure ruler) []string {
	if lines := wrap(clusters, width, measure); len(lines) <= rows {
		return lines
	}
	// The largest number of clusters kept, by bisection.
	low, high := 0, len(clusters)
	for low+1 < high {
		mid := (low + high) / 2
		if len(wrap(cut(clusters, mid), width, measure)) <= rows {
			low = mid
		} else {
			high = mid
		}
	}
	lines := wrap(cut(clusters, low), width, measure)
	return lines[:min(rows, len(lines))]
}

// cut keeps n clusters, more of the beginning than of the end.
func cut(clusters []string, n int) []string {
	head := (n*3 + 4) / 5
	kept := append([]string{}, clusters[:head]...)
	kept = append(kept, ellipsis)
	return append(kept, clusters[len(clusters)-(n-head):]...)
}

// wrap breaks clusters into lines of at most width: after a space, or else
// another separator, where there is one in the second half of the line. Empty
// text is one empty line.
func wrap(clusters []string, width float64, measure ruler) []string {
	var lines []string
	for len(clusters) > 0 {
		n := lineLength(clusters, width, measure)
		lines = append(lines, strings.TrimSpace(strings.Join(clusters[:n], "")))
		clusters = clusters[n:]
	}
	if lines == nil {
		return []string{""}
	}
	return lines
}

// lineLength is how many clusters go on the first line; at least one.
func lineLength(clusters []string, width float64, measure ruler) int {
	w, space, last := 0.0, 0, 0
	for i, c := range clusters {
		w += measure(c)
		if w > width {
			switch {
			case c == " " && i > 0: // trimmed
				return i + 1
			case space > i/2:
				return space
			case last > i/2:
				return last
			}
			return max(i, 1)
		}
		if breakAfter(c) {
			last = i + 1
		}
		if c == " " {
			space = i + 1
		}
	}
	return len(clusters)
}

// breakAfter reports whether a line of a type name or a path may end with c.
func breakAfter(c string) bool {
	return strings.ContainsAny(c, " ./,;:]}){|=&") && len(c) == 1 || c == ellipsis
}
