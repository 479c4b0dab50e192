package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Page is what a view shows, whatever the form it is asked for.
type Page struct {
	Title  string
	Of     string // what it is a view of, "" where Title says it
	Place  []Link // where the page is: from the top down to its parent
	Tabs   []Tab
	Status int // of the answer, 0 for 200
	Lead   string
	Warn   []string
	Facts  []Fact
	Blocks []Block
	Live   bool // it changes while it is open
	Retry  int  // seconds until it is to be asked for again; 0: not
}

// Link leads somewhere.
type Link struct{ Text, Href string }

// Tab leads to a view of the same thing.
type Tab struct {
	Link
	Here bool
}

// Fact is a figure with its name. Raw is its value in JSON, Text if it is nil.
type Fact struct {
	Name, Text, Href string
	Raw              any
}

// Block is a part of a page. One of the fields is set.
type Block struct {
	ID      string // of the part, for the script
	Heading string
	Class   string
	Text    string        // paragraph
	List    []string      // sentences
	Pre     string        // as it is
	SVG     template.HTML // made by package chart or layouts, which escape
	Small   template.HTML // the same for a narrow screen, or empty
	Image   Link          // a picture of its own, with its words
	Form    *Form
	Links   []Link
	Cards   []Card
	Table   *Table
}

// Card is a small picture that leads somewhere.
type Card struct {
	Link
	Text string
	SVG  template.HTML
}

// Form asks for the same page with other values.
type Form struct {
	Action, Submit string
	Fields         []Field
	Hidden         []Field
}

// Field is one of its values.
type Field struct {
	Name, Label, Value, Hint string
	Options                  []Option // to choose from; none: a text
	Check                    bool     // yes ("1") or no
}

// Option is a choice.
type Option struct{ Value, Text string }

//go:embed templates
var templates embed.FS

// pages makes HTML. The templates are read when the first page is wanted.
type pages struct {
	once sync.Once
	t    *template.Template
	err  error
}

func newPages() *pages { return &pages{} }

func (p *pages) html(page *Page) ([]byte, error) {
	p.once.Do(func() {
		p.t, p.err = template.New("").Funcs(template.FuncMap{"grouped": func(n int) string { return grouped(int64(n)) }}).ParseFS(templates, "templates/*.html")
	})
	if p.err != nil {
		return nil, p.err
	}
	var b bytes.Buffer
	err := p.t.ExecuteTemplate(&b, "page.html", page)
	return b.Bytes(), err
}

// show answers with a view in the form that is asked for.
func (s *Server) show(v view) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, err := v(r)
		if err == nil {
			err = s.write(w, r, page)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// fail answers with an error.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody listens
	}
	f := failureOf(err)
	p := &Page{Title: titleOf(f.status), Status: f.status, Lead: f.says, Place: []Link{{"Workers", "/"}}}
	if f.hint != "" {
		p.Blocks = append(p.Blocks, Block{Text: "What to do: " + f.hint + "."})
	}
	if f.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", "GET, HEAD")
	}
	if s.write(w, r, p) != nil {
		http.Error(w, f.says, f.status)
	}
}

// without is the page without its answer, from which another can be asked for.
func (p *Page) without(err error) *Page {
	f := failureOf(err)
	p.Status, p.Lead = f.status, f.says
	if f.hint != "" {
		p.Lead += "; " + f.hint
	}
	return p
}

// titleOf is what a page without an answer is called.
func titleOf(status int) string {
	switch status {
	case http.StatusNotFound:
		return "Not found"
	case http.StatusBadRequest:
		return "That cannot be asked"
	case http.StatusUnprocessableEntity:
		return "There is no answer"
	}
	return http.StatusText(status)
}

// write answers with a page as HTML, JSON or CSV.
func (s *Server) write(w http.ResponseWriter, r *http.Request, p *Page) (err error) {
	var data []byte
	kind := "text/html; charset=utf-8"
	format := r.FormValue("format")
	if p.Status >= http.StatusBadRequest && format != "json" && format != "csv" {
		format = "" // also where that is what is wrong
	}
	switch format {
	case "", "html":
		for i := range p.Blocks {
			if t := p.Blocks[i].Table; t != nil {
				t.prepare(r, p)
			}
		}
		data, err = s.pages.html(p)
		allowStyles(w.Header(), data)
	case "json":
		kind = "application/json"
		data, err = p.json()
	case "csv":
		kind = "text/csv; charset=utf-8"
		data, err = p.csv(r.FormValue("table"))
	default:
		return badRequest(fmt.Sprintf("format=%s: want html, json or csv", format), "")
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	if p.Retry > 0 {
		w.Header().Set("Retry-After", fmt.Sprint(p.Retry))
	}
	if p.Status != 0 {
		w.WriteHeader(p.Status)
	}
	w.Write(data)
	return nil
}

// json is the page's facts and all rows of its tables that are shown.
func (p *Page) json() ([]byte, error) {
	facts, tables := map[string]any{}, map[string]any{}
	for _, f := range p.Facts {
		if f.Raw == nil {
			f.Raw = f.Text
		}
		facts[f.Name] = f.Raw
	}
	for _, b := range p.Blocks {
		if b.Table != nil {
			tables[b.Table.Name] = b.Table.json()
		}
	}
	return json.MarshalIndent(map[string]any{"title": p.Title, "says": p.Lead, "warnings": append([]string{}, p.Warn...), "facts": facts, "tables": tables}, "", "  ")
}

// csv is one table of the page: the one that is named, or the first.
func (p *Page) csv(name string) ([]byte, error) {
	for _, b := range p.Blocks {
		if b.Table == nil || name != "" && b.Table.Name != name {
			continue
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		if err := w.WriteAll(b.Table.records()); err != nil {
			return nil, err
		}
		return out.Bytes(), nil
	}
	if p.Status != 0 {
		return []byte(p.Lead + "\n"), nil
	}
	return nil, notFound("the page has no such table")
}

// narrow is how wide a picture is on a narrow screen, wide on any other, in pixels.
const (
	narrow = 360
	wide   = 1080
)

// drawing makes a block of what draws itself in a width.
func drawing(id, heading string, draw func(width float64) []byte) Block {
	return Block{ID: id, Heading: heading, SVG: template.HTML(draw(wide)), Small: template.HTML(draw(narrow))}
}

// inline makes a picture of package layouts a part of a page: without the XML
// declaration.
func inline(svg []byte) template.HTML {
	return template.HTML(svg[max(0, bytes.Index(svg, []byte("<svg"))):])
}

var inlineStyle = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)<style>(.*?)</style>`) })

// allowStyles lets the styles that pictures bring along be used, and no other.
func allowStyles(h http.Header, html []byte) {
	var hashes []string
	for _, m := range inlineStyle().FindAllSubmatch(html, -1) {
		if hash := hashOf(m[1]); !slices.Contains(hashes, hash) {
			hashes = append(hashes, hash)
		}
	}
	if len(hashes) > 0 {
		h.Set("Content-Security-Policy", strings.Replace(policy, "style-src 'self'", "style-src 'self' "+strings.Join(hashes, " "), 1))
	}
}

// hashOf names an inline part of a page in a security policy.
func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
