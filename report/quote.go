package report

import "strings"

// Quote makes one word of a shell of any text.
func Quote(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\n*[](){}<>|&;$\"'\\`?!#~") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
