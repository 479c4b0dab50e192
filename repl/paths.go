package repl

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/session"
)

// held is a set or an object.
type held interface {
	comparable
	objects() *Objects
}

func (o *Objects) objects() *Objects { return o }
func (o *Object) objects() *Objects  { return o.alone() }

// Paths are the shortest chains to a set, found when they are shown. It is called
// to leave holders out.
type Paths struct {
	set   *Objects
	avoid starlark.Value // nil for nothing
	found *report.Paths
}

func askPaths[T held](of T) (starlark.Value, error) { return &Paths{set: of.objects()}, nil }

// CallInternal leaves out what avoid names.
func (p *Paths) CallInternal(_ *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	n := &Paths{set: p.set}
	if err := starlark.UnpackArgs("paths", args, kwargs, "avoid?", &n.avoid); err != nil {
		return nil, err
	}
	_, err := n.find()
	return n, err
}

// maxChains is how many chains are shown.
const maxChains = 10

func (p *Paths) find() (*report.Paths, error) {
	if p.found != nil {
		return p.found, nil
	}
	sp := p.set.dump.space
	ids := slices.Collect(p.set.set.All())
	if len(ids) == 0 {
		return nil, errors.New("no chain leads to a set without objects")
	}
	o := census.ChainOptions{Max: p.set.s.env.Rows(maxChains, 100)}
	var names []string
	if p.avoid != nil && p.avoid != starlark.None {
		without, given, err := p.set.s.without(p.set.dump, p.avoid)
		if err != nil {
			return nil, err
		}
		o.Without, names = &without, given
	}
	out := &report.Paths{About: report.AboutOf(sp.Snapshot), Type: p.kind(), Objects: len(ids), Ignored: names}
	if len(ids) == 1 {
		out.Addr = sp.Addr(ids[0])
	}
	if err := session.Chains(p.set.s.now, sp.Snapshot, ids, o, out); err != nil {
		return nil, err
	}
	p.found = out
	return out, nil
}

// kind is the type of the set, or how many it has.
func (p *Paths) kind() string {
	t, err := p.set.divided("type", false).tab()
	if err != nil || t.Len() != 1 {
		return fmt.Sprintf("objects of %d types", t.Len())
	}
	return t.Rows(0, 1)[0].Name
}

func (p *Paths) String() string {
	found, err := p.find()
	if err != nil {
		p.set.s.fail(err)
		return ""
	}
	var b strings.Builder
	found.Text(&b)
	return strings.TrimSuffix(b.String(), "\n")
}

func (p *Paths) Name() string          { return "paths" }
func (p *Paths) Type() string          { return "paths" }
func (p *Paths) Freeze()               {}
func (p *Paths) Truth() starlark.Bool  { return true }
func (p *Paths) Hash() (uint32, error) { return 0, errors.New("chains have no hash") }
func (p *Paths) AttrNames() []string   { return p.set.s.words.paths.names() }

func (p *Paths) Attr(name string) (starlark.Value, error) { return p.set.s.words.paths.attr(p, name) }

func pathsWords() []word[*Paths] {
	return []word[*Paths]{
		{"count", "", "how many chains are shown", "int", func(p *Paths) (starlark.Value, error) {
			found, err := p.find()
			if err != nil {
				return nil, err
			}
			return starlark.MakeInt(len(found.Chains)), nil
		}},
		{"objects", "", "the objects on the first chain, from the root on", "list", func(p *Paths) (starlark.Value, error) {
			found, err := p.find()
			if err != nil || len(found.Chains) == 0 {
				return starlark.NewList(nil), err
			}
			var list []starlark.Value
			for _, st := range found.Chains[0].Steps {
				list = append(list, &Object{p.set.s, p.set.dump, st.ID, nil})
			}
			return starlark.NewList(list), nil
		}},
	}
}

// without turns what is to be avoided into options: names of holders, types, sets,
// objects, or a list of them.
func (s *Session) without(d *dump, v starlark.Value) (graph.PathOptions, []string, error) {
	avoid := graph.NewSet(d.space.Heap.NumObjects())
	var holders, given []string
	for _, v := range listed(v) {
		switch v := v.(type) {
		case starlark.String:
			given = append(given, string(v))
			if set, err := census.SelectType(d.space.Snapshot, string(v)); err == nil {
				for _, id := range set {
					avoid.Add(id)
				}
				continue
			}
			holders = append(holders, string(v))
		default:
			o, ok := asObjects(v)
			if !ok || o.dump != d {
				return graph.PathOptions{}, nil, fmt.Errorf("avoid wants names, sets or objects of the same dump, not a value of type %s", v.Type())
			}
			avoid = avoid.Or(o.set)
			given = append(given, fmt.Sprintf("%d objects", o.set.Count()))
		}
	}
	opts, err := d.space.Without(s.now, holders...)
	opts.Avoid = avoid
	return opts, given, err
}

func listed(v starlark.Value) (out []starlark.Value) {
	var list starlark.Iterable
	switch v := v.(type) {
	case *starlark.List:
		list = v
	case starlark.Tuple:
		list = v
	default:
		return []starlark.Value{v}
	}
	for x := range starlark.Elements(list) {
		out = append(out, x)
	}
	return out
}

// typical is the object that stands for a set.
func (o *Objects) typical() (mem.ObjID, error) {
	ids := slices.Collect(o.set.All())
	if len(ids) == 0 {
		return 0, errors.New("the set is empty")
	}
	return session.Typical(o.s.now, o.dump.space.Snapshot, ids)
}

// views are what graph takes.
var views = map[string]report.View{"back": report.Back, "forward": report.Forward, "chain": report.Chain, "both": report.Both}

func askGraph[T held](of T) (starlark.Value, error) {
	o := of.objects()
	return function("graph", func(args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		name, view := "", "back"
		opts := report.PictureOptions{}
		err := starlark.UnpackArgs("graph", args, kwargs, "file", &name, "view?", &view, "depth?", &opts.Depth, "fanout?", &opts.FanOut)
		if err == nil {
			err = session.CheckFormat(name)
		}
		if err != nil {
			return nil, err
		}
		var ok bool
		if opts.View, ok = views[view]; !ok {
			return nil, fmt.Errorf(`graph: view %q: want "back", "forward", "chain" or "both"`, view)
		}
		return o.draw(name, opts)
	}), nil
}

func (o *Objects) draw(name string, opts report.PictureOptions) (starlark.Value, error) {
	id, err := o.typical()
	if err != nil {
		return nil, err
	}
	s := o.dump.space.Snapshot
	opts.Command = o.s.env.Line
	if n := o.set.Count(); n > 1 {
		opts.Notes = append(opts.Notes, fmt.Sprintf("%v stands for %d objects: it is held as most of them are", s.Addr(id), n))
	}
	pic, err := report.NewPicture(o.s.now, s, id, opts)
	if err != nil {
		return nil, err
	}
	if err := o.s.env.Draw(o.s.now, name, pic); err != nil {
		return nil, err
	}
	return text(fmt.Sprintf("%s: %d boxes around %s at %v", name, len(pic.Nodes), s.TypeName(id), s.Addr(id))), nil
}
