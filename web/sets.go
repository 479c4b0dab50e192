package web

import (
	"context"
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/partition"
)

// step narrows a set to one row of its partition.
type step struct{ kind, row string }

// stepsOf reads the steps of an address: in=KIND|ROW for each.
func stepsOf(q *inDump) (steps []step, err error) {
	q.ParseForm()
	for _, text := range q.Form["in"] {
		kind, row, ok := strings.Cut(text, "|")
		if !ok {
			return nil, badRequest(fmt.Sprintf("in=%s: want KIND|ROW", text), "")
		}
		steps = append(steps, step{kind, row})
	}
	if typ := q.FormValue("type"); typ != "" {
		steps = append([]step{{"type", typ}}, steps...)
	}
	return steps, nil
}

func (st step) String() string { return st.kind + "|" + st.row }

// narrowed is the set after some steps.
func (v *dumpView) narrowed(ctx context.Context, steps []step) (graph.Set, error) {
	if len(steps) == 0 {
		return v.space.All(), nil
	}
	last := steps[len(steps)-1]
	t, err := v.divided(ctx, steps[:len(steps)-1], last.kind)
	if err != nil {
		return graph.Set{}, err
	}
	for i, row := range t.Rows(0, t.Len()) {
		if row.Name == last.row {
			return t.Of(i, i+1), nil
		}
	}
	return graph.Set{}, notFound(fmt.Sprintf("the partition by %s has no row %s", last.kind, last.row))
}

// divided is the partition of the set after some steps.
func (v *dumpView) divided(ctx context.Context, steps []step, kind string) (*partition.Table, error) {
	return v.sets.get(fmt.Sprint(len(steps), steps, kind), func() (*partition.Table, error) {
		set, err := v.narrowed(ctx, steps)
		if err != nil {
			return nil, err
		}
		t, err := v.space.By(context.WithoutCancel(ctx), set, kind, false)
		if e, ok := err.(*partition.KindError); ok {
			return nil, badRequest(e.Error(), "")
		}
		return t, err
	})
}

// mostPartitionRows is how many rows of a partition a program gets at most.
const mostPartitionRows = 100_000

// set divides a set of objects, as objgraph heap does: by type, by who refers to
// it, by size and so on. A row leads to its own partition.
func (s *Server) set(q *inDump, p *Page) error {
	order, err := ask(q.Request, "", "bytes", true)
	if err != nil {
		return err
	}
	steps, err := stepsOf(q)
	if err != nil {
		return err
	}
	by := q.FormValue("by")
	if by == "" {
		by = "type"
		if len(steps) > 0 {
			by = "via"
		}
	}
	all, err := q.v.divided(q.Context(), steps, by)
	if err != nil {
		return err
	}
	t := &Table{Name: "set", Caption: "Partition by " + by, Total: all.Len(), Columns: []Column{{Key: "name", Title: all.Heading},
		{Key: "count", Title: "Objects", Number: true}, {Key: "bytes", Title: "Bytes", Number: true}, {Key: "share", Title: "Share", Number: true, Help: "of the set's bytes"}}}
	lo, hi := 0, min(all.Len(), mostPartitionRows)
	if order.sort == "bytes" && order.down { // as it comes
		lo, hi = order.window(hi)
	}
	for _, row := range all.Rows(lo, hi) {
		t.Rows = append(t.Rows, setRow(q, steps, by, row, all.Total.Bytes))
	}
	if order.sort != "bytes" || !order.down {
		if err := t.sort(order); err != nil {
			return err
		}
		lo, hi := order.window(len(t.Rows))
		t.Rows = t.Rows[lo:hi]
	}
	t.paged(order)
	p.Facts = []Fact{{Name: "Objects", Text: grouped(int64(all.Total.Count)), Raw: all.Total.Count}, {Name: "Bytes", Text: bytesOf(all.Total.Bytes).Text, Raw: all.Total.Bytes}}
	p.Blocks = []Block{{Class: "trail", Links: q.trail(steps)}, {Form: setForm(q, by, steps)}, {Table: t}}
	return nil
}

func setRow(q *inDump, steps []step, by string, row partition.Row, total uint64) []Cell {
	name := text(row.Name)
	if by != "id" {
		name.Href = q.setLink(append(append([]step{}, steps...), step{by, row.Name}), "")
	} else if addr, _, ok := strings.Cut(row.Name, " "); ok || strings.HasPrefix(row.Name, "0x") {
		name.Href = q.here("object", "addr", addr)
	}
	share := 100 * float64(row.Bytes) / float64(max(1, total))
	return []Cell{name, count(row.Count), bytesOf(uint64(max(0, row.Bytes))), {Text: fmt.Sprintf("%.1f %%", share), Raw: share}}
}

// setLink is the address of the partition after some steps.
func (q *inDump) setLink(steps []step, by string) string {
	text := q.here("set", "by", by)
	for _, st := range steps {
		sep := "&"
		if !strings.Contains(text, "?") {
			sep = "?"
		}
		text += sep + strings.TrimPrefix(withQuery("", "in", st.String()), "?")
	}
	return text
}

// trail leads back through the steps.
func (q *inDump) trail(steps []step) []Link {
	links := []Link{{"All objects", q.here("set")}}
	for i, st := range steps {
		links = append(links, Link{st.row, q.setLink(steps[:i+1], "")})
	}
	return links
}

func setForm(q *inDump, by string, steps []step) *Form {
	f := &Form{Action: q.here("set"), Submit: "Divide"}
	field := Field{Name: "by", Label: "Divide by", Value: by}
	known := false
	for _, k := range partition.Kinds() {
		field.Options = append(field.Options, Option{k.Name, k.Name + ": " + k.Help})
		known = known || k.Name == by
	}
	if !known {
		field.Options = append(field.Options, Option{by, by})
	}
	f.Fields = []Field{field}
	for _, st := range steps {
		f.Hidden = append(f.Hidden, Field{Name: "in", Value: st.String()})
	}
	return f
}

// idsOf are the reachable objects of a type, by its name as tables show it.
func (v *dumpView) idsOf(typ string) (ids []mem.ObjID) {
	wanted := make([]bool, len(v.s.Typing.Types))
	any := false
	for i := range wanted {
		wanted[i] = v.s.NameOf(typeID(i)) == typ
		any = any || wanted[i]
	}
	if !any {
		return nil
	}
	for i, t := range v.s.Typing.Of {
		if wanted[t] && v.s.Reach.Has(mem.ObjID(i)) {
			ids = append(ids, mem.ObjID(i))
		}
	}
	return ids
}
