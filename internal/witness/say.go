package witness

import (
	"fmt"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/typing"
)

// String names the site by its file's last folder: "go/types/scope.go:143".
func (s Site) String() string {
	if s.File == "" {
		return s.Via
	}
	parts := strings.Split(s.File, "/")
	return fmt.Sprintf("%s:%d", strings.Join(parts[max(0, len(parts)-3):], "/"), s.Line)
}

func (w Want) String() string {
	name := w.Func
	if w.Type != nil {
		name = strings.ReplaceAll(typeName(w.Type), wild, "*")
	}
	switch w.Form {
	case typing.Array:
		return "[]" + name
	case typing.FuncValue:
		if w.Line != 0 {
			return fmt.Sprintf("func of line %d", w.Line)
		}
		return "func …" + name
	case typing.Chan:
		return "chan " + name
	case typing.String:
		return "string"
	case typing.Tiny:
		return "tiny"
	case typing.MapHeader:
		return name + map[How]string{MapHead: "", MapDir: " (directory)", MapTab: " (table)", MapGroup: " (group)", MapBoxed: " (key or element)"}[w.How]
	}
	return name
}

// describe lists wants in the order of their names.
func describe(wants []Want) string {
	var names []string
	for _, w := range wants {
		names = append(names, w.String())
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " or ")
}

func describeGot(t *typing.Type) string {
	if t.Form == typing.FuncValue && t.Func != nil {
		return fmt.Sprintf("%s of line %d", t.FullName, t.Func.Line)
	}
	if t.Form == typing.Value && t.FullName == "string" {
		return "string header"
	}
	return t.FullName
}
