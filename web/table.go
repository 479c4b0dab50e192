package web

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Column is one of a table. Key names it in JSON, CSV and addresses.
type Column struct {
	Key, Title, Help string
	Number           bool
	Fixed            bool // it is not sorted by
}

// Cell is a value: what people see, where it leads, and what programs get. Raw is nil for what is not
// known.
type Cell struct {
	Text, Href, Class string
	Raw               any
}

// Table is rows under columns.
type Table struct {
	Name, Caption string
	Columns       []Column
	Rows          [][]Cell
	Total         int    // rows without what a page leaves out
	Sort          string // key of the column that it is sorted by
	Down          bool   // largest first
	Page, Pages   int    // from 1
	Empty         string // what is said where there are no rows
	Prefix        string // of the parameters in addresses, where a page has several tables

	Heads              []Head // for HTML
	Before, After      string // addresses of the pages beside
	AsJSON, AsCSV, All string
}

// Head is a column's head.
type Head struct {
	Column
	Href, Sorted string // Sorted: "ascending", "descending" or ""
}

// rowsAPage is how many rows a page has.
const rowsAPage = 50

// Query is what an address asks of a table.
type query struct {
	sort  string
	down  bool
	page  int
	limit int // 0: all
}

// ask reads what the address asks of a table, with the order that it has unasked.
func ask(r *http.Request, prefix, sort string, down bool) (q query, err error) {
	q = query{sort: sort, down: down, page: 1, limit: rowsAPage}
	if by := r.FormValue(prefix + "sort"); by != "" {
		q.sort, q.down = strings.TrimPrefix(by, "-"), strings.HasPrefix(by, "-")
	}
	for name, to := range map[string]*int{"page": &q.page, "limit": &q.limit} {
		text := r.FormValue(prefix + name)
		if text == "" {
			continue
		}
		if *to, err = strconv.Atoi(text); err != nil || *to < 0 || *to > 1<<30 {
			return q, badRequest(fmt.Sprintf("%s=%s: want a number", name, text), "")
		}
	}
	q.page = max(1, q.page)
	if format := r.FormValue("format"); (format == "json" || format == "csv") && r.FormValue(prefix+"limit") == "" {
		q.limit = 0
	}
	return q, nil
}

// cut keeps the rows of the page that is asked for, of all rows.
func (t *Table) cut(q query) {
	t.Total = len(t.Rows)
	lo, hi := q.window(t.Total)
	t.Rows = t.Rows[lo:hi]
	t.paged(q)
}

// window are the rows of a page, of so many.
func (q *query) window(total int) (lo, hi int) {
	if q.limit == 0 {
		return 0, total
	}
	lo = min((q.page-1)*q.limit, total)
	return lo, min(lo+q.limit, total)
}

// paged says which page it is, once Total is known.
func (t *Table) paged(q query) {
	t.Sort, t.Down, t.Page, t.Pages = q.sort, q.down, q.page, 1
	if q.limit > 0 {
		t.Pages = max(1, (t.Total+q.limit-1)/q.limit)
	}
}

// sort orders rows by a column; rows with the same value, and those without one,
// stay in order, the latter at the end.
func (t *Table) sort(q query) error {
	at := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Key == q.sort && !c.Fixed })
	if at < 0 {
		return badRequest(fmt.Sprintf("sort=%s: there is no such column", q.sort), "")
	}
	slices.SortStableFunc(t.Rows, func(a, b []Cell) int {
		x, y := a[at].Raw, b[at].Raw
		switch {
		case x == nil || y == nil:
			return cmp.Compare(b2i(x == nil), b2i(y == nil))
		case q.down:
			return compareRaw(y, x)
		}
		return compareRaw(x, y)
	})
	return nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareRaw compares values of one column.
func compareRaw(a, b any) int {
	if x, ok := a.(string); ok {
		y, _ := b.(string)
		return cmp.Or(strings.Compare(strings.ToLower(x), strings.ToLower(y)), strings.Compare(x, y))
	}
	return cmp.Compare(number(a), number(b))
}

func number(v any) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	case float64:
		return v
	case bool:
		return float64(b2i(v))
	}
	return math.Inf(-1)
}

// prepare makes the addresses of the same page with the table in other order,
// other rows and other forms.
func (t *Table) prepare(r *http.Request, p *Page) {
	with := func(values ...string) string {
		q := url.Values{}
		for k, v := range r.URL.Query() {
			q[k] = v
		}
		for i := 0; i+1 < len(values); i += 2 {
			q.Set(values[i], values[i+1])
			if values[i+1] == "" {
				q.Del(values[i])
			}
		}
		return "?" + q.Encode()
	}
	for _, c := range t.Columns {
		h := Head{Column: c}
		if !c.Fixed {
			down := c.Number != (t.Sort == c.Key && t.Down == c.Number)
			h.Href = with(t.Prefix+"sort", sign(down)+c.Key, t.Prefix+"page", "")
		}
		if t.Sort == c.Key {
			h.Sorted = map[bool]string{true: "descending", false: "ascending"}[t.Down]
		}
		t.Heads = append(t.Heads, h)
	}
	if t.Page > 1 {
		t.Before = with(t.Prefix+"page", fmt.Sprint(t.Page-1))
	}
	if t.Page < t.Pages {
		t.After = with(t.Prefix+"page", fmt.Sprint(t.Page+1))
	}
	t.AsJSON, t.AsCSV = with("format", "json"), with("format", "csv", "table", t.Name)
}

func sign(down bool) string {
	if down {
		return "-"
	}
	return ""
}

// json is the table for programs.
func (t *Table) json() any {
	rows := []map[string]any{}
	for _, row := range t.Rows {
		out := map[string]any{}
		for i, c := range row {
			out[t.Columns[i].Key] = c.Raw
		}
		rows = append(rows, out)
	}
	return map[string]any{"total": t.Total, "sort": sign(t.Down) + t.Sort, "rows": rows}
}

// records are the table as CSV. A text that a spreadsheet would take for a formula
// gets an apostrophe before it.
func (t *Table) records() [][]string {
	var head []string
	for _, c := range t.Columns {
		head = append(head, c.Key)
	}
	out := [][]string{head}
	for _, row := range t.Rows {
		var record []string
		for _, c := range row {
			record = append(record, csvText(c.Raw))
		}
		out = append(out, record)
	}
	return out
}

func csvText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
			return "'" + v
		}
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}
