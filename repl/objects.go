package repl

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/partition"
	"github.com/objgraph/objgraph/report"
)

// Objects is a set of objects of one dump, divided in rows.
type Objects struct {
	s     *Session
	dump  *dump
	set   graph.Set
	by    string // kind of partition, "type" at first
	exact bool
	first int              // row of the page
	rows  int              // on a page
	table *partition.Table // nil until the rows are looked at
}

func (s *Session) objects(d *dump, set graph.Set) *Objects {
	return &Objects{s: s, dump: d, set: set, by: "type", rows: s.env.Rows(report.PageRows, report.PageRows)}
}

// maxRows is how many rows are shown at once, whatever is asked for.
const maxRows = 1000

// tab is the table, made once.
func (o *Objects) tab() (*partition.Table, error) {
	if o.table == nil {
		t, err := o.dump.space.By(o.s.now, o.set, o.by, o.exact)
		if err != nil {
			return nil, err
		}
		o.table = t
	}
	return o.table, nil
}

// divided is the same set in other rows.
func (o *Objects) divided(by string, exact bool) *Objects {
	n := o.s.objects(o.dump, o.set)
	n.by, n.exact = by, exact
	return n
}

// page is the same table from another row on.
func (o *Objects) page(first, rows int) *Objects {
	n := *o
	n.first, n.rows = first, rows
	return &n
}

func (o *Objects) shown() (*report.Partition, error) {
	t, err := o.tab()
	if err != nil {
		return nil, err
	}
	n := o.rows
	if n <= 0 || n > maxRows {
		n = maxRows
	}
	return &report.Partition{Rows: t, From: o.first, To: o.first + n}, nil
}

func (o *Objects) String() string {
	p, err := o.shown()
	if err != nil {
		o.s.fail(err)
		return ""
	}
	var b strings.Builder
	p.Text(&b)
	return strings.TrimSuffix(b.String(), "\n")
}

func (o *Objects) Type() string          { return "objects" }
func (o *Objects) Freeze()               {}
func (o *Objects) Truth() starlark.Bool  { return starlark.Bool(!o.set.Empty()) }
func (o *Objects) Hash() (uint32, error) { return 0, errors.New("sets of objects have no hash") }
func (o *Objects) AttrNames() []string   { return o.s.words.objects.names() }

func (o *Objects) Attr(name string) (starlark.Value, error) { return o.s.words.objects.attr(o, name) }

// Len is the number of rows.
func (o *Objects) Len() int {
	t, err := o.tab()
	if err != nil {
		o.s.fail(err)
		return 0
	}
	return t.Len()
}

// Index is a row as a set. There is a row i.
func (o *Objects) Index(i int) starlark.Value {
	t, err := o.tab()
	if err != nil {
		o.s.fail(err)
		return starlark.None
	}
	return o.s.objects(o.dump, t.Of(i, i+1))
}

// Slice is several rows as one set.
func (o *Objects) Slice(start, end, step int) starlark.Value {
	if step == 1 {
		t, err := o.tab()
		if err != nil {
			o.s.fail(err)
			return starlark.None
		}
		return o.s.objects(o.dump, t.Of(start, end))
	}
	set := graph.NewSet(0)
	for i := start; step > 0 && i < end || step < 0 && i > end; i += step {
		if row, ok := o.Index(i).(*Objects); ok {
			set = set.Or(row.set)
		}
	}
	return o.s.objects(o.dump, set)
}

// Iterate goes over the rows as sets.
func (o *Objects) Iterate() starlark.Iterator { return &rowIterator{o, 0} }

type rowIterator struct {
	o    *Objects
	next int
}

// Next is the next row.
func (it *rowIterator) Next(p *starlark.Value) bool {
	if it.next >= it.o.Len() {
		return false
	}
	*p = it.o.Index(it.next)
	it.next++
	return true
}

func (it *rowIterator) Done() {}

// Has answers "in": of an object, or of all of a set.
func (o *Objects) Has(y starlark.Value) (bool, error) {
	switch y := y.(type) {
	case *Object:
		y.look(ofObject)
		return y.dump == o.dump && o.set.Has(y.id), nil
	case *Objects:
		return y.dump == o.dump && y.set.AndNot(o.set).Empty(), nil
	}
	return false, fmt.Errorf("a set has objects in it, not a value of type %s", y.Type())
}

// Unary is ~: what else is reachable.
func (o *Objects) Unary(op syntax.Token) (starlark.Value, error) {
	if op != syntax.TILDE {
		return nil, nil
	}
	return o.s.objects(o.dump, o.dump.space.All().AndNot(o.set)), nil
}

// Binary joins two sets, or subtracts the tables of two dumps.
func (o *Objects) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	other, ok := asObjects(y)
	if !ok {
		return nil, nil
	}
	a, b := o, other
	if side == starlark.Right {
		a, b = other, o
	}
	if a.dump != b.dump {
		if op == syntax.MINUS {
			return a.subtract(b)
		}
		return nil, fmt.Errorf("sets of two dumps have no object in common; a - b compares their tables, and new and gone are what changed")
	}
	switch op {
	case syntax.AMP:
		return a.s.objects(a.dump, a.set.And(b.set)), nil
	case syntax.PIPE:
		return a.s.objects(a.dump, a.set.Or(b.set)), nil
	case syntax.MINUS:
		return a.s.objects(a.dump, a.set.AndNot(b.set)), nil
	case syntax.CIRCUMFLEX:
		return a.s.objects(a.dump, a.set.Xor(b.set)), nil
	}
	return nil, nil
}

// asObjects takes an object for the set of it alone.
func asObjects(v starlark.Value) (*Objects, bool) {
	switch v := v.(type) {
	case *Objects:
		return v, true
	case *Object:
		v.look(ofObject)
		return v.alone(), true
	}
	return nil, false
}

// CompareSameType compares sets: == and !=, and <= for "all in".
func (o *Objects) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	b := y.(*Objects)
	same := o.dump == b.dump && o.set.Equal(b.set)
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	case syntax.LE:
		return b.Has(o)
	case syntax.GE:
		return o.Has(b)
	}
	return false, fmt.Errorf("sets are compared by ==, !=, <= and >=")
}

// Difference is the difference of two tables.
type Difference struct {
	s           *Session
	d           *partition.Difference
	first, rows int
}

// subtract divides the other set as this one is.
func (o *Objects) subtract(b *Objects) (starlark.Value, error) {
	x, err := o.tab()
	if err != nil {
		return nil, err
	}
	if b.by != o.by || b.exact != o.exact {
		b = b.divided(o.by, o.exact)
	}
	y, err := b.tab()
	if err != nil {
		return nil, err
	}
	return &Difference{o.s, partition.Subtract(x, y), 0, o.rows}, nil
}

func (d *Difference) shown() *report.Partition {
	return &report.Partition{Rows: d.d, From: d.first, To: d.first + min(d.rows, maxRows)}
}

func (d *Difference) String() string {
	var b strings.Builder
	d.shown().Text(&b)
	return strings.TrimSuffix(b.String(), "\n")
}

func (d *Difference) Type() string          { return "difference" }
func (d *Difference) Freeze()               {}
func (d *Difference) Truth() starlark.Bool  { return starlark.Bool(d.d.Len() > 0) }
func (d *Difference) Hash() (uint32, error) { return 0, errors.New("differences have no hash") }
func (d *Difference) AttrNames() []string   { return d.s.words.difference.names() }

func (d *Difference) Attr(name string) (starlark.Value, error) {
	return d.s.words.difference.attr(d, name)
}

func differenceWords() []word[*Difference] {
	return []word[*Difference]{
		{"more", "", "the next rows", "difference", func(d *Difference) (starlark.Value, error) {
			return &Difference{d.s, d.d, d.first + d.rows, d.rows}, nil
		}},
		{"all", "", "all rows, up to 1000 at once", "difference", func(d *Difference) (starlark.Value, error) {
			return &Difference{d.s, d.d, 0, maxRows}, nil
		}},
		{"count", "", "by how many objects the two differ", "int", func(d *Difference) (starlark.Value, error) {
			return starlark.MakeInt(d.d.Count()), nil
		}},
		{"size", "", "by how many bytes the two differ", "int", func(d *Difference) (starlark.Value, error) {
			return starlark.MakeInt64(d.d.Bytes()), nil
		}},
	}
}
