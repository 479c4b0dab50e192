package census

import (
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typefilter"
	"github.com/objgraph/objgraph/typing"
)

// NoMatchError says that no type has a name like the one asked for.
type NoMatchError struct {
	Name    string
	Closest []string // names there are, nearest first
}

func (e *NoMatchError) Error() string {
	if len(e.Closest) == 0 {
		return fmt.Sprintf("no reachable object has a type that matches %q", e.Name)
	}
	return fmt.Sprintf("no reachable object has a type that matches %q; the closest are %s", e.Name, strings.Join(e.Closest, ", "))
}

// SelectType returns the reachable objects whose type matches the pattern (see
// typefilter), ascending. The error is a *NoMatchError or the pattern's.
func SelectType(s *snapshot.Snapshot, pattern string) ([]mem.ObjID, error) {
	match, err := typesLike(s, pattern)
	if err != nil {
		return nil, err
	}
	var out []mem.ObjID
	for i, to := range s.Typing.Of {
		if match[to] && s.Reach.Has(mem.ObjID(i)) {
			out = append(out, mem.ObjID(i))
		}
	}
	if len(out) == 0 {
		return nil, noMatch(s, pattern)
	}
	return out, nil
}

// typesLike marks the rows of the table of types that match the pattern.
func typesLike(s *snapshot.Snapshot, pattern string) ([]bool, error) {
	p, err := typefilter.Parse(pattern)
	if err != nil {
		return nil, err
	}
	match := make([]bool, len(s.Typing.Types))
	for i := range match {
		t := &s.Typing.Types[i]
		match[i] = i > 0 && (p.Match(t.Name, t.FullName) || p.Match(s.NameOf(typing.TypeID(i)), t.FullName))
	}
	return match, nil
}

func noMatch(s *snapshot.Snapshot, name string) *NoMatchError {
	var names []string
	for _, r := range countTypes(s, false).Rows {
		if r.Known {
			names = append(names, r.Type)
		}
	}
	return &NoMatchError{name, typefilter.Closest(name, names, 3)}
}

// SelectAddr returns the object whose slot holds the address.
func SelectAddr(s *snapshot.Snapshot, a mem.Addr) (mem.ObjID, error) {
	id, ok := s.Heap.Find(a)
	if !ok {
		return 0, fmt.Errorf("no object lies at %v; `objgraph graph --type` and `objgraph paths` print addresses of objects", a)
	}
	return id, nil
}
