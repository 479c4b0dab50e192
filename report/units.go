package report

import (
	"fmt"
	"strconv"
	"strings"
)

// Bytes is a size for people: three digits and a decimal unit (1 MB is
// 1,000,000 bytes).
func Bytes(n uint64) string {
	if n < 1000 {
		return strconv.FormatUint(n, 10) + " B"
	}
	v, unit := float64(n), -1
	for v >= 999.5 && unit < len("kMGTPE")-1 {
		v, unit = v/1000, unit+1
	}
	prec := 1
	if v >= 99.95 {
		prec = 0
	}
	return strconv.FormatFloat(v, 'f', prec, 64) + " " + "kMGTPE"[unit:unit+1] + "B"
}

// signed is a growth: "+41".
func signed(n int) string {
	if n > 0 {
		return "+" + count(n)
	}
	return count(n)
}

// count writes a number with commas: 2,004,973.
func count(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	head := (len(s)-1)%3 + 1
	var b strings.Builder
	b.WriteString(sign + s[:head])
	for i := head; i < len(s); i += 3 {
		b.WriteString("," + s[i:i+3])
	}
	return b.String()
}

// plural is "1 object", "2 objects"; a word with another plural says it too.
func plural(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return count(n) + " " + many[0]
	}
	return count(n) + " " + one + "s"
}

// percent never rounds up to 100 nor down to 0.
func percent(share float64) string {
	p := share * 100
	switch {
	case p >= 100:
		return "100 %"
	case p > 99.99:
		return "over 99.99 %"
	case p > 99:
		return fmt.Sprintf("%.2f %%", p)
	case p <= 0:
		return "0 %"
	case p < 0.1:
		return "under 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", p)
}
