package session

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/typing"
)

// parseIgnores reads --ignore: a field of a type (main.Cache.entries) or a
// root (main.recent, "global main.recent").
func parseIgnores(s *snapshot.Snapshot, given []string) ([]census.Ignore, error) {
	if len(given) == 0 {
		return nil, nil
	}
	v := newVocabulary(s)
	var out []census.Ignore
	for _, text := range given {
		i, err := v.parse(text)
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nil
}

// vocabulary is the names that --ignore may mean.
type vocabulary struct {
	types map[string]bool
	roots map[string]string // full name by itself, and by the name without its kind
}

func newVocabulary(s *snapshot.Snapshot) *vocabulary {
	v := &vocabulary{map[string]bool{}, map[string]string{}}
	for i := range s.Typing.Types {
		v.types[s.NameOf(typing.TypeID(i))] = true
	}
	for r := range graph.RootID(s.Graph.Roots().Len()) {
		if s.RootGlobal(r) == nil {
			continue
		}
		name := s.RootName(r)
		v.roots[name] = name
		v.roots[strings.TrimPrefix(name, "global ")] = name
	}
	return v
}

// parse takes the longest type name that text begins with; the rest is the
// field.
func (v *vocabulary) parse(text string) (census.Ignore, error) {
	if root, ok := v.roots[text]; ok || strings.HasPrefix(text, "goroutine ") {
		return census.Ignore{Root: cmp.Or(root, text)}, nil
	}
	for i := len(text) - 1; i > 0; i-- {
		if (text[i] == '.' || text[i] == '[') && v.types[text[:i]] {
			return census.Ignore{Type: text[:i], Field: text[i:]}, nil
		}
	}
	return census.Ignore{}, v.unknown(text)
}

func (v *vocabulary) unknown(text string) error {
	var names []string
	for name := range v.types {
		names = append(names, name)
	}
	for name := range v.roots {
		if !strings.HasPrefix(name, "global ") { // which is the same without
			names = append(names, name)
		}
	}
	holder := text
	if dot := strings.LastIndexByte(text, '.'); dot > strings.IndexByte(text, '.') {
		holder = text[:dot]
	}
	near := typefilter.Closest(holder, names, 3)
	says := fmt.Sprintf("--ignore %s: want TYPE.field (main.Cache.entries) or a global variable (main.recent)", text)
	if len(near) > 0 {
		says += "; close names are " + strings.Join(near, ", ")
	}
	return usage("%s", says)
}
