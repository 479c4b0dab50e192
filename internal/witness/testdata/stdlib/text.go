package main

import (
	"fmt"
	"html/template"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"text/tabwriter"
	ttemplate "text/template"
)

func text() {
	keep(regexp.MustCompile(`^(a|b)*c+[\d\pL]{2,5}(?i:xyz)$`), regexp.MustCompile(`(?P<n>\w+)@(\w+)\.com`).FindAllStringSubmatch("a@b.com c@d.com", -1))
	keep(template.Must(template.New("t").Funcs(template.FuncMap{"f": func(s string) string { return s }}).Parse(`{{range $i, $e := .}}<a href="{{$e}}">{{f "x"}}</a>{{if $i}}b{{else}}c{{end}}{{end}}{{define "z"}}{{.}}{{end}}`)))
	t := ttemplate.Must(ttemplate.New("t").Parse(`{{range .}}{{.}} {{printf "%d" 3}}{{end}}`))
	var sb strings.Builder
	t.Execute(&sb, []int{1, 2, 3})
	keep(t, &sb, sb.String())
	w := tabwriter.NewWriter(&sb, 0, 8, 1, ' ', 0)
	fmt.Fprintf(w, "a\tb\nccc\tddd\n")
	keep(w, strings.NewReplacer("a", "b", "cc", "dd"), strings.NewReplacer("a", "b"), strings.Fields("a b c d"), strings.Split(strings.Repeat("ab,", 40), ","))
	var h template.HTML = "x"
	keep(h, []template.HTML{h})
	s, _ := mail.ParseAddressList("a <a@b.c>, d <e@f.g>")
	u, _ := url.Parse("http://u:p@h/p?q=1&q=2#f")
	keep(s, u, u.Query())
}
