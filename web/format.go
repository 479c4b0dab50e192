package web

import (
	"fmt"
	"strconv"
	"time"

	"github.com/objgraph/objgraph/report"
)

// How values are shown. Each makes a cell with what programs get.

func text(s string) Cell { return Cell{Text: s, Raw: s} }

func linked(s, href string) Cell { return Cell{Text: s, Href: href, Raw: s} }

func count[T int | int64 | uint64](n T) Cell { return Cell{Text: grouped(int64(n)), Raw: n} }

func bytesOf(n uint64) Cell { return Cell{Text: report.Bytes(n), Raw: n} }

// maybeBytes is a size, or nothing where it is not known.
func maybeBytes(n *int64) Cell {
	if n == nil {
		return Cell{}
	}
	return Cell{Text: signedBytes(*n), Raw: *n}
}

func signedBytes(n int64) string {
	if n < 0 {
		return "−" + report.Bytes(uint64(-n))
	}
	return report.Bytes(uint64(n))
}

// grown is a size with a sign.
func grown(n *int64) Cell {
	c := maybeBytes(n)
	if n != nil && *n > 0 {
		c.Text = "+" + c.Text
	}
	return c
}

func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// timeAt is a time in this machine's zone; in JSON it is RFC 3339.
func timeAt(t time.Time) Cell {
	if t.IsZero() || t.Unix() == 0 {
		return Cell{}
	}
	layout := "2 Jan 15:04:05"
	if time.Since(t) > 300*24*time.Hour {
		layout = "2006-01-02 15:04"
	}
	return Cell{Text: t.Local().Format(layout), Raw: t.UTC().Format(time.RFC3339Nano), Class: "time"}
}

// seconds is a duration; nothing where it is not known.
func seconds(v *float64) Cell {
	if v == nil {
		return Cell{}
	}
	return Cell{Text: lasting(*v), Raw: *v}
}

func lasting(v float64) string {
	d := time.Duration(v * float64(time.Second))
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", v)
	}
	return d.Round(time.Second).String()
}

// axisBytes is a size on an axis.
func axisBytes(v float64) string { return report.Bytes(uint64(max(0, v))) }

// cut shortens a long text at its end.
func cut(text string, letters int) string {
	r := []rune(text)
	if len(r) <= letters {
		return text
	}
	return string(r[:letters-1]) + "…"
}
