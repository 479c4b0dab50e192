package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/report"
	"github.com/objgraph/objgraph/session"
	"github.com/objgraph/objgraph/typing"
)

type typeID = typing.TypeID

// mostObjects is how many objects a list is ordered up to; there may be a hundred
// million.
const mostObjects = 10_000

// objects is the list of a type's objects.
func (s *Server) objects(q *inDump, p *Page) error {
	order, err := ask(q.Request, "", "retained", true)
	if err != nil {
		return err
	}
	typ := q.FormValue("type")
	ids := q.v.idsOf(typ)
	if len(ids) == 0 {
		return q.noSuchType(typ)
	}
	doms, err := q.v.doms()
	if err != nil {
		return err
	}
	t := &Table{Name: "objects", Caption: "Objects of " + typ, Total: min(len(ids), mostObjects), Columns: []Column{{Key: "addr", Title: "Address"}, {Key: "size", Title: "Size", Number: true},
		{Key: "retained", Title: "Retained", Number: true, Help: "what would go free with it"}, {Key: "holders", Title: "References to it", Number: true}}}
	key, ok := map[string]func(mem.ObjID) uint64{
		"addr": func(id mem.ObjID) uint64 { return uint64(id) }, "size": q.v.s.Size, "retained": doms.Retained,
		"holders": func(id mem.ObjID) uint64 { return uint64(len(q.v.s.Graph.In(id))) }}[order.sort]
	if !ok {
		return badRequest("sort="+order.sort+": there is no such column", "")
	}
	lo, hi := order.window(t.Total)
	for _, id := range first(ids, hi, key, order.down)[lo:] {
		t.Rows = append(t.Rows, []Cell{q.address(id), bytesOf(q.v.s.Size(id)), bytesOf(doms.Retained(id)), count(len(q.v.s.Graph.In(id)))})
	}
	t.paged(order)
	p.Title = "Objects of " + typ
	p.Facts = []Fact{{Name: "Type", Text: typ}, {Name: "Objects", Text: grouped(int64(len(ids))), Raw: len(ids)}}
	if len(ids) > mostObjects {
		p.Lead = fmt.Sprintf("The list has the first %s in this order.", grouped(mostObjects))
	}
	p.Blocks = []Block{{Links: []Link{{"Picture of a typical one", q.here("picture", "type", typ)}, {"Who holds them", q.here("chains", "type", typ)},
		{"Partitions of the set", q.here("set", "type", typ)}}}, {Table: t}}
	return nil
}

// noSuchType says which names are near.
func (q *inDump) noSuchType(typ string) error {
	if typ == "" {
		return badRequest("which type? say type=NAME", "")
	}
	err := notFound("the dump has no reachable object of type " + typ)
	if _, miss := census.SelectType(q.v.s, typ); miss != nil {
		err.(*failure).says = miss.Error()
	}
	return err
}

// first are the n objects with the highest or lowest keys, in order; ties go to the lower
// address. It keeps 2n at a time.
func first(ids []mem.ObjID, n int, key func(mem.ObjID) uint64, down bool) []mem.ObjID {
	less := func(a, b mem.ObjID) int {
		if down {
			return cmp.Or(cmp.Compare(key(b), key(a)), cmp.Compare(a, b))
		}
		return cmp.Or(cmp.Compare(key(a), key(b)), cmp.Compare(a, b))
	}
	var best []mem.ObjID
	keep := max(64, 2*n)
	var worst mem.ObjID
	full := false
	for _, id := range ids {
		if full && less(worst, id) < 0 {
			continue
		}
		if best = append(best, id); len(best) >= keep {
			slices.SortFunc(best, less)
			best = best[:n]
			if n > 0 {
				worst, full = best[n-1], true
			}
		}
	}
	slices.SortFunc(best, less)
	return best[:min(n, len(best))]
}

func (q *inDump) address(id mem.ObjID) Cell {
	addr := q.v.s.Addr(id).String()
	return Cell{Text: addr, Href: q.object(id), Raw: addr, Class: "mono"}
}

// chosen is the object, or the set of them, that an address names.
func (q *inDump) chosen() (set []mem.ObjID, err error) {
	typ, addr := q.FormValue("type"), q.FormValue("addr")
	if addr == "" {
		if set = q.v.idsOf(typ); len(set) == 0 {
			return nil, q.noSuchType(typ)
		}
		return set, nil
	}
	a, err := session.ParseAddr(addr)
	if err != nil {
		return nil, badRequest(fmt.Sprintf("addr=%s: want a hexadecimal address such as 0xc000012345", addr), "")
	}
	id, err := census.SelectAddr(q.v.s, a)
	if err != nil {
		return nil, notFound(err.Error())
	}
	return []mem.ObjID{id}, nil
}

// mostChains is how many chains a page shows.
const mostChains = 50

// chains shows who holds an object, or all objects of a type.
func (s *Server) chains(q *inDump, p *Page) error {
	set, err := q.chosen()
	if err != nil {
		return err
	}
	a := &report.Paths{About: report.AboutOf(q.v.s), Type: q.FormValue("type"), Objects: len(set)}
	if err := session.Chains(q.Context(), q.v.s, set, census.ChainOptions{Max: mostChains}, a); err != nil {
		return err
	}
	p.Title = "Who holds " + q.v.s.TypeName(set[0])
	t := &Table{Name: "chains", Caption: "Shortest chains from roots", Total: len(a.Chains), Pages: 1, Columns: []Column{{Key: "root", Title: "Root", Fixed: true},
		{Key: "chain", Title: "Chain", Fixed: true}, {Key: "count", Title: "Objects", Number: true, Fixed: true}, {Key: "addr", Title: "One of them", Fixed: true}}}
	for i := range a.Chains {
		c := &a.Chains[i]
		last := c.Steps[len(c.Steps)-1]
		t.Rows = append(t.Rows, []Cell{text(c.Holder()), {Text: chainWords(c), Raw: chainWords(c), Class: "way"}, count(c.Count), q.address(last.ID)})
	}
	p.Blocks = []Block{{Table: t}}
	if a.Cut > 0 || a.Cut == report.Uncounted {
		p.Lead = "There are more; these are the first."
	}
	return nil
}

func chainWords(c *census.Chain) string {
	var way []string
	for _, st := range c.Steps {
		word := report.EdgeLabel(st.Edge) + " → " + st.Type
		if st.Repeat > 1 {
			word += fmt.Sprintf(" (%d in a row)", st.Repeat)
		}
		way = append(way, word)
	}
	return strings.Join(way, " ")
}
