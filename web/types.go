package web

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/typefilter"
)

// wanted makes a filter of what is typed: a part of a type's name, or a pattern of
// package typefilter.
func wanted(text string) (func(name, full string) bool, error) {
	if !strings.ContainsAny(text, "*:/") {
		low := strings.ToLower(text)
		return func(name, full string) bool { return strings.Contains(strings.ToLower(name), low) }, nil
	}
	p, err := typefilter.Parse(text)
	if err != nil {
		return nil, badRequest(err.Error(), "a part of a name, a glob (main.*), pkg:PATH or /regexp/")
	}
	return p.Match, nil
}

// types is the table of types of a dump.
func (s *Server) types(q *inDump, p *Page) error {
	order, err := ask(q.Request, "", "bytes", true)
	if err != nil {
		return err
	}
	match, err := wanted(q.FormValue("q"))
	if err != nil {
		return err
	}
	all, err := q.v.types()
	if err != nil {
		return err
	}
	t := &Table{Name: "types", Caption: "Types of reachable objects", Empty: "No type is called so.", Columns: []Column{
		{Key: "type", Title: "Type"}, {Key: "count", Title: "Objects", Number: true}, {Key: "bytes", Title: "Bytes", Number: true},
		{Key: "retained", Title: "Retained", Number: true, Help: "what would go free if all objects of the type went"},
		{Key: "guessed", Title: "Guessed", Number: true, Help: "objects whose type is a guess"}, {Key: "view", Title: "Picture", Fixed: true}}}
	for i := range all.Rows {
		if row := &all.Rows[i]; match(row.Type, row.FullName) {
			t.Rows = append(t.Rows, typeRow(q, row))
		}
	}
	if err := t.sort(order); err != nil {
		return err
	}
	t.cut(order)
	in := q.v.info()
	p.Facts = []Fact{
		{Name: "Reachable objects", Text: grouped(int64(in.Reachable.Count)), Raw: in.Reachable.Count},
		{Name: "Reachable bytes", Text: report.Bytes(in.Reachable.Bytes), Raw: in.Reachable.Bytes},
		{Name: "Types known", Text: fmt.Sprintf("%.1f %% of objects", 100*in.Typed.ObjectsShare), Raw: in.Typed.ObjectsShare},
		{Name: "Go", Text: in.GoVersion}}
	p.Blocks = []Block{{Form: &Form{Action: q.home(), Submit: "Filter", Fields: []Field{{Name: "q", Label: "Type", Value: q.FormValue("q"), Hint: "main.Job, main.*, pkg:PATH"}},
		Hidden: kept(q, "sort")}}, {Table: t}}
	return nil
}

// kept are values of the address that a form keeps.
func kept(q *inDump, names ...string) (fields []Field) {
	for _, n := range names {
		for _, v := range q.Form[n] {
			fields = append(fields, Field{Name: n, Value: v})
		}
	}
	return fields
}

func typeRow(q *inDump, row *census.TypeRow) []Cell {
	return []Cell{linked(row.Type, q.here("objects", "type", row.Type)), count(row.Count), bytesOf(row.Bytes), bytesOf(row.Retained), count(row.Guessed),
		{Text: "who holds it", Href: q.here("picture", "type", row.Type), Raw: q.here("picture", "type", row.Type)}}
}

// roots is the table of what globals and goroutines retain.
func (s *Server) roots(q *inDump, p *Page) error {
	order, err := ask(q.Request, "", "retained", true)
	if err != nil {
		return err
	}
	rows, err := q.v.roots()
	if err != nil {
		return err
	}
	filter := strings.ToLower(q.FormValue("q"))
	t := &Table{Name: "roots", Caption: "Roots", Columns: []Column{{Key: "name", Title: "Root"}, {Key: "kind", Title: "Kind"},
		{Key: "objects", Title: "Objects", Number: true, Help: "that it points at itself"}, {Key: "retained", Title: "Retained", Number: true, Help: "what would go free with it alone"}}}
	for _, row := range rows {
		if strings.Contains(strings.ToLower(row.Name), filter) {
			t.Rows = append(t.Rows, []Cell{linked(row.Name, q.here("tree", "node", q.nodeName(row.Node))), text(row.Kind), count(row.Objects), bytesOf(row.Retained)})
		}
	}
	if err := t.sort(order); err != nil {
		return err
	}
	t.cut(order)
	p.Blocks = []Block{{Form: &Form{Action: q.here("roots"), Submit: "Filter", Fields: []Field{{Name: "q", Label: "Root", Value: q.FormValue("q"), Hint: "main.cache"}}, Hidden: kept(q, "sort")}}, {Table: t}}
	return nil
}

// about says what the dump is, as objgraph info does.
func (s *Server) about(q *inDump, p *Page) error {
	in := &report.Info{Dump: q.d.File, Info: q.v.info()}
	var out bytes.Buffer
	if err := in.Text(&out); err != nil {
		return err
	}
	p.Title = "About the dump"
	p.Blocks = []Block{{Pre: out.String()}}
	p.Facts = []Fact{{Name: "Objects", Text: grouped(int64(in.Objects.Count)), Raw: in.Objects.Count}, {Name: "Complete", Text: map[bool]string{true: "yes", false: "no"}[in.Complete], Raw: in.Complete},
		{Name: "Edges", Text: grouped(int64(in.Edges)), Raw: in.Edges}, {Name: "Goroutines", Text: grouped(int64(in.Goroutines)), Raw: in.Goroutines}}
	return nil
}
