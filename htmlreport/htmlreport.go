// Package htmlreport writes an answer of `leaks` as one file of HTML: a
// report.Page and a picture go in, bytes come out, the same for the same input.
//
// The file needs nothing else: no network (its content-security policy forbids
// it), no script but for panning and zooming the picture, and it is light or dark
// as the reader prefers. Every text is escaped.
package htmlreport

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"github.com/objgraph/objgraph/report"
)

// MaxBytes is the size that a report keeps to: without its picture, if need be.
const MaxBytes = 2_000_000

var (
	//go:embed page.html
	pageText string
	//go:embed style.css
	styleText string
	//go:embed pan.js
	panText string
)

// page is what the template sees.
type page struct {
	*report.Page
	Style  template.CSS
	Script template.JS
	Policy string
	SVG    template.HTML
	Cut    string // why there is no picture
	Charts []template.HTML
}

// Write makes the file. svg is a picture, as layouts.Drawing.Inline gives it; nil
// for none.
func Write(p *report.Page, svg []byte) ([]byte, error) {
	out, err := write(p, svg, "")
	if err != nil || len(out) <= MaxBytes || svg == nil {
		return out, err
	}
	return write(p, nil, fmt.Sprintf("CUT: the picture has %d kB, too much for this page.", len(svg)/1000))
}

func write(p *report.Page, svg []byte, cut string) ([]byte, error) {
	t, err := template.New("page").Funcs(template.FuncMap{"number": number, "heading": heading}).Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("html report: %w", err)
	}
	sum := sha256.Sum256([]byte(panText))
	v := page{Page: p, Style: template.CSS(styleText), Script: template.JS(panText), SVG: template.HTML(svg), Cut: cut,
		Policy: "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"}
	for i := range p.Charts {
		v.Charts = append(v.Charts, template.HTML(chart(&p.Charts[i])))
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("html report: %w", err)
	}
	return b.Bytes(), nil
}

// number says that the i-th column of a table is of numbers.
func number(t report.Table, i int) bool { return strings.HasPrefix(t.Head[i], ">") }

func heading(text string) string { return strings.TrimPrefix(text, ">") }
