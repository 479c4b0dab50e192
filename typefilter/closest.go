package typefilter

import (
	"cmp"
	"slices"
	"strings"
)

// Closest gives up to n of the names that someone who wrote name may have
// meant, the likeliest first. Case does not count, and neither does a missing
// or wrong package: what follows the last dot is compared too. Names that
// have nothing in common with it are left out.
func Closest(name string, all []string, n int) []string {
	type guess struct {
		name     string
		distance int
	}
	var guesses []guess
	limit := max(2, 1+len([]rune(name))/3)
	for _, other := range all {
		if d := unlike(strings.ToLower(name), strings.ToLower(other)); d <= limit {
			guesses = append(guesses, guess{other, d})
		}
	}
	slices.SortFunc(guesses, func(a, b guess) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	guesses = slices.Compact(guesses)
	names := make([]string, 0, max(0, min(n, len(guesses))))
	for _, g := range guesses[:cap(names)] {
		names = append(names, g.name)
	}
	return names
}

// unlike is how far two names are apart: the edits between them, or one more
// than those between what follows their last dots, if that is much the same. A part
// of a name is near, unless so short that it is part of most.
func unlike(a, b string) int {
	sa, sb := afterDot(a), afterDot(b)
	d, part := edits(a, b), edits(sa, sb)
	if part <= len(sa)/3 {
		d = min(d, 1+part)
	}
	if len(sa) >= shortestPart && strings.Contains(b, sa) {
		d = min(d, 2)
	}
	return d
}

// shortestPart is the length from which a part of a name says something.
const shortestPart = 3

func afterDot(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// edits is the Levenshtein distance in runes, row by row (Wagner and Fischer,
// "The String-to-String Correction Problem", 1974).
func edits(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	row := make([]int, len(rb)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range ra {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range rb {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(rb)]
}
