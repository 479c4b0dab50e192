package web

import (
	"github.com/objgraph/objgraph/fields"
	"github.com/objgraph/objgraph/mem"
)

// mostLetters is how much of a string is shown, in bytes.
const mostLetters = 200

// fieldTable is the table of an object's fields; nil where there are none. What they
// say is shown with values alone.
func fieldTable(q *inDump, id mem.ObjID, values bool) (*Table, error) {
	order, err := ask(q.Request, "f-", "", false)
	if err != nil {
		return nil, err
	}
	h := q.v.s.Heap
	all := fields.Of(h, q.v.s.Typing, id)
	if len(all) == 0 {
		return nil, nil
	}
	t := &Table{Name: "fields", Caption: "Fields", Prefix: "f-", Total: len(all), Columns: []Column{{Key: "field", Title: "Field", Fixed: true}, {Key: "type", Title: "Type", Fixed: true},
		{Key: "offset", Title: "Offset", Number: true, Fixed: true}, {Key: "to", Title: "Points at", Fixed: true}}}
	if values {
		t.Columns = append(t.Columns, Column{Key: "value", Title: "Value", Fixed: true})
	}
	lo, hi := order.window(len(all))
	for _, f := range all[lo:hi] {
		row := []Cell{text(f.Name), text(f.Type), count(f.Offset), q.pointsAt(f.To)}
		if values {
			row = append(row, text(f.Says(h, id, mostLetters)))
		}
		t.Rows = append(t.Rows, row)
	}
	t.paged(order)
	return t, nil
}

func (q *inDump) pointsAt(to mem.ObjID) Cell {
	if to == mem.NoObj {
		return Cell{}
	}
	addr := q.v.s.Addr(to).String()
	return Cell{Text: addr + " " + q.v.s.TypeName(to), Href: q.object(to), Raw: addr}
}
