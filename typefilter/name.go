package typefilter

import "strings"

// Form says what kind of name a type has.
type Form uint8

// The forms of a name.
const (
	Named     Form = iota // main.Job, cron.Entry, main.Set[string]
	Closure               // func main.build.func1
	Composite             // []T, map[K]V and its parts, chan T, *T, func(int), struct {…}
	Basic                 // int, float64, bool
	Text                  // string, []byte, []rune, [16]uint8
	Tiny                  // a block of the tiny allocator
	Untyped               // ?48, type@0x…
)

var basicNames = map[string]bool{
	"bool": true, "int": true, "int8": true, "int16": true, "int32": true, "int64": true,
	"uint": true, "uint8": true, "uint16": true, "uint32": true, "uint64": true, "uintptr": true,
	"float32": true, "float64": true, "complex64": true, "complex128": true,
	"byte": true, "rune": true, "error": true, "any": true, "unsafe.Pointer": true,
}

// compositeStarts are the beginnings of composite names.
var compositeStarts = []string{"*", "[", "map[", "chan ", "<-chan ", "func(", "struct {", "struct{", "interface {", "interface{", "noalg.", "map."}

// FormOf tells the form of a type's name, in either of its forms.
func FormOf(name string) Form {
	switch {
	case name == "" || strings.HasPrefix(name, "?") || strings.HasPrefix(name, "type@"):
		return Untyped
	case name == "tiny":
		return Tiny
	case name == "string" || isBytes(name):
		return Text
	case basicNames[name]:
		return Basic
	case strings.HasPrefix(name, "func ") && !strings.HasPrefix(name, "func ("):
		return Closure
	}
	for _, start := range compositeStarts {
		if strings.HasPrefix(name, start) {
			return Composite
		}
	}
	return Named
}

// isBytes reports whether a name is a slice or array of bytes or runes.
func isBytes(name string) bool {
	if !strings.HasPrefix(name, "[") {
		return false
	}
	n, elem, _ := strings.Cut(name[1:], "]")
	switch elem {
	case "byte", "uint8", "rune", "int32":
		return strings.Trim(n, "0123456789") == ""
	}
	return false
}

// PackageOf is the package in the name of a named type or closure: an import
// path where the name is the full one, else the package's name; "" for types
// of no package.
func PackageOf(name string) string {
	switch FormOf(name) {
	case Named:
		name, _, _ = strings.Cut(name, "[")
		if dot := strings.LastIndexByte(name, '.'); dot > 0 {
			return unescape(name[:dot])
		}
	case Closure:
		return packageOfFunc(strings.TrimPrefix(name, "func "))
	}
	return ""
}

// packageOfFunc ends the package at the first dot behind the last slash that
// is not inside a receiver or type argument. The linker writes dots in the
// last element as %2e.
func packageOfFunc(name string) string {
	head := name
	if i := strings.IndexAny(name, "(["); i >= 0 {
		head = name[:i]
	}
	slash := strings.LastIndexByte(head, '/') + 1
	dot := strings.IndexByte(head[slash:], '.')
	if dot < 0 {
		return ""
	}
	return unescape(head[:slash+dot])
}

func unescape(path string) string { return strings.ReplaceAll(path, "%2e", ".") }
