package repl

import (
	"fmt"
	"strconv"

	"go.starlark.net/starlark"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/partition"
)

// freed is what would go free in the last dump without some holders.
func (s *Session) freed(opts func(*partition.Space) (graph.PathOptions, error)) (starlark.Value, error) {
	d := s.last()
	sp, err := s.open(d)
	if err != nil {
		return nil, err
	}
	o, err := opts(sp)
	if err != nil {
		return nil, err
	}
	set, err := sp.Graph.FreedWithout(s.now, o)
	if err != nil {
		return nil, err
	}
	return s.objects(d, set), nil
}

// cut leaves out holders by name.
func (s *Session) cut() (starlark.Value, error) {
	return function("cut", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var edge starlark.Value
		if err := starlark.UnpackArgs("cut", args, kwargs, "edge", &edge); err != nil {
			return nil, err
		}
		var names []string
		for _, v := range listed(edge) {
			name, ok := starlark.AsString(v)
			if !ok {
				return nil, fmt.Errorf("cut wants the name of a field, element or root as byvia shows it, not a value of type %s", v.Type())
			}
			names = append(names, name)
		}
		return s.freed(func(sp *partition.Space) (graph.PathOptions, error) { return sp.Without(s.now, names...) })
	}), nil
}

// nilled leaves out a variable.
func (s *Session) nilled() (starlark.Value, error) {
	return function("nil", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var name string
		if err := starlark.UnpackArgs("nil", args, kwargs, "variable", &name); err != nil {
			return nil, err
		}
		return s.freed(func(sp *partition.Space) (graph.PathOptions, error) {
			o, err := sp.Without(s.now, name)
			if err == nil && o.SkipRoot == nil && o.SkipTarget == nil {
				err = fmt.Errorf("%s is no variable that holds something; cut(%q) is for fields", name, name)
			}
			return o, err
		})
	}), nil
}

// end leaves out all that goroutines hold.
func (s *Session) end() (starlark.Value, error) {
	return function("end", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var which starlark.Value
		if err := starlark.UnpackArgs("end", args, kwargs, "goroutine", &which); err != nil {
			return nil, err
		}
		return s.freed(func(sp *partition.Space) (graph.PathOptions, error) { return ended(sp, which) })
	}), nil
}

func ended(sp *partition.Space, which starlark.Value) (o graph.PathOptions, err error) {
	wanted := map[graph.GroupID]bool{}
	for i := range sp.Heap.Goroutines {
		g := graph.GroupID(i)
		number := strconv.FormatUint(sp.Heap.Goroutines[i].ID, 10)
		name := sp.GroupName(g)
		switch w := which.(type) {
		case starlark.Int:
			wanted[g] = w.String() == number
		case starlark.String:
			wanted[g] = string(w) == name || "goroutine "+number+" "+string(w) == name
		default:
			return o, fmt.Errorf("end wants the number of a goroutine or the name of its function, not a value of type %s", which.Type())
		}
		if !wanted[g] {
			delete(wanted, g)
		}
	}
	if len(wanted) == 0 {
		return o, fmt.Errorf("there is no goroutine %s; h.bygoroutine lists those that hold something", which)
	}
	o.SkipRoot = func(r graph.RootID) bool { return wanted[sp.Graph.Roots().Group(r)] }
	return o, nil
}

// setref sets what h, new and gone are told against.
func (s *Session) setref() (starlark.Value, error) {
	return function("setref", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var to starlark.Value = starlark.None
		if err := starlark.UnpackArgs("setref", args, kwargs, "to?", &to); err != nil {
			return nil, err
		}
		o, isSet := to.(*Objects)
		switch {
		case isSet && o.dump != s.last():
			s.reference.set, s.reference.dump = nil, o.dump.index
		case isSet:
			s.reference.forget()
			s.reference.set = &o.set
		case len(args)+len(kwargs) == 0 && len(s.dumps) > 1:
			s.reference.set, s.reference.dump = nil, 0
		case to == starlark.None && len(args)+len(kwargs) > 0:
			s.reference.forget()
		default:
			return nil, fmt.Errorf("setref wants a dump, d[0], or a set that h is to leave out, or None")
		}
		s.remake()
		return starlark.None, nil
	}), nil
}
