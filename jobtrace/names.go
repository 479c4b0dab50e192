package jobtrace

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSafe is the longest safe name in bytes, so that "<seq>-<name>.dump.zst" has
// at most 120: file systems allow 255, some encrypted ones 140.
const maxSafe = 100

// SafeName turns any text into the name of a file: letters and digits of any
// script and "._-" stay, anything else becomes "_". It is never empty, begins
// and ends with no dot, is no device of Windows, and has at most 100 bytes. What was
// changed ends in a hash of the text, so that two texts do not share a name.
func SafeName(text string) string {
	name := strings.Map(safeRune, text)
	if strings.HasPrefix(name, ".") {
		name = "_" + name[1:]
	}
	if strings.HasSuffix(name, ".") {
		name = name[:len(name)-1] + "_"
	}
	if name == text && name != "" && len(name) <= maxSafe && !deviceName(name) {
		return name
	}
	sum := fnv.New64a()
	sum.Write([]byte(text))
	return fmt.Sprintf("%s_%08x", cut(strings.Trim(name, "_."), maxSafe-9), uint32(sum.Sum64()>>32))
}

// safeRune is r, or "_" if some file system or shell may refuse it.
func safeRune(r rune) rune {
	switch {
	case r == utf8.RuneError:
	case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r), strings.ContainsRune("._-", r):
		return r
	}
	return '_'
}

// cut shortens s to at most n bytes of whole runes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// deviceName reports whether Windows takes the name for a device.
func deviceName(name string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	if len(base) == 4 && (strings.HasPrefix(base, "COM") || strings.HasPrefix(base, "LPT")) {
		return base[3] >= '0' && base[3] <= '9'
	}
	return base == "CON" || base == "PRN" || base == "AUX" || base == "NUL"
}
